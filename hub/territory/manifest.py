"""What the territory brings: reference data, no routes of its own."""

from hub.core.vertical import Slice

slice = Slice(package="hub.territory")
