"""Codes of a second factor, what is kept of them, and whom they are asked of."""

from datetime import UTC, datetime, timedelta

import pytest

from hub.core.caller import FRESH, SIGNED_IN, Caller, check_factor
from hub.core.clock import SeededIds
from hub.core.errors import FactorMissing, FactorStale
from hub.identity import policy, sealing

# RFC 6238, appendix B (SHA-1); the last six of its eight digits.
SECRET = b"12345678901234567890"
VECTORS = [
    (59, "287082"),
    (1_111_111_109, "081804"),
    (1_111_111_111, "050471"),
    (1_234_567_890, "005924"),
    (2_000_000_000, "279037"),
    (20_000_000_000, "353130"),
]
KEY = b"a key that is long enough to be one, really"
NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)


@pytest.mark.parametrize(("second", "code"), VECTORS)
def test_a_code_is_right_in_its_half_minute_and_in_those_beside_it(second: int, code: str) -> None:
    own = second // policy.STEP_S
    cases = [(-2, False), (-1, True), (0, True), (1, True), (2, False)]
    for away, right in cases[2 if own < 2 else 0 :]:
        now = datetime.fromtimestamp(second + away * policy.STEP_S, UTC)
        assert sealing.find_step(SECRET, code, now) == (own if right else None)


@pytest.mark.parametrize("code", ["", "28708", "287083", "²87082", "287082 ", "ABCDEF"])
def test_anything_else_is_wrong(code: str) -> None:
    assert sealing.find_step(SECRET, code, datetime.fromtimestamp(59, UTC)) is None


def test_codes_are_read_as_they_are_shown() -> None:
    assert policy.plain_code(" 287 082\t") == "287082"
    assert policy.plain_code("abcd-efgh-jk23") == "ABCDEFGHJK23"


def test_recovery_codes_differ_and_look_like_nothing_else() -> None:
    ids = SeededIds(1)
    codes = {policy.recovery_code(ids.below(policy.RECOVERY_NUMBERS)) for _ in range(100)}
    assert len(codes) == 100
    assert all(len(policy.plain_code(code)) == policy.RECOVERY_LETTERS for code in codes)
    assert not set("01IO") & set("".join(codes))
    assert policy.recovery_code(policy.RECOVERY_NUMBERS - 1) == "9999-9999-9999"


def test_a_sealed_secret_opens_for_its_person_and_key_only() -> None:
    sealed = sealing.seal(KEY, 7, SECRET, SeededIds(1))
    assert SECRET not in sealed
    assert sealing.unseal(KEY, 7, sealed) == SECRET
    assert sealing.unseal(KEY, 8, sealed) is None
    assert sealing.unseal(KEY[::-1], 7, sealed) is None
    assert sealing.recovery_hash(KEY, 7, "A") != sealing.recovery_hash(KEY, 8, "A")


def test_a_ticket_names_its_person_for_five_minutes() -> None:
    ticket = sealing.sign_ticket(KEY, 7, NOW)
    assert sealing.read_ticket(KEY, ticket, NOW + timedelta(minutes=4, seconds=59)) == 7
    assert sealing.read_ticket(KEY, ticket, NOW + policy.TICKET_LIVES) is None
    assert sealing.read_ticket(KEY[::-1], ticket, NOW) is None
    other = "A" if ticket[3] != "A" else "B"
    for spoilt in ("", "é", ticket[:-1], ticket[:3] + other + ticket[4:]):
        assert sealing.read_ticket(KEY, spoilt, NOW) is None


def _operator(shown: timedelta | None, *, has: bool = True) -> Caller:
    at = None if shown is None else NOW - shown
    return Caller(person=1, tenant=2, organisation_kind="operator", has_factor=has, factor_at=at)


def test_a_second_factor_is_asked_of_operators_and_of_whoever_has_one() -> None:
    without, kinds = _operator(None, has=False), ("operator",)
    with pytest.raises(FactorMissing):
        check_factor(without, kinds, NOW, required=True, fresh=False)
    check_factor(without, kinds, NOW, required=False, fresh=True)
    check_factor(without, (SIGNED_IN,), NOW, required=True, fresh=False)
    with pytest.raises(FactorMissing):
        check_factor(without, (SIGNED_IN,), NOW, required=True, fresh=False, acts=True)
    with pytest.raises(FactorStale):
        check_factor(_operator(None), (SIGNED_IN,), NOW, required=True, fresh=False, acts=True)
    house = Caller(person=1, tenant=2, organisation_kind="lodging")
    check_factor(house, ("lodging",), NOW, required=True, fresh=True)
    with pytest.raises(FactorStale):
        check_factor(_operator(None), kinds, NOW, required=True, fresh=False)


def test_what_cannot_be_taken_back_asks_for_it_again_after_a_quarter_of_an_hour() -> None:
    kinds, old = ("operator",), FRESH + timedelta(seconds=1)
    check_factor(_operator(FRESH), kinds, NOW, required=True, fresh=True)
    check_factor(_operator(old), kinds, NOW, required=True, fresh=False)
    with pytest.raises(FactorStale):
        check_factor(_operator(old), kinds, NOW, required=False, fresh=True)
