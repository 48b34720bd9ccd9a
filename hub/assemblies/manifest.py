"""What assemblies bring."""

from hub.assemblies import pages, tasks
from hub.assemblies.actions import writing
from hub.assemblies.models import ProposalDue
from hub.core.vertical import NavItem, Slice

slice = Slice(
    package="hub.assemblies",
    handlers=pages.handlers,
    tasks=(tasks.announce_due_later, tasks.advance_later),
    on={ProposalDue: (tasks.advance_later,)},
    ticks=(tasks.EVERY_MINUTE,),
    nav=(
        NavItem(
            label="Votes",
            path="/pro/votes",
            organisation_kinds=("federation", "lodging", "office", "region"),
        ),
    ),
    messages=(*writing.SUBJECTS.values(), *writing.BODIES.values()),
)
