"""How far a house is, and the last step: on sale, and off it again."""

from hub import exits
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import Conflict
from tourism import claims, lodging, mandate, photos, rates
from tourism.lodging import Listing, Property
from tourism.onboarding.errors import HouseLeaves, NotReady, StillOnSale
from tourism.onboarding.models import Progress
from tourism.onboarding.policy import steps


async def find_progress(tx: Tx, house: Property) -> Progress:
    """What is there of the house, read now."""
    today = local_date(tx.now, house.zone)
    nights = await rates.find_open_nights(tx, house.id, today)
    return Progress(
        house=house,
        room_types=tuple(await lodging.list_room_types(tx, house.id)),
        rate_plans=len(await rates.list_rate_plans(tx, house.id)),
        photos=await photos.count_photos(tx, house.id),
        open_room_types=nights.room_types,
        open_until=nights.last_on,
        standing=await mandate.find_standing(tx, house),
        number_communes=tuple(await lodging.list_city_communes(tx, house.commune_code)),
        confirmation=await claims.find_confirmation(tx, house),
    )


async def publish_house(tx: Tx) -> None:
    """Put the house on sale; doing it again changes nothing.

    Raises `HouseLeaves` once its notice is over, `MandateMissing`, `NotReady` with what is missing.
    """
    house = await lock_own_house(tx)
    if house.listing is Listing.PUBLISHED:
        return
    if await exits.has_ended_sale(tx):
        raise HouseLeaves("Take your notice back first: until then nothing is sold here.")
    await mandate.require_active(tx, house)
    missing = steps.missing_of(await find_progress(tx, house))
    if missing:
        raise NotReady("Nothing was published.", missing=[step.value for step in missing])
    await lodging.change_listing(tx, house, Listing.PUBLISHED)


async def keep_lawful(tx: Tx, before: Progress, *, withdraw: bool) -> Progress:
    """How far the house is after a change. One that is on sale and lost what the law asks goes off
    it when its hotelier said so (`withdraw`); else raises `StillOnSale` with what is missing, and
    the caller's transaction rolls the change back."""
    progress = await find_progress(tx, await lodging.own_house(tx))
    missing = steps.unlawful_steps(before, progress)
    if not missing:
        return progress
    if not withdraw:
        raise StillOnSale(
            "Nothing was saved: something that the law asks of a house on sale would be missing.",
            missing=[step.value for step in missing],
        )
    await lodging.change_listing(tx, progress.house, Listing.DRAFT)
    return await find_progress(tx, await lodging.own_house(tx))


async def withdraw_house(tx: Tx) -> None:
    """Take the house off sale; its mandate and its stays stay. Doing it again changes nothing."""
    house = await lock_own_house(tx)
    if house.listing is Listing.PUBLISHED:
        await lodging.change_listing(tx, house, Listing.DRAFT)


async def lock_own_house(tx: Tx) -> Property:
    """The house behind the wall, one change after the other: two devices lose nothing of each
    other. Raises `NotFound`, and `Conflict` for a house that nobody runs here yet."""
    house = await lodging.own_house(tx)
    await lodging.lock_property(tx, house.id)
    house = await lodging.own_house(tx)
    if house.listing not in {Listing.DRAFT, Listing.PUBLISHED}:
        raise Conflict("Claim this house first.")
    return house
