"""What can go wrong with a debt."""

from hub.core.errors import Conflict, Forbidden


class DebtChanged(Conflict):
    """The debt has changed since it was shown"""

    code = "debt-changed"


class SamePerson(Forbidden):
    """Who proposes does not decide: a second person does"""

    code = "same-person"


class BeingWrittenDown(Conflict):
    """This debt was given up just now, and is being written down"""

    code = "being-written-down"


class AlreadyProposed(Conflict):
    """A proposal for this debt is already waiting"""

    code = "already-proposed"
