"""An invoice as data: who, to whom, what, and the sums by VAT category of EN 16931.

Amounts are integer cents and never negative: a credit note says by its kind which way they go.
What is at its default is left out where content is written, so that a field added later does not
change what was written before.
"""

from datetime import date, datetime
from enum import IntEnum, StrEnum
from uuid import UUID

import msgspec


class Kind(StrEnum):
    """What a document is; the codes of UNTDID 1001 are 380 and 381."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"


class Category(StrEnum):
    """The VAT categories of EN 16931 (UNTDID 5305) that are used here."""

    STANDARD = "S"
    EXEMPT = "E"
    REVERSE = "AE"


class Exemption(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Why a line bears no VAT: the words of the law, and their VATEX code."""

    words: str
    code: str = ""


class Address(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Where somebody is; the country by ISO 3166."""

    line: str = ""
    postcode: str = ""
    city: str = ""
    country: str = "FR"


class Profile(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who an organisation is on its invoices (CGI ann. II 242 nonies A; C. com. R123-237).

    `register` is where it is registered (RCS Mende); `late_bps` the yearly rate of late-payment
    penalties, `due_days` the term for businesses, `vat_on_debits` the option for VAT on debits.
    """

    name: str
    address: Address
    siren: str
    siret: str
    legal_form: str = ""
    capital_cents: int | None = None
    register: str = ""
    vat_number: str | None = None
    email: str = ""
    iban: str | None = None
    late_bps: int = 1_500
    due_days: int = 30
    vat_on_debits: bool = False


class Buyer(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Who is billed. With a SIREN it is a business (or a public body): its invoice is electronic.

    `service_code` and `engagement` are what Chorus Pro wants for public bodies.
    """

    name: str
    address: Address = Address()
    email: str = ""
    siren: str | None = None
    siret: str | None = None
    vat_number: str | None = None
    public: bool = False
    service_code: str = ""
    engagement: str = ""

    @property
    def business(self) -> bool:
        return self.siren is not None


class Line(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A line: so many units for so much in all, net of VAT. `unit` by UN/ECE Rec 20."""

    name: str
    net_cents: int
    category: Category = Category.STANDARD
    rate_bps: int = 0
    quantity: int = 1
    unit: str = "C62"
    note: str = ""
    exemption: Exemption | None = None


class VatGroup(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The VAT of one category and rate, rounded once (BR-CO-17)."""

    category: Category
    rate_bps: int
    net_cents: int
    vat_cents: int
    reasons: tuple[Exemption, ...] = ()


class Totals(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """BT-109, 110, 112, 113, 114 and 115. `rounding_cents` may be below zero."""

    net_cents: int
    vat_cents: int
    gross_cents: int
    paid_cents: int = 0
    rounding_cents: int = 0

    @property
    def due_cents(self) -> int:
        return self.gross_cents - self.paid_cents + self.rounding_cents


class Reference(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An earlier document that this one corrects (BT-25, BT-26)."""

    number: str
    issued_on: date


class Draft(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What is to be invoiced. `source` is unique for ever for an issuer: issuing it again changes
    nothing.

    `vat_cents` gives the VAT of each (category, rate) where prices were agreed VAT included and the
    ledger has divided them already; without, it is computed on the net. `paid_cents` was paid
    before, on `paid_on`; when it `settles` the whole, the cents by which it differs from the total
    are the rounding (BT-114). `issued_by` is who writes it in the seller's name, under a written
    mandate. `subject` groups the documents of one affair; `matter` is what a person calls it.
    `service` is the service of trust that is billed, where it is known.
    """

    source: str
    subject: str
    matter: str
    buyer: Buyer
    lines: tuple[Line, ...]
    delivered_from: date
    delivered_until: date
    buyer_organisation: int | None = None
    vat_cents: dict[str, int] = {}
    paid_cents: int = 0
    paid_on: date | None = None
    settles: bool = False
    issued_by: str = ""
    corrects: tuple[Reference, ...] = ()
    reason: str = ""
    service: str = ""


class Content(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A document as it was issued. It never changes: its bytes are kept and chained."""

    kind: Kind
    number: str
    issued_on: date
    due_on: date
    seller: Profile
    buyer: Buyer
    matter: str
    lines: tuple[Line, ...]
    vat: tuple[VatGroup, ...]
    totals: Totals
    delivered_from: date
    delivered_until: date
    paid_on: date | None = None
    issued_by: str = ""
    corrects: tuple[Reference, ...] = ()
    reason: str = ""
    currency: str = "EUR"
    service: str = ""

    @property
    def sign(self) -> int:
        """How its amounts count in a sum of documents."""
        return -1 if self.kind is Kind.CREDIT_NOTE else 1

    @property
    def prepaid(self) -> bool:
        return self.totals.paid_cents == self.totals.gross_cents and not self.totals.due_cents


class Invoice(msgspec.Struct, frozen=True, kw_only=True):
    """A row: the document with where it stands. `content` is the JSON of a `Content`."""

    id: UUID
    tenant: int
    buyer_organisation: int | None
    kind: Kind
    number: str
    issued_on: date
    issued_at: datetime
    source: str
    subject: str
    matter: str
    buyer_name: str
    business: bool
    net_cents: int
    vat_cents: int
    gross_cents: int
    cancels: UUID | None
    cancelled_by: UUID | None
    content: str

    def read(self) -> Content:
        return msgspec.json.decode(self.content, type=Content)


class Delivered(Invoice, frozen=True, kw_only=True):
    """A document with its place in the issuer's journal."""

    seq: int


class Series(msgspec.Struct, frozen=True, kw_only=True):
    """The number just taken of a series."""

    last: int
    last_on: date


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """Which documents to list; both days are in it. `received` are those addressed to us."""

    since: date
    until: date
    kind: Kind | None = None
    business: bool | None = None
    words: str = ""
    received: bool = False


class DayRate(msgspec.Struct, frozen=True, kw_only=True):
    """The sales to private persons of a day, a category and a rate: what e-reporting tells."""

    on: date
    category: Category
    rate_bps: int
    documents: int
    net_cents: int
    vat_cents: int


class DayPayments(msgspec.Struct, frozen=True, kw_only=True):
    """What private persons paid and had back on a day, of a category and a rate, VAT included."""

    on: date
    category: Category
    rate_bps: int
    payments: int
    received_cents: int
    given_back_cents: int

    @property
    def kept_cents(self) -> int:
        return self.received_cents - self.given_back_cents


class PaymentPart(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What of a payment is of one rate, VAT included."""

    category: Category
    rate_bps: int
    gross_cents: int


class RecordKind(StrEnum):
    """What the journal records."""

    INVOICE = "invoice"
    CREDIT_NOTE = "credit_note"
    RECEIPT = "receipt"
    REFUND = "refund"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The end of an issuer's journal; its day never goes back."""

    seq: int
    hash: bytes
    on_day: date


class Record(msgspec.Struct, frozen=True, kw_only=True):
    """A record of the journal; `content` is the document's, where it is read back."""

    seq: int
    at: datetime
    on_day: date
    kind: RecordKind
    source: str
    amount_cents: int
    parts: tuple[PaymentPart, ...]
    content_hash: bytes
    previous_hash: bytes
    hash: bytes
    content: str | None = None

    def read(self) -> Content | None:
        return msgspec.json.decode(self.content, type=Content) if self.content else None


class Period(StrEnum):
    """What a closing is over."""

    DAY = "day"
    MONTH = "month"
    YEAR = "year"


class Closing(msgspec.Struct, frozen=True, kw_only=True):
    """A period of the journal that is over: its records, its totals (cents by `kind:category:rate`)
    and those since the beginning, and the closing before by its hash."""

    number: int
    period: Period
    since: date
    until: date
    first_seq: int
    last_seq: int
    last_hash: bytes
    totals: dict[str, int]
    perpetual: dict[str, int]
    closed_at: datetime
    previous_hash: bytes
    hash: bytes

    def of(self, kind: RecordKind) -> int:
        """What the period's records of a kind come to."""
        beginning = f"{kind.value}:"
        return sum(cents for key, cents in self.totals.items() if key.startswith(beginning))


class DayToClose(msgspec.Struct, frozen=True, kw_only=True):
    """A day with records that no closing holds."""

    on: date
    first_seq: int
    last_seq: int
    last_hash: bytes


class RecordSum(msgspec.Struct, frozen=True, kw_only=True):
    """What a stretch of the journal comes to, of one kind, category and rate."""

    kind: RecordKind
    category: Category
    rate_bps: int
    cents: int


class Issuer(msgspec.Struct, frozen=True, kw_only=True):
    tenant: int


class CloseJournal(msgspec.Struct, frozen=True, kw_only=True):
    """Close the days, months and years of an issuer's journal that are over."""


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """What a walk over an issuer's journal and closings found; `record` and `closing` are the first
    that are not as they were written, by number."""

    records: int
    closings: int
    record: int | None
    closing: int | None

    @property
    def well(self) -> bool:
        return self.record is None and self.closing is None


class Code(IntEnum):
    """The statuses of an electronic invoice's life (AFNOR XP Z12-012)."""

    DEPOSITED = 200
    ISSUED = 201
    RECEIVED = 202
    MADE_AVAILABLE = 203
    TAKEN_CHARGE = 204
    APPROVED = 205
    PARTLY_APPROVED = 206
    DISPUTED = 207
    SUSPENDED = 208
    COMPLETED = 209
    REFUSED = 210
    PAYMENT_SENT = 211
    CASHED = 212
    REJECTED = 213


class Deposit(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice handed to a platform: the Factur-X file under a key that is the same each time."""

    key: UUID
    tenant: int
    number: str
    seller_siren: str
    buyer_siren: str
    file: bytes


class Told(msgspec.Struct, frozen=True, kw_only=True):
    """A status that a platform tells of an invoice by its key."""

    key: UUID
    tenant: int
    code: Code
    at: datetime
    reason: str = ""


class Sending(msgspec.Struct, frozen=True, kw_only=True):
    """How far an invoice is on its way to the platform."""

    invoice: UUID
    asked_at: datetime
    reference: str | None
    deposited_at: datetime | None
    refusal: str | None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """A status as it is kept."""

    invoice: UUID
    code: Code
    at: datetime
    reason: str
    told_by: str


class InvoiceDue(msgspec.Struct, frozen=True, kw_only=True):
    """An invoice that no platform has yet."""

    tenant: int
    invoice: UUID


class SendInvoice(msgspec.Struct, frozen=True, kw_only=True):
    invoice: UUID
