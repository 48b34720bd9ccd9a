"""Why an export is not begun, or not given."""

from hub.core.errors import Conflict, Forbidden, TooMany


class OnlyManagersExport(Forbidden):
    """Only an owner or a manager takes everything of an organisation along"""

    code = "export-only-managers"


class ExportedToday(TooMany):
    """Everything was put together less than a day ago"""

    code = "export-once-a-day"


class ExportNotReady(Conflict):
    """Your export is not ready yet"""

    code = "export-not-ready"
