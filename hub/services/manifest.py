"""What services bring."""

from hub.core.vertical import NavItem, Portability, Slice
from hub.gates.gate import SENTENCES
from hub.services import api, pages, tasks
from hub.services.actions.guarding import NOTICES
from hub.services.models import SandboxOpened
from hub.services.pages.region import PAGE
from hub.services.policy.steps import LAUNCHERS

slice = Slice(
    package="hub.services",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.advance_later, tasks.fill_later),
    on={SandboxOpened: (tasks.fill_later,)},
    ticks=(tasks.EVERY_QUARTER,),
    nav=(NavItem(label="Nos services", path=PAGE, organisation_kinds=LAUNCHERS, rank=15),),
    messages=(*pages.WORDS, *SENTENCES, *NOTICES.values(), "Se connecter"),
    portability=Portability(
        stays={"service_sheet_check": "published to everybody, of no organisation"}
    ),
)
