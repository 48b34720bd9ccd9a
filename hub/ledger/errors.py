"""What can go wrong with a posting; the transaction that tried writes nothing."""

from hub.core.errors import Conflict, Invalid


class DraftInvalid(Invalid):
    """A transfer is not well formed"""

    code = "ledger-draft-invalid"


class ReferenceTaken(Conflict):
    """Another transfer has this reference"""

    code = "ledger-reference-taken"


class NothingPending(Conflict):
    """There is no pending transfer to post or void"""

    code = "ledger-nothing-pending"


class ReversalTooLarge(Conflict):
    """More cannot be reversed than remains"""

    code = "ledger-reversal-too-large"


class BelowFloor(Conflict):
    """This account cannot be debited so far"""

    code = "ledger-below-floor"


class NothingToReverse(Conflict):
    """There is no such transfer, in the other direction, to reverse"""

    code = "ledger-nothing-to-reverse"
