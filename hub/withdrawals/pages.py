"""The operator's pages of a withdrawal, and the page of an organisation that has to leave."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any
from uuid import UUID

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Stream

from hub.core.caller import ANYBODY, SIGNED_IN, Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError, NotFound
from hub.core.files import Files, FilesError, Stored
from hub.core.files.answers import answer_file
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.tokens import Reference, read_reference
from hub.portability.models import KeptRows
from hub.trust.words import LEVELS, NO_LEVEL_YET
from hub.withdrawals import letters, policy
from hub.withdrawals.actions import beginning, choosing
from hub.withdrawals.errors import NotYours
from hub.withdrawals.models import TAKE_AWAY, Departure, State, Step

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/withdrawals"
FIND_S = 3.0  # so long a page waits for the server of the files
ONE = f"{letters.PAGE}/{{token:str}}"
LISTED_MOST = 500
FRESH = {"cache-control": "no-store"}
STATES = {
    State.TOLD.value: "informée, pas encore de choix",
    State.CHOSEN.value: "a choisi, la copie vient",
    State.COPIED.value: "copiée, son accord est attendu",
    State.ACCEPTED.value: "a accepté, l'effacement vient",
    State.HELD.value: "sans réponse, tenue en lecture",
    State.GONE.value: "partie, avec son certificat",
}
STEP_WORDS = {
    Step.TELL.value: "Informée",
    Step.CHOOSE.value: "Choix",
    Step.COPY.value: "Copiée et comparée",
    Step.TURN_BACK.value: "Choix devenu impossible",
    Step.ACCEPT.value: "Accord",
    Step.HOLD.value: "Délai passé sans choix",
    Step.FINISH.value: "Effacée chez l'ancien hébergeur",
    Step.LEAVE.value: "Effacée par son propre préavis",
}
WORDS = (*STATES.values(), *STEP_WORDS.values())
SHOWN: dict[str, Any] = {
    "states": STATES,
    "step_words": STEP_WORDS,
    "levels": {"": NO_LEVEL_YET, **LEVELS},
    "take_away": TAKE_AWAY,
}


async def find_archive(files: Files, departure: Departure) -> Stored | None:
    """Everything of an organisation that leaves, as it is put by for it."""
    named = departure.withdrawal, departure.zone, departure.organisation
    return await files.find(policy.archive_name(*named))


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_withdrawals(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Every withdrawal, with how many are still there."""
    found = [
        (one, await beginning.count_states(tx, one.id))
        for one in await beginning.list_withdrawals(tx)
    ]
    return page(request, "withdrawals/withdrawals.html", found=found, **SHOWN)


@get(f"{PAGE}/{{id:uuid}}", opt=access("operator"), include_in_schema=False)
async def show_withdrawal(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """How far it is, and the residual list."""
    withdrawal = await beginning.find_withdrawal(tx, id)
    residual = await beginning.list_residual(tx, id, LISTED_MOST)
    return page(
        request,
        "withdrawals/withdrawal.html",
        withdrawal=withdrawal,
        counted=await beginning.count_states(tx, id),
        residual=residual,
        choose_by=policy.choose_by,
        late={one.id for one in residual if policy.is_late(one, withdrawal, tx.now)},
        **SHOWN,
    )


@get(f"{PAGE}/{{id:uuid}}/residual.json", opt=access("operator"), include_in_schema=False)
async def give_residual(tx: NamedDependency[Tx], id: FromPath[UUID]) -> Response[bytes]:
    """The residual list for machines."""
    withdrawal = await beginning.find_withdrawal(tx, id)
    residual = [one async for one in beginning.walk_residual(tx, id, LISTED_MOST)]
    lines = [
        {
            "organisation": one.organisation,
            "name": one.name,
            "zone": one.zone,
            "persons": one.persons,
            "state": one.state,
            "choice": one.choice,
            "told_at": one.told_at,
            "choose_by": policy.choose_by(one, withdrawal),
            "late": policy.is_late(one, withdrawal, tx.now),
            "fault": one.fault,
        }
        for one in residual
    ]
    said = {"service": withdrawal.service, "at": tx.now, "residual": lines}
    text = msgspec.json.format(msgspec.json.encode(said), indent=2) + b"\n"
    headers = {"content-disposition": 'attachment; filename="residual.json"'}
    return Response(text, media_type="application/json", headers=headers)


@get(letters.OURS, opt=access(SIGNED_IN, acts=True), include_in_schema=False)
async def show_ours(request: AnyRequest, caller: NamedDependency[Caller]) -> Redirect:
    """The way out of my organisation, for who decides there."""
    choosing.check_role(caller.role)
    found = None
    if caller.tenant is not None:
        found = await choosing.find_from_home(_database(request), caller.tenant)
    if found is None:
        raise NotFound("Your organisation stays where it is.")
    token = letters.token_of(found.tenant, found.id, request.app.state.settings)
    return Redirect(f"{letters.PAGE}/{token}", status_code=303)


@get(ONE, opt=access(ANYBODY), include_in_schema=False)
async def show_departure(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str]
) -> Response[str]:
    """Where it stands, and what can be decided."""
    return await _show(request, caller, token, {}, None)


