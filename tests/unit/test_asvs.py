"""The list of requirements names tests that are there, and leaves none of the requirements out."""

import ast
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


SKIPPED = {"skip", "skipif", "xfail"}


def collected(path: Path) -> set[str]:
    """The tests of a file that run wherever all tests run: at its top level, defined once, not
    skipped."""
    if not path.is_file() or not path.name.startswith("test_"):
        return set()
    tree = ast.parse(path.read_text("utf-8"))
    marks = [
        node.value
        for node in tree.body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "pytestmark"
    ]
    if any(word in ast.unparse(mark) for mark in marks for word in SKIPPED):
        return set()
    found = [node for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    names = Counter(node.name for node in found)
    return {
        node.name
        for node in found
        if node.name.startswith("test_")
        and names[node.name] == 1
        and not any(
            f"mark.{word}" in ast.unparse(mark) for mark in node.decorator_list for word in SKIPPED
        )
    }


def test_every_named_test_is_there_and_runs() -> None:
    known: dict[str, set[str]] = {}
    missing: list[str] = []
    for name in " ".join(row["tests"] for row in ROWS).split():
        path, _, test = name.partition("::")
        if path not in known:
            known[path] = collected(ROOT / path)
        if not path.startswith("tests/") or test not in known[path]:
            missing.append(name)
    assert missing == []
    assert len(known) > 30


def test_a_test_that_is_not_collected_is_not_taken_for_one(tmp_path: Path) -> None:
    path = tmp_path / "test_planted.py"
    path.write_text(
        "import pytest\n"
        "def test_good(): ...\n"
        "async def test_later(): ...\n"
        "def helper(): ...\n"
        "def test_twice(): ...\n"
        "def test_twice(): ...\n"
        "@pytest.mark.skip\ndef test_left_out(): ...\n"
        "@pytest.mark.xfail(reason='x')\ndef test_that_fails(): ...\n"
        "class Group:\n    def test_inside(self): ...\n"
    )
    assert collected(path) == {"test_good", "test_later"}
    (tmp_path / "helpers.py").write_text("def test_good(): ...\n")
    assert collected(tmp_path / "helpers.py") == set()
    path.write_text("pytestmark = pytest.mark.skip\ndef test_good(): ...\n")
    assert collected(path) == set()


def test_every_file_that_a_row_speaks_of_is_there() -> None:
    named = {
        name
        for row in ROWS
        for name in re.findall(r"\b(?:docs|hub|tourism|verticals)/[\w/.-]+\w", row["words"])
    }
    assert [name for name in sorted(named) if not (ROOT / name).exists()] == []
    assert "docs/threat-model.md" in named


def test_no_row_is_left_open() -> None:
    """What is not met says so in its words, and why: that is a decision, not a forgotten row."""
    assert [row["requirement"] for row in ROWS if row["state"] == "open"] == []
