"""The list of requirements names tests that are there, and leaves none of the requirements out."""

import csv
import re
from collections import Counter
from pathlib import Path

ROOT = Path(__file__).parents[2]
# ASVS 5.0.0: how many requirements of levels 1 and 2 each chapter has.
CHAPTERS = {
    1: 27,
    2: 11,
    3: 19,
    4: 10,
    5: 9,
    6: 35,
    7: 18,
    8: 7,
    9: 7,
    10: 29,
    11: 14,
    12: 9,
    13: 13,
    14: 9,
    15: 13,
    16: 16,
    17: 7,
}
ROWS = list(csv.DictReader((ROOT / "docs" / "asvs.csv").read_text("utf-8").splitlines()))


def test_every_requirement_of_two_levels_is_there_once() -> None:
    assert len({row["requirement"] for row in ROWS}) == len(ROWS) == 253
    assert Counter(row["level"] for row in ROWS) == {"1": 70, "2": 183}
    assert Counter(int(row["requirement"][1:].partition(".")[0]) for row in ROWS) == CHAPTERS


def test_each_says_how_it_is_met_or_that_it_is_not() -> None:
    for row in ROWS:
        assert row["state"] in {"test", "reason", "open"}, row
        assert row["tests"] if row["state"] == "test" else row["words"], row


def test_every_named_test_is_there() -> None:
    missing: list[str] = []
    for name in " ".join(row["tests"] for row in ROWS).split():
        path, _, test = name.partition("::")
        text = (ROOT / path).read_text("utf-8") if (ROOT / path).is_file() else ""
        if not re.search(rf"^(async )?def {test}\(", text, re.MULTILINE):
            missing.append(name)
    assert missing == []
