"""The addresses of the standard. Refusals are OperationOutcomes."""

from collections.abc import Awaitable, Callable

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from hub.core.caller import ANYBODY, SIGNED_IN, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest
from hub.core.web import caller_of
from verticals.health import agenda, patients
from verticals.health.fhir import actions, policy
from verticals.health.fhir.errors import FhirUnknown
from verticals.health.fhir.models import Asker, Resource

OWN = "/rendez-vous/{space:int}/miens/fhir"


@get(policy.BASE + "/metadata", opt=access(ANYBODY), include_in_schema=False)
async def show_capability(request: AnyRequest) -> Response[bytes]:
    """What this server offers."""
    return _write(policy.capability_of(_base(request)))


@get(policy.BASE + "/{type:str}", opt=access("practice"), include_in_schema=False)
async def search(
    request: AnyRequest, tx: NamedDependency[Tx], type: FromPath[str]
) -> Response[bytes]:
    """The resources of a type for which all that is asked holds."""
    query = [(name, str(value)) for name, value in request.query_params.multi_items()]

    async def act() -> Resource:
        asker = await _asker(request, tx)
        return await actions.search(tx, type, query, base=_base(request), asker=asker)

    return await _answer(act)


@get(policy.BASE + "/{type:str}/{id:str}", opt=access("practice"), include_in_schema=False)
async def read(
    request: AnyRequest, tx: NamedDependency[Tx], type: FromPath[str], id: FromPath[str]
) -> Response[bytes]:
    """One resource."""

    async def act() -> Resource:
        return await actions.read(tx, type, id, asker=await _asker(request, tx))

    return await _answer(act)


@get(OWN, opt=access(SIGNED_IN), include_in_schema=False)
async def take_own(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[bytes]:
    """A patient's own, as a Bundle to take away. 404 for whom the practice does not know."""
    await agenda.enter_practice(tx, space)
    person = caller_of(request).person
    known = None if person is None else await patients.find_of_person(tx, person)
    if known is None:
        raise FhirUnknown()
    asker = await _asker(request, tx)
    given = _write(await actions.take_own(tx, known, base=_base(request), asker=asker))
    given.headers.update(
        {
            "content-disposition": 'attachment; filename="fhir.json"',
            "cache-control": "private, no-store",
        }
    )
    return given


async def _asker(request: AnyRequest, tx: Tx) -> Asker:
    practitioner = await agenda.find_of_account(tx, caller_of(request).person)
    settings = request.app.state.settings
    return Asker(
        practitioner=None if practitioner is None else practitioner.id,
        house=settings.secret_key,
        site=settings.public_url,
    )


async def _answer(act: Callable[[], Awaitable[Resource]]) -> Response[bytes]:
    try:
        return _write(await act())
    except HubError as error:
        if error.status >= 500:
            raise
        return _write(policy.outcome_of(error), error.status)


def _write(resource: Resource, status: int = 200) -> Response[bytes]:
    body = msgspec.json.encode(resource)
    return Response(body, status_code=status, media_type=policy.MEDIA_TYPE)


def _base(request: AnyRequest) -> str:
    return f"{request.app.state.settings.public_url}{policy.BASE}"


handlers = (show_capability, search, read, take_own)
