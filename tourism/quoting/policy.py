"""The decisions of a quote: which stays may be asked for, until when, under which terms."""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import msgspec

from hub.core.errors import Forbidden
from hub.core.money import share_of
from hub.core.sentences import say
from tourism.quoting.errors import QuoteExpired, StayInvalid
from tourism.quoting.models import (
    Agreed,
    CancellationTerms,
    OwnRooms,
    PaymentTerms,
    Quote,
    QuotedRoom,
    RoomWanted,
    SoldStep,
    SupplementWanted,
)
from tourism.rates.cancellation import CancellationStep
from tourism.rates.models import (
    DepositKind,
    Derivation,
    Guarantee,
    Night,
    RatePlan,
    SupplementPrice,
)
from tourism.rates.policy import free_until, penalty_cents, step_from
from tourism.rates.policy.sales import HouseRates

HORIZON_DAYS = 400
MAX_NIGHTS = 28
MAX_ROOMS = 9
MAX_CHILD_AGE = 17
LEAST_CENTS = 50  # what a card can be charged at least
SITE = "site"
CHANNEL_OF = {"office": "office"}  # the channel that an organisation's members may book by


def check_channel(channel: str, organisation_kind: str | None) -> None:
    """The channel decides who gets which share: a caller may name the site, or what their
    organisation is. Raise `Forbidden` for others' channels; the house's desk has its own door."""
    if channel != SITE and (
        organisation_kind is None or CHANNEL_OF.get(organisation_kind) != channel
    ):
        says = say("Your organisation does not book by the channel %(name)s.", name=channel)
        raise Forbidden(says)


def check_stay(
    arrival: date, departure: date, rooms: Sequence[RoomWanted], now: datetime, zone: str
) -> None:
    """Raise `StayInvalid`, with a sentence that says what to change, for impossible wishes."""
    today = now.astimezone(ZoneInfo(zone)).date()
    if departure <= arrival:
        raise StayInvalid("The departure must be after the arrival.", field="departure")
    if arrival < today:
        raise StayInvalid("The arrival is in the past.", field="arrival")
    if (departure - arrival).days > MAX_NIGHTS:
        raise StayInvalid(
            say("A stay has at most %(most)s nights.", most=MAX_NIGHTS), field="departure"
        )
    if departure > today + timedelta(days=HORIZON_DAYS):
        raise StayInvalid(
            say("Stays can be booked %(days)s days ahead.", days=HORIZON_DAYS), field="departure"
        )
    if not 1 <= len(rooms) <= MAX_ROOMS:
        raise StayInvalid(
            say("A booking has from 1 to %(most)s rooms.", most=MAX_ROOMS), field="rooms"
        )
    for n, room in enumerate(rooms, start=1):
        if not 1 <= room.adults <= 99:
            raise StayInvalid("Each room needs an adult.", field="rooms", room=n, of="adults")
        if len(room.child_ages) > 20 or any(not 0 <= a <= MAX_CHILD_AGE for a in room.child_ages):
            raise StayInvalid(
                "Children are from 0 to 17 years old.", field="rooms", room=n, of="child_ages"
            )


def units_wanted(rooms: Sequence[QuotedRoom] | Sequence[RoomWanted]) -> dict[int, int]:
    """How many units of each room type, in the order of the types' ids."""
    counted = Counter(room.room_type for room in rooms)
    return {room_type: counted[room_type] for room_type in sorted(counted)}


def with_own_rooms(terms: HouseRates, own: OwnRooms) -> HouseRates:
    """What the house sells, with the guest's own rooms free."""

    def freed(room_type: int, night: Night) -> Night:
        if not own.first <= night.on < own.until:
            return night
        units = night.units_left + own.units.get(room_type, 0)
        return msgspec.structs.replace(night, units_left=units)

    nights = {
        room_type: tuple(freed(room_type, night) for night in nights)
        for room_type, nights in terms.nights.items()
    }
    return msgspec.structs.replace(terms, nights=nights)


def add_chosen(
    rooms: Sequence[QuotedRoom],
    wanted: Sequence[RoomWanted],
    own: OwnRooms | None,
    vat_of: Callable[[str], int],
) -> tuple[QuotedRoom, ...]:
    """The rooms with the optional supplements that were chosen for each; `vat_of` is the rate of a
    supply in bps. Raises `StayInvalid` for what a room cannot have."""
    kept = own.chosen if own else ()
    return tuple(
        _with_chosen(room, asked.supplements, kept[n] if n < len(kept) else (), vat_of)
        for n, (room, asked) in enumerate(zip(rooms, wanted, strict=True))
    )


