"""Make a frozen offer with every cent explained."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from uuid import UUID

from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.core.errors import NotFound
from tourism import lodging, rates, taxes
from tourism.lodging.models import Property, RoomType
from tourism.quoting import policy, store
from tourism.quoting.actions.explaining import break_down
from tourism.quoting.errors import NotSellable, OfferUnknown, PriceChanged, SoldOut, StayInvalid
from tourism.quoting.models import (
    DESK,
    QUOTE_MINUTES,
    Agreed,
    MakeQuote,
    NightPrice,
    OwnRooms,
    PaymentTerms,
    Quote,
    QuotedRoom,
    RoomWanted,
    SupplementWanted,
)
from tourism.rates.models import Obstacle, RatePlan


async def enter_house(tx: Tx, reader: Reads, command: MakeQuote) -> Property:
    """The house that a quote is asked of; the transaction goes behind its wall.

    Raises `OfferUnknown` for a house that takes no bookings here.
    """
    house = await lodging.find_property(reader, command.property)
    if house is None or house.listing not in lodging.SELLING:
        raise OfferUnknown("This house does not take bookings here.")
    tx.enter(house.tenant)
    return house


async def make_quote(tx: Tx, reader: Reads, house: Property, command: MakeQuote) -> Quote:
    """Freeze an offer of a house for 30 minutes.

    Raises as `price_stay` does, and `PriceChanged` when the caller was shown another total.
    """
    quote = await price_stay(tx, reader, house, command, asking=True)
    total = quote.breakdown.total_cents
    if command.shown_total_cents not in {None, total}:
        raise PriceChanged("Look at the price of now before you go on.", total_cents=total)
    await store.insert_quote(tx, quote)
    return quote


async def price_stay(
    tx: Tx,
    reader: Reads,
    house: Property,
    command: MakeQuote,
    *,
    own: OwnRooms | None = None,
    nights: Reads | None = None,
    only_units: bool = False,
    asking: bool = False,
    agreed: Agreed | None = None,
) -> Quote:
    """The offer, kept nowhere. `own` are rooms that the guest has already; `nights` is where the
    calendar is read (a transaction that has locked it); with `only_units`, the house sells against
    its own restrictions; with `asking`, a rate on request is priced too; `agreed` are a group's.

    Raises `StayInvalid`, `OfferUnknown` (rate or room), `NotSellable`, `SoldOut`.
    """
    policy.check_stay(command.arrival, command.departure, command.rooms, tx.now, house.zone)
    types = await _find_types(reader, house, command.rooms)
    wanted = list(policy.units_wanted(command.rooms))
    terms = await rates.load_rates(
        nights or reader, house.id, wanted, command.arrival, command.departure
    )
    if own is not None:
        terms = policy.with_own_rooms(terms, own)
    if agreed is not None:
        terms = policy.with_agreed_prices(terms, command.rate_plan, agreed)
    plan = terms.find_plan(command.rate_plan)
    if plan is None:
        raise OfferUnknown("This rate is not offered by this house.")
    settled = agreed is not None or command.channel == DESK  # the house itself has said yes
    check_sellable(terms, plan, command.rooms, tx.now, house.zone,
        only_units=only_units, asking=asking or settled,
    )  # fmt: skip
    rooms = policy.add_chosen(
        _price_rooms(terms, plan, command, types, local_date(tx.now, house.zone)),
        command.rooms,
        own,
        lambda supply: taxes.supply_vat_on(supply, house.vat_regime, command.arrival),
    )
    breakdown, split = await break_down(tx, reader, house, command, rooms)
    payment = _payment(tx, house, plan, command, rooms, breakdown.total_cents)
    return Quote(
        id=tx.uuid(),
        tenant=house.tenant,
        property=house.id,
        property_name=house.name,
        commune=house.commune,
        zone=house.zone,
        arrival=command.arrival,
        departure=command.departure,
        rate_plan=plan.id,
        plan_code=plan.code,
        plan_name=plan.name,
        night_limited=lodging.is_limited(house),
        night_counted=lodging.is_counted(house),
        on_request=not settled and _asks_first(terms, plan, command),
        group=agreed.group if agreed else None,
        meal_plan=plan.meal_plan,
        adults=sum(room.adults for room in command.rooms),
        child_ages=tuple(age for room in command.rooms for age in room.child_ages),
        channel=command.channel,
        breakdown=breakdown,
        split=split,
        terms=policy.terms_of(plan, command.arrival, house.zone, rooms, payment),
        payment=payment,
        made_at=tx.now,
        expires_at=tx.now + timedelta(minutes=QUOTE_MINUTES),
    )


def _asks_first(terms: rates.HouseRates, plan: RatePlan, command: MakeQuote) -> bool:
    return any(terms.asks_first(room.room_type, plan) for room in command.rooms)


def _payment(
    tx: Tx,
    house: Property,
    plan: RatePlan,
    command: MakeQuote,
    rooms: Sequence[QuotedRoom],
    total_cents: int,
) -> PaymentTerms:
    """When the price is paid; what is sold at the desk is the house's own to ask for."""
    if command.channel == DESK:
        return PaymentTerms()
    today = local_date(tx.now, house.zone)
    return policy.payment_of(plan, command.arrival, rooms, total_cents, today)


