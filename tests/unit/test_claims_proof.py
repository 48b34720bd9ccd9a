"""What proves that a house is somebody's: domains, codes, limits."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from hub.core.clock import SeededIds
from tourism.claims.errors import ClaimInvalid, TooManyCodes
from tourism.claims.models import Claim, State
from tourism.claims.policy import proof

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
SECRET = b"a test's secret key, long enough to be one"
CLAIM = Claim(
    id=UUID(int=7),
    property=1,
    person=1,
    state=State.OPEN,
    siret="73282932000074",
    quality="gérante",
    phone="0400000000",
    statement="",
    email="contact@hotel-du-lac.fr",
    code_hash=proof.hash_code(SECRET, UUID(int=7), "012345"),
    code_expires_at=NOW + proof.CODE_LIFE,
    code_tries=0,
    codes_sent=1,
    codes_on=NOW.date(),
    proven_at=None,
    reason="",
    decided_at=None,
    made_at=NOW,
)


@pytest.mark.parametrize(
    ("site", "domain"),
    [
        ("https://www.1924hotel.com/", "1924hotel.com"),
        ("HTTP://WWW.Hotel-Du-Lac.FR/fr?x=1#a", "hotel-du-lac.fr"),
        ("www.hotel-du-lac.fr", "hotel-du-lac.fr"),
        ("https://fr.hotel-du-lac.fr:8443", "fr.hotel-du-lac.fr"),
        ("https://www.facebook.com/hotel", None),
        ("https://hotel-du-lac.business.site", None),
        ("https://hotel.wixsite.com/lac", None),
        ("http://perso.wanadoo.fr/hotel", None),
        ("https://all.accor.com/hotel/1234", None),
        ("https://192.168.0.1/", None),
        ("https://localhost/", None),
        ("-", None),
        ("", None),
        (None, None),
    ],
)
def test_only_the_mail_of_a_house_s_own_domain_proves(site: str | None, domain: str | None) -> None:
    assert proof.domain_of(site) == domain


@pytest.mark.parametrize(
    ("typed", "email"),
    [
        ("contact", "contact@hotel-du-lac.fr"),
        (" Direction.Generale ", "direction.generale@hotel-du-lac.fr"),
        ("info@hotel-du-lac.fr", "info@hotel-du-lac.fr"),
        ("info@HOTEL-du-lac.fr", "info@hotel-du-lac.fr"),
    ],
)
def test_the_code_goes_to_the_house_s_own_domain(typed: str, email: str) -> None:
    assert proof.address_for(typed, "hotel-du-lac.fr") == email


@pytest.mark.parametrize(
    "typed",
    ["me@gmail.com", "", "@", "a b", "a\r\nBcc: x", "x@sub.hotel-du-lac.fr", "a@b@hotel-du-lac.fr"],
)
def test_another_address_gets_no_code(typed: str) -> None:
    with pytest.raises(ClaimInvalid) as caught:
        proof.address_for(typed, "hotel-du-lac.fr")
    assert caught.value.extra["field"] == "local"


def test_a_code_matches_its_own_claim_and_key_only() -> None:
    assert proof.code_matches(CLAIM, SECRET, " 012 345 ")
    assert not proof.code_matches(CLAIM, SECRET, "012346")
    assert not proof.code_matches(CLAIM, SECRET, "")
    assert not proof.code_matches(CLAIM, b"another key of the house, long enough", "012345")
    other = msgspec.structs.replace(CLAIM, id=UUID(int=8))
    assert not proof.code_matches(other, SECRET, "012345")
    assert not proof.code_matches(msgspec.structs.replace(CLAIM, code_hash=None), SECRET, "012345")


@pytest.mark.parametrize(
    ("change", "lives"),
    [
        ({}, True),
        ({"code_tries": proof.TRIES_A_CODE - 1}, True),
        ({"code_tries": proof.TRIES_A_CODE}, False),
        ({"code_expires_at": NOW}, False),
        ({"code_expires_at": NOW + timedelta(microseconds=1)}, True),
        ({"code_hash": None}, False),
    ],
)
def test_a_code_lives_half_an_hour_and_five_tries(change: dict[str, object], lives: bool) -> None:
    assert proof.code_lives(msgspec.structs.replace(CLAIM, **change), NOW) is lives


@pytest.mark.parametrize(
    ("of_claim", "of_house", "of_person", "may"),
    [(0, 0, 0, True), (2, 5, 8, True), (3, 0, 0, False), (0, 6, 0, False), (0, 0, 9, False)],
)
def test_codes_are_counted_by_claim_house_and_person(
    of_claim: int, of_house: int, of_person: int, may: bool
) -> None:
    def check() -> None:
        proof.check_may_send(of_claim=of_claim, of_house=of_house, of_person=of_person)

    if may:
        check()
    else:
        with pytest.raises(TooManyCodes):
            check()


def test_yesterday_s_codes_do_not_count_today() -> None:
    today = NOW.date()
    assert proof.codes_today(3, today, today) == 3
    assert proof.codes_today(3, today - timedelta(days=1), today) == 0
    assert proof.codes_today(0, None, today) == 0


def test_codes_have_six_digits_and_differ() -> None:
    ids = SeededIds(1)
    codes = [proof.draw_code(ids) for _ in range(200)]
    assert all(len(code) == 6 and code.isdecimal() for code in codes)
    assert len(set(codes)) > 190
