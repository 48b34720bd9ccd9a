"""What the reading of reviews brings."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.reviews")
