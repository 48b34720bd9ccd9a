"""What contracts bring."""

from hub.contracts import actions, api, pages, tasks
from hub.contracts.models import KINDS
from hub.core.vertical import About, Keeps, Kept, NavItem, Personal, Portability, Slice
from hub.service_levels import CloseMonth

slice = Slice(
    package="hub.contracts",
    handlers=(*pages.handlers, *api.handlers),
    nav=(NavItem(label="Contrats", path=pages.PAGE, organisation_kinds=KINDS, rank=88),),
    tasks=(tasks.close_later,),
    on={CloseMonth: (tasks.close_later,)},
    messages=tuple(actions.WORDS.values()),
    portability=Portability(
        kept={"signed_contract": Kept(years=10, why="contracts (Code de commerce, L123-22)")}
    ),
    personal=Personal(
        about={
            "signed_contract": About(
                words="A contract that you signed for an organisation.",
                actor=("signed_by",),
                keeps=Keeps.ACCOUNTS,
            )
        },
    ),
)
