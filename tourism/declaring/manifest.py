"""What declaring brings."""

from hub.core.vertical import About, Keeps, Kept, NavItem, Personal, Portability, Slice
from tourism.declaring import pages

# The directive allows five to ten years; the accounts that a declaration is drawn from need ten.
LAW = "declarations, and whom they are about (directive (EU) 2021/514; Code de commerce, L123-22)"
HERE = "what this hub has still to declare of a house that has left it"

slice = Slice(
    package="tourism.declaring",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Déclarations", path=pages.PAGE, organisation_kinds=("operator",), rank=22),
        NavItem(label="Fiche fiscale", path=pages.SELLER, organisation_kinds=("lodging",), rank=58),
    ),
    messages=(*pages.KINDS.values(), *pages.FACTS.values(), *pages.MISSING.values()),
    portability=Portability(
        kept={
            name: Kept(years=10, why=LAW)
            for name in (
                "declaration",
                "declaration_part",
                "declared_tax",
                "left_seller",
                "left_stay",
                "lived_elsewhere",
                "seller_file",
                "seller_reminder",
            )
        },
        stays=dict.fromkeys(("left_seller", "left_stay", "lived_elsewhere"), HERE),
        departures=("declaring_leave",),
        settles=("declaring_settle",),
    ),
    personal=Personal(
        about={
            "declaration": About(
                words="A declaration that you made, or sent.",
                actor=("made_by", "sent_by"),
                hides=("facts", "made_by", "sent_by"),
                keeps=Keeps.ACTS,
            )
        },
        nobody={
            "left_seller": "the account of a house that has left",
            "left_stay": "nights and counts of a house that has left, of no named guest",
            "lived_elsewhere": "when a house lived in another hub",
            "seller_file": "the legal identity of an organisation; it leaves with the organisation",
            "declared_tax": "cents that a commune was told of",
            "declaration_part": "files for the authorities, of many houses",
        },
    ),
)
