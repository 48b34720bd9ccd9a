"""What goes because its time is over stays while an order keeps it: every statement and function
that deletes or empties by an instant or a day asks, or says here why nothing is lost with it."""

import re
from collections.abc import Iterator
from pathlib import Path

from hub.app import compose
from hub.core.sql import parse_queries

ROOT = Path(__file__).parents[2]
_INSTANT = r":(?:now|before|last|until)\b"
_BY_TIME = re.compile(
    rf"\bdelete from\b.*(?:[<>]=?\s*{_INSTANT}|(?:_at|_on|_day|\bat)\s*[<>]=?\s*:)", re.DOTALL
)
_EMPTIES = re.compile(
    r"\bupdate\b[^;]*\bset\b[^;]*(?:= ''|= '…'|= null)[^;]*(?:_at|_on|_day)\s*<=?\s*:", re.DOTALL
)
_FUNCTION = re.compile(
    r"^create (?:or replace )?function (\w+)\((.*?)^(?:end )?\$\$", re.DOTALL | re.MULTILINE
)
_BY_GIVEN_TIME = re.compile(
    r"\bdelete from\b.*[<>]=?\s*(?:before|until|now|last|at|today)\b", re.DOTALL
)
ASKS = "legal_hold_on("
FREE = {
    "hub.identity/forget_old_attempts": "counts of attempts, of no organisation",
    "hub.identity/forget_ended_sessions": "secrets of who is signed in",
    "hub.identity/forget_old_offers": "secrets of who sets a second factor up",
    "hub.identity/forget_old_links": "secrets of letters",
    "hub.own_data/destroy_copies": "copies of what stands",
    "tourism.takeaway/destroy_takeaways": "copies of what stands",
    "tourism.calendar/forget_previews": "what was looked at and never applied",
    "verticals.education.lti_tools/delete_old_keys": "keys that sign nothing any more",
    "verticals.education.lti_tools/delete_old_used": "numbers of messages that were taken",
    "verticals.education.lti_launch/delete_old_choices": "questions that nothing can answer",
    "hub.core/forget_old_replies": "answers that are given again for a day or a month",
}


def endings() -> Iterator[tuple[str, str]]:
    for package in compose().packages:
        path = ROOT / package.replace(".", "/") / "queries.sql"
        functions = path.parent / "schema" / "functions.sql"
        if functions.is_file():
            for name, text in _FUNCTION.findall(functions.read_text()):
                if _BY_GIVEN_TIME.search(text):
                    yield f"{package}/{name}", text
        if path.is_file():
            named = re.split(r"^-- name: (\w+)$", path.read_text(), flags=re.MULTILINE)[1:]
            assert set(named[::2]) == set(parse_queries(path.read_text()))
            for name, text in zip(named[::2], named[1::2], strict=True):
                if _BY_TIME.search(text) or _EMPTIES.search(text):
                    yield f"{package}/{name}", text


def test_what_ends_by_the_clock_asks_whether_an_order_keeps_it() -> None:
    found = dict(endings())
    assert len(found) > 15
    forgotten = [name for name, text in found.items() if ASKS not in text and name not in FREE]
    assert forgotten == []
    stale = [name for name in FREE if name not in found or ASKS in found[name]]
    assert stale == []
