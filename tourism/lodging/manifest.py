"""What lodging brings: no routes of its own; the property's page stands above, in search."""

from hub.core.vertical import Portability, Slice

slice = Slice(
    package="tourism.lodging",
    portability=Portability(with_triggers=("property", "room_type", "let_year")),
)
