"""What lodging brings: no routes of its own; the property's page stands above, in search."""

from hub.core.vertical import Personal, Portability, Slice

slice = Slice(
    package="tourism.lodging",
    portability=Portability(with_triggers=("property", "room_type", "let_year")),
    personal=Personal(
        nobody={
            "property": "a house and its rooms, as everybody reads them",
            "room_type": "a house and its rooms, as everybody reads them",
        },
    ),
)
