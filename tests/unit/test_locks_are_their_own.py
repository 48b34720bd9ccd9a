"""The locks that PostgreSQL keeps by a number: no two works that have nothing to do with each other
take the same, or one stands still while the other goes on."""

import re
from collections import defaultdict
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("hub", "tourism", "verticals")
_TAKEN = re.compile(r"advisory\w*\(\s*([\d_]{4,})\s*[,)]")  # in SQL
_NAMED = re.compile(r"^_\w*LOCK = ([\d_]{4,})$", re.MULTILINE)  # given to SQL by Python


def takers(texts: dict[str, str]) -> dict[int, set[str]]:
    """Who takes each number."""
    found: dict[int, set[str]] = defaultdict(set)
    for path, text in texts.items():
        for number in (*_TAKEN.findall(text), *_NAMED.findall(text)):
            found[int(number.replace("_", ""))].add(path)
    return found


def sources() -> dict[str, str]:
    return {
        path.relative_to(ROOT).as_posix(): path.read_text("utf-8")
        for folder in FOLDERS
        for end in ("py", "sql")
        for path in (ROOT / folder).rglob(f"*.{end}")
    }


def test_no_number_is_taken_in_two_places() -> None:
    found = takers(sources())
    assert len(found) >= 6
    assert {number: sorted(who) for number, who in found.items() if len(who) > 1} == {}


@pytest.mark.parametrize(
    "text", ["select pg_try_advisory_lock(7346202);", "_CHAIN_LOCK = 7_346_202\n"]
)
def test_one_that_is_taken_twice_is_found(text: str) -> None:
    planted = {"one.py": "_LOCK = 7_346_202", "other": text}
    assert takers(planted)[7_346_202] == {"one.py", "other"}
