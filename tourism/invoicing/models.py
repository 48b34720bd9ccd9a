"""What invoices follow: what the ledger says of a stay, and of the fees of a month."""

from datetime import date
from uuid import UUID

import msgspec

from hub.billing.models import Buyer


class Shared(msgspec.Struct, frozen=True, kw_only=True):
    """What a stay costs as the ledger has divided it: the net of the price, its VAT by rate,
    tourist tax by its account's code, in cents; and whether something of it is a penalty."""

    net_cents: int
    vat: dict[int, int]
    taxes: dict[str, int]
    penalised: bool = False

    @property
    def vat_cents(self) -> int:
        return sum(self.vat.values())

    @property
    def price_cents(self) -> int:
        return self.net_cents + self.vat_cents

    @property
    def tax_cents(self) -> int:
        return sum(self.taxes.values())

    @property
    def total_cents(self) -> int:
        return self.price_cents + self.tax_cents


class Priced(msgspec.Struct, frozen=True, kw_only=True):
    """A line of a stay's price, VAT of its rate included."""

    name: str
    gross_cents: int
    rate_bps: int
    quantity: int = 1
    note: str = ""


class Followed(msgspec.Struct, frozen=True, kw_only=True):
    """How far a stay's documents follow it: the buyer that the guest gave, whether the first
    invoice is issued, and what of each rate the journal has received so far."""

    revision: int
    buyer: Buyer | None
    invoiced: bool
    received: dict[str, int]


class StayDue(msgspec.Struct, frozen=True, kw_only=True):
    """A stay that its documents do not follow yet."""

    tenant: int
    booking: UUID


class FollowStay(msgspec.Struct, frozen=True, kw_only=True):
    booking: UUID


class Fee(msgspec.Struct, frozen=True, kw_only=True):
    """What a holder earned in a month with one stay of a house; below zero where more was taken
    back than came."""

    booking: UUID
    role: str
    holder: int
    net_cents: int
    vat_cents: int


class BillFees(msgspec.Struct, frozen=True, kw_only=True):
    """Bill a house the fees of a month, named by its first day."""

    month: date


class FeesDue(msgspec.Struct, frozen=True, kw_only=True):
    """A house whose fees of a month are not billed yet."""

    tenant: int
