"""What lodging brings: no routes of its own; the property's page stands above, in search."""

from hub.core.vertical import Slice

slice = Slice(package="tourism.lodging")
