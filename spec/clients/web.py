"""A web client over HTTPS: opens a session by BOSH (XEP-0124, XEP-0206) or WebSocket (RFC 7395), logs in, and asks the server for its version.

web.py HOST PORT CA bosh|websocket JID PASSWORD
"""
import base64
import hashlib
import http.client
import os
import random
import socket
import ssl
import struct
import sys
import xml.etree.ElementTree as ET

host, port, ca, way, jid, password = sys.argv[1:]
user, domain = jid.split("@")
PATIENCE = 20  # seconds for each step
BODY, FRAMING = "http://jabber.org/protocol/httpbind", "urn:ietf:params:xml:ns:xmpp-framing"
SASL, BIND = "urn:ietf:params:xml:ns:xmpp-sasl", "urn:ietf:params:xml:ns:xmpp-bind"


class Web(http.client.HTTPSConnection):
    """Asks the server under test for the domain, whatever address that name would have."""

    def __init__(self):
        super().__init__(domain, int(port), context=ssl.create_default_context(cafile=ca))

    def connect(self):
        plain = socket.create_connection((host, self.port), PATIENCE)
        self.sock = self._context.wrap_socket(plain, server_hostname=domain)


class Bosh:
    def __init__(self):
        self.web = Web()
        self.rid = random.randrange(1 << 30)
        self.features = self._post({"to": domain, "wait": "5", "hold": "1", "ver": "1.6", "xmpp:version": "1.0"})

    def _post(self, attributes, content=""):
        self.rid += 1
        written = "".join(f" {name}='{value}'" for name, value in {**attributes, "rid": self.rid}.items())
        self.web.request("POST", "/http-bind", f"<body xmlns='{BODY}' xmlns:xmpp='urn:xmpp:xbosh'{written}>{content}</body>",
            {"Content-Type": "text/xml; charset=utf-8"})
        answer = self.web.getresponse()
        text = answer.read()
        if answer.status != 200:
            raise RuntimeError(f"BOSH answers {answer.status} {text}")
        body = ET.fromstring(text)
        self.sid = body.get("sid") or self.sid
        if body.get("type") == "terminate":
            raise RuntimeError(f"BOSH ended the session: {text}")
        return list(body)

    def ask(self, stanza):
        answer = self._post({"sid": self.sid}, stanza)
        while not answer:
            answer = self._post({"sid": self.sid})
        return answer[0]

    def restart(self):
        answer = self._post({"sid": self.sid, "to": domain, "xmpp:restart": "true"})
        while not answer:
            answer = self._post({"sid": self.sid})


class WebSocket:
    def __init__(self):
        web = Web()
        web.connect()
        self.socket = web.sock
        self.buffer = b""
        key = base64.b64encode(os.urandom(16))
        self.socket.sendall((f"GET /xmpp-websocket HTTP/1.1\r\nHost: {domain}:{port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Protocol: xmpp\r\nSec-WebSocket-Key: {key.decode()}\r\n\r\n").encode())
        while b"\r\n\r\n" not in self.buffer:
            self._more()
        head, _, self.buffer = self.buffer.partition(b"\r\n\r\n")
        proof = base64.b64encode(hashlib.sha1(key + b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11").digest())
        if not head.startswith(b"HTTP/1.1 101 ") or proof not in head:
            raise RuntimeError(f"no WebSocket: {head.decode()}")
        self.restart()

    def _more(self):
        piece = self.socket.recv(4096)
        if not piece:
            raise RuntimeError("the server closed the connection")
        self.buffer += piece

    def _take(self, count):
        while len(self.buffer) < count:
            self._more()
        taken, self.buffer = self.buffer[:count], self.buffer[count:]
        return taken

    def _send(self, text):
        data, mask = text.encode(), os.urandom(4)
        length = bytes([0x80 | len(data)]) if len(data) < 126 else struct.pack("!BH", 0x80 | 126, len(data))
        self.socket.sendall(b"\x81" + length + mask + bytes(byte ^ mask[i % 4] for i, byte in enumerate(data)))

    def _frame(self):
        length = self._take(2)[1]
        if length == 126:
            length, = struct.unpack("!H", self._take(2))
        return ET.fromstring(self._take(length))

    def ask(self, stanza):
        self._send(stanza)
        return self._frame()

    def restart(self):
        opened = self.ask(f"<open xmlns='{FRAMING}' to='{domain}' version='1.0'/>")
        if opened.tag != f"{{{FRAMING}}}open":
            raise RuntimeError(f"no stream: {ET.tostring(opened)}")
        self.features = [self._frame()]


def main():
    session = Bosh() if way == "bosh" else WebSocket()
    print("offered", *sorted(mechanism.text for feature in session.features for mechanism in feature.iter(f"{{{SASL}}}mechanism")), flush=True)
    secret = base64.b64encode(f"\0{user}\0{password}".encode()).decode()
    answer = session.ask(f"<auth xmlns='{SASL}' mechanism='PLAIN'>{secret}</auth>")
    if answer.tag != f"{{{SASL}}}success":
        sys.exit(f"login refused: {answer[0].tag}")
    session.restart()
    answer = session.ask(f"<iq xmlns='jabber:client' type='set' id='b'><bind xmlns='{BIND}'><resource>web</resource></bind></iq>")
    print("logged in as", answer.find(f".//{{{BIND}}}jid").text.split("/")[0], flush=True)
    answer = session.ask(f"<iq xmlns='jabber:client' type='get' id='v' to='{domain}'><query xmlns='jabber:iq:version'/></iq>")
    print("talks to", answer.findtext(".//{jabber:iq:version}name"), flush=True)


main()
