"""What declaring brings."""

from hub.core.vertical import About, Keeps, NavItem, Personal, Slice
from tourism.declaring import pages

slice = Slice(
    package="tourism.declaring",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Déclarations", path=pages.PAGE, organisation_kinds=("operator",), rank=22),
        NavItem(label="Fiche fiscale", path=pages.SELLER, organisation_kinds=("lodging",), rank=58),
    ),
    messages=(*pages.KINDS.values(), *pages.FACTS.values(), *pages.MISSING.values()),
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
            "seller_file": "the legal identity of an organisation; it leaves with the organisation",
            "declared_tax": "cents that a commune was told of",
            "declaration_part": "files for the authorities, of many houses",
        },
    ),
)
