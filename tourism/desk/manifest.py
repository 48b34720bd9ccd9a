"""What desk brings."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.desk")
