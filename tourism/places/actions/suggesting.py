"""Keep the suggestions of a process in memory, and give them."""

import asyncio
import time
from collections.abc import MutableMapping, Sequence
from typing import Any, ClassVar

import structlog

from hub.core.db import Reads
from hub.territory import former_communes, suggest_places, typed_keys
from tourism.places import store
from tourism.places.models import Known, Suggestion
from tourism.places.policy import SuggestionIndex, build_index
from tourism.places.policy.known import (
    country_known,
    former_names,
    house_known,
    landmark_known,
    names_by_place,
    place_known,
)
from tourism.places.reference import landmarks, other_names

log = structlog.get_logger("tourism.places")

REFRESH_S = 300
PAGE = 4_000
MAX_TEXT = 80


class Suggestions:
    """The suggestions of one process: built when first asked for, looked at again every five
    minutes and built anew beside the old ones only when places or houses have changed. Until
    they stand, PostgreSQL answers for communes, departments and regions."""

    # The last structure made in this process, with the state of the data that it was made from.
    _last: ClassVar[tuple[str, SuggestionIndex] | None] = None

    def __init__(self) -> None:
        self._index: SuggestionIndex | None = None
        self._state = ""
        self._looked_at = float("-inf")
        self._building: asyncio.Task[None] | None = None

    async def suggest(self, reads: Reads, text: str, wanted: int = 8) -> list[Suggestion]:
        """Places and houses for what was typed, best first; empty for an empty text."""
        self.refresh(reads)
        if self._index is None:
            return [_plain(place) for place in await suggest_places(reads, text, wanted)]
        return self._index.suggest(*typed_keys(text[:MAX_TEXT]), wanted=wanted)

    def refresh(self, reads: Reads) -> None:
        """See in the background whether there is anything new, when it is time."""
        if time.monotonic() - self._looked_at > REFRESH_S and not self._is_building():
            self._looked_at = time.monotonic()
            self._building = asyncio.create_task(self._refresh(reads))

    async def ready(self, reads: Reads) -> None:
        """Wait until the suggestions stand in memory."""
        self.refresh(reads)
        if self._building is not None:
            await self._building

    def _is_building(self) -> bool:
        return self._building is not None and not self._building.done()

    async def _refresh(self, reads: Reads) -> None:
        try:
            state = await store.find_state(reads)
            if state == self._state:
                return
            if self._last is None or self._last[0] != state:
                known = await _read_known(reads)
                Suggestions._last = (state, await asyncio.to_thread(build_index, known))
            assert self._last is not None
            self._state, self._index = self._last
        except Exception as error:
            # The old suggestions stay, or PostgreSQL answers; the next look tries again.
            log.warning("suggestions were not refreshed", error=repr(error))


def suggestions_of(state: MutableMapping[str, Any]) -> Suggestions:
    """The suggestions of this process, kept in its application's state."""
    if "suggestions" not in state:
        state["suggestions"] = Suggestions()
    return state["suggestions"]


def _plain(place: object) -> Suggestion:
    names = ("kind", "code", "name", "label", "population", "lodgings", "lat", "lng")
    return Suggestion(**{name: getattr(place, name) for name in names})


async def _read_known(reads: Reads) -> Sequence[Known]:
    """Everything that can be suggested, read in pages so that nobody waits long behind it."""
    names = names_by_place(other_names())
    former = former_names(await asyncio.to_thread(former_communes))
    known = [country_known(), *(landmark_known(landmark) for landmark in landmarks().values())]
    kind, code = "", ""
    while rows := await store.list_places(reads, kind, code, PAGE):
        for row in rows:
            suggestion = Suggestion(
                kind=row.kind,
                code=row.code,
                name=row.name,
                label=row.label,
                population=row.population,
                lodgings=row.lodgings,
                lat=row.lat,
                lng=row.lng,
            )
            known.append(place_known(suggestion, row.postcodes, names, former, row.beds))
        kind, code = rows[-1].kind, rows[-1].code
        await asyncio.sleep(0)
    after = 0
    while houses := await store.list_houses(reads, after, PAGE):
        known += [_house(house) for house in houses]
        after = houses[-1].id
        await asyncio.sleep(0)
    return known


def _house(row: store.HouseRow) -> Known:
    suggestion = Suggestion(
        kind="house",
        code=str(row.id),
        name=row.name,
        label=f"{row.name}, {row.commune}",
        lodgings=1,
        lat=row.lat,
        lng=row.lng,
        detail=row.kind,
    )
    return house_known(suggestion, row.capacity, row.commune)
