"""One device keeps a bookmark in its account (XEP-0402), another is told of it and fetches it, an old one finds it in private storage (XEP-0048).

bookmarks.py HOST PORT CA JID PASSWORD ROOM
"""
import asyncio
import sys
import xml.etree.ElementTree as ET

from client import Client, PATIENCE, run

host, port, ca, jid, password, room = sys.argv[1:]
NODE = "urn:xmpp:bookmarks:1"
OPTIONS = {"pubsub#persist_items": "true", "pubsub#max_items": "max", "pubsub#send_last_published_item": "never", "pubsub#access_model": "whitelist"}


def publication():
    fields = "".join(f"<field var='{name}'><value>{value}</value></field>" for name, value in OPTIONS.items())
    return ET.fromstring(
        f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><publish node='{NODE}'><item id='{room}'>"
        f"<conference xmlns='{NODE}' name='Tea party' autojoin='true'><nick>Hatter</nick></conference></item></publish>"
        "<publish-options><x xmlns='jabber:x:data' type='submit'>"
        "<field var='FORM_TYPE' type='hidden'><value>http://jabber.org/protocol/pubsub#publish-options</value></field>"
        f"{fields}</x></publish-options></pubsub>")


async def ask(client, kind, element):
    iq = client.make_iq_get() if kind == "get" else client.make_iq_set()
    iq.append(element)
    return (await iq.send(timeout=PATIENCE)).xml


async def main():
    phone = Client(jid + "/phone", password, ca)
    desk = Client(jid + "/desk", password, ca)
    desk.register_plugin("xep_0030")
    desk.register_plugin("xep_0115")
    desk.register_plugin("xep_0163")
    desk["xep_0163"].add_interest(NODE)
    told = asyncio.get_running_loop().create_future()
    desk.add_event_handler("pubsub_publish", lambda message: told.done() or told.set_result(message["pubsub_event"]["items"]["node"]))
    asked = asyncio.get_running_loop().create_future()

    def sends(stanza):
        if stanza.name == "iq" and stanza["type"] == "result" and not asked.done():
            asked.set_result(None)
        return stanza

    desk.add_filter("out", sends)
    for client in phone, desk:
        await client.log_in(host, port)
    # the server asks what the desk wants to be told of, and knows it once it has read the answer
    await asyncio.wait_for(asked, PATIENCE)
    await desk.round_trip()
    await ask(phone, "set", publication())
    print("told of", await asyncio.wait_for(told, PATIENCE), flush=True)

    answer = await ask(desk, "get", ET.fromstring(f"<pubsub xmlns='http://jabber.org/protocol/pubsub'><items node='{NODE}'/></pubsub>"))
    for item in answer.iter("{http://jabber.org/protocol/pubsub}item"):
        conference = item.find(f"{{{NODE}}}conference")
        print("bookmark", item.get("id"), conference.get("name"), conference.get("autojoin"), conference.findtext(f"{{{NODE}}}nick"), flush=True)
    answer = await ask(desk, "get", ET.fromstring("<query xmlns='jabber:iq:private'><storage xmlns='storage:bookmarks'/></query>"))
    for conference in answer.iter("{storage:bookmarks}conference"):
        print("old bookmark", conference.get("jid"), conference.get("name"), flush=True)
    await asyncio.gather(phone.log_out(), desk.log_out())


run(main())
