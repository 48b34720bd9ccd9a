"""A password is typed where nobody reads it over a shoulder, and may be pasted and filled in by a
program that keeps passwords."""

import re
from pathlib import Path

from tests.templates import flatten, list_templates

ROOT = Path(__file__).parents[2]
FOLDERS = [ROOT / name for name in ("hub", "tourism", "verticals")]
# The stand-in of the payment service is a server of its own; nobody signs in there.
TEMPLATES = [one for one in list_templates(*FOLDERS) if not one.startswith("fake_stripe/")]
INPUT = re.compile(r"<input\b([^>]*)>", re.DOTALL)
# How the fields of passwords are named: a new one is named so too, or it is not looked at here.
PASSWORDS = {"password", "current", "known", "again"}


def test_every_field_of_a_password_hides_it_and_says_which_it_is() -> None:
    seen: list[str] = []
    for template in TEMPLATES:
        for inside in INPUT.findall(flatten(template)):
            name = re.search(r'\bname="([^"]*)"', inside)
            if name is None or name[1] not in PASSWORDS:
                continue
            seen.append(f"{template} {name[1]}")
            assert 'type="password"' in inside, (template, inside)
            assert re.search(r'autocomplete="(current|new)-password"', inside), (template, inside)
            assert "onpaste" not in inside
    assert len(seen) >= 9, seen


def test_no_field_of_a_password_has_another_name() -> None:
    for template in TEMPLATES:
        for inside in INPUT.findall(flatten(template)):
            if 'type="password"' in inside:
                name = re.search(r'\bname="([^"]*)"', inside)
                assert name is not None, (template, inside)
                assert name[1] in PASSWORDS, (template, inside)
