"""What the demonstration brings: the note that its data are there."""

from hub.core.vertical import Portability, Slice

slice = Slice(
    package="tourism.demo",
    portability=Portability(stays={"demonstration": "the note that this hub is a demonstration"}),
)
