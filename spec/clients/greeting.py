"""One XMPP client logs in and says what the server itself writes to it.

greeting.py HOST PORT CA JID PASSWORD
"""
import sys

from client import Client, run

host, port, ca, jid, password = sys.argv[1:]


async def main():
    me = Client(jid, password, ca)
    await me.log_in(host, port)
    message = await me.message_from(me.boundjid.domain)
    print("greeting", message["body"], flush=True)
    await me.log_out()


run(main())
