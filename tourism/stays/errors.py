"""Why an address is not proven. Each says what to do instead."""

from hub.core.errors import Conflict, TooMany


class ProofTooOften(TooMany):
    """The letter was sent a moment ago"""

    code = "proof-too-often"


class ProofOver(Conflict):
    """This link is no longer good"""

    code = "proof-over"
