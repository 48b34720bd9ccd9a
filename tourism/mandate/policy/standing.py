"""Which revision of the text is in force, what stands of a signed one, and what a signature needs.

Revisions are dated data: a new one is a new entry here and a new file in `templates/text/`. What is
there is never edited, because houses have signed it.
"""

import hashlib
from collections.abc import Sequence
from datetime import date, timedelta

from tourism.mandate.errors import MandateInvalid, SignerNotAllowed
from tourism.mandate.models import EndMandate, Mandate, Revision, SignMandate, Standing, State

REVISIONS: tuple[Revision, ...] = (
    Revision(
        number=1,
        from_on=date(2026, 1, 1),
        sign_within_days=30,
        notice_days=15,
        agent_notice_days=30,
        change_notice_days=15,
        payout_days=15,
    ),
)
SIGNERS = frozenset({"owner", "manager"})


def revision_in_force(today: date, revisions: Sequence[Revision] = REVISIONS) -> Revision:
    """The text that is signed today."""
    return max((r for r in revisions if r.from_on <= today), key=lambda r: r.number)


def lowest_standing(today: date, revisions: Sequence[Revision] = REVISIONS) -> int:
    """The oldest revision under which a mandate still stands today."""
    current = revision_in_force(today, revisions)
    if today <= last_day_to_sign(current):
        earlier = [r.number for r in revisions if r.number < current.number]
        return max(earlier, default=current.number)
    return current.number


def last_day_to_sign(revision: Revision) -> date:
    """The last day on which a mandate under the revision before still stands."""
    return revision.from_on + timedelta(days=revision.sign_within_days)


def standing_of(
    mandate: Mandate | None, today: date, revisions: Sequence[Revision] = REVISIONS
) -> Standing:
    """Where a house stands whose newest mandate is this."""
    if mandate is None:
        return Standing(state=State.NONE)
    if mandate.ended_at is not None or _is_over(mandate, today, revisions):
        return Standing(state=State.ENDED, mandate=mandate)
    if mandate.ends_on is not None:
        return Standing(state=State.NOTICE, mandate=mandate, until=mandate.ends_on)
    current = revision_in_force(today, revisions)
    if mandate.revision < current.number:
        until = last_day_to_sign(current)
        return Standing(state=State.TO_RENEW, mandate=mandate, until=until)
    return Standing(state=State.ACTIVE, mandate=mandate)


def _is_over(mandate: Mandate, today: date, revisions: Sequence[Revision]) -> bool:
    lapsed = mandate.revision < lowest_standing(today, revisions)
    return lapsed or (mandate.ends_on is not None and today >= mandate.ends_on)


def end_of_notice(today: date, revision: Revision) -> date:
    """The first day without a mandate."""
    return today + timedelta(days=revision.notice_days)


def hash_text(text: str) -> str:
    """The SHA-256 of the exact words."""
    return hashlib.sha256(text.encode()).hexdigest()


def is_intact(mandate: Mandate) -> bool:
    """Whether the words are still those that were signed."""
    return hash_text(mandate.text) == mandate.text_hash


def check_signer(role: str | None) -> None:
    """Raise `SignerNotAllowed` unless this member may bind the house."""
    if role not in SIGNERS:
        raise SignerNotAllowed("Ask an owner of the house to sign.")


def check_signature(said: SignMandate) -> None:
    """Raise `MandateInvalid`, with the field."""
    if not 3 <= len(said.name.strip()) <= 200:
        raise MandateInvalid("Type your first and last name: it is your signature.", field="name")
    if not 2 <= len(said.quality.strip()) <= 100:
        raise MandateInvalid("Say in what quality you sign: owner, manager…", field="quality")
    if not said.read:
        raise MandateInvalid("Tick that you have read the mandate.", field="read")


def check_end(said: EndMandate) -> None:
    """Raise `MandateInvalid`, with the field."""
    if not 3 <= len(said.name.strip()) <= 200:
        raise MandateInvalid("Type your first and last name.", field="end_name")
    if len(said.reason) > 1_000:
        raise MandateInvalid("A reason has at most 1000 letters.", field="end_reason")
