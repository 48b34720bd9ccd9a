"""What the law kept of who was erased goes when its time is over, as the certificate said and
whichever way they left; the audit says so before it happens."""

from collections.abc import Sequence
from datetime import date

import structlog

from hub import audit, portability
from hub.core.clock import local_date
from hub.core.db import Database, Session
from hub.core.vertical import Slice
from hub.exits import policy, store
from hub.exits.actions import deciding
from hub.portability.models import Erased

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
        for one in await portability.list_ending(self.home, self.today):
            try:
                rows += await self._end(one)
            except Exception as error:  # whatever is wrong with this one, the others end
                log.error("kept rows not ended", organisation=one.organisation, error=repr(error))
                failed += 1
                await self._note(one, self.today + policy.ANOTHER_DAY)
        return rows, failed

    async def _note(self, one: Erased, ends_on: date | None) -> None:
        now = self.database.clock.now()
        await portability.note_ending(self.home, one.organisation, ends_on, now)

    async def _end(self, one: Erased) -> int:
        if await store.is_living(self.home, one.organisation):  # it has come back
            await self._note(one, None)
            return 0
        due = await portability.count_ending(
            self.home, one.organisation, one.erased_on, self.slices, self.today
        )
        keeper = await store.find_operator(self.database.at_once)
        if due and keeper is not None:
            async with self.database.transaction(keeper, actor=ACTOR) as tx:
                await audit.record(
                    tx,
                    action="exit.ending",
                    subject=f"organisation:{one.organisation}",
                    detail={"organisation": one.organisation, "rows": due},
                )
        done = await portability.end_kept(
            self.home, one.organisation, one.erased_on, self.slices,
            today=self.today, most=MOST_ROWS,
        )  # fmt: skip
        await self._note(one, policy.next_ending(done, self.today))
        return sum(done.gone.values())
