"""One XMPP client logs in and sends a message to somebody on another server. Says what comes back.

elsewhere.py HOST PORT CA JID PASSWORD JID
"""
import asyncio
import sys

from client import Client, PATIENCE, run

host, port, ca, jid, password, other = sys.argv[1:]


async def main():
    me = Client(jid, password, ca)
    returned = asyncio.get_running_loop().create_future()
    me.add_event_handler("message_error", lambda message: returned.done() or returned.set_result(message["error"]["condition"]))
    await me.log_in(host, port)
    print("logged in", me.boundjid.bare, me.tls_version(), me.mechanism(), flush=True)
    me.send_message(mto=other, mbody="Are you there?", mtype="chat")
    print("returned", await asyncio.wait_for(returned, PATIENCE), flush=True)
    await me.log_out()


run(main())
