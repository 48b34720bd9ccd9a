"""Why a space is not packed."""

from hub.core.errors import TooMany


class ExportUnderWay(TooMany):
    """This space is being packed already"""

    code = "space-export-under-way"
