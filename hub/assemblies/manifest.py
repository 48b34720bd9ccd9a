"""What assemblies bring."""

from hub.assemblies import pages, tasks
from hub.assemblies.actions import writing
from hub.assemblies.models import ProposalDue, TurnDue
from hub.core.vertical import NavItem, Personal, Slice

slice = Slice(
    package="hub.assemblies",
    handlers=pages.handlers,
    tasks=(
        tasks.announce_due_later,
        tasks.advance_later,
        tasks.announce_turns_later,
        tasks.tell_turn_later,
    ),
    on={ProposalDue: (tasks.advance_later,), TurnDue: (tasks.tell_turn_later,)},
    ticks=(tasks.EVERY_MINUTE, tasks.EVERY_HOUR),
    nav=(
        NavItem(
            label="Votes",
            path="/pro/votes",
            organisation_kinds=("federation", "lodging", "office", "region"),
            rank=64,
        ),
    ),
    messages=(
        *writing.SUBJECTS.values(),
        *writing.BODIES.values(),
        *writing.SUSPENSION_BODIES.values(),
        *(sentence for pair in writing.TURNS.values() for sentence in pair),
        *writing.GRANTED,
        *writing.ENDED,
    ),
    personal=Personal(
        nobody={
            "assembly_roll": "member organisations",
            "ballot": "votes of member organisations",
            "proxy": "votes of member organisations",
            "proposal": "texts that were voted on",
            "proposal_comment": "said in the name of a member organisation, beside no account",
        },
    ),
)
