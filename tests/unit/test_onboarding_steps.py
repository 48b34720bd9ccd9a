"""Which steps of a house are done, from the data themselves; the map; the forms."""

from datetime import UTC, date, datetime
from uuid import UUID

import msgspec
import pytest

from hub.territory.models import Outline, Ring
from tourism.claims.models import Claim
from tourism.claims.models import State as Granted
from tourism.lodging import HouseInvalid, RoomInvalid
from tourism.lodging.models import HouseFacts, Kind, Listing, Property, RoomType
from tourism.mandate.models import Standing, State
from tourism.onboarding import forms
from tourism.onboarding.errors import OpeningInvalid
from tourism.onboarding.forms import Typed
from tourism.onboarding.models import NearCommune, Progress, Step
from tourism.onboarding.policy import drawing, steps

ROOM = RoomType(
    id=7,
    code="double",
    name="Double",
    rank=0,
    units=4,
    occupancy_standard=2,
    occupancy_max=2,
    adults_max=2,
    children_max=1,
)
FACTS = HouseFacts(
    phone="04 50 00 00 00",
    email="lou@example.fr",
    siret="73282932000074",
    professional=True,
    amenities=("wifi",),
    vat_declared=True,
)
HOUSE = Property(
    id=1,
    tenant=1,
    kind=Kind.HOTEL,
    name="Hôtel du Lac",
    listing=Listing.DRAFT,
    address="1 quai du Lac",
    postcode="74000",
    commune_code="74010",
    commune="Annecy",
    department_code="74",
    region_code="84",
    site=None,
    stars=None,
    classified_on=None,
    classification_extended=False,
    registry_export_on=None,
    units=4,
    capacity=8,
    lat=45.9,
    lng=6.12,
    position_source="host",
    position_radius_m=0,
    landscape="mountain",
    zone="Europe/Paris",
    vat_regime="HOTEL_10",
    description={"fr": "Au bord du lac."},
    check_in_from="15:00",
    check_out_until="11:00",
    facts=FACTS,
)
CONFIRMED = Claim(
    id=UUID(int=1),
    property=1,
    person=1,
    state=Granted.GRANTED,
    siret="",
    quality="propriétaire",
    phone="04 50 00 00 00",
    statement="J'y vis.",
    email=None,
    code_hash=None,
    code_expires_at=None,
    code_tries=0,
    codes_sent=0,
    codes_on=None,
    proven_at=None,
    reason="Connue.",
    decided_at=datetime(2026, 12, 1, tzinfo=UTC),
    made_at=datetime(2026, 12, 1, tzinfo=UTC),
    confirms=True,
)
READY = Progress(
    house=HOUSE,
    room_types=(ROOM,),
    rate_plans=1,
    photos=0,
    open_room_types=1,
    open_until=date(2027, 11, 30),
    standing=Standing(state=State.ACTIVE),
    number_communes=("74010",),
    confirmation=CONFIRMED,
)
LET = msgspec.structs.replace(
    FACTS,
    siret=None,
    professional=False,
    registration_number="74010000001A1",
    main_residence=True,
    sworn_name="Lou Martin",
    sworn_at=datetime(2026, 12, 1, tzinfo=UTC),
)


def of_house(**changes: object) -> Progress:
    return msgspec.structs.replace(READY, house=msgspec.structs.replace(HOUSE, **changes))


def confirmed(state: Granted | None) -> Progress:
    said = state and msgspec.structs.replace(CONFIRMED, state=state)
    return msgspec.structs.replace(READY, confirmation=said)


def of_facts(**changes: object) -> Progress:
    return of_house(facts=msgspec.structs.replace(FACTS, **changes))


def of_let(**changes: object) -> Progress:
    return of_house(kind=Kind.FURNISHED, facts=msgspec.structs.replace(LET, **changes))


@pytest.mark.parametrize(
    ("progress", "missing"),
    [
        (READY, ()),
        (of_facts(phone=None), (Step.IDENTITY,)),
        (of_facts(email=None), (Step.IDENTITY,)),
        (of_facts(professional=None), (Step.IDENTITY,)),
        (of_facts(siret=None), (Step.IDENTITY,)),
        (of_facts(siret="73282932000075"), (Step.IDENTITY,)),
        (of_house(address=None), (Step.PLACE,)),
        (of_house(position_source="commune"), (Step.PLACE,)),
        (of_house(description={"en": "By the lake."}), (Step.WORDS,)),
        (of_house(description={"fr": "  "}), (Step.WORDS,)),
        (of_facts(source_language="de"), (Step.WORDS,)),
        (of_facts(amenities=()), (Step.SERVICES,)),
        (msgspec.structs.replace(READY, room_types=()), (Step.ROOMS,)),
        (msgspec.structs.replace(READY, rate_plans=0), (Step.RATES,)),
        (msgspec.structs.replace(READY, open_room_types=0), (Step.OPENING,)),
        (confirmed(None), (Step.CONTROL,)),
        (confirmed(Granted.ASKED), (Step.CONTROL,)),
        (confirmed(Granted.REFUSED), (Step.CONTROL,)),
        (confirmed(Granted.WITHDRAWN), (Step.CONTROL,)),
        (of_facts(vat_declared=False), (Step.DECLARATIONS,)),
        (msgspec.structs.replace(READY, standing=Standing(state=State.NONE)), (Step.MANDATE,)),
        (msgspec.structs.replace(READY, standing=Standing(state=State.ENDED)), (Step.MANDATE,)),
        (msgspec.structs.replace(READY, standing=Standing(state=State.NOTICE)), ()),
        (of_let(), ()),
        (of_let(registration_number=None), (Step.DECLARATIONS,)),
        # The house moved to another commune: its number is no longer this place's.
        (of_let(registration_number="75105000001A1"), (Step.DECLARATIONS,)),
        (of_let(main_residence=None), (Step.DECLARATIONS,)),
        (of_let(sworn_at=None), (Step.DECLARATIONS,)),
    ],
)
def test_a_step_is_done_when_its_data_are_there(
    progress: Progress, missing: tuple[Step, ...]
) -> None:
    assert steps.missing_of(progress) == missing
    assert steps.may_publish(progress) is (missing == ())


