"""When somebody may try to sign in, and where they go afterwards."""

from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher

from hub.core.clock import SeededIds
from hub.identity import passwords, policy
from hub.identity.errors import PersonInvalid, SignInLocked
from hub.identity.models import HashCost, OrganisationChoice, RegisterPerson
from hub.identity.tokens import draw_token, token_hash

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
CHEAP = HashCost(memory_kib=8, passes=1)


def minutes_ago(*minutes: float) -> list[datetime]:
    return [NOW - timedelta(minutes=ago) for ago in minutes]


def choice(kind: str) -> OrganisationChoice:
    return OrganisationChoice(tenant=1, kind=kind, name="Maison", role="owner")


@pytest.mark.parametrize(
    ("attempts", "wait_min"),
    [
        ([], None),
        (minutes_ago(1, 2, 3, 4), None),
        (minutes_ago(1, 2, 3, 4, 5), 10),
        (minutes_ago(0, 0, 0, 0, 0), 15),
        (minutes_ago(1, 2, 3, 4, 14.5), 0.5),
        (minutes_ago(1, 2, 3, 4, 15), None),
        (minutes_ago(1, 2, 3, 4, 5, 6, 7), 10),
    ],
)
def test_the_sixth_attempt_waits_until_the_fifth_newest_leaves_the_window(
    attempts: list[datetime], wait_min: float | None
) -> None:
    expected = None if wait_min is None else timedelta(minutes=wait_min)
    assert policy.waiting_time(attempts, 5, NOW) == expected


@pytest.mark.parametrize(
    ("wait", "seconds"),
    [
        (timedelta(minutes=10), 600),
        (timedelta(seconds=10, microseconds=1), 11),
        (timedelta(microseconds=1), 1),
    ],
)
def test_the_seconds_to_wait_are_rounded_up(wait: timedelta, seconds: int) -> None:
    assert SignInLocked(wait).retry_after_s == seconds


@pytest.mark.parametrize(
    ("host", "block"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
    ],
)
def test_an_address_stands_for_one_subscriber(host: str | None, block: str) -> None:
    assert policy.address_block(host) == block


@pytest.mark.parametrize("path", ["/pro/today", "/pro?day=2026-12-01", "/stays/1#rooms", "/"])
def test_a_local_path_is_followed(path: str) -> None:
    assert policy.safe_path(path) == path


@pytest.mark.parametrize(
    "path",
    [
        None,
        "",
        "pro/today",
        "https://evil.example",
        "//evil.example",
        "/\\evil.example",
        "/a\\b",
        "\\\\evil.example",
        "/\t/evil.example",
        "/a\r\nset-cookie: a=b",
        " /pro",
        "javascript:alert(1)",
        "/" + "a" * 2000,
        "/sign-in",
        "/sign-in?next=/sign-in",
        "/sign-out/",
        "/organisations",
    ],
)
def test_anything_else_is_not_followed(path: str | None) -> None:
    assert policy.safe_path(path) is None


@pytest.mark.parametrize(
    ("kind", "home"),
    [
        ("lodging", "/pro/today"),
        ("federation", "/pro/agreement"),
        ("operator", "/pro/operations"),
        ("region", "/pro"),
        ("office", "/pro"),
    ],
)
def test_each_kind_of_organisation_has_its_home(kind: str, home: str) -> None:
    assert policy.home_of(choice(kind)) == home
    assert policy.home_of(choice(kind), "/help") == "/help"
    assert policy.home_of(choice(kind), "//evil.example") == home


def test_only_a_person_with_several_organisations_needs_to_choose() -> None:
    one, two = choice("lodging"), choice("office")
    assert policy.only_choice([one]) == one
    assert policy.only_choice([one, two]) is None
    assert policy.needs_to_choose(None, [one, two])
    assert not policy.needs_to_choose(one, [one])
    assert not policy.needs_to_choose(None, [])


@pytest.mark.parametrize(
    "email", ["", "a", "a@b", "a b@c.fr", "a\0@b.fr", "a@" + "b" * 252 + ".fr"]
)
def test_letters_that_cannot_be_an_email_are_refused(email: str) -> None:
    assert not policy.may_be_email(email)
    with pytest.raises(PersonInvalid):
        policy.check_person(RegisterPerson(email=email, name="Anne", password_hash="x"))


async def test_a_password_matches_its_own_hash_only() -> None:
    kept = await passwords.hash_password("correct horse", CHEAP)
    assert await passwords.password_matches(kept, "correct horse")
    assert not await passwords.password_matches(kept, "correct house")
    assert not await passwords.password_matches("not a hash", "correct horse")


async def test_the_same_letters_in_other_code_points_are_the_same_password() -> None:
    kept = await passwords.hash_password("cafe\u0301 de la gare", CHEAP)
    assert await passwords.password_matches(kept, "caf\u00e9 de la gare")


async def test_nobody_has_the_password_of_an_unknown_email() -> None:
    assert not await passwords.password_matches(None, "correct horse")


def test_an_unknown_email_costs_as_much_as_a_known_one() -> None:
    cost = passwords.COST
    hasher = PasswordHasher(
        time_cost=cost.passes, memory_cost=cost.memory_kib, parallelism=cost.lanes
    )
    assert not hasher.check_needs_rehash(passwords.NOBODY)


@pytest.mark.parametrize("password", ["", "too short", "a" * 201])
async def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(PersonInvalid):
        await passwords.hash_password(password, CHEAP)


async def test_an_endless_password_is_not_even_hashed() -> None:
    kept = await passwords.hash_password("correct horse", CHEAP)
    assert not await passwords.password_matches(kept, "correct horse" * 1_000_000)


def test_a_session_secret_is_long_new_and_safe_in_a_cookie() -> None:
    ids = SeededIds(7)
    tokens = {draw_token(ids) for _ in range(100)}
    assert len(tokens) == 100
    assert all(
        len(token) == 43 and token.replace("-", "a").replace("_", "a").isalnum() for token in tokens
    )
    assert all(len(token_hash(token) or b"") == 32 for token in tokens)


@pytest.mark.parametrize("token", ["", "short", "é" * 43, "a" * 44, "a" * 42, "=" * 43, "a" * 9999])
def test_letters_that_cannot_be_a_secret_have_no_hash(token: str) -> None:
    assert token_hash(token) is None
