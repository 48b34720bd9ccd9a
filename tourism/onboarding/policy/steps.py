"""Which steps are done: each looks at the data themselves, with the rules of who keeps them."""

from collections.abc import Callable, Mapping

from tourism.claims.models import State
from tourism.claims.policy.proof import needs_confirmation
from tourism.lodging.models import Listing, Property
from tourism.lodging.policy.hosting import NUMBERED
from tourism.lodging.policy.registration import number_fault, siret_fault
from tourism.onboarding.models import Progress, Step, StepState

# Without a photo a house shows the drawing of its landscape: pictures are asked for, not needed.
ADVISED = frozenset({Step.PHOTOS})
# What the law asks of every house on sale, and that somebody knows it there; its nights and rates
# are the hotelier's own business.
LAWFUL = frozenset({Step.IDENTITY, Step.PLACE, Step.CONTROL, Step.DECLARATIONS, Step.MANDATE})


def is_identified(house: Property) -> bool:
    """It can be called and written to, and says who lets it."""
    facts = house.facts
    siret_good = not siret_fault(facts.siret) if facts.siret else facts.professional is False
    return bool(facts.phone and facts.email) and facts.professional is not None and siret_good


def is_placed(house: Property) -> bool:
    """It has an address, and its own hotelier put the pin."""
    return bool(house.address and house.postcode) and house.position_source == "host"


def is_described(house: Property) -> bool:
    """It says something in the language it is described in."""
    return bool(house.description.get(house.facts.source_language, "").strip())


def is_declared(progress: Progress) -> bool:
    """VAT; and of a furnished let its number, of this commune, and the sworn statement."""
    house = progress.house
    if not house.facts.vat_declared:
        return False
    if house.kind not in NUMBERED:
        return True
    facts = house.facts
    number = facts.registration_number
    return (
        number is not None
        and number_fault(number, progress.number_communes) is None
        and facts.main_residence is not None
        and facts.sworn_at is not None
    )


def is_confirmed(progress: Progress) -> bool:
    """Somebody else than its hotelier knows the house: the registry, or those who were asked."""
    asked = progress.confirmation
    known = asked is not None and asked.state is State.GRANTED
    return known or not needs_confirmation(progress.house)


_DONE: Mapping[Step, Callable[[Progress], bool]] = {
    Step.IDENTITY: lambda now: is_identified(now.house),
    Step.PLACE: lambda now: is_placed(now.house),
    Step.CONTROL: is_confirmed,
    Step.WORDS: lambda now: is_described(now.house),
    Step.SERVICES: lambda now: bool(now.house.facts.amenities),
    Step.PHOTOS: lambda now: now.photos > 0,
    Step.ROOMS: lambda now: bool(now.room_types),
    Step.RATES: lambda now: now.rate_plans > 0,
    Step.OPENING: lambda now: now.open_room_types > 0,
    Step.DECLARATIONS: is_declared,
    Step.MANDATE: lambda now: now.standing.active,
}


def steps_of(progress: Progress) -> tuple[StepState, ...]:
    """Every step of this house with its state."""
    return tuple(
        StepState(step=step, needed=step not in ADVISED, done=_DONE[step](progress))
        for step in Step
        if step is not Step.CONTROL or needs_confirmation(progress.house)
    )


def missing_of(progress: Progress) -> tuple[Step, ...]:
    """What must still be done before the house is published."""
    return tuple(one.step for one in steps_of(progress) if one.needed and not one.done)


def unlawful_steps(before: Progress, after: Progress) -> tuple[Step, ...]:
    """What the law asks of a house on sale and this one has not after a change: of what it had
    before or, where it became something else or went elsewhere, of everything. Who confirmed it
    knew it in its place, whatever it is there."""
    if after.house.listing is not Listing.PUBLISHED:
        return ()
    missing = tuple(step for step in missing_of(after) if step in LAWFUL)
    was, now = before.house, after.house
    if was.commune_code != now.commune_code:
        return missing
    had_not = set(missing_of(before))
    if was.kind != now.kind:
        had_not &= {Step.CONTROL}
    return tuple(step for step in missing if step not in had_not)


def may_publish(progress: Progress) -> bool:
    """Whether publishing would change something and nothing is missing."""
    return progress.house.listing is Listing.DRAFT and not missing_of(progress)


def next_step(progress: Progress, after: Step | None = None) -> Step | None:
    """The first needed step that is not done: after this one, else from the beginning."""
    missing = missing_of(progress)
    order = list(Step)
    later = [
        step for step in missing if after is not None and order.index(step) > order.index(after)
    ]
    return next(iter(later or missing), None)
