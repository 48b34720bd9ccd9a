"""How far an export is, told now and then while it is written, in transactions of their own."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager

from hub.portability.models import TableFile

TOLD_EVERY = 10  # tables


class Progress:
    """`note` counts a table; `tell` is given how many of `tables` there are, every ten."""

    def __init__(self, tables: int, tell: Callable[[int], Awaitable[None]]) -> None:
        self._tables, self._tell, self._done = tables, tell, 0
        self._waiting = asyncio.Queue[int | None]()

    def note(self, _: TableFile) -> None:
        """A table is written."""
        self._done += 1
        if self._done % TOLD_EVERY == 0:
            self._waiting.put_nowait(min(self._done, self._tables))

    @asynccontextmanager
    async def telling(self) -> AsyncGenerator[None]:
        """While an export is made; what `tell` raises is raised at the end."""
        telling = asyncio.create_task(self._tell_all())
        try:
            yield
        finally:
            self._waiting.put_nowait(None)
            await telling

    async def _tell_all(self) -> None:
        while (done := await self._waiting.get()) is not None:
            await self._tell(done)
