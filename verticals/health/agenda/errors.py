"""What cannot be done, and why."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound


class AgendaInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "agenda-invalid"


class AgendaUnknown(NotFound):
    """This is not here, or no longer"""

    code = "agenda-unknown"


class SlotTaken(Conflict):
    """This time is no longer free"""

    code = "slot-taken"


class BookedAlready(Conflict):
    """There is an appointment at this time already"""

    code = "appointment-twice"


class TooManyBooked(Conflict):
    """You have several appointments here already"""

    code = "appointments-too-many"


class SlotsTouch(Conflict):
    """These hours touch others of the same person"""

    code = "slots-touch"


class AppointmentOver(Conflict):
    """This appointment cannot change any more"""

    code = "appointment-over"


class PractitionerKnown(Conflict):
    """This number is in the list already"""

    code = "practitioner-known"


class AccountNotYours(Forbidden):
    """Only owners and managers say whose account it is"""

    code = "account-not-yours"


class AccountTaken(Conflict):
    """This account is another practitioner's"""

    code = "account-taken"
