"""The forms of a vote."""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal

from hub.agreements import DerogationInvalid, GrantDerogation
from hub.assemblies.errors import ProposalInvalid, ProxyInvalid
from hub.assemblies.models import Choice, DraftProposal, DraftSuspension
from hub.rules import Role

Form = Mapping[str, str]


def read_draft(form: Form, agreement: str) -> DraftProposal:
    """What was typed. Raises `ProposalInvalid`."""
    try:
        effective_on = date.fromisoformat(form.get("effective_on", "").strip())
    except ValueError:
        raise ProposalInvalid("Write a day as 2027-05-31.", field="effective_on") from None
    return DraftProposal(
        agreement=agreement,
        source=form.get("source", ""),
        reasons=form.get("reasons", ""),
        effective_on=effective_on,
    )


def read_suspension(form: Form) -> DraftSuspension:
    """What was typed. Raises `ProposalInvalid`."""
    try:
        until_on = date.fromisoformat(form.get("until_on", "").strip())
    except ValueError:
        raise ProposalInvalid("Write a day as 2027-05-31.", field="until_on") from None
    return DraftSuspension(reasons=form.get("reasons", ""), until_on=until_on)


def read_derogation(form: Form) -> GrantDerogation:
    """What was typed; the last day of the form is a day of the derogation. Raises
    `DerogationInvalid`."""
    text = form.get("at_most", "").replace(",", ".").replace("%", "").strip()
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9]{1,2})?", text):
        raise DerogationInvalid("Write a percentage, such as 1.5.", field="at_most")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,39}", form.get("role", "")):
        raise DerogationInvalid("Choose who receives a share.", field="role")
    return GrantDerogation(
        name=form.get("name", ""),
        role=Role(form["role"]),
        at_most_bps=int(Decimal(text) * 100),
        reason=form.get("reason", ""),
        since=_day(form, "since"),
        until=_day(form, "last") + timedelta(days=1),
    )


def _day(form: Form, name: str) -> date:
    try:
        day = date.fromisoformat(form.get(name, "").strip())
    except ValueError:
        raise DerogationInvalid("Write a day as 2027-05-31.", field=name) from None
    if not 2000 <= day.year <= 2200:
        raise DerogationInvalid("Write a day as 2027-05-31.", field=name)
    return day


def read_choice(form: Form) -> Choice:
    """The ballot. Raises `ProposalInvalid` for none of the three."""
    try:
        return Choice(form.get("choice", ""))
    except ValueError:
        raise ProposalInvalid("Choose yes, no or abstain.", field="choice") from None


def read_member(form: Form, name: str) -> int:
    """A member by its number. Raises `ProxyInvalid`."""
    text = form.get(name, "")
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise ProxyInvalid("Choose a member of the roll.", field=name)
    return int(text)


def read_period(form: Form, today: date) -> tuple[date, date]:
    """The past that is replayed, both days included; the last twelve months by default."""
    try:
        first = date.fromisoformat(form.get("first") or (today - timedelta(days=365)).isoformat())
        last = date.fromisoformat(form.get("last") or today.isoformat())
    except ValueError:
        raise ProposalInvalid("Write a day as 2027-05-31.", field="first") from None
    if not first <= last <= today or (last - first).days > 1_500:
        raise ProposalInvalid("Choose days in order, in the past.", field="first")
    return first, last
