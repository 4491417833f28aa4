"""One XMPP client logs in and says what it finds: features of the server and of its own account, and the services beside it.

abilities.py HOST PORT CA JID PASSWORD
"""
import sys

from client import Client, PATIENCE, run
from slixmpp.exceptions import IqError

host, port, ca, jid, password = sys.argv[1:]
TRIED = {"carbons": "urn:xmpp:carbons:2", "archive": "urn:xmpp:mam:2"}


async def main():
    me = Client(jid, password, ca)
    me.register_plugin("xep_0030")
    await me.log_in(host, port)
    print("logged in", me.boundjid.bare, me.tls_version(), me.mechanism(), flush=True)
    for owner, name in (me.boundjid.domain, "server"), (me.boundjid.bare, "account"):
        info = await me["xep_0030"].get_info(jid=owner, cached=False, timeout=PATIENCE)
        for feature in sorted(info["disco_info"]["features"]):
            print(name, feature, flush=True)
    items = await me["xep_0030"].get_items(jid=me.boundjid.domain, timeout=PATIENCE)
    for address, _, _ in sorted(items["disco_items"]["items"]):
        print("service", address, flush=True)
    for name, namespace in TRIED.items():
        iq = me.make_iq_set(sub=None)
        iq.xml.append(iq.xml.makeelement(f"{{{namespace}}}{'enable' if name == 'carbons' else 'query'}", {}))
        try:
            await iq.send(timeout=PATIENCE)
            print("has", name, flush=True)
        except IqError as error:
            print("has no", name, error.iq["error"]["condition"], flush=True)
    await me.log_out()


run(main())
