"""Passwords that are tried first are refused, any other of ten letters and more is taken."""

import re

import pytest

from hub.core.guessable import is_guessable, read_common
from hub.identity import policy
from hub.identity.errors import PasswordRefused, PersonInvalid

KNOWN = ("marie.dupont@auberge-du-lac.fr", "Marie Dupont")


@pytest.mark.parametrize(
    "password",
    [
        "1234567890",
        "qwertyuiop",
        "AZERTYUIOP",
        "q1w2e3r4t5",
        "Password123",
        "!!sunshine2026!!",
        "soleil1234567",
        "aaaaaaaaaaaa",
        "abcabcabcabc",
        "abcdefghijkl",
        "0987654321",
        "marie.dupont@auberge-du-lac.fr",
        "MarieDupont74",
        "Dupont-1234-!",
        "auberge-du-lac",
        "TourismInFrance",
        "usage-hub-2026",
    ],
)
def test_what_is_tried_first_is_refused(password: str) -> None:
    assert is_guessable(password, (*policy.OWN_WORDS, *KNOWN))
    with pytest.raises(PersonInvalid):
        policy.check_chosen_password(password, KNOWN)
    with pytest.raises(PasswordRefused):
        policy.check_new_password(password, password, KNOWN)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse",
        "une phrase de passe",
        "une autre phrase",
        "Marie aime les vieux tramways",
        "le soleil se couche tard",
        "vive la france de demain",
        "s8%Kq-w2.!Zx",
        "日本語の合言葉はこれです",
        "\u00e9\u00fc\u00df\u00e6 \u2603 \u20ac \t ~`'\"\\<script>&amp;; drop table person; -- {0}",
    ],
)
def test_any_other_is_taken_whatever_its_signs(password: str) -> None:
    policy.check_chosen_password(password, KNOWN)
    policy.check_new_password(password, password, KNOWN)


def test_sixty_four_letters_and_more_are_taken() -> None:
    for length in (64, 128, 200):
        policy.check_chosen_password(("Zwölf Boxkämpfer jagen Viktor " * 9)[:length], KNOWN)


def test_the_list_is_long_enough_and_as_it_is_compared() -> None:
    common = read_common()
    assert len(common.whole) > 2_000
    assert len(common.whole) + len(common.words) > 3_000
    assert all(len(one) in policy.PASSWORD_LETTERS for one in common.whole)
    assert all(one == one.casefold() for one in common.whole | common.words)
    assert all(re.fullmatch(r"[a-z]{5,9}", one) for one in common.words)


def test_the_longest_password_is_looked_at_at_once() -> None:
    assert not is_guessable("ab" * 50 + "c" + "de" * 49 + "f", KNOWN)
