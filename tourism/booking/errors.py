"""What can go wrong with a stay. Each says what happened and what to do."""

from hub.core.errors import Conflict, Gone, Invalid


class HoldOver(Gone):
    """The rooms are no longer kept for you"""

    code = "hold-expired"


class WrongState(Conflict):
    """The booking is not in a state that allows this"""

    code = "wrong-state"


class NoteTooLong(Invalid):
    """This reason is too long"""

    code = "note-too-long"