@post(f"{ONE}/choice", opt=access(ANYBODY), include_in_schema=False)
async def choose(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str], data: Form
) -> Response[Any]:
    """Choose where to go."""

    async def act(tx: Tx, id: UUID) -> None:
        await choosing.choose(tx, id, data.get("choice", ""), _version(data))

    return await _decide(request, caller, token, data, act)


@post(f"{ONE}/acceptance", opt=access(ANYBODY), include_in_schema=False)
async def accept(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str], data: Form
) -> Response[Any]:
    """Everything has arrived."""

    async def act(tx: Tx, id: UUID) -> None:
        await choosing.accept(tx, id, _version(data))

    return await _decide(request, caller, token, data, act)


@get(f"{ONE}/certificate.json", opt=access(ANYBODY), include_in_schema=False)
async def give_certificate(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """What the old provider has erased."""
    found = _reference(request, token)
    async with _database(request).transaction(found.tenant) as tx:
        departure = await beginning.find_departure(tx, found.id)
    if departure.certificate is None:
        raise NotFound("Nothing is erased yet.")
    text = msgspec.json.format(msgspec.json.encode(departure.certificate), indent=2) + b"\n"
    headers = {"content-disposition": 'attachment; filename="certificate.json"', **FRESH}
    return Response(text, media_type="application/json", headers=headers)


@get(f"{ONE}/export.zip", opt=access(ANYBODY), include_in_schema=False)
async def give_export(
    request: AnyRequest, caller: NamedDependency[Caller], token: FromPath[str]
) -> Stream:
    """Everything, as it was last put by, or the range of it that was asked for."""
    found = _reference(request, token)
    async with _database(request).transaction(found.tenant) as tx:
        departure = await beginning.find_departure(tx, found.id)
    _check_decides(departure, caller)
    files: Files = request.app.state.files
    stored = await find_archive(files, departure)
    if stored is None:
        raise NotFound("It is being prepared: come back in a while.")
    headers = {"content-disposition": 'attachment; filename="export.zip"', **FRESH}
    return answer_file(request, files, stored, headers)


async def _show(
    request: AnyRequest,
    caller: Caller,
    token: str,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    found = _reference(request, token)
    async with _database(request).transaction(found.tenant) as tx:
        seen = await choosing.see(tx, found.id)
    departure = seen.departure
    answer = page(
        request,
        "withdrawals/departure.html",
        status_code=problem.status if problem else 200,
        seen=seen,
        departure=departure,
        withdrawal=seen.withdrawal,
        path=f"{letters.PAGE}/{token}",
        choose_by=policy.choose_by(departure, seen.withdrawal),
        retrieve_until=policy.retrieve_until(departure, seen.withdrawal),
        decides=policy.may_decide(departure, caller.tenant, caller.role),
        may_choose=policy.can(departure, Step.CHOOSE),
        may_accept=policy.can(departure, Step.ACCEPT),
        goes_to=_goes_to(departure),
        kept=_kept(departure),
        archive=await _has_archive(request, departure),
        typed=typed,
        problem=problem,
        **SHOWN,
    )
    answer.headers.update(FRESH)
    return answer


async def _has_archive(request: AnyRequest, departure: Departure) -> bool:
    try:
        async with asyncio.timeout(FIND_S):
            return await find_archive(request.app.state.files, departure) is not None
    except (FilesError, TimeoutError):  # the page stays: it is where the decisions are
        return False


def _goes_to(departure: Departure) -> str | None:
    """The title of the chosen zone."""
    return next((one.title for one in departure.choices if one.zone == departure.choice), None)


def _kept(departure: Departure) -> list[KeptRows]:
    """What the law makes the old provider keep, as its certificate says."""
    said = departure.certificate or {}
    return msgspec.convert(said.get("kept", []), list[KeptRows])


async def _decide(
    request: AnyRequest,
    caller: Caller,
    token: str,
    data: Mapping[str, str],
    act: Callable[[Tx, UUID], Awaitable[None]],
) -> Response[Any]:
    found, database = _reference(request, token), _database(request)
    actor = policy.BY_LINK if caller.person is None else caller.actor
    try:
        async with database.transaction(found.tenant, actor=actor) as tx:
            _check_decides(await beginning.find_departure(tx, found.id), caller)
            await act(tx, found.id)
    except HubError as error:
        if error.status >= 500 or error.status == 404:
            raise
        return await _show(request, caller, token, data, error)
    return Redirect(f"{letters.PAGE}/{token}", status_code=303)


def _check_decides(departure: Departure, caller: Caller) -> None:
    """Raises `NotYours`."""
    if not policy.may_decide(departure, caller.tenant, caller.role):
        raise NotYours("Sign in for your organisation first.")


def _reference(request: AnyRequest, token: str) -> Reference:
    return read_reference(request.app.state.settings.secret_key, letters.KIND, token)


def _version(data: Mapping[str, str]) -> int:
    """The version that was looked at; 0, which there never is, for what is no number."""
    text = data.get("version", "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


handlers: tuple[Any, ...] = (
    show_withdrawals,
    show_withdrawal,
    give_residual,
    show_ours,
    show_departure,
    choose,
    accept,
    give_certificate,
    give_export,
)
