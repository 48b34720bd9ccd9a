"""Why the index does not answer."""

from hub.core.errors import Busy, Invalid


class IndexTooOld(Busy):
    """The search index is behind"""

    code = "index-too-old"


class AskInvalid(Invalid):
    """The index cannot be asked this"""

    code = "ask-invalid"
