"""Why a sheet is not validated, or a certificate not made."""

from hub.core.errors import Conflict, Invalid


class ConsultationInvalid(Invalid):
    """This certificate cannot be made as it is"""

    code = "consultation-invalid"


class SheetMissing(Conflict):
    """This sheet cannot be validated as it is"""

    code = "sheet-missing"
