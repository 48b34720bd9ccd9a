"""The addresses of the standard. Refusals are OperationOutcomes, whoever refuses."""

from collections.abc import Mapping

import msgspec
from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.types import ExceptionHandlersMap

from hub.core.caller import ANYBODY, SIGNED_IN, access
from hub.core.db import Tx
from hub.core.pages import AnyRequest
from hub.core.problems import describe_problem
from hub.core.web import answer_error, caller_of
from verticals.health import agenda, documents, patients
from verticals.health.fhir import actions, policy, reading
from verticals.health.fhir.errors import FhirNotAcceptable, FhirUnknown
from verticals.health.fhir.models import Asker, Resource
from verticals.health.patients.forms import PRIVATE

OWN = "/rendez-vous/{space:int}/miens/fhir"


def answer_outcome(request: AnyRequest, error: Exception) -> Response[bytes]:
    """What any other answer of an error says, as an OperationOutcome."""
    answer = answer_error(request, error)
    problem = describe_problem(error, request.url.path)
    return _write(policy.outcome_of(problem), answer.headers, problem.status)


REFUSALS: ExceptionHandlersMap = {Exception: answer_outcome}


@get(
    policy.BASE + "/metadata",
    opt=access(ANYBODY),
    exception_handlers=REFUSALS,
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def show_capability(request: AnyRequest) -> Response[bytes]:
    """What this server offers."""
    _check_accepts(request)
    return _write(policy.capability_of(_base(request)))


@get(
    policy.BASE + "/{type:str}",
    opt=access("practice"),
    exception_handlers=REFUSALS,
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def search(
    request: AnyRequest, tx: NamedDependency[Tx], type: FromPath[str]
) -> Response[bytes]:
    """The resources of a type for which all that is asked holds."""
    _check_accepts(request)
    query = [(name, str(value)) for name, value in request.query_params.multi_items()]
    asker = await _asker(request, tx)
    return _write(await actions.search(tx, type, query, base=_base(request), asker=asker))


@get(
    policy.BASE + "/{type:str}/{id:str}",
    opt=access("practice"),
    exception_handlers=REFUSALS,
    response_headers=[PRIVATE],
    include_in_schema=False,
)
async def read(
    request: AnyRequest, tx: NamedDependency[Tx], type: FromPath[str], id: FromPath[str]
) -> Response[bytes]:
    """One resource; a Binary is given as the file that it is to whom does not ask for JSON."""
    if type == "Binary":
        found = await actions.open_binary(tx, id, person=caller_of(request).person)
        return _give(request, *found)
    _check_accepts(request)
    return _write(await actions.read(tx, type, id, asker=await _asker(request, tx)))


@get(OWN, opt=access(SIGNED_IN), response_headers=[PRIVATE], include_in_schema=False)
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
    own = await actions.take_own(tx, known, base=_base(request), asker=asker)
    return _write(own, {"content-disposition": 'attachment; filename="fhir.json"'})


def _give(request: AnyRequest, id: str, opened: documents.Opened) -> Response[bytes]:
    """As R4 says of Binary: the resource to whom asks for FHIR, else what it holds."""
    if policy.MEDIA_TYPE in request.headers.get("accept", ""):
        return _write(policy.binary_of(id, opened))
    headers = {"content-disposition": "attachment", "x-content-type-options": "nosniff"}
    return Response(opened.content, media_type=opened.media_type, headers=headers)


def _check_accepts(request: AnyRequest) -> None:
    if not reading.accepts_json(request.headers.get("accept", "")):
        raise FhirNotAcceptable("Ask for application/fhir+json.")


async def _asker(request: AnyRequest, tx: Tx) -> Asker:
    practitioner = await agenda.find_of_account(tx, caller_of(request).person)
    return Asker(
        practitioner=None if practitioner is None else practitioner.id,
        site=request.app.state.settings.public_url,
    )


def _write(
    resource: Resource, headers: Mapping[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    body = msgspec.json.encode(resource)
    told = {name: value for name, value in (headers or {}).items() if name != "content-type"}
    return Response(body, status_code=status, media_type=policy.MEDIA_TYPE, headers=told)


def _base(request: AnyRequest) -> str:
    return f"{request.app.state.settings.public_url}{policy.BASE}"


handlers = (show_capability, search, read, take_own)
