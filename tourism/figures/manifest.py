"""What figures brings."""

from hub.core.vertical import NavItem, Slice
from tourism.figures import pages

slice = Slice(
    package="tourism.figures",
    handlers=pages.handlers,
    nav=(
        NavItem(label="Chiffres", path="/pro/figures", organisation_kinds=("lodging",), rank=52),
        NavItem(
            label="Demande perdue",
            path=pages.AREAS,
            organisation_kinds=("region", "office", "federation", "operator"),
            rank=52,
        ),
    ),
)
