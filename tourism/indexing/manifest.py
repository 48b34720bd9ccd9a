"""What the keeping of the index brings."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.indexing")