def test_a_house_of_the_registry_is_known_and_asks_nobody() -> None:
    known = of_house(registry_export_on=date(2026, 1, 19))
    asks_nobody = msgspec.structs.replace(known, confirmation=None)
    assert steps.missing_of(asks_nobody) == ()
    assert Step.CONTROL not in [one.step for one in steps.steps_of(asks_nobody)]
    assert Step.CONTROL in [one.step for one in steps.steps_of(READY)]


def test_photos_are_advised_and_never_in_the_way() -> None:
    found = {one.step: one for one in steps.steps_of(READY)}
    assert not found[Step.PHOTOS].needed
    assert not found[Step.PHOTOS].done
    with_one = msgspec.structs.replace(READY, photos=1)
    assert {one.step: one.done for one in steps.steps_of(with_one)}[Step.PHOTOS]


def test_a_published_house_is_not_published_again() -> None:
    assert not steps.may_publish(of_house(listing=Listing.PUBLISHED))


SOLD = of_house(listing=Listing.PUBLISHED)
UNSAID = of_house(
    listing=Listing.PUBLISHED, facts=msgspec.structs.replace(FACTS, vat_declared=False)
)

UNKNOWN = msgspec.structs.replace(SOLD, confirmation=None)  # on sale since before anybody was asked


def changed(progress: Progress, **changes: object) -> Progress:
    return msgspec.structs.replace(
        progress, house=msgspec.structs.replace(progress.house, **changes)
    )


@pytest.mark.parametrize(
    ("before", "after", "unlawful"),
    [
        (SOLD, SOLD, ()),
        (SOLD, changed(SOLD, kind=Kind.FURNISHED), (Step.DECLARATIONS,)),
        (SOLD, changed(SOLD, kind=Kind.FURNISHED, listing=Listing.DRAFT), ()),
        (SOLD, changed(SOLD, facts=LET, kind=Kind.FURNISHED), ()),
        (SOLD, UNSAID, (Step.DECLARATIONS,)),
        # What it never said is no reason to refuse better words; to become something else, it is.
        (UNSAID, changed(UNSAID, description={"fr": "Mieux dit."}), ()),
        (UNSAID, changed(UNSAID, kind=Kind.FURNISHED), (Step.DECLARATIONS,)),
        (UNSAID, changed(UNSAID, commune_code="48095"), (Step.DECLARATIONS,)),
        # Who confirmed it knew it where it was.
        (SOLD, changed(UNKNOWN, commune_code="48095"), (Step.CONTROL,)),
        (SOLD, changed(SOLD, commune_code="48095"), ()),
        (UNKNOWN, changed(UNKNOWN, commune_code="48095"), (Step.CONTROL,)),
        (UNKNOWN, changed(UNKNOWN, kind=Kind.CAMPSITE), ()),
        # A season that is over, or no words: the hotelier's own business.
        (SOLD, msgspec.structs.replace(SOLD, open_room_types=0, rate_plans=0), ()),
        (SOLD, changed(SOLD, description={}), ()),
        (
            SOLD,
            msgspec.structs.replace(SOLD, standing=Standing(state=State.ENDED)),
            (Step.MANDATE,),
        ),
    ],
)
def test_a_house_on_sale_loses_nothing_that_the_law_asks(
    before: Progress, after: Progress, unlawful: tuple[Step, ...]
) -> None:
    assert steps.unlawful_steps(before, after) == unlawful


def test_after_a_step_comes_the_next_that_is_missing_then_the_first() -> None:
    two = of_facts(phone=None, vat_declared=False)
    assert steps.next_step(two) is Step.IDENTITY
    assert steps.next_step(two, after=Step.IDENTITY) is Step.DECLARATIONS
    assert steps.next_step(two, after=Step.DECLARATIONS) is Step.IDENTITY
    assert steps.next_step(READY, after=Step.ROOMS) is None


