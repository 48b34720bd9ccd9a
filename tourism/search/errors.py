"""What can be wrong with a search. Each sentence says what to change."""

from hub.core.errors import Invalid, NotFound


class SearchInvalid(Invalid):
    """This search cannot be made"""

    code = "search-invalid"


class PropertyUnknown(NotFound):
    """This lodging is not known"""

    code = "property-unknown"
