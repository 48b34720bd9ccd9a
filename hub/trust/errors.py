"""What can be wrong with a service's file."""

from hub.core.errors import Conflict, Invalid


class ServiceInvalid(Invalid):
    """This service cannot be registered as it is"""

    code = "trust-service-invalid"


class EvidenceInvalid(Invalid):
    """This document cannot be added as it is"""

    code = "trust-evidence-invalid"


class ClauseInvalid(Invalid):
    """This clause is not in the referential"""

    code = "trust-clause-invalid"


class ServiceKnown(Conflict):
    """A service has this code already"""

    code = "trust-service-known"
