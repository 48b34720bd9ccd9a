"""The steps that say what the house is: identity, place, words, services, declarations."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromQuery

from hub.core.caller import Caller, access
from hub.core.db import Reader, Tx
from hub.core.errors import HubError
from hub.core.i18n import LANGUAGES
from hub.core.pages import AnyRequest
from tourism import lodging
from tourism.claims.forms import read_commune
from tourism.lodging import HouseInvalid, Property, own_house
from tourism.lodging.models import ACCESSIBILITY, AMENITIES, SERVICES, Kind
from tourism.lodging.policy.hosting import NUMBERED, VAT_REGIMES, vat_warning
from tourism.onboarding import forms
from tourism.onboarding.actions import mapping
from tourism.onboarding.forms import Typed
from tourism.onboarding.models import Step
from tourism.onboarding.pages.saving import PAGE, read_typed, save, show_step

IDENTITY, PLACE = f"{PAGE}/identity", f"{PAGE}/place"
WORDS, SERVICES_PAGE = f"{PAGE}/words", f"{PAGE}/services"
DECLARATIONS = f"{PAGE}/declarations"


@get(IDENTITY, opt=access("lodging"), include_in_schema=False)
async def show_identity(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """What the house is, and how to reach it."""
    house = await own_house(tx)
    typed = forms.show_identity(house, caller.email)
    return await _identity(request)(tx, house, typed, None)


def _identity(request: AnyRequest) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        kinds = [kind.value for kind in Kind]
        return await show_step(request, tx, house, Step.IDENTITY, typed, error, kinds=kinds)

    return show


@post(IDENTITY, opt=access("lodging"), include_in_schema=False)
async def save_identity(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Keep it and go on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        await lodging.identify_house(tx, house, forms.read_identity(typed))

    return await save(request, caller, typed, act, _identity(request), step=Step.IDENTITY)


@get(PLACE, opt=access("lodging"), include_in_schema=False)
async def show_place(
    request: AnyRequest, tx: NamedDependency[Tx], reader: NamedDependency[Reader]
) -> Response[str]:
    """Where it is."""
    house = await own_house(tx)
    return await _place(request, reader)(tx, house, forms.show_place(house), None)


def _place(request: AnyRequest, reader: Reader) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        try:
            code = await read_commune(reader, typed.texts)
        except HouseInvalid:
            code = house.commune_code
        map = await mapping.find_map(tx, code, forms.pin_of(typed))
        return await show_step(request, tx, house, Step.PLACE, typed, error, map=map)

    return show


@post(PLACE, opt=access("lodging"), include_in_schema=False)
async def save_place(
    request: AnyRequest, reader: NamedDependency[Reader], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Keep it and go on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        code = await read_commune(reader, typed.texts)
        await lodging.place_house(tx, house, forms.read_place(typed, code))

    return await save(request, caller, typed, act, _place(request, reader), step=Step.PLACE)


@get(WORDS, opt=access("lodging"), include_in_schema=False)
async def show_words(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The house in words."""
    house = await own_house(tx)
    return await _words(request)(tx, house, forms.show_words(house), None)


def _words(request: AnyRequest) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        return await show_step(request, tx, house, Step.WORDS, typed, error, languages=LANGUAGES)

    return show


@post(WORDS, opt=access("lodging"), include_in_schema=False)
async def save_words(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Keep them and go on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        await lodging.describe_house(tx, house, forms.read_words(typed))

    return await save(request, caller, typed, act, _words(request), step=Step.WORDS)


@get(SERVICES_PAGE, opt=access("lodging"), include_in_schema=False)
async def show_services(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Amenities, accessibility, children and pets, hours."""
    house = await own_house(tx)
    return await _services(request)(tx, house, forms.show_services(house), None)


def _services(request: AnyRequest) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        return await show_step(
            request,
            tx,
            house,
            Step.SERVICES,
            typed,
            error,
            amenities=AMENITIES,
            accessibility=ACCESSIBILITY,
        )

    return show


@post(SERVICES_PAGE, opt=access("lodging"), include_in_schema=False)
async def save_services(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Keep them and go on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        await lodging.equip_house(tx, house, forms.read_services(typed))

    return await save(request, caller, typed, act, _services(request), step=Step.SERVICES)


@get(DECLARATIONS, opt=access("lodging"), include_in_schema=False)
async def show_declarations(
    request: AnyRequest, tx: NamedDependency[Tx], saved: FromQuery[bool] = False
) -> Response[str]:
    """VAT, registration, the sworn statement; what does not go together is warned of."""
    house = await own_house(tx)
    typed = forms.show_declarations(house)
    return await _declarations(request, saved=saved)(tx, house, typed, None)


def _declarations(request: AnyRequest, *, saved: bool = False) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        return await show_step(
            request,
            tx,
            house,
            Step.DECLARATIONS,
            typed,
            error,
            saved=saved,
            regimes=VAT_REGIMES,
            services=SERVICES,
            numbered=house.kind in NUMBERED,
            warning=_vat_warning(house) if house.facts.vat_declared else None,
            limited=lodging.is_limited(house),
            years=await lodging.list_let_years(tx, house),
        )

    return show


def _vat_warning(house: Property) -> str | None:
    return vat_warning(house.vat_regime, house.facts.services, house.kind)


@post(DECLARATIONS, opt=access("lodging"), include_in_schema=False)
async def save_declarations(
    request: AnyRequest, reader: NamedDependency[Reader], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Keep them; a warning is shown before going on."""
    typed = await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        await lodging.declare_house(tx, reader, house, forms.read_declarations(typed))

    return await save(
        request,
        caller,
        typed,
        act,
        _declarations(request),
        step=Step.DECLARATIONS,
        stay=lambda house: _vat_warning(house) is not None,
    )


handlers = (
    show_identity,
    save_identity,
    show_place,
    save_place,
    show_words,
    save_words,
    show_services,
    save_services,
    show_declarations,
    save_declarations,
)
