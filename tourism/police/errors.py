"""What can go wrong with a sheet. `faults` names each field with what is wrong with it."""

from hub.core.errors import Conflict, HubError, Invalid


class SheetIncomplete(Invalid):
    """Something on the sheet is missing or cannot be read"""

    code = "police-sheet-incomplete"


class ExportInvalid(Invalid):
    """These sheets cannot be handed over yet"""

    code = "police-export-invalid"


class SheetSigned(Conflict):
    """A signed sheet cannot be changed"""

    code = "police-sheet-signed"


class SheetNotSigned(Conflict):
    """Only a signed sheet is replaced: this one can still be changed"""

    code = "police-sheet-not-signed"


class UploadRefused(HubError):
    """Files are not accepted here"""

    status = 415
    code = "police-upload-refused"
