"""Two XMPP clients log in over TLS; the first sends the second a message. Says what happened, a fact a line.

message.py HOST PORT CA JID PASSWORD JID PASSWORD TEXT
"""
import asyncio
import sys

from client import Client, run

host, port, ca, sender, sender_password, receiver, receiver_password, text = sys.argv[1:]


async def main():
    to = Client(receiver, receiver_password, ca)
    await to.log_in(host, port)
    me = Client(sender, sender_password, ca)
    await me.log_in(host, port)
    for client in me, to:
        print("logged in", client.boundjid.bare, client.tls_version(), client.mechanism(), flush=True)
    me.send_message(mto=receiver, mbody=text, mtype="chat")
    message = await to.message_from(me.boundjid.bare)
    print("received", message["from"].bare, message["body"], flush=True)
    await asyncio.gather(me.log_out(), to.log_out())


run(main())
