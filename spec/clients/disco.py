"""One XMPP client logs in, stays, and says at each line on its standard input which features the server has by then. Ends with its input.

disco.py HOST PORT CA JID PASSWORD
"""
import asyncio
import sys

from client import Client, run

host, port, ca, jid, password = sys.argv[1:]


async def main():
    me = Client(jid, password, ca)
    me.register_plugin("xep_0030")
    lost = []
    me.add_event_handler("disconnected", lost.append)
    await me.log_in(host, port)
    print("logged in", flush=True)
    loop = asyncio.get_running_loop()
    while await loop.run_in_executor(None, sys.stdin.readline):
        info = await me["xep_0030"].get_info(jid=me.boundjid.domain, cached=False)
        features = sorted(info["disco_info"]["features"])
        print("reconnected" if lost else "features", *features, flush=True)
    await me.log_out()


run(main())
