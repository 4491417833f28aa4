"""Two devices of one account and a second account: what each of them sees of a conversation, then what the archive has of it.

devices.py HOST PORT CA JID PASSWORD JID PASSWORD
"""
import asyncio
import sys

from client import Client, PATIENCE, run

host, port, ca, mine, my_password, other, other_password = sys.argv[1:]


async def main():
    phone = Client(mine + "/phone", my_password, ca)
    desk = Client(mine + "/desk", my_password, ca)
    friend = Client(other + "/home", other_password, ca)
    copies = asyncio.Queue()
    desk.register_plugin("xep_0280")
    desk.add_event_handler("carbon_sent", lambda message: copies.put_nowait(("sent", message["carbon_sent"])))
    desk.add_event_handler("carbon_received", lambda message: copies.put_nowait(("received", message["carbon_received"])))
    for client in phone, desk, friend:
        await client.log_in(host, port)
    await desk["xep_0280"].enable(timeout=PATIENCE)

    phone.send_message(mto=friend.boundjid.full, mbody="Who are you?", mtype="chat")
    message = await friend.message_from(phone.boundjid.bare)
    said = [message["id"]]
    print("friend got", message["body"], flush=True)
    friend.send_message(mto=phone.boundjid.full, mbody="I hardly know.", mtype="chat")
    message = await phone.message_from(friend.boundjid.bare)
    said.append(message["id"])
    print("phone got", message["body"], flush=True)
    for _ in range(2):
        direction, message = await asyncio.wait_for(copies.get(), PATIENCE)
        print("desk has a copy of what was", direction, message["body"], flush=True)

    later = Client(mine + "/later", my_password, ca)
    later.register_plugin("xep_0313")
    await later.log_in(host, port)
    answer = await later["xep_0313"].retrieve(with_jid=friend.boundjid.bare, timeout=PATIENCE)
    for result in answer["mam"]["results"]:
        message = result["mam_result"]["forwarded"]["stanza"]
        if message["id"] in said:
            print("archive has", message["from"].bare, message["body"], flush=True)
    await asyncio.gather(*(client.log_out() for client in (phone, desk, friend, later)))


run(main())
