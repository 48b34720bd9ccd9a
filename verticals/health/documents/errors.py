"""What cannot be done, and why."""

from hub.core.errors import Conflict, Forbidden, Invalid, NotFound


class DocumentInvalid(Invalid):
    """Something is missing or wrong here"""

    code = "document-invalid"


class DocumentUnknown(NotFound):
    """This document is not here"""

    code = "document-unknown"


class NotShared(Forbidden):
    """This document is not shared with you"""

    code = "document-not-shared"


class DocumentHeld(Conflict):
    """An order keeps this document"""

    code = "document-held"


class TooManyDocuments(Conflict):
    """There are very many documents already"""

    code = "document-too-many"
