"""The forms of the register: what the browser sends, and what it shows again."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

import msgspec

from hub.members.errors import EnrolmentInvalid, StatuteInvalid
from hub.members.models import College, Statute
from hub.rules.reading.lexing import fold

ROWS = 6
PERCENTS = ("quorum_bps", "second_quorum_bps")
NUMBERS = (
    "notice_days",
    "second_notice_days",
    "vote_days",
    "proxies_max",
    "emergency_notice_days",
    "emergency_vote_days",
)
CHOICES = ("majority", "by", "empty_college", "emergency_majority")


def read_day(text: str) -> date | None:
    """A day, or none when the field was left empty."""
    if not text.strip():
        return None
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise EnrolmentInvalid("Write a day as 2027-05-31.", field="since") from None


def read_statute(form: Mapping[str, str]) -> Statute:
    """The statute of the form. Raises `StatuteInvalid` for what is no figure."""
    colleges = tuple(
        College(
            code=form.get(f"code_{n}") or _code(form[f"name_{n}"]),
            name=form[f"name_{n}"].strip(),
            weight_bps=_percent(form.get(f"weight_{n}", ""), "colleges"),
        )
        for n in range(ROWS)
        if form.get(f"name_{n}", "").strip()
    )
    said: dict[str, object] = {"colleges": msgspec.to_builtins(colleges)}
    said |= {name: _percent(form.get(name, ""), name) for name in PERCENTS}
    said |= {name: _number(form.get(name, ""), name) for name in NUMBERS}
    said |= {name: form.get(name, "") for name in CHOICES}
    said["secret"] = form.get("secret") == "1"
    try:
        return msgspec.convert(said, Statute)
    except msgspec.ValidationError:
        raise StatuteInvalid("Choose one of the answers.", field="majority") from None


def _code(name: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:40] or "x"


def _percent(text: str, field: str) -> int:
    try:
        bps = Decimal(text.replace(",", ".").replace("%", "").strip()) * 100
    except InvalidOperation:
        raise StatuteInvalid("Write a percentage, such as 25.", field=field) from None
    if not bps.is_finite() or bps != int(bps) or not 0 <= bps <= 10_000:
        raise StatuteInvalid("Write a percentage, such as 25.", field=field)
    return int(bps)


def _number(text: str, field: str) -> int:
    if not re.fullmatch(r"[0-9]{1,3}", text.strip()):
        raise StatuteInvalid("Write a whole number.", field=field)
    return int(text)


def show_statute(statute: Statute | None, typed: Mapping[str, str]) -> dict[str, str]:
    """The statute as the form shows it; what was typed goes before."""
    shown: dict[str, str] = {}
    source = statute or Statute(colleges=())
    for n, college in enumerate(source.colleges):
        shown |= {f"code_{n}": college.code, f"name_{n}": college.name}
        shown[f"weight_{n}"] = _plain(college.weight_bps)
    shown |= {name: _plain(getattr(source, name)) for name in PERCENTS}
    shown |= {name: str(getattr(source, name)) for name in (*NUMBERS, *CHOICES)}
    shown["secret"] = "1" if source.secret else ""
    return {**shown, **typed} if "name_0" in typed else shown


def _plain(bps: int) -> str:
    return f"{Decimal(bps) / 100:f}".rstrip("0").rstrip(".") if bps % 100 else str(bps // 100)
