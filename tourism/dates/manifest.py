"""What dates with prices bring."""

from hub.core.vertical import Slice
from tourism.dates import api

slice = Slice(package="tourism.dates", handlers=api.handlers)
