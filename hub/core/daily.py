"""Once a day, each organisation where something is due does it behind its own wall."""

from collections.abc import Coroutine, Mapping
from datetime import timedelta
from typing import Any, Protocol

import msgspec

from hub.core.db import Database, Tx
from hub.core.vertical import Nothing, Task, Tick


class Verb(Protocol):
    """A function of an open transaction."""

    __name__: str

    def __call__(self, tx: Tx, /) -> Coroutine[Any, Any, object]: ...


class Daily(msgspec.Struct, frozen=True, kw_only=True):
    """What a slice's manifest names as its `tasks`, `on` and `ticks`."""

    announce: Task
    act: Task

    @property
    def tasks(self) -> tuple[Task, Task]:
        return self.announce, self.act

    @property
    def on(self) -> Mapping[type, tuple[Task, ...]]:
        return {self.act.message_type: (self.act,)}

    @property
    def ticks(self) -> tuple[Tick]:
        return (Tick(task=self.announce, every=timedelta(days=1)),)


def once_a_day(slice_name: str, announce: Verb, due: type, act: Verb) -> Daily:
    """`announce` finds the organisations, past their walls, and wakes each with a message `due`
    (`outbox.emit_for`); `act` is done in each of them. The tasks are named after these two."""

    async def run_announce(database: Database, tenant: int | None, message: Nothing) -> None:
        del tenant, message
        async with database.transaction() as tx:
            await announce(tx)

    async def run_act(database: Database, tenant: int | None, message: object) -> None:
        del message
        async with database.transaction(tenant) as tx:
            await act(tx)

    first, second = (f"{slice_name}.{verb.__name__}" for verb in (announce, act))
    return Daily(
        announce=Task(name=first, message_type=Nothing, run=run_announce),
        act=Task(name=second, message_type=due, run=run_act),
    )
