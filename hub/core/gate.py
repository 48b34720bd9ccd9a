"""A gate before what everybody wants at once: those who wait are served together, in the order in
which they came, and who would wait too long is refused at once.

PostgreSQL is slower the more wait inside it for one row: 64 waiters cost a third of the rate
(PERFORMANCE 3). So each process lets at most `writers` batches of one key in at a time, its share
of what all may have together; whoever comes meanwhile waits here and makes up the next batch.
Alone, one is served at once, as a batch of one: nobody ever waits for company.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Hashable, Sequence
from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Generic, TypeVar

import msgspec

from hub.core.errors import Busy

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")

BATCH = 200
LINE = 10_000
PATIENCE_S = 15.0


class Crowded(Busy):
    """Too many want the same at once: try again in a moment"""

    code = "crowded"


class _Waiting(msgspec.Struct, Generic[Wish, Answer]):
    wish: Wish
    answer: "asyncio.Future[Answer]"
    since: float


class _Line(msgspec.Struct, Generic[Wish, Answer]):
    waiting: "deque[_Waiting[Wish, Answer]]"
    writers: int = 0


class Gate(Generic[Wish, Answer]):
    """`serve(key, wishes)` answers a batch: one answer or one exception a wish, in their order.

    At most `at_once` batches of all keys are served at the same moment; whoever waits for that
    makes the next batch larger. An exception that `serve` itself raises is everybody's of that
    batch. `batch` says how many there may be in one, or how many of a key. `shared` gives the place
    that a batch of a key needs beside, where other processes have their own gates before the same.
    """

    def __init__(
        self,
        serve: Callable[[Hashable, Sequence[Wish]], Awaitable[Sequence[Answer | Exception]]],
        *,
        writers: int = 2,
        at_once: int = 1_000,
        batch: int | Callable[[Hashable], int] = BATCH,
        line: int = LINE,
        patience_s: float = PATIENCE_S,
        shared: Callable[[Hashable], AbstractAsyncContextManager[None]] = lambda _: nullcontext(),
    ) -> None:
        self._serve = serve
        self._writers = writers
        self._places = asyncio.Semaphore(at_once)
        self._batch_of = batch if callable(batch) else lambda _: batch
        self._line = line
        self._patience_s = patience_s
        self._shared = shared
        self._lines: dict[Hashable, _Line[Wish, Answer]] = {}
        self._running: set[asyncio.Task[None]] = set()
        self._count = 0

    async def ask(self, key: Hashable, wish: Wish) -> Answer:
        """The answer to a wish. Raises `Crowded` when too many wait already, or the first of them
        for too long: who comes now would only wait longer."""
        loop = asyncio.get_running_loop()
        line = self._lines.setdefault(key, _Line(waiting=deque()))
        late = bool(line.waiting) and loop.time() - line.waiting[0].since > self._patience_s
        if late or self._count >= self._line:
            raise Crowded("Ask again with the same key in a moment.", retry_after_s=2)
        one: _Waiting[Wish, Answer] = _Waiting(
            wish=wish, answer=loop.create_future(), since=loop.time()
        )
        line.waiting.append(one)
        self._count += 1
        if line.writers < self._writers:
            line.writers += 1
            task = asyncio.create_task(self._work(key, line))
            self._running.add(task)
            task.add_done_callback(self._running.discard)
        return await one.answer

    async def _work(self, key: Hashable, line: _Line[Wish, Answer]) -> None:
        """Serve the line until nobody stands in it."""
        try:
            while line.waiting:
                async with self._shared(key), self._places:
                    size = min(self._batch_of(key), len(line.waiting))
                    some = [line.waiting.popleft() for _ in range(size)]
                    self._count -= size
                    await self._answer(key, [one for one in some if not one.answer.done()])
        finally:
            line.writers -= 1
            if not line.writers and not line.waiting:
                self._lines.pop(key, None)

    async def _answer(self, key: Hashable, some: Sequence[_Waiting[Wish, Answer]]) -> None:
        if not some:
            return
        try:
            answers = await self._serve(key, [one.wish for one in some])
        except Exception as error:
            answers = [error] * len(some)
        for one, answer in zip(some, answers, strict=True):
            if one.answer.done():  # its guest has gone
                continue
            if isinstance(answer, Exception):
                one.answer.set_exception(answer)
            else:
                one.answer.set_result(answer)