def _with_chosen(
    room: QuotedRoom,
    asked: Sequence[SupplementWanted] | None,
    kept: Sequence[SupplementWanted],
    vat_of: Callable[[str], int],
) -> QuotedRoom:
    most = {choice.id: choice.most for choice in room.choices}
    taken = {one.id: one.quantity for one in (kept if asked is None else asked)}
    if asked is None:
        taken = {id: min(n, most[id]) for id, n in taken.items() if id in most}
    elif len(taken) < len(asked) or not set(taken) <= set(most):
        raise StayInvalid("This supplement is not offered for this room.", field="supplements")
    elif any(not 1 <= n <= most[id] for id, n in taken.items()):
        raise StayInvalid("This supplement cannot be taken so often.", field="supplements")
    chosen = tuple(
        SupplementPrice(
            name=choice.name,
            cents=choice.cents * taken[choice.id],
            chosen=True,
            id=choice.id,
            quantity=taken[choice.id],
            vat_bps=vat_of(choice.vat.value),
        )
        for choice in room.choices
        if choice.id in taken
    )
    return msgspec.structs.replace(
        room,
        supplements=(*room.supplements, *chosen),
        gross_cents=room.gross_cents + sum(extra.cents for extra in chosen),
    )


def wanted_again(room: QuotedRoom) -> tuple[SupplementWanted, ...]:
    """What was chosen for a room, as it is asked for."""
    return tuple(SupplementWanted(id=extra.id, quantity=extra.quantity) for extra in room.chosen)


def with_agreed_prices(terms: HouseRates, plan: int, agreed: Agreed) -> HouseRates:
    """What the house sells, with the prices that it agreed with a group in place of its own: no
    derivation, overlay or promotion changes them; what is kept for the group is free."""
    alone = {"parent": None, "adjust_bps": 0}
    plans = tuple(
        msgspec.structs.replace(
            known,
            **alone,
            details=msgspec.structs.replace(known.details, derivation=Derivation()),
        )
        if known.id == plan
        else known
        for known in terms.plans
    )
    nights = {
        room_type: tuple(
            msgspec.structs.replace(night, price_cents=agreed.cents[room_type]) for night in nights
        )
        for room_type, nights in terms.nights.items()
    }
    terms = msgspec.structs.replace(terms, plans=plans, nights=nights, overlays=(), promotions=())
    for kept in agreed.waiting:
        terms = with_own_rooms(terms, kept)
    return terms


def payment_of(
    plan: RatePlan, arrival: date, rooms: Sequence[QuotedRoom], total_cents: int, today: date
) -> PaymentTerms:
    """When the price is paid under a plan. A balance whose day has come is paid when booking."""
    guarantee, deposit = plan.details.guarantee, plan.details.deposit
    if guarantee is Guarantee.PREPAID:
        return PaymentTerms()
    if guarantee is not Guarantee.DEPOSIT:
        return PaymentTerms(guarantee=guarantee, now_cents=0)
    now = max(LEAST_CENTS, share_of(sum(room.gross_cents for room in rooms), deposit.bps))
    days = deposit.balance_days
    balance_on = None if days is None else arrival - timedelta(days=days)
    if total_cents - now < LEAST_CENTS or (balance_on is not None and balance_on <= today):
        return PaymentTerms(guarantee=guarantee)
    return PaymentTerms(
        guarantee=guarantee,
        now_cents=now,
        kind=deposit.kind,
        balance_on=balance_on,
        grace_days=deposit.grace_days if balance_on else 0,
    )


def terms_of(
    plan: RatePlan, arrival: date, zone: str, rooms: Sequence[QuotedRoom], payment: PaymentTerms
) -> CancellationTerms:
    """The policies of a plan for these rooms, with their instant and their penalties: who has paid
    arrhes may go by losing them (code de la consommation L214-1), and loses no more."""
    policy, no_show = plan.cancellation, plan.details.no_show
    first_night = sum(room.nights[0].gross_cents for room in rooms)
    gross = sum(room.lodging_gross_cents for room in rooms)
    penalty = at_most_arrhes(payment, penalty_cents(policy, first_night, gross))
    begins = [(step_from(policy, step, arrival, zone), step) for step in policy.steps]
    return CancellationTerms(
        policy=policy,
        free_until_at=free_until(policy, arrival, zone),
        penalty_cents=penalty,
        no_show=no_show,
        no_show_cents=at_most_arrhes(payment, penalty_cents(no_show, first_night, gross)),
        steps=steps_of(begins, rooms, payment, penalty),
    )


def steps_of(
    begins: Iterable[tuple[datetime, CancellationStep]],
    rooms: Sequence[QuotedRoom],
    payment: PaymentTerms,
    penalty: int,
) -> tuple[SoldStep, ...]:
    """Steps that begin at these instants, the first one first, as they are sold for these rooms:
    those that keep more than the `penalty` and what stands before them."""
    first_night = sum(room.first_night_cents for room in rooms)
    gross = sum(room.lodging_gross_cents for room in rooms)
    sold: list[SoldStep] = []
    for from_at, rule in begins:
        cents = at_most_arrhes(payment, penalty_cents(rule, first_night, gross))
        if cents > penalty:
            sold.append(SoldStep(from_at=from_at, penalty_cents=cents, rule=rule))
            penalty = cents
    return tuple(sold)


def at_most_arrhes(payment: PaymentTerms, penalty: int) -> int:
    """A penalty of the whole stay, which arrhes bound."""
    if payment.kind is not DepositKind.ARRHES or payment.now_cents is None:
        return penalty
    return min(penalty, payment.now_cents)


def check_quote_live(quote: Quote, now: datetime) -> None:
    """Raise `QuoteExpired` once its time has passed."""
    if now >= quote.expires_at:
        raise QuoteExpired("Search again: the same rooms may still be free.")
