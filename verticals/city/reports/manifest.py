"""What the slice brings."""

from hub.core.vertical import About, NavItem, Personal, Portability, Slice
from verticals.city.reports import tasks
from verticals.city.reports.models import PhotosBare
from verticals.city.reports.pages import everybody, town

KINDS = ("town",)

slice = Slice(
    package="verticals.city.reports",
    handlers=(*everybody.handlers, *town.handlers),
    nav=(NavItem(label="Signalements", path=town.INBOX, organisation_kinds=KINDS, rank=21),),
    tasks=(tasks.announce_photos_later, tasks.seal_photos_later),
    on={PhotosBare: (tasks.seal_photos_later,)},
    ticks=(tasks.DAILY,),
    portability=Portability(sealed={"city_report_photo": ("sealed",)}),
    personal=Personal(
        about={
            "city_report": About(words="What you reported to a town.", email=("email",)),
            "city_report_photo": About(
                words="That a picture belongs to it.", follows={"report": "city_report"}
            ),
            "city_report_step": About(
                words="What the town did with it.", follows={"report": "city_report"}
            ),
        },
        nobody={"city_service": "what a town takes reports about"},
        tenants=("tenants_of_reporter",),
        forgets=("forget_reporter",),
    ),
)
