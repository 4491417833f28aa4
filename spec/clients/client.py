"""What the clients of the specs share: a client that verifies the server's certificate, and never waits for ever."""
import asyncio
import inspect
import logging
import sys

from slixmpp import ClientXMPP

PATIENCE = 20  # seconds for each step


class Client(ClientXMPP):
    def __init__(self, jid, password, ca):
        super().__init__(jid, password)
        self.ca_certs = ca
        self["feature_mechanisms"].sasl_callback = self._credentials
        self.messages = asyncio.Queue()
        self.started = asyncio.get_running_loop().create_future()
        self.add_event_handler("session_start", lambda _: self._settle(None))
        self.add_event_handler("message", self.messages.put_nowait)
        self.add_event_handler("failed_auth", lambda _: self._settle(RuntimeError("login refused")))
        self.add_event_handler("ssl_invalid_chain", lambda _: self._settle(RuntimeError("certificate refused")))
        self.add_event_handler("connection_failed", lambda why: self._settle(RuntimeError(f"no connection: {why}")))

    def _credentials(self, required, optional):
        # slixmpp knows the channel binding tls-unique alone, which TLS 1.3 does not have: do without it
        given = self["feature_mechanisms"]._default_credentials(required, optional)
        return {**given, "channel_binding": None}

    def _settle(self, error):
        if self.started.done():
            return
        if error:
            self.started.set_exception(error)
        else:
            self.started.set_result(None)

    def reach(self, host, port):
        """Connects, by STARTTLS. slixmpp before 1.10 takes the address as one value; later ones try direct TLS first unless told otherwise."""
        if "host" in inspect.signature(self.connect).parameters:
            self.enable_direct_tls = False
            self.connect(host, int(port))
        else:
            self.connect((host, int(port)))

    async def log_in(self, host, port):
        self.reach(host, port)
        await asyncio.wait_for(self.started, PATIENCE)
        self.send_presence()
        await self.round_trip()

    def tls_version(self):
        tls = self.transport.get_extra_info("ssl_object")
        return tls.version() if tls else "no TLS"

    def mechanism(self):
        return self["feature_mechanisms"].mech.name

    async def message_from(self, address):
        """The next message with a text from this bare address."""
        while True:
            message = await asyncio.wait_for(self.messages.get(), PATIENCE)
            if message["from"].bare == address and message["body"]:
                return message

    async def round_trip(self):
        """The server has handled all that was sent before."""
        await asyncio.wait_for(self.get_roster(), PATIENCE)

    async def log_out(self):
        await asyncio.wait_for(self.disconnect(), PATIENCE)


def run(main):
    """Runs it to its end; an error is one line on standard error and the exit code 1."""
    logging.basicConfig(level=logging.ERROR, stream=sys.stderr)
    try:
        asyncio.run(main)
    except Exception as error:
        sys.exit(f"{type(error).__name__}: {error}")
