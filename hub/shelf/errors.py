"""Why a document is not taken."""

from hub.core.errors import Conflict, Invalid, NotFound


class DocumentInvalid(Invalid):
    """This document cannot be taken"""

    code = "space-document-invalid"


class ShelfFull(Conflict):
    """The space holds as many documents as it may"""

    code = "space-shelf-full"


class DocumentUnknown(NotFound):
    """This document is not here, or no more"""

    code = "space-document-unknown"
