"""What police brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from tourism.police import pages, tasks
from tourism.police.models import SheetsOld

slice = Slice(
    package="tourism.police",
    handlers=pages.handlers,
    tasks=(tasks.announce_old_sheets_later, tasks.destroy_old_sheets_later),
    on={SheetsOld: (tasks.destroy_old_sheets_later,)},
    ticks=(tasks.DAILY,),
    nav=(
        NavItem(
            label="Fiches de police", path="/pro/police", organisation_kinds=("lodging",), rank=54
        ),
    ),
    personal=Personal(
        tenants=("tenants_of_sheet",),
        about={
            "police_sheet": About(
                words="A police sheet with your address that is still kept (CESEDA R814-3).",
                email=("content.email",),
                keeps=Keeps.POLICE,
            )
        },
    ),
)
