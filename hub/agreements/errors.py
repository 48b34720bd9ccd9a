"""What can be wrong with an agreement."""

from hub.core.errors import Conflict, Forbidden, Invalid


class RuleInvalid(Invalid):
    """This rule text cannot be an agreement"""

    code = "rule-invalid"


class NoAgreement(Conflict):
    """No agreement is in force on this date"""

    code = "no-agreement"


class NotTheScheme(Forbidden):
    """Only the federation that governs an agreement may decide this"""

    code = "not-the-scheme"


class DerogationInvalid(Invalid):
    """This derogation cannot be granted"""

    code = "derogation-invalid"


class DerogationOver(Conflict):
    """This derogation has ended already"""

    code = "derogation-over"


class NothingToSuspend(Conflict):
    """This agreement cannot be suspended"""

    code = "nothing-to-suspend"


class VersionTaken(Conflict):
    """There is another version with this name and day"""

    code = "version-taken"


class AllocationDiffers(Conflict):
    """This subject already has another allocation"""

    code = "allocation-differs"


class BeneficiaryNamed(Conflict):
    """Another organisation already receives this share here"""

    code = "beneficiary-named"
