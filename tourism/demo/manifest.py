"""What the demonstration brings: the note that its data are there."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.demo")
