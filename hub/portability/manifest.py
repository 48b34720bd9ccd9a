"""What portability brings: the functions that read and write whole tenants."""

from hub.core.vertical import Personal, Portability, Slice

slice = Slice(
    package="hub.portability",
    portability=Portability(
        stays={
            "erased_organisation": "when this hub erased somebody, and until when it keeps rows",
            "legal_hold": "whose rows this hub must keep, by which order",
        }
    ),
    personal=Personal(
        nobody={
            "erased_organisation": "the day on which an organisation was erased",
            "legal_hold": "an order that keeps an organisation's rows",
        }
    ),
)
