"""What places bring."""

from hub.core.vertical import Slice
from tourism.places import api, pages

slice = Slice(package="tourism.places", handlers=(api.suggest, pages.show_suggestions))
