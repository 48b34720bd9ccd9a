"""What onboarding brings."""

from hub.core.vertical import NavItem, Slice
from tourism.onboarding import pages

slice = Slice(
    package="tourism.onboarding",
    handlers=pages.handlers,
    nav=(
        NavItem(
            label="Ma maison", path="/pro/onboarding", organisation_kinds=("lodging",), rank=60
        ),
    ),
)
