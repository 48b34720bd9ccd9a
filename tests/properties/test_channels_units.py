"""Whatever feeds say and guests do, no unit is lost, invented or sold twice."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tourism.channels.models import Block, BlockState, Move, Reading, Refused, Stay
from tourism.channels.policy import give_back, plan_changes, read_feed

FIRST = date(2027, 3, 20)
HORIZON = 12
FEEDS = 2

offsets = st.integers(-2, HORIZON + 3)
stays = st.builds(
    lambda uid, first, nights: Stay(
        uid=uid,
        arrival=FIRST + timedelta(days=first),
        departure=FIRST + timedelta(days=first + nights),
    ),
    st.sampled_from("abcd"),
    offsets,
    st.integers(1, 6),
)


class House(RuleBasedStateMachine):
    """One room type with its guests and two feeds; time passes and the season gets longer."""

    @initialize(units=st.integers(0, 3))
    def open(self, units: int) -> None:
        self.units = units
        self.today = FIRST
        self.left = {FIRST + timedelta(days=n): units for n in range(HORIZON)}
        self.sold: list[tuple[date, date]] = []
        self.feeds: list[dict[tuple, Block]] = [{} for _ in range(FEEDS)]

    def move(self, moves: Sequence[Move]) -> None:
        """As `rates.move_units` does: all or nothing, never below zero."""
        after = dict(self.left)
        for move in moves:
            day = move.first
            while day < move.last:
                assert day in after, "a unit of a night that is not open was moved"
                after[day] -= move.quantity
                assert after[day] >= 0, "more was taken than there was"
                day += timedelta(days=1)
        self.left = after

    @rule(feed=st.integers(0, FEEDS - 1), said=st.lists(stays, max_size=6))
    def read(self, feed: int, said: list[Stay]) -> None:
        current = {stay.key: stay for stay in said if stay.departure > self.today}
        reading = Reading(stays=tuple(current.values()))
        plan = self.apply(feed, reading)
        again = self.apply(feed, reading)
        assert (again.dropped, again.moves) == ((), ()), "the same feed again changed something"
        kept = {key for key, block in self.feeds[feed].items() if block.departure > self.today}
        assert kept == set(current)
        assert all(block.departure > self.today for block in plan.dropped)

    def apply(self, feed: int, reading: Reading):
        units = {day: left for day, left in self.left.items() if day >= self.today}
        plan = plan_changes(list(self.feeds[feed].values()), reading, units, self.today)
        self.move(plan.moves)
        for block in plan.dropped:
            del self.feeds[feed][block.key]
        for block in plan.kept:
            self.feeds[feed][block.key] = block
        return plan

    @rule(feed=st.integers(0, FEEDS - 1))
    def remove(self, feed: int) -> None:
        current = [block for block in self.feeds[feed].values() if block.departure > self.today]
        self.move(give_back(current))
        for block in current:
            del self.feeds[feed][block.key]

    @rule(first=st.integers(0, HORIZON), nights=st.integers(1, 4))
    def sell(self, first: int, nights: int) -> None:
        days = [FIRST + timedelta(days=first + n) for n in range(nights)]
        if days[0] < self.today or any(self.left.get(day, 0) < 1 for day in days):
            return
        stay = (days[0], days[-1] + timedelta(days=1))
        self.move([Move(quantity=1, first=stay[0], last=stay[1])])
        self.sold.append(stay)

    @rule(number=st.integers(0, 20))
    def cancel(self, number: int) -> None:
        if self.sold:
            first, last = self.sold.pop(number % len(self.sold))
            self.move([Move(quantity=-1, first=first, last=last)])

    @rule()
    def pass_a_day(self) -> None:
        self.today += timedelta(days=1)
        self.left[max(self.left) + timedelta(days=1)] = self.units

    @invariant()
    def nothing_is_lost_or_invented(self) -> None:
        if not hasattr(self, "left"):
            return
        out: Counter[date] = Counter()
        for first, last in self.sold:
            out.update(first + timedelta(days=n) for n in range((last - first).days))
        for feed in self.feeds:
            for block in feed.values():
                if block.state is BlockState.BLOCKED:
                    assert block.taken_from is not None
                    assert block.taken_until is not None
                    span = range((block.taken_until - block.taken_from).days)
                    out.update(block.taken_from + timedelta(days=n) for n in span)
                else:
                    assert block.taken_from is None
        for day, left in self.left.items():
            assert left >= 0
            assert left + out[day] == self.units, day
        assert set(out) <= set(self.left)


TestHouse = House.TestCase
TestHouse.settings = settings(max_examples=150, stateful_step_count=40, deadline=None)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_reading_or_a_refusal(body: bytes) -> None:
    wrapped = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n" + body + b"\r\nEND:VEVENT\r\nEND:VCALENDAR"
    for given_body in (body, wrapped):
        found = read_feed(given_body, "Europe/Paris", FIRST)
        assert isinstance(found, Reading | Refused)


pieces = st.sampled_from(
    [
        "UID:a", "UID:", "DTSTART", ";VALUE=DATE", ";TZID=Europe/Paris", ";TZID=x", ":", "\r\n",
        "20270328", "T020000", "T250000", "Z", "99991231", "00010101", "DTEND:20270401", "\r\n ",
        "DURATION:P1D", "DURATION:-PT9999999M", "DURATION:P99999D", "BEGIN:VALARM", "END:VALARM",
        "SEQUENCE:1", "SEQUENCE:²", "STATUS:CANCELLED", "RRULE:FREQ=DAILY", '"', ",",
        "RECURRENCE-ID:1",
    ]
)  # fmt: skip


@given(st.lists(pieces, max_size=25), st.sampled_from(["Europe/Paris", "Pacific/Noumea"]))
def test_any_event_is_a_stay_or_is_counted(parts: list[str], zone: str) -> None:
    head, tail = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", "\r\nEND:VEVENT\r\nEND:VCALENDAR"
    found = read_feed((head + "".join(parts) + tail).encode(), zone, FIRST)
    if isinstance(found, Refused):
        return
    left_out = found.past + found.cancelled + found.ours + found.repeated
    assert found.events == 1
    assert len(found.stays) + left_out + sum(found.skipped.values()) == 1
    assert all(stay.arrival < stay.departure for stay in found.stays)