async def choose_supplements(
    tx: Tx, reader: Reads, quote: Quote, chosen: Sequence[Sequence[SupplementWanted]]
) -> Quote:
    """A new offer of the same stay with other optional supplements, room by room; the first offer
    stays what it was. Raises as `make_quote` does."""
    if quote.group is not None:
        raise StayInvalid("This supplement is not offered for this room.", field="supplements")
    command = with_supplements(quote, chosen)
    house = await enter_house(tx, reader, command)
    return await make_quote(tx, reader, house, command)


def with_supplements(quote: Quote, chosen: Sequence[Sequence[SupplementWanted]]) -> MakeQuote:
    """What an offer asked for, with other optional supplements, room by room."""
    return MakeQuote(
        property=quote.property,
        arrival=quote.arrival,
        departure=quote.departure,
        rate_plan=quote.rate_plan,
        rooms=tuple(
            RoomWanted(
                room_type=room.room_type,
                adults=room.party.adults,
                child_ages=room.party.child_ages,
                supplements=tuple(wanted),
            )
            for room, wanted in zip(quote.breakdown.rooms, chosen, strict=True)
        ),
        channel=quote.channel,
    )


async def find_quote(tx: Tx, id: UUID) -> Quote:
    """One quote of this wall. Raises `NotFound`."""
    quote = await store.find_quote(tx, id)
    if quote is None:
        raise NotFound("This offer is unknown.")
    return quote


async def _find_types(
    reader: Reads, house: Property, wanted: Sequence[RoomWanted]
) -> dict[int, RoomType]:
    types = {type.id: type for type in await lodging.list_room_types(reader, house.id)}
    for room in wanted:
        offered = types.get(room.room_type)
        if offered is None:
            raise OfferUnknown("This room is not offered by this house.")
        if not rates.fits(
            room.party, offered.occupancy_max, offered.adults_max, offered.children_max
        ):
            raise NotSellable(
                "The room is too small for these persons.",
                obstacles=[Obstacle.TOO_MANY_PERSONS.value],
            )
    return types


def check_sellable(
    terms: rates.HouseRates,
    plan: RatePlan,
    rooms: Sequence[RoomWanted] | Sequence[QuotedRoom],
    now: datetime,
    zone: str,
    *,
    only_units: bool = False,
    asking: bool = False,
) -> None:
    """Raise `SoldOut` or `NotSellable` unless these rooms can be sold now under the plan; with
    `only_units`, only rooms that are there and have a price count; with `asking`, the house may be
    asked first (it need not be asked at its own desk)."""
    for room_type, units in policy.units_wanted(rooms).items():
        obstacles = terms.obstacles(room_type, plan, units, now, zone)
        if Obstacle.SOLD_OUT in obstacles:
            raise SoldOut("These rooms are sold out on one of the nights.")
        if terms.asks_first(room_type, plan) and not asking:
            obstacles.append(Obstacle.ON_REQUEST)
        if only_units:
            obstacles = [found for found in obstacles if found is Obstacle.BEYOND_HORIZON]
            if terms.lacks_price(room_type, plan):
                obstacles.append(Obstacle.NO_PRICE)
        if obstacles:
            names = [obstacle.value for obstacle in obstacles]
            raise NotSellable("The house does not sell this stay as it is.", obstacles=names)


def _price_rooms(
    terms: rates.HouseRates,
    plan: RatePlan,
    command: MakeQuote,
    types: dict[int, RoomType],
    today: date,
) -> tuple[QuotedRoom, ...]:
    rooms: list[QuotedRoom] = []
    for room in command.rooms:
        type = types[room.room_type]
        price = terms.price(type.id, plan, room.party, type.occupancy_standard, today)
        slept, _ = terms.sold_nights(type.id, plan)
        rooms.append(
            QuotedRoom(
                room_type=type.id,
                code=type.code,
                name=type.name,
                party=room.party,
                nights=tuple(
                    NightPrice(on=night.on, gross_cents=cents)
                    for night, cents in zip(slept, price.night_cents, strict=True)
                ),
                base_cents=tuple(night.price_cents for night in slept),
                gross_cents=price.total_cents,
                lodging_cents=price.lodging_cents,
                promotion=price.promotion,
                saved_cents=price.saved_cents,
                supplements=price.supplements,
                choices=rates.list_choices(
                    plan, type.id, command.arrival, len(price.night_cents), room.party
                ),
            )
        )
    return tuple(rooms)
