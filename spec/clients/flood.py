"""Two XMPP clients log in over TLS; the first sends the second many messages at once. Says how many arrived, and how many
came back for which reason, a fact a line.

flood.py HOST PORT CA JID PASSWORD JID PASSWORD COUNT
"""
import asyncio
import sys
from collections import Counter

from client import Client, PATIENCE, run

host, port, ca, sender, sender_password, receiver, receiver_password, count = sys.argv[1:]


async def main():
    to = Client(receiver, receiver_password, ca)
    await to.log_in(host, port)
    me = Client(sender, sender_password, ca)
    await me.log_in(host, port)
    outcomes = asyncio.Queue()
    me.add_event_handler("message_error", lambda message: outcomes.put_nowait("returned: " + message["error"]["text"]))
    to.add_event_handler("message", lambda _: outcomes.put_nowait("arrived"))
    for number in range(int(count)):
        me.send_message(mto=receiver, mbody=f"number {number}", mtype="chat")
    seen = Counter()
    for _ in range(int(count)):
        seen[await asyncio.wait_for(outcomes.get(), PATIENCE)] += 1
    for outcome, times in sorted(seen.items()):
        print(times, outcome, flush=True)
    await asyncio.gather(me.log_out(), to.log_out())


run(main())
