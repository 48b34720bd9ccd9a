"""Who may decide (DOMAIN 7.2: two persons)."""

from hub.core.sentences import say
from verticals.health.merging.errors import MergeChanged, MergeInvalid, SecondPersonNeeded
from verticals.health.merging.models import Merge, State

LEAST_WHY, MOST_WHY = 5, 500


def read_why(typed: str) -> str:
    """Why two are one. Raises `MergeInvalid`."""
    text = " ".join(typed.split())
    if not LEAST_WHY <= len(text) <= MOST_WHY:
        says = say("Say why, in %(least)s to %(most)s letters.", least=LEAST_WHY, most=MOST_WHY)
        raise MergeInvalid(says, field="why")
    return text


def check_decides(merge: Merge, person: int) -> None:
    """Raise `SecondPersonNeeded` for whoever asked, `MergeChanged` for what is decided."""
    if merge.state is not State.ASKED:
        raise MergeChanged()
    if merge.asked_by == person:
        raise SecondPersonNeeded("Whoever asked for it does not decide.")
