"""What the documents say that a test proves, a test of that name proves."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DEFINED = re.compile(r"^(?:async )?def (test_\w+)\(", re.M)


def test_every_test_that_is_named_is_there() -> None:
    known = {
        name
        for path in (ROOT / "tests").rglob("test_*.py")
        for name in [path.stem, *DEFINED.findall(path.read_text())]
    }
    named = {
        (path.name, name)
        for path in (ROOT / "docs").glob("*.md")
        for name in re.findall(r"`(test_\w+)`", path.read_text())
    }
    assert len(named) > 20
    assert {(where, name) for where, name in named if name not in known} == set()
