"""What offers bring: no routes of their own."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.offers")
