"""What the law kept of an organisation that left goes when its time is over, as its certificate
said; the audit says so before it happens."""

from collections.abc import Sequence
from datetime import date

import msgspec
import structlog

from hub import audit, portability
from hub.core.clock import local_date
from hub.core.db import Database, Session
from hub.core.vertical import Slice
from hub.exits import policy, store
from hub.exits.actions import deciding
from hub.exits.models import Exit, Named, State
from hub.portability.models import Certificate

log = structlog.get_logger(__name__)
ACTOR = "leaver"
MOST_ROWS = 5_000  # of one organisation in one pass


class Ending:
    """Ends what is kept, over an administrator's connection; a pass takes a few organisations."""

    def __init__(self, database: Database, home: Session, slices: Sequence[Slice]) -> None:
        self.database, self.home, self.slices = database, home, slices
        self.today = local_date(database.clock.now(), deciding.ZONE)

    async def run(self) -> tuple[int, int]:
        """How many rows went, and on how many organisations it failed: those have another day."""
        rows, failed = 0, 0
        for one in await store.list_ending(self.database.at_once, self.today):
            try:
                rows += await self._end(one)
            except Exception as error:  # whatever is wrong with this one, the others end
                log.error("kept rows not ended", exit=str(one.id), error=repr(error))
                failed += 1
                async with self.database.transaction(one.tenant, actor=ACTOR) as tx:
                    await store.note_ending(tx, one.id, self.today + policy.ANOTHER_DAY)
        return rows, failed

    async def _end(self, one: Named) -> int:
        async with self.database.transaction(one.tenant, actor=ACTOR) as tx:
            exit = await store.lock_exit(tx, one.id)
            if exit is None or exit.state is not State.ERASED:
                return 0
            if await store.is_living(self.home, exit.organisation):  # it has come back
                await store.note_ending(tx, exit.id, None)
                return 0
            erased_on = self._erased_on(exit)
            due = await portability.count_ending(
                self.home, exit.organisation, erased_on, self.slices, self.today
            )
            if due:
                await audit.record(
                    tx,
                    action="exit.ending",
                    subject=f"exit:{exit.id}",
                    detail={"organisation": exit.organisation, "rows": due},
                )
        done = await portability.end_kept(
            self.home, exit.organisation, erased_on, self.slices, today=self.today, most=MOST_ROWS
        )
        async with self.database.transaction(one.tenant, actor=ACTOR) as tx:
            await store.note_ending(tx, one.id, policy.next_ending(done, self.today))
        return sum(done.gone.values())

    def _erased_on(self, exit: Exit) -> date:
        said = msgspec.convert(exit.certificate, Certificate)
        return local_date(said.erased_at, deciding.ZONE)
