"""What is owed and what was received by transfer, for programs."""

from datetime import date, datetime
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, JSONBody

from hub.core.caller import access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from hub.core.web import answer_once
from tourism.repaying import policy
from tourism.repaying.actions import owing, receiving, taking_back
from tourism.repaying.models import (
    AgedDebt,
    NoteReceived,
    OwedShare,
    Payee,
    Received,
    TakeBack,
)
from tourism.settlement.pages import PAID

TAGS, OPERATOR = ["Ledger"], "/api/v1/operator/received-transfers"


class PaidByTransfer(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer of the caller's that its platform has received."""

    amount_cents: int
    received_on: date
    reference: str


class OrganisationDebtsView(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller owes in all, to whom (a transfer to `iban` that says `reference`), the stays
    that it is owed for, the oldest debt first, and what was received. With `more`, there are
    further stays."""

    cents: int
    reference: str
    payees: tuple[Payee, ...]
    stays: tuple[OwedShare, ...]
    more: bool
    received: tuple[PaidByTransfer, ...]


class AgedDebtView(msgspec.Struct, frozen=True, kw_only=True):
    """What an organisation owes, by age in days: `noted_cents` of it were received and are being
    written down. `reference` is what its transfer should say."""

    organisation: int
    name: str
    kind: str
    cents: int
    noted_cents: int
    stays: int
    age_days: int
    upto_30_days_cents: int
    upto_60_days_cents: int
    upto_90_days_cents: int
    older_cents: int
    asked_at: datetime | None
    reference: str


class AgedDebtsView(msgspec.Struct, frozen=True, kw_only=True):
    """Who owes the platform, the oldest debt first."""

    cents: int
    debts: tuple[AgedDebtView, ...]


class ReceivedView(msgspec.Struct, frozen=True, kw_only=True):
    """A transfer that was received of an organisation that owed; with `taken_back_at` it counts no
    more."""

    transfer: UUID
    organisation: int
    name: str
    amount_cents: int
    received_on: date
    reference: str
    noted_at: datetime
    taken_back_at: datetime | None
    why: str


class ReceivedTransfersView(msgspec.Struct, frozen=True, kw_only=True):
    """The transfers that were noted, the newest first."""

    transfers: tuple[ReceivedView, ...]


@get(
    "/api/v1/organisation/debts",
    opt=access(*PAID),
    tags=TAGS,
    summary="What an organisation owes, and where to transfer it",
)
async def see_own_debts(tx: NamedDependency[Tx]) -> OrganisationDebtsView:
    """What was received of stays beyond what was earned: a refund, a cancellation or a dispute took
    it back. It is kept from the next shares, or transferred. Amounts are cents."""
    owed = await owing.find_owed(tx)
    return OrganisationDebtsView(
        cents=owed.cents,
        reference=owed.reference,
        payees=owed.payees,
        stays=owed.stays,
        more=owed.more,
        received=tuple(
            PaidByTransfer(
                amount_cents=one.amount_cents,
                received_on=one.received_on,
                reference=one.reference,
            )
            for one in owed.received
            if one.taken_back_at is None
        ),
    )


@get(
    "/api/v1/operator/aged-debts",
    opt=access("operator"),
    tags=TAGS,
    summary="Who owes what, by age",
)
async def see_aged_debts(tx: NamedDependency[Tx]) -> AgedDebtsView:
    """Each organisation that owes the platform, with the ages of its debts. Amounts are cents."""
    found = await owing.list_aged(tx)
    return AgedDebtsView(
        cents=sum(one.cents for one in found),
        debts=tuple(_aged(one, tx.now) for one in found),
    )


@get(OPERATOR, opt=access("operator"), tags=TAGS, summary="Received transfers")
async def see_received(tx: NamedDependency[Tx]) -> ReceivedTransfersView:
    """What was received on the bank account of organisations that owed."""
    found = await receiving.list_received(tx)
    return ReceivedTransfersView(transfers=tuple(_view(one) for one in found))


@post(OPERATOR, opt=access("operator", fresh=True), tags=TAGS, summary="Note a received transfer")
async def note_received(
    request: AnyRequest, tx: NamedDependency[Tx], data: JSONBody[NoteReceived]
) -> Response[bytes]:
    """It pays the oldest debts of the organisation that sent it. The same bank reference is the
    same transfer: 409 `noted-otherwise` where it was noted with another amount, day or
    organisation; 409 `more-than-owed` with `owed_cents`; 404 where nothing is owed."""

    async def act() -> ReceivedView:
        return _view(await receiving.note_received(tx, data))

    return await answer_once(tx, request, act)


@post(
    f"{OPERATOR}/{{transfer:uuid}}/withdrawal",
    opt=access("operator", fresh=True),
    tags=TAGS,
    summary="Take a noted transfer back",
    status_code=200,
)
async def take_back(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    transfer: FromPath[UUID],
    data: JSONBody[TakeBack],
) -> Response[bytes]:
    """It counts no more, and what it has paid is owed again: the bank took it back, or it was noted
    by mistake. Its reference may be noted anew. A second call changes nothing."""

    async def act() -> ReceivedView:
        return _view(await taking_back.take_back(tx, transfer, data))

    return await answer_once(tx, request, act, status=200)


def _view(one: Received) -> ReceivedView:
    return ReceivedView(
        transfer=one.id,
        organisation=one.holder,
        name=one.name,
        amount_cents=one.amount_cents,
        received_on=one.received_on,
        reference=one.reference,
        noted_at=one.noted_at,
        taken_back_at=one.taken_back_at,
        why=one.why,
    )


def _aged(one: AgedDebt, now: datetime) -> AgedDebtView:
    return AgedDebtView(
        organisation=one.holder,
        name=one.name,
        kind=one.kind,
        cents=one.cents,
        noted_cents=one.noted_cents,
        stays=one.stays,
        age_days=one.age_days(now),
        upto_30_days_cents=one.month_cents,
        upto_60_days_cents=one.two_months_cents,
        upto_90_days_cents=one.three_months_cents,
        older_cents=one.older_cents,
        asked_at=one.asked_at,
        reference=policy.transfer_reference(one.holder),
    )


handlers = (see_own_debts, see_aged_debts, see_received, note_received, take_back)
