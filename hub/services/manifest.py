"""What services bring."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from hub.services import api, pages, tasks
from hub.services.actions.guarding import NOTICES
from hub.services.models import SandboxOpened
from hub.services.pages.shown import PAGE
from hub.services.policy.steps import LAUNCHERS

slice = Slice(
    package="hub.services",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.advance_later, tasks.fill_later, tasks.meter_later),
    on={SandboxOpened: (tasks.fill_later,)},
    ticks=(tasks.EVERY_QUARTER, tasks.EVERY_HOUR),
    nav=(NavItem(label="Nos services", path=PAGE, organisation_kinds=LAUNCHERS, rank=15),),
    messages=(*pages.WORDS, *NOTICES.values(), "Se connecter"),
    portability=Portability(
        stays={"service_sheet_check": "published to everybody, of no organisation"}
    ),
    personal=Personal(
        about={
            "service_event": About(
                words="A step of a service that you took.",
                actor=("actor",),
                keeps=Keeps.ACTS,
            ),
            "service_sheet_check": About(
                words="A sheet of the catalogue that you checked.",
                actor=("checked_by",),
                keeps=Keeps.ACTS,
            ),
        },
        nobody={"service": "services of organisations"},
    ),
)
