"""One account blocks another (XEP-0191), and lets it in again.

blocking.py HOST PORT CA JID PASSWORD JID PASSWORD
"""
import asyncio
import sys

from client import Client, PATIENCE, run
from slixmpp import JID

host, port, ca, mine, my_password, other, other_password = sys.argv[1:]


def address(item):
    """The list holds addresses before slixmpp 1.17, and elements with addresses there."""
    return str(item if isinstance(item, (JID, str)) else item["jid"])


async def main():
    me = Client(mine, my_password, ca)
    me.register_plugin("xep_0191")
    stranger = Client(other, other_password, ca)
    await me.log_in(host, port)
    await stranger.log_in(host, port)

    await me["xep_0191"].block(other, timeout=PATIENCE)
    listed = await me["xep_0191"].get_blocked(timeout=PATIENCE)
    print("blocked", *sorted(map(address, listed["blocklist"]["items"])), flush=True)
    # whether the sender is told differs between versions of Prosody; that nothing arrives does not
    stranger.send_message(mto=mine, mbody="Off with her head!", mtype="chat")
    await stranger.round_trip()
    await me["xep_0191"].unblock(other, timeout=PATIENCE)
    stranger.send_message(mto=mine, mbody="May I?", mtype="chat")
    message = await me.message_from(other)
    print("got", message["body"], flush=True)
    await asyncio.gather(me.log_out(), stranger.log_out())


run(main())
