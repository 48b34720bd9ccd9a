"""What the slice brings."""

from hub.core.vertical import Slice
from verticals.city.open311 import api

slice = Slice(package="verticals.city.open311", handlers=api.handlers)
