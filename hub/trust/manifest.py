"""What trust brings."""

from hub.core.vertical import About, Keeps, Personal, Portability, Slice
from hub.trust import tasks, telling
from hub.trust.reading import sentences
from hub.trust.words import SENTENCES

WHY = "published to everybody, of no organisation"

slice = Slice(
    package="hub.trust",
    tasks=(tasks.tell_lapsing_later,),
    ticks=(tasks.DAILY,),
    messages=(*sentences(), *SENTENCES, *telling.SENTENCES),
    portability=Portability(
        stays=dict.fromkeys(
            ("trust_service", "trust_evidence", "trust_clause", "trust_finding"), WHY
        )
    ),
    personal=Personal(
        nobody={"trust_service": "services of providers, published"},
        about={
            "trust_evidence": About(
                words="A proof that you brought, or confirmed.",
                actor=("added_by", "confirmed_by"),
                hides=("added_by", "confirmed_by"),
                keeps=Keeps.ACTS,
            )
        },
    ),
)
