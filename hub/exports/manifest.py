"""What exports bring."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from hub.exports import api, letters, pages
from hub.exports.actions import asking
from hub.tenancy import Kind

# A house has an export made for people (`Tout emporter`); this one is open to it too.
SHOWN_TO = tuple(kind for kind in asking.MAY_ASK if kind != Kind.LODGING)

slice = Slice(
    package="hub.exports",
    handlers=(*api.handlers, *pages.handlers),
    messages=letters.SENTENCES,
    portability=Portability(
        stays={"organisation_export": "files made from what leaves; they end after some days"},
        departures=("forget_exports",),
    ),
    nav=(NavItem(label="Tout exporter", path=pages.PAGE, organisation_kinds=SHOWN_TO, rank=94),),
    personal=Personal(
        about={
            "organisation_export": About(
                words="An export of an organisation that you asked for.",
                actor=("asked_by",),
                keeps=Keeps.ACTS,
            )
        },
    ),
)
