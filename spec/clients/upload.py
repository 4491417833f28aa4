"""One XMPP client shares a file (XEP-0363): asks for a slot, puts the file there over HTTPS, and fetches it again as anybody could.

upload.py HOST PORT CA JID PASSWORD SERVICE
"""
import asyncio
import http.client
import os
import socket
import ssl
import sys
import urllib.parse
import xml.etree.ElementTree as ET

from client import Client, PATIENCE, run
from slixmpp.exceptions import IqError

host, port, ca, jid, password, service = sys.argv[1:]
NS = "{urn:xmpp:http:upload:0}"


class Web(http.client.HTTPSConnection):
    """Connects to the server under test, whatever address the name of the URL would have."""

    def connect(self):
        plain = socket.create_connection((host, self.port), PATIENCE)
        self.sock = self._context.wrap_socket(plain, server_hostname=self.host)


def ask(method, url, body=None, headers=()):
    parts = urllib.parse.urlsplit(url)
    web = Web(parts.hostname, parts.port, context=ssl.create_default_context(cafile=ca))
    try:
        web.request(method, parts.path, body, dict(headers))
        answer = web.getresponse()
        return answer.status, answer.read()
    finally:
        web.close()


async def slot(client, name, size):
    request = client.make_iq_get(ito=service)
    request.append(ET.Element(NS + "request", {"filename": name, "size": str(size), "content-type": "text/plain"}))
    answer = (await request.send(timeout=PATIENCE)).xml
    put = answer.find(f"{NS}slot/{NS}put")
    headers = {header.get("name"): header.text for header in put.iter(NS + "header")}
    return put.get("url"), headers, answer.find(f"{NS}slot/{NS}get").get("url")


async def main():
    me = Client(jid, password, ca)
    await me.log_in(host, port)
    content = os.urandom(300000)
    put, headers, get = await slot(me, "hole.txt", len(content))
    loop = asyncio.get_running_loop()
    status, _ = await loop.run_in_executor(None, ask, "PUT", put, content, {**headers, "Content-Type": "text/plain"})
    print("uploaded", status, flush=True)
    status, answer = await loop.run_in_executor(None, ask, "GET", get)
    print("downloaded", status, "the same" if answer == content else "something else", flush=True)
    status, _ = await loop.run_in_executor(None, ask, "PUT", put, content, {"Content-Type": "text/plain"})
    print("uploaded without a slot", status, flush=True)
    try:
        await slot(me, "large.txt", 1 << 40)
        print("a slot for any size", flush=True)
    except IqError as error:
        print("too large", error.iq["error"]["condition"], flush=True)
    await me.log_out()


run(main())
