"""One account makes a room and speaks in it; another joins later, is told what was said, and answers.

room.py HOST PORT CA JID PASSWORD JID PASSWORD ROOM
"""
import asyncio
import sys
import xml.etree.ElementTree as ET

from client import Client, PATIENCE, run

host, port, ca, owner, owner_password, guest, guest_password, room = sys.argv[1:]
USER = "{http://jabber.org/protocol/muc#user}"


async def join(client, nick):
    entered = asyncio.get_running_loop().create_future()

    def seen(presence):
        codes = [status.get("code") for status in presence.xml.iter(USER + "status")]
        if presence["from"].bare == room and not entered.done() and (presence["type"] == "error" or "110" in codes):
            entered.set_result(presence["error"]["condition"] if presence["type"] == "error" else codes)

    client.add_event_handler("presence", seen)
    presence = client.make_presence(pto=f"{room}/{nick}")
    presence.append(ET.fromstring("<x xmlns='http://jabber.org/protocol/muc'><history maxstanzas='10'/></x>"))
    presence.send()
    return await asyncio.wait_for(entered, PATIENCE)


async def heard(client):
    message = await client.message_from(room)
    old = message.xml.find("{urn:xmpp:delay}delay") is not None
    return "history" if old else "live", message["from"].resource, message["body"]


async def main():
    first = Client(owner, owner_password, ca)
    await first.log_in(host, port)
    print("created" if "201" in await join(first, "Hatter") else "found", room, flush=True)
    first.send_message(mto=room, mbody="No room! No room!", mtype="groupchat")
    print("owner hears", *await heard(first), flush=True)

    second = Client(guest, guest_password, ca)
    await second.log_in(host, port)
    await join(second, "Alice")
    print("guest hears", *await heard(second), flush=True)
    second.send_message(mto=room, mbody="There is plenty of room!", mtype="groupchat")
    print("owner hears", *await heard(first), flush=True)
    await asyncio.gather(first.log_out(), second.log_out())


run(main())
