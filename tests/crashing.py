"""Stop a coroutine at its n-th wait, as a process that is killed there stops."""

import asyncio
from collections.abc import Coroutine, Generator
from typing import Any


class _Stopped:
    """Awaits a coroutine step by step; at the wait number `at` it is cancelled there."""

    def __init__(self, work: Coroutine[Any, Any, Any], at: int) -> None:
        self.work, self.at, self.waits = work, at, 0

    def __await__(self) -> Generator[Any, Any, bool]:
        """True when it was stopped; False when it ended before."""
        thrown: BaseException | None = None
        while True:
            try:
                waited = self.work.throw(thrown) if thrown else self.work.send(None)
            except StopIteration:
                return False
            except asyncio.CancelledError:
                return True
            thrown = None
            self.waits += 1
            if self.waits == self.at:
                if waited is not None:
                    waited.cancel()
                    waited._asyncio_future_blocking = False
                thrown = asyncio.CancelledError()
                continue
            try:
                yield waited
            except BaseException as error:
                thrown = error


async def stop_at(work: Coroutine[Any, Any, Any], at: int) -> tuple[bool, int]:
    """Run `work` up to its wait number `at`, and cancel it there: whether it was stopped, and how
    many waits it came to. Beyond its last wait it simply ends."""
    stopped = _Stopped(work, at)
    return await stopped, stopped.waits