def outline(code: str, south: float, west: float, north: float, east: float) -> Outline:
    points = ((west, south), (east, south), (east, north), (west, north))
    ring = Ring(points=points, south=south, west=west, north=north, east=east)
    return Outline(code=code, rings=(ring,))


SQUARE = outline("74", 45.8, 6.0, 46.0, 6.3)
FAR = outline("29", 48.0, -4.5, 48.5, -4.0)
NEAR = [
    NearCommune(name="Annecy", lat=45.9, lng=6.12, population=130_000),
    NearCommune(name="Juste à côté", lat=45.9005, lng=6.121, population=900),
    NearCommune(name="Sevrier", lat=45.865, lng=6.139, population=4_000),
    NearCommune(name="Brest", lat=48.39, lng=-4.49, population=140_000),
]


def test_the_map_shows_what_is_around_the_pin() -> None:
    map = drawing.draw_map(45.9, 6.12, pin=(45.9, 6.12), outlines=[SQUARE, FAR], communes=NEAR)
    assert (map.pin_x, map.pin_y) == (map.width / 2, map.height / 2)
    assert len(map.paths) == 1
    named = {label.name: label.named for label in map.labels}
    assert named == {"Annecy": True, "Juste à côté": False, "Sevrier": True}


@pytest.mark.parametrize("lat0", [45.9, -21.1, 0.0])
def test_a_place_on_the_map_is_where_its_degrees_say(lat0: float) -> None:
    pin = (lat0 + 0.01, 6.13)
    map = drawing.draw_map(lat0, 6.12, pin=pin, outlines=[], communes=[])
    lat = map.lat0 - (map.pin_y - map.height / 2) / map.per_lat
    lng = map.lng0 + (map.pin_x - map.width / 2) / map.per_lng
    assert abs(lat - pin[0]) < 0.0001
    assert abs(lng - pin[1]) < 0.0001


@pytest.mark.parametrize(
    ("lat", "lng", "field"),
    [
        ("", "6.1", "lat"),
        ("45.9", "", "lng"),
        ("north", "6.1", "lat"),
        ("nan", "6.1", "lat"),
        ("1e9", "6.1", "lat"),
        ("45.9", "inf", "lng"),
    ],
)
def test_a_position_that_is_none_is_refused_beside_its_field(
    lat: str, lng: str, field: str
) -> None:
    typed = Typed(texts={"lat": lat, "lng": lng})
    with pytest.raises(HouseInvalid) as caught:
        forms.read_place(typed, "74010")
    assert caught.value.extra["field"] == field
    assert forms.pin_of(typed) is None


def test_degrees_may_have_a_comma() -> None:
    typed = Typed(texts={"lat": "45,8989", "lng": " 6,1280 "})
    assert forms.pin_of(typed) == (45.8989, 6.128)


@pytest.mark.parametrize("show", ["show_place", "show_words", "show_services", "show_declarations"])
def test_what_a_form_shows_reads_back_the_same(show: str) -> None:
    typed: Typed = getattr(forms, show)(HOUSE)
    read = getattr(forms, show.replace("show", "read"))
    said = read(typed, "74010") if show == "show_place" else read(typed)
    assert said is not None


def test_a_room_type_reads_back_the_same_and_keeps_its_other_languages() -> None:
    before = msgspec.structs.replace(ROOM, description={"fr": "Vue sur le lac", "en": "Lake view"})
    said = forms.read_room(
        msgspec.structs.replace(
            forms.show_room(before),
            texts={**forms.show_room(before).texts, "bed_double": "1", "description_fr": "Au lac"},
        ),
        7,
        before,
    )
    assert (said.id, said.name, said.units, said.occupancy_max) == (7, "Double", 4, 2)
    assert [(bed.kind, bed.count) for bed in said.beds] == [("double", 1)]
    assert said.description == {"fr": "Au lac", "en": "Lake view"}


@pytest.mark.parametrize("field", ["units", "occupancy_max", "bed_double", "area_m2"])
def test_a_number_that_is_none_is_refused_beside_its_field(field: str) -> None:
    typed = Typed(texts={**forms.show_room(None).texts, field: "many"})
    with pytest.raises(RoomInvalid) as caught:
        forms.read_room(typed, None, None)
    assert caught.value.extra["field"] == field


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"first": "soon"}, "first"),
        ({"last": ""}, "last"),
        ({"min_stay": "-1"}, "min_stay"),
        ({"price_7": "cheap"}, "price_7"),
        ({"price_7": ""}, "price_7"),
    ],
)
def test_a_season_that_cannot_be_read_is_refused_beside_its_field(
    change: dict[str, str], field: str
) -> None:
    good = {"first": "2026-12-01", "last": "2027-11-30", "min_stay": "1", "price_7": "98,50"}
    assert forms.read_opening(Typed(texts=good), [ROOM]).price_cents == {7: 9_850}
    with pytest.raises(OpeningInvalid) as caught:
        forms.read_opening(Typed(texts={**good, **change}), [ROOM])
    assert caught.value.extra["field"] == field
