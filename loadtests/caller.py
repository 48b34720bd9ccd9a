"""A lean caller of the JSON API: keep-alive connections that send whole requests and read whole
answers, so that the caller costs little beside what it measures."""

import asyncio
import time
from collections.abc import Callable, Iterable, Sequence
from uuid import NAMESPACE_OID, uuid5

import msgspec


class Answer(msgspec.Struct, frozen=True):
    status: int
    body: bytes
    seconds: float
    head: bytes = b""


class Connection:
    """One keep-alive connection."""

    def __init__(self, host: str, port: int) -> None:
        self._host, self._port = host, port
        self._reader: asyncio.StreamReader | None = None
        self._writer: asyncio.StreamWriter | None = None

    async def send(self, request: bytes) -> Answer:
        """The answer to a request; a connection that was cut is opened again for the next one."""
        started = time.perf_counter()
        if self._reader is None or self._writer is None:
            self._reader, self._writer = await asyncio.open_connection(self._host, self._port)
        try:
            self._writer.write(request)
            head = await self._reader.readuntil(b"\r\n\r\n")
            lines = head.split(b"\r\n")
            length = next(
                int(line.partition(b":")[2])
                for line in lines
                if line[:15].lower() == b"content-length:"
            )
            body = await self._reader.readexactly(length)
        except (asyncio.IncompleteReadError, ConnectionError):
            self.close()
            return Answer(0, b"", time.perf_counter() - started)
        return Answer(int(head[9:12]), body, time.perf_counter() - started, head.lower())

    @property
    def local_port(self) -> int | None:
        """Our end of it, while it is open."""
        return None if self._writer is None else self._writer.get_extra_info("sockname")[1]

    def close(self) -> None:
        if self._writer is not None:
            self._writer.close()
        self._reader = self._writer = None


def key_of(name: str) -> str:
    """An idempotency key that nobody guesses; the same name has the same."""
    return str(uuid5(NAMESPACE_OID, name))


def post(path: str, body: object, key: str) -> bytes:
    """A whole request; `key` names its idempotency key."""
    content = msgspec.json.encode(body)
    return (
        f"POST {path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
        f"idempotency-key: {key_of(key)}\r\ncontent-length: {len(content)}\r\n\r\n"
    ).encode() + content


def get(path: str) -> bytes:
    return f"GET {path} HTTP/1.1\r\nhost: bench\r\n\r\n".encode()


async def call_all(
    address: tuple[str, int], requests: Sequence[bytes], connections: int
) -> tuple[list[Answer], float]:
    """Send all requests over so many connections at once; the answers in their order, and the
    seconds that it took from the first byte to the last. Connections are open before."""
    answers: list[Answer | None] = [None] * len(requests)
    waiting = iter(enumerate(requests))
    lines = [Connection(*address) for _ in range(min(connections, len(requests)))]
    await _open(lines)

    async def work(line: Connection) -> None:
        for n, request in waiting:
            answers[n] = await line.send(request)

    started = time.perf_counter()
    await asyncio.gather(*[work(line) for line in lines])
    seconds = time.perf_counter() - started
    for line in lines:
        line.close()
    return [answer for answer in answers if answer is not None], seconds


async def run_for(
    address: tuple[str, int],
    connections: int,
    seconds: float,
    act: Callable[[Connection], "asyncio.Future[object] | object"],
) -> float:
    """Let each connection repeat `act` for some seconds; the seconds that it took in all."""
    lines = [Connection(*address) for _ in range(connections)]
    await _open(lines)
    started = time.perf_counter()

    async def work(line: Connection) -> None:
        while time.perf_counter() - started < seconds:
            await act(line)  # pyright: ignore[reportGeneralTypeIssues]

    await asyncio.gather(*[work(line) for line in lines])
    taken = time.perf_counter() - started
    for line in lines:
        line.close()
    return taken


async def _open(lines: Iterable[Connection]) -> None:
    live = get("/health/live")
    pause = asyncio.Semaphore(64)

    async def open_one(line: Connection) -> None:
        async with pause:
            await line.send(live)

    await asyncio.gather(*[open_one(line) for line in lines])


def p99(answers: Sequence[Answer]) -> float:
    """Milliseconds."""
    return sorted(answer.seconds for answer in answers)[len(answers) * 99 // 100] * 1000
