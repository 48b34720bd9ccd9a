"""What claims bring."""

from hub.core.vertical import NO_ORGANISATION, About, NavItem, Personal, Slice
from tourism.claims import pages, tasks
from tourism.claims.models import ClaimAsked

slice = Slice(
    package="tourism.claims",
    handlers=pages.handlers,
    tasks=(tasks.tell_deciders_later,),
    on={ClaimAsked: (tasks.tell_deciders_later,)},
    nav=(
        NavItem(
            label="Mettre ma maison en ligne",
            path="/pro/claim",
            organisation_kinds=(NO_ORGANISATION,),
        ),
        NavItem(
            label="Revendications", path="/pro/claims", organisation_kinds=("office", "operator")
        ),
    ),
    personal=Personal(
        about={
            "house_claim": About(
                words="Your claim to a house of the registry.",
                person=("person",),
                hides=("decided_by",),
            )
        },
        tenants=("tenants_of_claimant",),
    ),
)
