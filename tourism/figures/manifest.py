"""What figures brings."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.figures")
