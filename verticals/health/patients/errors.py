"""What cannot be done, and why."""

from hub.core.errors import Conflict, Invalid, NotFound


class PatientInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "patient-invalid"


class PatientUnknown(NotFound):
    """This patient is not here"""

    code = "patient-unknown"


class PatientKnown(Conflict):
    """Somebody is known under the same traits"""

    code = "patient-known"


class PatientChanged(Conflict):
    """Somebody has changed this patient in the meantime"""

    code = "patient-changed"


class PatientMerged(Conflict):
    """This record was merged into another one"""

    code = "patient-merged"


class PracticeLeaves(Conflict):
    """This practice is leaving"""

    code = "practice-leaves"


class InsTaken(Conflict):
    """This matricule is another patient's"""

    code = "ins-taken"


class SealedUnreadable(Conflict):
    """What this practice has sealed cannot be read here"""

    code = "sealed-unreadable"


class NotOnePerson(Conflict):
    """These two cannot be one person"""

    code = "patients-not-one"
