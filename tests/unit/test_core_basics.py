"""Settings, tokens, money, clock, languages, problems: the small sure things."""

from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from uuid import UUID

import asyncpg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.core.clock import DrivenClock, SeededIds, local_date
from hub.core.errors import BadSetting, Busy, NoTenantSet, NotFound
from hub.core.i18n import catalogue, choose_language, money
from hub.core.money import round_half_up, share_of
from hub.core.pages import make_url
from hub.core.problems import describe_problem
from hub.core.settings import read_settings
from hub.core.tokens import read_reference, sign_reference

SECRET = b"k" * 40
ID = UUID(int=7)


def test_settings_have_sound_defaults(tmp_path: Path) -> None:
    settings = read_settings({"HUB_DATA": str(tmp_path)})
    assert (settings.port, settings.workers, settings.database_url) == (8000, 2, None)
    assert settings.public_url == "http://127.0.0.1:8000"
    assert not settings.demo


def test_a_secret_key_is_made_once_and_kept_private(tmp_path: Path) -> None:
    first = read_settings({"HUB_DATA": str(tmp_path)}).secret_key
    assert read_settings({"HUB_DATA": str(tmp_path)}).secret_key == first
    assert (tmp_path / "secret.key").stat().st_mode & 0o777 == 0o600
    assert len(first) == 64


@pytest.mark.parametrize(
    ("name", "value"),
    [("HUB_PORT", "eighty"), ("HUB_PORT", "70000"), ("HUB_WORKERS", "0"), ("HUB_SECRET_KEY", "k")],
)
def test_a_wrong_setting_is_named(tmp_path: Path, name: str, value: str) -> None:
    with pytest.raises(BadSetting, match=name):
        read_settings({"HUB_DATA": str(tmp_path), name: value})


def test_a_signed_reference_names_its_row() -> None:
    token = sign_reference(SECRET, "quote", 12, ID)
    reference = read_reference(SECRET, "quote", token)
    assert (reference.tenant, reference.id) == (12, ID)


@pytest.mark.parametrize(
    "forge",
    [
        lambda token: token[:-1],
        lambda token: token[:10] + ("A" if token[10] != "A" else "B") + token[11:],
        lambda token: "",
        lambda token: "é" * 43,
        lambda token: token + "AAAA",
    ],
)
def test_a_changed_reference_names_nothing(forge) -> None:
    with pytest.raises(NotFound):
        read_reference(SECRET, "quote", forge(sign_reference(SECRET, "quote", 12, ID)))


def test_a_reference_of_another_kind_or_key_names_nothing() -> None:
    token = sign_reference(SECRET, "quote", 12, ID)
    for secret, kind in ((SECRET, "booking"), (b"x" * 40, "quote")):
        with pytest.raises(NotFound):
            read_reference(secret, kind, token)


@pytest.mark.parametrize(
    ("amount", "expected"),
    [(Fraction(1, 2), 1), (Fraction(3, 2), 2), (Fraction(-1, 2), -1), (Fraction(149, 100), 1)],
)
def test_halves_are_rounded_away_from_zero(amount: Fraction, expected: int) -> None:
    assert round_half_up(amount) == expected


@given(st.integers(0, 10**9), st.integers(0, 10_000))
def test_a_share_never_exceeds_its_whole(amount: int, rate: int) -> None:
    assert 0 <= share_of(amount, rate) <= amount


def test_a_driven_clock_moves_only_when_told() -> None:
    clock = DrivenClock(datetime(2027, 3, 28, 0, 30, tzinfo=UTC))
    assert clock.now() == clock.now()
    clock.forward(timedelta(hours=1))
    assert clock.now().hour == 1


def test_the_calendar_date_is_that_of_the_zone() -> None:
    late = datetime(2026, 12, 31, 23, 30, tzinfo=UTC)
    assert local_date(late, "Europe/Paris") == date(2027, 1, 1)
    assert local_date(late, "America/Guadeloupe") == date(2026, 12, 31)


def test_seeded_ids_come_again() -> None:
    assert SeededIds(3).uuid() == SeededIds(3).uuid() != SeededIds(4).uuid()


@pytest.mark.parametrize(
    ("wanted", "accept", "language"),
    [
        ("nl", "fr", "nl"),
        ("xx", "de-DE,de;q=0.9,en;q=0.8", "de"),
        (None, "pt,en;q=0.5,es;q=0.9", "es"),
        (None, "", "fr"),
        (None, "en;q=nonsense", "en"),
    ],
)
def test_the_language_is_the_asked_one_or_the_browsers(wanted, accept, language) -> None:
    assert choose_language(wanted, accept) == language


def test_money_is_written_in_the_languages_own_form() -> None:
    assert money(123450, "fr") == "1\u202f234,50\xa0€"
    assert money(123450, "en") == "€1,234.50"


def test_zero_is_singular_in_french_only() -> None:
    assert catalogue("fr").ngettext("nuit", "nuits", 0) == "nuit"
    assert catalogue("xx").language == "fr"


def test_a_url_leaves_out_what_is_none_and_repeats_lists() -> None:
    assert make_url("/recherche", a=None, b=[1, 2], c="é") == "/recherche?b=1&b=2&c=%C3%A9"


def test_an_unknown_error_tells_no_secret() -> None:
    problem = describe_problem(RuntimeError("password=hunter2"), "/x")
    assert problem.status == 500
    assert b"hunter2" not in problem.as_json()


def test_a_missing_tenant_is_one_error_in_both_its_forms() -> None:
    for state, text in (("42704", 'parameter "app.tenant"'), ("22P02", 'type integer: ""')):
        error = asyncpg.PostgresError.new({"C": state, "M": text})
        assert describe_problem(error).type.endswith(NoTenantSet.code)


@pytest.mark.parametrize(
    "state",
    ["40001", "40P01", "55P03", "57014", "57P01", "53100", "53200", "25006"],  # full, or read only
)
def test_passing_trouble_of_the_database_asks_to_try_again(state: str) -> None:
    problem = describe_problem(asyncpg.PostgresError.new({"C": state, "M": "x"}))
    assert (problem.status, problem.type.rpartition(":")[2]) == (503, Busy.code)
