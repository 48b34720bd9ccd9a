"""What the territory brings: reference data, no routes of its own."""

from hub.core.vertical import Personal, Portability, Slice

TABLES = ("commune", "department", "place", "region")
slice = Slice(
    package="hub.territory",
    portability=Portability(
        stays=dict.fromkeys(TABLES, "public reference data, the same in every hub")
    ),
    personal=Personal(
        nobody=dict.fromkeys(TABLES, "public reference data"),
    ),
)
