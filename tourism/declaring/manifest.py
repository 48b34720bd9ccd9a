"""What declaring brings."""

from hub.core.vertical import NavItem, Slice
from tourism.declaring import pages

slice = Slice(
    package="tourism.declaring",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Déclarations", path=pages.PAGE, organisation_kinds=("operator",), rank=22),
        NavItem(label="Fiche fiscale", path=pages.SELLER, organisation_kinds=("lodging",), rank=58),
    ),
    messages=(*pages.KINDS.values(), *pages.FACTS.values(), *pages.MISSING.values()),
)
