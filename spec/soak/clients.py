"""Many XMPP clients that talk to each other until a file appears; then a fact a line: what was sent, what became of it.

clients.py HOST PORT CA DOMAIN COUNT STOP
The accounts are client1@DOMAIN to clientCOUNT@DOMAIN with the password secret. Each writes to the next, the last to the first.
"""
import asyncio
import os
import sys
import time

sys.path.insert(0, os.path.join(os.path.dirname(os.path.abspath(__file__)), "..", "clients"))
from client import Client, run  # noqa: E402

host, port, ca, domain, count, stop = sys.argv[1:]
count = int(count)
PAUSE = 0.4  # seconds between two messages of a client
PATIENCE = 30  # seconds for the last messages to arrive


class Talker(Client):
    def __init__(self, number):
        super().__init__(f"client{number}@{domain}", "secret", ca)
        self.to = f"client{number % count + 1}@{domain}"
        self.sent = self.received = self.disordered = self.drops = 0
        self.slowest = 0.0
        self.leaving = False
        self.add_event_handler("message", self.hear)
        self.add_event_handler("disconnected", self.drop)

    def drop(self, _):
        self.drops += not self.leaving

    def say(self):
        self.sent += 1
        self.send_message(mto=self.to, mbody=f"{self.sent} {time.monotonic()}", mtype="chat")

    def hear(self, message):
        if message["type"] == "error":
            self.disordered += 1
            return
        number, said = message["body"].split()
        self.received += 1
        self.disordered += int(number) != self.received
        self.slowest = max(self.slowest, time.monotonic() - float(said))

    async def talk(self):
        await asyncio.sleep(PAUSE * hash(self.to) % 100 / 100)
        while not os.path.exists(stop):
            self.say()
            await asyncio.sleep(PAUSE)


async def main():
    talkers = [Talker(number) for number in range(1, count + 1)]
    for talker in talkers:
        await talker.log_in(host, port)
    print("ready", flush=True)
    await asyncio.gather(*(talker.talk() for talker in talkers))
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and sum(t.received for t in talkers) < sum(t.sent for t in talkers):
        await asyncio.sleep(0.1)
    for talker in talkers:
        talker.leaving = True
    print("sent", sum(t.sent for t in talkers))
    print("received", sum(t.received for t in talkers))
    print("disordered", sum(t.disordered for t in talkers))
    print("disconnected", sum(t.drops for t in talkers))
    print("slowest", round(max(t.slowest for t in talkers) * 1000))
    print("done", flush=True)
    await asyncio.gather(*(talker.log_out() for talker in talkers))


run(main())
