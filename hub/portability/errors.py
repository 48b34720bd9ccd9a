"""What can go wrong when a tenant leaves or arrives; nothing is half done."""

from hub.core.errors import Conflict, Invalid, NotFound


class TenantUnknown(NotFound):
    """No organisation has this number"""

    code = "tenant-unknown"


class BundleBroken(Invalid):
    """The export is not whole"""

    code = "bundle-broken"


class WallsStand(Conflict):
    """Whole tenants are moved by an administrator of the database who may pass its walls"""

    code = "walls-stand"


class SchemaDiffers(Conflict):
    """Both hubs must have the same version"""

    code = "schema-differs"


class AlreadyHeld(Conflict):
    """This hub already holds other rows under these numbers"""

    code = "rows-already-held"


class ChangedSinceExport(Conflict):
    """Something was written since the export: export again, then erase"""

    code = "changed-since-export"


class UnderLegalHold(Conflict):
    """An order keeps everything of this organisation"""

    code = "under-legal-hold"


class StillHere(Conflict):
    """The organisation lives here: its keys go with its erasure"""

    code = "still-here"


class ReferenceLost(Conflict):
    """A row names another one that is not there"""

    code = "reference-lost"
