"""One waits only for what may be offered: rooms that are missing now, sold without asking first."""

from datetime import timedelta

import msgspec
import pytest

from tests.unit.shelves import NOW, PLAN, ROOM, TODAY, make_shelf
from tourism.booking.models import Guest
from tourism.rates.models import PlanDetails
from tourism.waiting.actions.trying import check_waitable
from tourism.waiting.errors import NotWaitable, StillFree
from tourism.waiting.models import JoinList

ASKED_ROOM = msgspec.structs.replace(ROOM, on_request=True)
OTHER_ROOM = msgspec.structs.replace(ROOM, room_type=11, code="suite")
ASKED_PLAN = msgspec.structs.replace(PLAN, details=PlanDetails(on_request=True))
OTHER_PLAN = msgspec.structs.replace(PLAN, id=101, code="saver")


def join(*room_types: int) -> JoinList:
    return JoinList(
        property=1,
        arrival=TODAY + timedelta(days=10),
        departure=TODAY + timedelta(days=12),
        adults=2,
        room_types=room_types,
        guest=Guest(first_name="Ada", last_name="Martin", email="ada@demo.example"),
    )


@pytest.mark.parametrize(
    ("given", "room_types", "goes"),
    [
        ({}, (), True),
        ({"plans": [ASKED_PLAN]}, (), False),
        ({"plans": [ASKED_PLAN, OTHER_PLAN]}, (), True),
        ({"rooms": [ASKED_ROOM]}, (), False),
        ({"rooms": [ASKED_ROOM, OTHER_ROOM]}, (), True),
        ({"rooms": [ASKED_ROOM, OTHER_ROOM]}, (10,), False),
        ({"rooms": [ASKED_ROOM, OTHER_ROOM]}, (11,), True),
    ],
)
def test_nobody_waits_for_what_the_house_is_always_asked_for_first(
    given: dict[str, object], room_types: tuple[int, ...], goes: bool
) -> None:
    full = make_shelf(left={10: 0, 11: 0})
    nights = {10: full.nights[10], 11: full.nights[10]}
    shelf = msgspec.structs.replace(full, nights=nights, **given)
    if goes:
        check_waitable(shelf, join(*room_types), NOW)
        return
    with pytest.raises(NotWaitable) as refused:
        check_waitable(shelf, join(*room_types), NOW)
    assert refused.value.extra["obstacles"] == ["on_request"]


def test_what_can_be_asked_for_now_is_not_waited_for() -> None:
    shelf = msgspec.structs.replace(make_shelf(), plans=[ASKED_PLAN])
    with pytest.raises(StillFree):
        check_waitable(shelf, join(), NOW)
