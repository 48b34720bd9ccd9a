"""What can be wrong with an agreement."""

from hub.core.errors import Conflict, Invalid


class RuleInvalid(Invalid):
    """This rule text cannot be an agreement"""

    code = "rule-invalid"


class NoAgreement(Conflict):
    """No agreement is in force on this date"""

    code = "no-agreement"
