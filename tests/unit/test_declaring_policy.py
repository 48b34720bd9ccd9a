"""Which day is due, who is reported under DAC7, where a payment counts: the vectors of the law."""

from datetime import UTC, date, datetime, timedelta

import pytest

from tourism.declaring import policy
from tourism.declaring.actions.making import bounds_of
from tourism.declaring.models import HouseQuarter, Seller, SellerFile, SellerYear

NOW = datetime(2027, 1, 10, 9, 0, tzinfo=UTC)


def payment(on: date, cents: int = 8_000, nights: int = 1, *, first: bool = True) -> HouseQuarter:
    return HouseQuarter(
        seller=5, property=7, house="Gîte", address="Mende", kind="furnished",
        quarter=(on.month - 1) // 3 + 1, cents=cents, fees_cents=600 * first,
        taxes_cents=90 * first, nights=nights * first, stays=int(first),
    )  # fmt: skip


def seller(*, person: bool | None = True, tax: str = "732829320", **more: object) -> Seller:
    known: dict = {
        "seller": 5, "organisation": "Gîte", "person": person, "name": "Ada", "address": "Mende",
        "country": "FR", "tax_number": tax, "vat_number": "", "born_on": date(1980, 5, 17),
        "born_at": "", "account": "acct_1", "reminders": 0, "first_reminder": None,
    }  # fmt: skip
    return Seller(**{**known, **more})


def year(*payments: HouseQuarter) -> SellerYear:
    (found,) = policy.years_of(payments)
    return found


@pytest.mark.parametrize(
    ("today", "due"),
    [
        (date(2026, 1, 1), date(2026, 6, 30)),
        (date(2026, 6, 30), date(2026, 6, 30)),
        (date(2026, 7, 1), date(2026, 12, 31)),
        (date(2026, 12, 31), date(2026, 12, 31)),
    ],
    ids=["new year", "on the day", "the day after", "the last day"],
)
def test_collected_tax_is_paid_on_the_thirtieth_of_june_and_the_last_of_december(
    today: date, due: date
) -> None:
    assert policy.remittance_day(today) == due


def test_dc1_one_night_of_a_private_host_is_reported() -> None:
    assert policy.is_reported(seller(), year(payment(date(2026, 8, 2))))


@pytest.mark.parametrize(("lettings", "reported"), [(2_000, True), (2_001, False)])
def test_dc2_an_entity_let_more_than_two_thousand_times_at_one_address_is_excluded(
    lettings: int, reported: bool
) -> None:
    stays = year(*(payment(date(2026, 3, 1)) for _ in range(lettings)))
    assert policy.is_reported(seller(person=False), stays) is reported
    assert policy.is_reported(seller(person=True), stays)  # a person always is
    assert policy.is_reported(seller(person=None), stays)  # and so is who has said nothing


def test_dc3_a_payment_counts_in_the_quarter_in_which_it_was_made() -> None:
    (listing,) = year(payment(date(2026, 4, 2), nights=6)).listings  # 28 March to 3 April
    assert listing.paid_cents == (0, 8_000, 0, 0)
    assert listing.activities == (0, 1, 0, 0)
    assert listing.nights == 6


@pytest.mark.parametrize(
    ("cents", "net"),
    [
        ((8_000, 0, 0, 0), (8_000, 0, 0, 0)),
        ((8_000, -3_000, 0, 0), (5_000, 0, 0, 0)),
        ((8_000, 2_000, -3_000, 0), (7_000, 0, 0, 0)),
        ((-500, 2_000, 0, 0), (0, 1_500, 0, 0)),
        ((1_000, -3_000, 0, 0), (0, 0, 0, 0)),
    ],
    ids=["nothing back", "back later", "the nearest first", "from the next", "never below zero"],
)
def test_dc4_a_refund_in_a_later_quarter_is_net_and_never_below_zero(
    cents: tuple[int, ...], net: tuple[int, ...]
) -> None:
    assert policy.net_quarters(cents) == net


def test_a_stay_paid_in_two_quarters_is_one_activity() -> None:
    more = payment(date(2026, 4, 2), 1_000, first=False)
    (listing,) = year(payment(date(2026, 3, 30)), more).listings
    assert listing.paid_cents == (8_000, 1_000, 0, 0)
    assert (listing.activities, listing.nights) == ((1, 0, 0, 0), 1)
    assert listing.fees_cents == (600, 0, 0, 0)


def test_a_stay_that_was_first_paid_in_another_year_is_counted_there() -> None:
    """Its later amounts count in the year in which they were paid; what only came back of it makes
    no seller of its house."""
    (listing,) = year(payment(date(2027, 1, 2), 1_000, first=False)).listings
    assert listing.paid_cents == (1_000, 0, 0, 0)
    assert (listing.count_lettings(), listing.nights, sum(listing.fees_cents)) == (0, 0, 0)
    assert policy.years_of([payment(date(2027, 1, 2), -1_000, first=False)]) == []


@pytest.mark.parametrize(
    ("known", "missing"),
    [
        (seller(), ()),
        (seller(name=None), ("file",)),
        (seller(tax=""), ("tax_number",)),
        (seller(tax="", born_at="Mende"), ()),
        (seller(person=False, tax="", born_at="Mende"), ("tax_number",)),
        (seller(account=None), ("account",)),
    ],
    ids=["whole", "no file", "no number", "place of birth", "an entity", "no account"],
)
def test_due_diligence_names_what_is_missing(known: Seller, missing: tuple[str, ...]) -> None:
    assert policy.missing_of(known) == missing


@pytest.mark.parametrize(
    ("reminders", "days", "kept"), [(2, 60, True), (2, 59, False), (1, 90, False), (0, 0, False)]
)
def test_payments_are_kept_after_two_reminders_and_sixty_days(
    reminders: int, days: int, kept: bool
) -> None:
    first = NOW - timedelta(days=days) if reminders else None
    known = seller(name=None, reminders=reminders, first_reminder=first)
    assert policy.must_withhold(known, NOW) is kept
    assert not policy.must_withhold(seller(reminders=2, first_reminder=first), NOW)


@pytest.mark.parametrize(
    ("said", "fields"),
    [
        (SellerFile(person=False, name="SARL", address="Mende", tax_number="732829320"), set()),
        (SellerFile(person=False, name="SARL", address="Mende", tax_number="732829321"),
         {"tax_number"}),
        (SellerFile(person=True, name="Ada", address="Mende"), {"born_on", "born_at"}),
    ],
    ids=["a good SIREN", "a wrong key", "a person of whom nothing is known"],
)  # fmt: skip
def test_what_is_wrong_with_a_sellers_file_is_said_by_field(
    said: SellerFile, fields: set[str]
) -> None:
    assert set(policy.faults_of(said)) == fields


def test_the_year_of_a_report_is_that_of_its_days_in_paris() -> None:
    begins, ends = bounds_of(2026)
    assert begins == datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert ends == datetime(2026, 12, 31, 23, tzinfo=UTC)
