"""What a person's stays bring."""

from hub.core.vertical import NO_ORGANISATION, About, NavItem, Personal, Portability, Proof, Slice
from tourism.stays import api, pages, tasks
from tourism.stays.models import ProofAsked

slice = Slice(
    package="tourism.stays",
    handlers=(*api.handlers, *pages.handlers),
    tasks=(tasks.write_proof_later,),
    on={ProofAsked: (tasks.write_proof_later,)},
    nav=(
        NavItem(
            label="Mes séjours",
            path="/mes-sejours",
            organisation_kinds=(NO_ORGANISATION,),
            rank=5,
        ),
    ),
    portability=Portability(
        stays={
            "stay_email": "which addresses a person has proven: that person's, of no organisation"
        }
    ),
    personal=Personal(
        forgets=("forget_letters",),
        about={
            "stay_email": About(
                words="An address that you proved, or began to prove.", person=("person",)
            )
        },
        tenants=("tenants_of_guest",),
        proofs=(Proof(function="proven_addresses", page="/mes-sejours"),),
    ),
)
