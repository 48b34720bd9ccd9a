"""What can go wrong with a debt."""

from hub.core.errors import Conflict, Forbidden


class DebtChanged(Conflict):
    """The debt has changed since it was shown"""

    code = "debt-changed"


class SamePerson(Forbidden):
    """Who proposes does not decide: a second person does"""

    code = "same-person"


class AlreadyProposed(Conflict):
    """A proposal for this debt is already waiting"""

    code = "already-proposed"
