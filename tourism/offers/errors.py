"""Why PostgreSQL alone does not answer a search."""

from hub.core.errors import Busy


class SearchTooWide(Busy):
    """So wide a search must wait a moment"""

    code = "search-too-wide"
