"""Who may give up a debt, and for which reason: pure decisions."""

from hub.core.errors import Invalid
from tourism.debts.errors import DebtChanged, SamePerson
from tourism.debts.models import Line, Standing, WriteOff

LEAST_CENTS = 50  # the service takes no smaller payment
REASON_LEAST, REASON_MOST = 10, 500


def clean_reason(typed: str) -> str:
    """The reason as it is kept. Raises `Invalid`."""
    said = " ".join(typed.split())
    if len(said) < REASON_LEAST:
        raise Invalid("Say why, in a sentence: it stays with the books.", field="reason")
    if len(said) > REASON_MOST:
        raise Invalid("Say it in fewer words.", field="reason")
    return said


def check_amount(lines: list[Line], shown_cents: int) -> None:
    """Raise `DebtChanged` unless the lines come to what was shown."""
    cents = sum(line.cents for line in lines)
    if cents != shown_cents:
        raise DebtChanged("Look at the amount of now.", amount_cents=cents)


def check_decider(proposal: WriteOff, actor: str) -> None:
    """Two persons give a debt up, never one."""
    if proposal.proposed_by == actor:
        raise SamePerson("Ask a colleague to decide.")


def is_open(proposal: WriteOff) -> bool:
    return proposal.state is Standing.PROPOSED
