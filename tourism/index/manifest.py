"""What the index brings."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.index")
