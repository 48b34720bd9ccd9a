"""One command runs everything: the database first up and last down, the children restarted.

Whatever happens to the supervisor, nothing is left: the kernel tells each child when it dies. That
signal follows the thread that started the child, so all are started on the main thread. The loop's
child watcher waits for its own children by pid, never for any child, so PostgreSQL is reaped by its
launcher alone (do not set asyncio's FastChildWatcher).
"""

import asyncio
import contextlib
import os
import signal
import sys
import threading
import time
from asyncio.subprocess import DEVNULL, STDOUT, Process
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import TextIO

import msgspec

from hub.core.postgres import PostgresError, Server
from hub.core.postgres_place import find_setpriv

STEADY_S = 30  # up for this long, a child's earlier failures are forgiven
DATABASE_STOP_TIMEOUT_S = 30
LOOK_S = 0.1
LINE_BYTES = 65_536


class Child(msgspec.Struct, frozen=True, kw_only=True):
    """A process to keep running; ``env`` is its whole environment.

    ``stop_signal`` goes to the process alone; after ``stop_timeout_s`` its group is killed.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str]
    stop_signal: int = signal.SIGTERM
    stop_timeout_s: float = 10


async def supervise(
    database: Server | None,
    restart_database: Callable[[], Server] | None,
    children: Sequence[Child],
    *,
    on_ready: Callable[[], None],
    until_ready: Callable[[], Awaitable[object]] | None = None,
    output: TextIO | None = None,
) -> int:
    """Keep the children and the database up until SIGINT or SIGTERM; main thread only.

    The database is already up. ``restart_database`` is called when it has died, inside this loop,
    so it must not run a loop of its own; it may raise PostgresError, and is then tried again.
    ``on_ready`` is called once, when every child has been started and ``until_ready``, which may
    wait for what they do, has returned. Gives 0 after a clean stop, 128 + the signal's number when
    a second signal killed what was left.
    """
    assert threading.current_thread() is threading.main_thread(), "supervise on the main thread"
    supervisor = _Supervisor(database, restart_database, output or sys.stdout)
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, supervisor.on_signal, number)
    try:
        return await supervisor.run(children, on_ready, until_ready)
    finally:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.remove_signal_handler(number)


def backoff_s(failures: int) -> float:
    """Seconds before the next start after so many failures in a row (1 or more): none after the
    first, for who was up is missed; then more and more, for who fails again at once is broken."""
    return min(0.5 * 2 ** min(failures - 2, 10), 7.5) if failures > 1 else 0


async def _tell(
    on_ready: Callable[[], None], until_ready: Callable[[], Awaitable[object]] | None
) -> None:
    if until_ready is not None:
        await until_ready()
    on_ready()


class _Running(msgspec.Struct, frozen=True, kw_only=True):
    process: Process
    output: asyncio.StreamReader
    pipe: asyncio.ReadTransport


class _Supervisor:
    def __init__(
        self,
        database: Server | None,
        restart_database: Callable[[], Server] | None,
        output: TextIO,
    ) -> None:
        self.database = database
        self.restart_database = restart_database
        self.output = output
        self.setpriv = find_setpriv()
        self.began = time.monotonic()
        self.stopping = asyncio.Event()
        self.killing = asyncio.Event()
        self.killed_by = 0

    def on_signal(self, number: int) -> None:
        if not self.stopping.is_set():
            self.say("hub", "stopping; once more to kill")
            self.stopping.set()
        elif not self.killing.is_set():
            self.killed_by = number
            self.killing.set()

    def say(self, name: str, line: str) -> None:
        with contextlib.suppress(OSError):  # nobody reads any more
            self.output.write(f"{time.monotonic() - self.began:8.2f} {name:<8} | {line}\n")
            self.output.flush()

    async def run(
        self,
        children: Sequence[Child],
        on_ready: Callable[[], None],
        until_ready: Callable[[], Awaitable[object]] | None,
    ) -> int:
        try:
            async with asyncio.TaskGroup() as group:
                if self.restart_database is not None:
                    group.create_task(self.keep_database(self.restart_database))
                for child in children:
                    group.create_task(self.keep(child, await self.spawn(child)))
                telling = group.create_task(_tell(on_ready, until_ready))
                await self.stopping.wait()
                telling.cancel()
        finally:
            await self.stop_database()
        self.say("hub", "killed" if self.killed_by else "stopped")
        return 128 + self.killed_by if self.killed_by else 0

    async def keep(self, child: Child, running: _Running) -> None:
        """One child, started again after each end, at once after the first; pauses grow while it
        fails soon."""
        failures = 0
        while True:
            began = time.monotonic()
            status = await self.watch(child, running)
            if self.stopping.is_set():
                return
            failures = 1 if time.monotonic() - began >= STEADY_S else failures + 1
            pause_s = backoff_s(failures)
            self.say(child.name, f"ended ({status}); again in {pause_s} s")
            if await _happens(self.stopping, pause_s):
                return
            running = await self.spawn(child)

    async def spawn(self, child: Child) -> _Running:
        """Start it with a pipe of our own: asyncio's would make its end wait for all who write."""
        reading, writing = os.pipe()
        output = asyncio.StreamReader()
        try:
            pipe, _ = await asyncio.get_running_loop().connect_read_pipe(
                lambda: asyncio.StreamReaderProtocol(output), os.fdopen(reading, "rb", 0)
            )
            process = await asyncio.create_subprocess_exec(
                self.setpriv,
                "--pdeathsig=TERM",
                "--",
                *child.argv,
                stdin=DEVNULL,
                stdout=writing,
                stderr=STDOUT,
                env=dict(child.env),
                start_new_session=True,  # Ctrl-C is for the supervisor; and a group to kill
            )
        finally:
            os.close(writing)
        return _Running(process=process, output=output, pipe=pipe)

    async def watch(self, child: Child, running: _Running) -> int:
        """Relay its output until it ends or must; then kill what it left in its group."""
        process = running.process
        relay = asyncio.create_task(self.relay(child.name, running.output))
        ended = asyncio.create_task(process.wait())
        asked = asyncio.create_task(self.stopping.wait())
        try:
            await asyncio.wait((ended, asked), return_when=asyncio.FIRST_COMPLETED)
            if not ended.done():
                await self.stop_child(child, process, ended)
        finally:
            _kill_group(process.pid)
            await asyncio.wait((relay,), timeout=1)  # a runaway grandchild may hold the pipe
            for task in (relay, ended, asked):
                task.cancel()
            running.pipe.close()
        return process.returncode or 0

    async def stop_child(self, child: Child, process: Process, ended: "asyncio.Task[int]") -> None:
        with contextlib.suppress(ProcessLookupError):
            process.send_signal(child.stop_signal)
        killing = asyncio.create_task(self.killing.wait())
        await asyncio.wait(
            (ended, killing), timeout=child.stop_timeout_s, return_when=asyncio.FIRST_COMPLETED
        )
        killing.cancel()
        if not ended.done():
            self.say(child.name, "did not stop; killed")
            _kill_group(process.pid)
            await ended

    async def relay(self, name: str, output: asyncio.StreamReader) -> None:
        rest = b""
        while data := await output.read(LINE_BYTES):
            *lines, rest = (rest + data).split(b"\n")
            if len(rest) > LINE_BYTES:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self.say(name, line.decode(errors="replace").rstrip("\r"))
        if rest:
            self.say(name, rest.decode(errors="replace"))

    async def keep_database(self, restart: Callable[[], Server]) -> None:
        """Restart the database alone: the children's pools find it again by themselves."""
        assert self.database is not None, "nothing to restart"
        failures, began = 0, time.monotonic()
        while not await _happens(self.stopping, LOOK_S):
            if self.database.alive():
                continue
            failures = 1 if time.monotonic() - began >= STEADY_S else failures + 1
            pause_s = backoff_s(failures)
            self.say("database", f"ended; again in {pause_s} s")
            if await _happens(self.stopping, pause_s):
                return
            began = time.monotonic()
            self.database.stop()  # reaps it and lets go of its lock
            try:
                self.database = restart()
                self.say("database", "ready again")
            except PostgresError as error:
                self.say("database", str(error))

    async def stop_database(self) -> None:
        if self.database is None:
            return
        self.database.ask_to_stop()
        until = time.monotonic() + DATABASE_STOP_TIMEOUT_S
        while self.database.owned and self.database.alive() and time.monotonic() < until:
            if await _happens(self.killing, 0.02):
                break
        self.database.stop(timeout_s=0)


async def _happens(event: asyncio.Event, within_s: float) -> bool:
    with contextlib.suppress(TimeoutError):
        await asyncio.wait_for(event.wait(), within_s)
    return event.is_set()


def _kill_group(leader: int) -> None:
    """Kill the rest of a group as soon as its leader ended: ids are not reused that quickly."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)
