"""Why a document cannot be issued or found."""

from hub.core.errors import Conflict, Invalid


class ProfileMissing(Conflict):
    """The seller's identity for invoices is missing"""

    code = "billing-profile-missing"


class ProfileInvalid(Invalid):
    """This identity for invoices is not complete"""

    code = "billing-profile-invalid"


class BuyerInvalid(Invalid):
    """The buyer's details are not right"""

    code = "billing-buyer-invalid"


class DraftInvalid(Invalid):
    """This invoice does not add up"""

    code = "invoice-invalid"


class AlreadyCancelled(Conflict):
    """This invoice is cancelled already by a credit note"""

    code = "invoice-cancelled"
