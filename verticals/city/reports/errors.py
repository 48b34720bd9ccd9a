"""What cannot be done, and why."""

from hub.core.errors import Busy, Conflict, Invalid, NotFound, TooMany


class ReportInvalid(Invalid):
    """This report is not complete"""

    code = "report-invalid"


class ReportKnown(Conflict):
    """This seems to be reported already"""

    code = "report-known"


class ReportChanged(Conflict):
    """Somebody has answered this report in the meantime"""

    code = "report-changed"


class ReportUnknown(NotFound):
    """This report is not here"""

    code = "report-unknown"


class ServiceUnknown(NotFound):
    """The town takes in no such reports"""

    code = "service-unknown"


class TooManyReports(TooMany):
    """Many reports come in at this moment"""

    code = "too-many-reports"


class PhotosBusy(Busy):
    """Other photos are being taken in"""

    code = "report-photos-busy"
