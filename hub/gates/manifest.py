"""What gates bring: words."""

from hub.core.vertical import Slice
from hub.gates.words import SENTENCES

slice = Slice(package="hub.gates", messages=SENTENCES)
