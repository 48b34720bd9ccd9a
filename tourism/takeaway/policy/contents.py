"""What goes into an archive under which name, and what does not, each with its reason.

A table that is named nowhere here is taken along too, under its own name: an archive is complete
by construction, this table only makes it easier to read.
"""

from collections.abc import Iterable

import msgspec


class Part(msgspec.Struct, frozen=True, kw_only=True):
    """A table of the archive: its file's name and what a row is, in words."""

    file: str
    words: str


_PARTS: tuple[tuple[str, str, str], ...] = (
    ("organisation", "organisation", "The organisation that holds the house."),
    ("membership", "members", "Who belongs to the organisation (`person` is an id), and as what."),
    (
        "property",
        "house",
        "The house: identity, position, words (`description` by language), facts.",
    ),
    ("room_type", "room-types", "A room type with its units, occupancy, beds and amenities."),
    ("mandate", "mandates", "A signed mandate: its exact words, their SHA-256, who and when."),
    ("let_year", "nights-let", "Nights let in a calendar year, of a furnished let."),
    (
        "photo",
        "photos",
        "A photo: order, alternative text by language, room type; the picture is `photos/ID.webp`.",
    ),
    ("photo_file", "photo-files", "The sizes in which a photo is served."),
    ("rate_plan", "rate-plans", "A rate plan: meals, cancellation, derivation, windows."),
    ("promotion", "promotions", "A promotion of the house."),
    ("supplement", "supplements", "What a stay may have besides, and its price."),
    (
        "ari_month",
        "availability",
        "Availability, price and restrictions of a room type in a month: "
        "element n of each list is day n; see also `csv/nights.csv`, one line a night.",
    ),
    (
        "rate_month",
        "rate-calendar",
        "The same of the whole house (room type 0, plan 0), of a plan, "
        "or of a plan in a room type: element n is day n.",
    ),
    (
        "calendar_change",
        "calendar-changes",
        "A change of the calendar as it was previewed, applied or undone.",
    ),
    ("quote", "quotes", "A quote as it was made; `document` holds every line of it."),
    ("booking", "bookings", "A booking: state, amounts, guest, and the quote it was made from."),
    ("reservation", "booking-rooms", "One room of a booking."),
    ("booking_revision", "booking-revisions", "Every step of a booking: who, when, why."),
    ("no_show", "no-shows", "Guests who did not come, and what was decided."),
    ("waiting_wish", "waiting-list", "Who waited for which stay, and what became of it."),
    ("group_block", "groups", "A group that rooms are or were kept for."),
    (
        "group_room",
        "group-rooms",
        "The units of a room type that are kept for a group: element n of `held` is night n.",
    ),
    ("group_pickup", "group-stays", "A stay that was made of a group's room."),
    ("review", "reviews", "What guests said of the house, and its replies."),
    ("stay_message", "messages", "Messages between the house and a guest."),
    ("stay_terms", "conditions", "The conditions of a stay in the words in which it was sold."),
    ("letter", "letters", "Which letters of a booking were written."),
    ("mail", "mail", "The letters themselves."),
    (
        "police_sheet",
        "police-sheets",
        "Police sheets that are still kept (CESEDA R814-3): destroy "
        "your copy six months after the arrival.",
    ),
    ("channel_feed", "calendar-feeds", "Calendars of other platforms that are read."),
    ("channel_block", "calendar-blocks", "What those calendars block."),
    ("channel_failure", "calendar-feed-failures", "When reading one failed."),
    ("charge", "charges", "Payments of guests."),
    ("refund", "refunds", "Refunds to guests."),
    ("billing_profile", "billing-identity", "Who the house is on its invoices."),
    (
        "invoice",
        "invoices",
        "Invoices and credit notes, issued or received; `content` is the document itself.",
    ),
    ("invoice_vat", "invoice-vat", "The VAT of each document by category and rate."),
    ("billing_record", "billing-journal", "Documents and payments, chained by their hashes."),
    ("ledger_account", "ledger-accounts", "The house's accounts."),
    (
        "ledger_transfer",
        "ledger",
        "Every transfer that the house caused, paid or received, with "
        "`debit_code` and `credit_code`.",
    ),
    ("allocation", "allocations", "How the price of a booking was shared out, to the cent."),
    ("allocation_reversal", "allocation-reversals", "What of that was taken back."),
    ("beneficiary", "beneficiaries", "Who has part in a share."),
    ("agreement_version", "agreements", "Versions of the collective agreement held by the house."),
    ("audit_entry", "audit", "Who did what in this organisation, since its beginning."),
    (
        "lost_search",
        "lost-searches",
        "Searches that did not find the house, by what stood in the way.",
    ),
)
PARTS = {table: Part(file=file, words=words) for table, file, words in _PARTS}

# Tables with a tenant's rows that are not taken along.
LEFT_OUT = {
    "takeaway": "the archives themselves",
    "takeaway_piece": "the bytes of the archives themselves",
    "organisation_export": "exports of everything that were asked for: archives like this one",
    "failed_task": "the operator's: ids of work that failed",
    "review_report": "other people's reports of reviews: what they said to who decides",
    "house_claim": "other people's claims of the house: what they said to who decides",
    "session": "secrets of signed-in browsers",
    "audit_own_link": "hashes of the chain of acts: a file of its own, /api/v1/audit-chain",
    "tenant_key": "keys under which this hub seals: what they seal is in the archive, opened",
}


def part_of(table: str) -> Part:
    """The name and words of a table's file."""
    return PARTS.get(table) or Part(file=table.replace("_", "-"), words="")


def tables_to_take(known: Iterable[str]) -> list[str]:
    """The tables of the archive: those named above in their order, then the others."""
    found = [table for table in known if table not in LEFT_OUT]
    order = {table: place for place, table in enumerate(PARTS)}
    return sorted(found, key=lambda table: (order.get(table, len(order)), table))
