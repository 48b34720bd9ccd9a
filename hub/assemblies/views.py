"""What the pages of a vote show: the difference of two texts, bars, and the distribution."""

from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Literal

import msgspec

from hub.assemblies.models import CollegeTally, Result
from hub.assemblies.policy import as_percent
from hub.simulations import Findings


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a text: kept, taken out, or put in."""

    kind: Literal["same", "out", "in"]
    text: str


class Bar(msgspec.Struct, frozen=True, kw_only=True):
    """A bar of the distribution: place and height of a drawing of 400 by 120."""

    x: float
    height: float
    members: int
    step: int


class QuorumBar(msgspec.Struct, frozen=True, kw_only=True):
    """A college: its part of yes and of presence in per cent, and where the quorum stands."""

    tally: CollegeTally
    yes_percent: float
    quorum_percent: float


def compare(before: str, after: str) -> list[Line]:
    """The lines of `after`, with those of `before` that it leaves out where they stood."""
    old, new = before.splitlines(), after.splitlines()
    found: list[Line] = []
    for kind, a1, a2, b1, b2 in SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes():
        if kind == "equal":
            found += [Line(kind="same", text=text) for text in new[b1:b2]]
            continue
        found += [Line(kind="out", text=text) for text in old[a1:a2]]
        found += [Line(kind="in", text=text) for text in new[b1:b2]]
    return found


def draw_steps(findings: Findings) -> list[Bar]:
    """One bar for each tenth of a per cent, those who lose on the left."""
    highest = max((step.members for step in findings.steps), default=1)
    return [
        Bar(
            x=(step.step + 20) * 400 / 41,
            height=max(2.0, step.members * 110 / highest),
            members=step.members,
            step=step.step,
        )
        for step in findings.steps
    ]


def draw_quorums(result: Result) -> list[QuorumBar]:
    """Each college with its part of yes."""
    return [
        QuorumBar(
            tally=tally,
            yes_percent=as_percent(tally.share),
            quorum_percent=100 * tally.needed / tally.enrolled if tally.enrolled else 0,
        )
        for tally in result.colleges
    ]


def table_of(
    roles: Sequence[str], before: dict[str, int], after: dict[str, int]
) -> list[tuple[str, int, int]]:
    """Each role's sums under both texts."""
    return [(role, before.get(role, 0), after.get(role, 0)) for role in roles]
