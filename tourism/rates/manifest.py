"""What rates bring."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.rates")
