"""Availability to the minute and penalties to the cent (DOMAIN 6.4, SL-1 to SL-4)."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from hub.billing.models import (
    Address,
    Category,
    Content,
    Invoice,
    Kind,
    Profile,
    Totals,
    VatGroup,
)
from hub.service_levels import policy
from hub.service_levels.models import Incident, Measured, Span, Work

MONTH = Span(
    since=datetime(2026, 11, 1, tzinfo=UTC), until=datetime(2026, 12, 1, tzinfo=UTC)
)  # 30 days: 43,200 minutes
WHOLE = 43_200
START = datetime(2026, 11, 10, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def incident(minutes: int, *tenants: int, start: datetime = START) -> Incident:
    return Incident(
        id=UUID(int=1), service="s", began_at=start, found_at=start, told_at=start,
        ended_at=start + minutes * MINUTE, tenants=tenants, words="x", cause="", cause_told_at=None,
    )  # fmt: skip


def work(minutes: int, notice: timedelta) -> Work:
    return Work(
        id=UUID(int=2), service="s", begins_at=START, ends_at=START + minutes * MINUTE,
        announced_at=START - notice, words="x",
    )  # fmt: skip


def measure(
    *incidents: Incident, works: tuple[Work, ...] = (), missing: int = 0, tenant: int | None = 7
) -> Measured:
    return policy.measure(MONTH, range(WHOLE - missing), incidents, works, tenant)


def percent(measured: Measured, level: str) -> int:
    promise = policy.promises().of(level)
    assert promise is not None
    return policy.percent_of(measured, promise)


@pytest.mark.parametrize(
    ("level", "allowed_s"), [("bronze", 216 * 60), ("silver", 2_592), ("gold", 1_296)]
)
def test_the_minutes_that_may_be_missing_in_a_month(level: str, allowed_s: int) -> None:
    """216, 43.2 and 21.6 minutes."""
    promise = policy.promises().of(level)
    assert promise is not None
    assert policy.allowed_down_s(WHOLE, promise.target_ppm) == allowed_s
    minutes = allowed_s // 60
    assert percent(measure(incident(minutes)), level) == 0
    assert percent(measure(incident(minutes + 1)), level) > 0


def test_sl_1_fifty_minutes_down_at_silver_give_ten_percent_back() -> None:
    found = measure(incident(50))
    assert (found.counted, found.down, found.ppm) == (WHOLE, 50, 998_842)
    assert percent(found, "silver") == 10


@pytest.mark.parametrize(
    ("notice", "counted", "down"),
    [(timedelta(hours=72), WHOLE - 50, 0), (timedelta(hours=72) - MINUTE, WHOLE, 50)],
)
def test_sl_2_work_is_left_out_only_with_72_hours_of_notice(
    notice: timedelta, counted: int, down: int
) -> None:
    found = measure(incident(50), works=(work(50, notice),))
    assert (found.counted, found.down) == (counted, down)


@pytest.mark.parametrize(("tenant", "down"), [(7, 50), (8, 0), (None, 0)])
def test_sl_3_an_outage_of_one_client_counts_for_that_client(tenant: int | None, down: int) -> None:
    assert measure(incident(50, 7), tenant=tenant).down == down
    assert measure(incident(50), tenant=tenant).down == 50


def test_sl_4_a_minute_that_nobody_measured_was_not_up() -> None:
    assert measure(missing=60).down == 60
    assert policy.measure(MONTH, (), (), (), None).ppm == 0


def test_minutes_are_not_counted_twice_and_an_open_incident_goes_on() -> None:
    assert measure(incident(50), incident(30)).down == 50
    assert measure(incident(50), missing=WHOLE).down == WHOLE
    going = msgspec.structs.replace(incident(1), ended_at=None)
    assert measure(going).down == (MONTH.until - START) // MINUTE
    begun = incident(20, start=START + timedelta(seconds=30))
    assert measure(begun).down == 21, "every minute that is touched"


@pytest.mark.parametrize(
    ("level", "down", "expected"),
    [
        ("bronze", 216, 0),
        ("bronze", 217, 5),
        ("silver", 43, 0),
        ("silver", 44, 10),
        ("silver", 216, 10),
        ("silver", 217, 25),
        ("gold", 21, 0),
        ("gold", 22, 10),
        ("gold", 194, 10),
        ("gold", 195, 25),
        ("gold", 432, 25),
        ("gold", 433, 50),
        ("gold", WHOLE, 50),
    ],
)
def test_the_steps_of_the_penalty(level: str, down: int, expected: int) -> None:
    assert percent(Measured(counted=WHOLE, up=WHOLE - down), level) == expected


def test_a_month_in_paris_has_the_hour_of_the_clock_change() -> None:
    assert policy.minutes_of(policy.span_of(date(2026, 10, 9))) == 31 * 1_440 + 60
    assert policy.minutes_of(policy.span_of(date(2027, 3, 1))) == 31 * 1_440 - 60


SELLER = Profile(name="S", address=Address(), siren="552100554", siret="55210055400013")


def invoice(kind: Kind, *groups: tuple[int, int]) -> Invoice:
    vat = tuple(
        VatGroup(category=Category.STANDARD, rate_bps=rate, net_cents=net, vat_cents=0)
        for rate, net in groups
    )
    net = sum(cents for _, cents in groups)
    content = Content(
        kind=kind, number="F-1", issued_on=date(2026, 12, 1), due_on=date(2026, 12, 31),
        seller=SELLER, buyer=policy_buyer(), matter="m", lines=(), vat=vat,
        totals=Totals(net_cents=net, vat_cents=0, gross_cents=net),
        delivered_from=date(2026, 11, 1), delivered_until=date(2026, 11, 30),
    )  # fmt: skip
    return Invoice(
        id=UUID(int=3), tenant=1, buyer_organisation=7, kind=kind, number="F-1",
        issued_on=date(2026, 12, 1), issued_at=START, source="s", subject="s", matter="m",
        buyer_name="b", business=True, net_cents=net, vat_cents=0, gross_cents=net, cancels=None,
        cancelled_by=None, content=msgspec.json.encode(content).decode(),
    )  # fmt: skip


def policy_buyer():
    from hub.billing.models import Buyer  # noqa: PLC0415

    return Buyer(name="B")


@pytest.mark.parametrize(
    ("groups", "percent", "shares"),
    [
        (((2_000, 10_000),), 10, {2_000: 1_000}),
        (((2_000, 12_345),), 10, {2_000: 1_235}),  # 1,234.5: half up, once
        (((2_000, 105), (1_000, 105)), 10, {1_000: 11, 2_000: 10}),  # 21.0 in all
        (((2_000, 333), (1_000, 333), (550, 333)), 25, {550: 84, 1_000: 83, 2_000: 83}),
        (((2_000, 10_000),), 100, {2_000: 10_000}),
        (((2_000, 4),), 10, {}),
        ((), 50, {}),
    ],
)
def test_the_credit_is_the_share_of_the_month_to_the_cent(
    groups: tuple[tuple[int, int], ...], percent: int, shares: dict[int, int]
) -> None:
    base, found = policy.credit_of([invoice(Kind.INVOICE, *groups)], percent)
    assert base == sum(net for _, net in groups)
    assert {one.rate_bps: one.net_cents for one in found} == shares


def test_what_was_credited_already_is_not_given_back_again() -> None:
    documents = [invoice(Kind.INVOICE, (2_000, 10_000)), invoice(Kind.CREDIT_NOTE, (2_000, 4_000))]
    base, found = policy.credit_of(documents, 50)
    assert (base, [one.net_cents for one in found]) == (6_000, [3_000])


@pytest.mark.parametrize(
    ("hours", "cause_days", "rank"),
    [(4, 10, 3), (4, 11, 2), (5, 1, 2), (24, 1, 2), (25, 1, 1), (72, 1, 1), (73, 1, 0)],
)
def test_the_slowest_announcement_makes_the_level(hours: int, cause_days: int, rank: int) -> None:
    told = START + timedelta(hours=hours)
    one = msgspec.structs.replace(
        incident(5), told_at=told, cause="y", cause_told_at=START + timedelta(days=cause_days)
    )
    assert policy.incident_rank([one], told) == (rank, hours)
    assert policy.incident_rank([], told) == (3, 0)
