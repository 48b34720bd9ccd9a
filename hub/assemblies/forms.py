"""The forms of a vote."""

from collections.abc import Mapping
from datetime import date, timedelta

from hub.assemblies.errors import ProposalInvalid, ProxyInvalid
from hub.assemblies.models import Choice, DraftProposal

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
