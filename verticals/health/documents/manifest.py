"""What the slice brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Portability, Slice
from verticals.health.documents.pages import patient, professional

KINDS = ("practice",)
_OWN = {"patient": "health_patient"}

slice = Slice(
    package="verticals.health.documents",
    handlers=(*patient.handlers, *professional.handlers),
    nav=(NavItem(label="Documents", path=professional.HOME, organisation_kinds=KINDS, rank=40),),
    portability=Portability(sealed={"health_document": ("title_sealed", "content_sealed")}),
    personal=Personal(
        about={
            "health_document": About(
                words="A document that you keep in a practice; you take it on your page there.",
                follows=_OWN,
                hides=("title_sealed", "content_sealed"),
                keeps=Keeps.OTHERS,
            ),
            "health_consent": About(
                words="With whom you shared a document, until when.",
                follows=_OWN,
                keeps=Keeps.OTHERS,
            ),
            "health_opening": About(
                words="Who opened a document of yours, and why; or that you opened one.",
                person=("person",),
                follows={"document": "health_document"},
                keeps=Keeps.OTHERS,
            ),
        },
        forgets=("forget_consents",),
    ),
)
