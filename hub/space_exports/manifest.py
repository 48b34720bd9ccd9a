"""What the files of spaces bring."""

from hub.core.vertical import Slice
from hub.space_exports import pages

slice = Slice(package="hub.space_exports", handlers=pages.handlers)
