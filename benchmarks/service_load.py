"""Requests sent over kept connections: as many as are answered, or so many a second."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Sequence
from dataclasses import dataclass, field

HEAD_END = b"\r\n\r\n"
LENGTH = b"content-length: "


@dataclass
class Load:
    """What a load found: answers, the seconds each took, and how many were no 200.

    `processor`: the seconds of processor that the server took meanwhile, where they are known.
    """

    seconds: float = 0.0
    processor: float = 0.0
    taken: list[float] = field(default_factory=list)
    failed: int = 0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.taken) / self.seconds


class Connection(asyncio.Protocol):
    """One kept connection; it sends one request at a time."""

    def __init__(self) -> None:
        self.transport: asyncio.Transport
        self.buffer = b""
        self.waiting: asyncio.Future[bytes] | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self.transport = transport

    def connection_lost(self, error: Exception | None) -> None:
        if self.waiting is not None and not self.waiting.done():
            self.waiting.set_exception(error or ConnectionError("the server closed"))

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        end = self.buffer.find(HEAD_END)
        if end < 0:
            return
        head = self.buffer[:end].lower()
        start = head.index(LENGTH) + len(LENGTH)
        stop = head.find(b"\r", start)
        size = int(head[start:stop] if stop > 0 else head[start:])
        if len(self.buffer) < end + len(HEAD_END) + size:
            return
        answer, self.buffer = self.buffer, b""
        assert self.waiting is not None
        self.waiting.set_result(answer)

    async def ask(self, request: bytes) -> bytes:
        self.waiting = asyncio.get_running_loop().create_future()
        self.transport.write(request)
        return await self.waiting


def request_of(body: bytes, port: int) -> bytes:
    """A request to decide one case."""
    return (
        b"POST /v1/decide HTTP/1.1\r\nhost: 127.0.0.1:%d\r\ncontent-type: application/json\r\n"
        b"content-length: %d\r\n\r\n%s" % (port, len(body), body)
    )


async def opened(port: int, count: int) -> list[Connection]:
    """So many connections to the server."""
    loop = asyncio.get_running_loop()
    pairs = [await loop.create_connection(Connection, "127.0.0.1", port) for _ in range(count)]
    return [protocol for _, protocol in pairs]


async def _pressed(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    load = Load()
    held = await opened(port, connections)
    begin = time.perf_counter()
    end = begin + seconds

    async def ask(connection: Connection, number: int) -> None:
        while (start := time.perf_counter()) < end:
            answer = await connection.ask(requests[number % len(requests)])
            load.taken.append(time.perf_counter() - start)
            load.failed += answer[9:12] != b"200"
            number += connections

    await asyncio.gather(*(ask(one, number) for number, one in enumerate(held)))
    load.seconds = time.perf_counter() - begin
    for one in held:
        one.transport.close()
    return load


async def _paced(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, rate: float
) -> Load:
    """Requests at even times; the time of one counts from when it was due, queue included."""
    load = Load()
    held = await opened(port, connections)
    free = asyncio.Queue[Connection]()
    for one in held:
        free.put_nowait(one)
    begin = time.perf_counter()
    running = set()

    async def ask(number: int, due: float) -> None:
        connection = await free.get()
        answer = await connection.ask(requests[number % len(requests)])
        load.taken.append(time.perf_counter() - due)
        load.failed += answer[9:12] != b"200"
        free.put_nowait(connection)

    for number in range(int(seconds * rate)):
        due = begin + number / rate
        wait = due - time.perf_counter()
        if wait > 0:
            await asyncio.sleep(wait)
        task = asyncio.ensure_future(ask(number, due))
        running.add(task)
        task.add_done_callback(running.discard)
    await asyncio.gather(*running)
    load.seconds = time.perf_counter() - begin
    for one in held:
        one.transport.close()
    return load


async def _once(port: int, requests: Sequence[bytes], connections: int) -> None:
    held = await opened(port, connections)

    async def ask(connection: Connection, number: int) -> None:
        for request in requests[number::connections]:
            await connection.ask(request)

    await asyncio.gather(*(ask(one, number) for number, one in enumerate(held)))
    for one in held:
        one.transport.close()


def once(port: int, requests: Sequence[bytes], connections: int) -> None:
    """Every request once, so that what servers keep of one is kept of all."""
    asyncio.run(_once(port, requests, connections))


def pressed(port: int, requests: Sequence[bytes], connections: int, seconds: float) -> Load:
    """As many requests as the server answers, each connection sending the next at once."""
    return asyncio.run(_pressed(port, requests, connections, seconds))


def paced(
    port: int, requests: Sequence[bytes], connections: int, seconds: float, rate: float
) -> Load:
    """So many requests a second, whatever the server does."""
    return asyncio.run(_paced(port, requests, connections, seconds, rate))
