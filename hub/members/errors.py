"""What can be wrong with a statute or a register."""

from hub.core.errors import Conflict, Invalid


class StatuteInvalid(Invalid):
    """This statute cannot be applied"""

    code = "statute-invalid"


class NoStatute(Conflict):
    """The federation has no statute yet: write it first"""

    code = "no-statute"


class MemberUnknown(Invalid):
    """No organisation has exactly this name"""

    code = "member-unknown"


class EnrolmentInvalid(Invalid):
    """This membership cannot be kept as described"""

    code = "enrolment-invalid"


class AlreadyEnrolled(Conflict):
    """This organisation is a member already"""

    code = "already-enrolled"
