"""What can be wrong with what is said of a service."""

from hub.core.errors import Invalid


class ReportInvalid(Invalid):
    """This cannot be reported as it is"""

    code = "service-report-invalid"
