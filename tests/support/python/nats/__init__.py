"""Stands in for nats-py, which tests cannot install: the few calls that README.md makes, on the real protocol of a real server."""

import asyncio
import json
from urllib.parse import urlparse


class Message:
    def __init__(self, bus, subject, reply, data):
        self._bus = bus
        self.subject = subject
        self.reply = reply
        self.data = data

    async def respond(self, data):
        self._bus.send(f"PUB {self.reply} {len(data)}\r\n".encode() + data + b"\r\n")


class Connection:
    def __init__(self, reader, writer):
        self._reader = reader
        self._writer = writer
        self._callbacks = {}

    def send(self, data):
        self._writer.write(data)

    async def subscribe(self, subject, cb):
        sid = str(len(self._callbacks) + 1)
        self._callbacks[sid] = cb
        self.send(f"SUB {subject} {sid}\r\n".encode())

    async def read(self):
        while line := await self._reader.readline():
            words = line.decode().split()
            if words[:1] == ["PING"]:
                self.send(b"PONG\r\n")
            elif words[:1] == ["MSG"]:
                size = int(words[-1])
                data = (await self._reader.readexactly(size + 2))[:size]
                reply = words[3] if len(words) == 5 else ""
                await self._callbacks[words[2]](Message(self, words[1], reply, data))


async def connect(url):
    address = urlparse(url)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    await reader.readline()
    connection = Connection(reader, writer)
    connection.send(b"CONNECT " + json.dumps({"verbose": False}).encode() + b"\r\n")
    connection.reading = asyncio.create_task(connection.read())
    return connection
