"""What billing brings."""

from hub.billing.actions.printing import WORDS
from hub.core.vertical import Slice

slice = Slice(package="hub.billing", messages=tuple(WORDS.values()))
