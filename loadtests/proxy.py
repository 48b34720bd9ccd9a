"""A bad line between a service and PostgreSQL: `python -m loadtests.proxy LISTEN TARGET`.

Both are Unix sockets. Each line on the input is a `Line`: how the line is from now on.
"""

import asyncio
import contextlib
import os
import random
import sys

import msgspec

CHUNK = 65_536


class Line(msgspec.Struct, frozen=True):
    """How bad: a delay of everything that is sent, the share of messages at which the connection is
    cut, all that is sent lost without a word (old connections only), or nobody let in."""

    delay_s: float = 0.0
    cut: float = 0.0
    lost: bool = False
    closed: bool = False


class Proxy:
    def __init__(self, target: str) -> None:
        self.target, self.line, self.chance = target, Line(), random.Random(2026)
        self.deaf: set[asyncio.StreamWriter] = set()
        self.open: set[asyncio.StreamWriter] = set()

    def become(self, line: Line) -> None:
        self.line = line
        if line.lost:
            self.deaf |= self.open
        if line.closed:
            for writer in self.open:
                writer.transport.abort()

    async def meet(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if self.line.closed:
            writer.close()
            return
        try:
            theirs, ours = await asyncio.open_unix_connection(self.target)
        except OSError:
            writer.close()
            return
        ends = {writer, ours}
        self.open |= ends
        try:
            async with asyncio.TaskGroup() as group:
                group.create_task(self.carry(reader, ours, ends))
                group.create_task(self.carry(theirs, writer, ends))
        finally:
            self.open -= ends
            self.deaf -= ends
            for end in ends:
                end.transport.abort()

    async def carry(
        self,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        ends: set[asyncio.StreamWriter],
    ) -> None:
        """One direction, until its end; then the other one ends too."""
        with contextlib.suppress(OSError):
            while data := await reader.read(CHUNK):
                if self.line.delay_s:
                    await asyncio.sleep(self.line.delay_s)
                if self.line.cut and self.chance.random() < self.line.cut:
                    break
                if writer not in self.deaf:
                    writer.write(data)
                    await writer.drain()
        for end in ends:
            end.transport.abort()


async def _serve(listen: str, target: str) -> None:
    proxy = Proxy(target)
    server = await asyncio.start_unix_server(proxy.meet, listen)
    os.chmod(listen, 0o777)  # noqa: S103  for whoever the service is
    print("ready", flush=True)
    while line := await asyncio.to_thread(sys.stdin.readline):
        proxy.become(msgspec.json.decode(line, type=Line))
    server.close()
    os._exit(0)  # whatever is still open


if __name__ == "__main__":
    asyncio.run(_serve(sys.argv[1], sys.argv[2]))
