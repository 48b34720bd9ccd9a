"""The step of a house that the registry does not list: those who know it confirm it."""

from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError, NotFound, NotSignedIn
from hub.core.pages import AnyRequest
from tourism import claims
from tourism.lodging import Property, own_house
from tourism.onboarding import forms
from tourism.onboarding.forms import Typed
from tourism.onboarding.models import Step
from tourism.onboarding.pages.saving import PAGE, read_typed, save, show_step

CONTROL = f"{PAGE}/control"


@get(CONTROL, opt=access("lodging"), include_in_schema=False)
async def show_control(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What was asked and said, and the form to ask."""
    house = await own_house(tx)
    if not claims.needs_confirmation(house):
        raise NotFound("This house is in the registry: nothing is to be confirmed.")
    return await _control(request)(tx, house, Typed(texts={"phone": house.facts.phone or ""}), None)


def _control(request: AnyRequest) -> Any:
    async def show(tx: Tx, house: Property, typed: Typed, error: HubError | None) -> Response[str]:
        deciders = await claims.list_deciders(tx, house.id)
        return await show_step(request, tx, house, Step.CONTROL, typed, error, deciders=deciders)

    return show


@post(CONTROL, opt=access("lodging"), include_in_schema=False)
async def ask_control(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Ask, and go on: the rest of the house can be described meanwhile."""
    if caller.person is None:
        raise NotSignedIn
    person, typed = caller.person, await read_typed(request)

    async def act(tx: Tx, house: Property) -> None:
        await claims.ask_confirmation(tx, house, forms.read_control(typed), person=person)

    return await save(request, caller, typed, act, _control(request), step=Step.CONTROL)


handlers = (show_control, ask_control)
