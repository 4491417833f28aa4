"""A client whose connection is cut comes back to the same session (XEP-0198) and gets what was sent meanwhile.

resume.py HOST PORT CA JID PASSWORD JID PASSWORD
"""
import asyncio
import sys

from client import Client, PATIENCE, run

host, port, ca, mine, my_password, other, other_password = sys.argv[1:]


async def main():
    loop = asyncio.get_running_loop()
    phone = Client(mine + "/phone", my_password, ca)
    phone.register_plugin("xep_0198")
    happened = {name: loop.create_future() for name in ("sm_enabled", "disconnected", "session_resumed")}
    for name, future in happened.items():
        phone.add_event_handler(name, lambda what, future=future: future.done() or future.set_result(what))
    friend = Client(other, other_password, ca)
    await phone.log_in(host, port)
    await friend.log_in(host, port)
    enabled = await asyncio.wait_for(happened["sm_enabled"], PATIENCE)
    print("resumable" if enabled["resume"] else "not resumable", flush=True)
    address, session = phone.boundjid.full, phone["xep_0198"].sm_id

    gone = []
    friend.add_event_handler("presence_unavailable", gone.append)
    phone.abort()  # the socket alone: the stream is not closed, as where the network is gone
    await asyncio.wait_for(happened["disconnected"], PATIENCE)
    friend.send_message(mto=address, mbody="Come back!", mtype="chat")
    await friend.round_trip()

    phone.reach(host, port)
    resumed = await asyncio.wait_for(happened["session_resumed"], PATIENCE)
    print("resumed the same session" if resumed["previd"] == session else "resumed another", flush=True)
    message = await phone.message_from(friend.boundjid.bare)
    print("got", message["body"], "at", "the same address" if message["to"].full == address else message["to"].full, flush=True)
    phone.send_message(mto=friend.boundjid.full, mbody="Here I am.", mtype="chat")
    message = await friend.message_from(phone.boundjid.bare)
    print("friend got", message["body"], "from", "the same address" if message["from"].full == address else message["from"].full, flush=True)
    await asyncio.gather(phone.log_out(), friend.log_out())


run(main())
