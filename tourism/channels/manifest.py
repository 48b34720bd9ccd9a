"""What channels brings."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.channels")
