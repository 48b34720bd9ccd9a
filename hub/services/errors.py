"""Why a service does not start, move or let somebody do something."""

from hub.core.errors import Conflict, Forbidden, Gone, Invalid, TooMany


class ServiceNotYours(Forbidden):
    """Only an owner or a manager decides on the services of an organisation"""

    code = "service-not-yours"


class ServiceInvalid(Invalid):
    """This service cannot be launched as it is"""

    code = "service-invalid"


class StepNotPossible(Conflict):
    """This cannot happen to the service as it stands"""

    code = "service-step-not-possible"


class ServiceChanged(Conflict):
    """The service has changed since you looked at it"""

    code = "service-changed"


class NotExported(Conflict):
    """The data have not been taken out since the last change"""

    code = "service-not-exported"


class ServiceOver(Gone):
    """This service is over"""

    code = "service-over"


class ServiceReadOnly(Conflict):
    """This service is closing: it is only read now"""

    code = "service-read-only"


class QuotaSpent(TooMany):
    """The quota of this service is used up"""

    code = "service-quota-spent"


class ArchiveInvalid(Invalid):
    """This archive cannot be taken in"""

    code = "service-archive-invalid"
