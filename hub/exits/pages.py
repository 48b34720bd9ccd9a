"""Leave with everything: the clock, the archive, the decisions, and the certificate."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect, Stream

from hub.core.caller import ANYBODY, SIGNED_IN, Caller, access
from hub.core.db import Database
from hub.core.errors import HubError, NotFound
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem, retry_headers
from hub.core.tokens import read_reference
from hub.exits import letters, policy
from hub.exits.actions import asking, deciding
from hub.exits.answers import stream_archive
from hub.exits.models import Decide, Event, Exit, Notice, State, Step

Form = URLEncodedBody[dict[str, str]]
PAGE = "/pro/leave"
ONE = f"{letters.PAGE}/{{token:str}}"
FRESH = {"cache-control": "no-store"}
STEP_WORDS = {
    Step.GIVE.value: "Préavis donné",
    Step.HOLD.value: "Service terminé à son jour",
    Step.END.value: "Service terminé plus tôt, à votre demande",
    Step.ERASE.value: "Effacement demandé",
    Step.LAPSE.value: "Délai de reprise passé",
    Step.TURN_BACK.value: "Rien n'a été effacé : il restait quelque chose à faire",
    Step.TAKE_BACK.value: "Préavis retiré",
    Step.FINISH.value: "Tout est effacé",
    Step.LET_GO.value: "Ce qui reste à faire pour d'autres ne retient plus le départ",
    Step.MOVE.value: "Partie autrement : l'agrément de l'hébergeur était retiré",
}
NOTICES = {0: "Aucun : les ventes s'arrêtent maintenant", 30: "Un mois", 60: "Deux mois"}
WORDS = (*STEP_WORDS.values(), *NOTICES.values())


@get(PAGE, opt=access(SIGNED_IN, acts=True), include_in_schema=False)
async def show(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[str]:
    """Where my organisation stands, and what can be decided."""
    return await _show(request, caller, {}, None)


@post(PAGE, opt=access(SIGNED_IN, acts=True, fresh=True), include_in_schema=False)
async def give(request: AnyRequest, caller: NamedDependency[Caller], data: Form) -> Response[Any]:
    """Give notice."""
    command = Notice(
        name=data.get("name", ""),
        notice_days=_whole(data, "notice_days"),
        password=data.get("password", ""),
    )

    async def act() -> None:
        asking.tenant_of(caller)
        database = _database(request)
        policy.check_days(command.notice_days)
        await asking.check_meant(database, caller, command.name, command.password, _host(request))
        keeper = await deciding.find_keeper(database)
        async with database.transaction(keeper, actor=caller.actor) as tx:
            await asking.give(tx, caller, command)

    return await _decide(request, caller, data, act)


@post(f"{PAGE}/steps", opt=access(SIGNED_IN, acts=True, fresh=True), include_in_schema=False)
async def decide(request: AnyRequest, caller: NamedDependency[Caller], data: Form) -> Response[Any]:
    """End the service, erase, or take the notice back."""
    command = Decide(
        step=data.get("step", ""),
        version=_whole(data, "version"),
        name=data.get("name", ""),
        password=data.get("password", ""),
    )

    async def act() -> None:
        database = _database(request)
        found = await asking.find_mine(database, caller)
        if asking.step_of(command) in asking.SURE:
            await asking.check_meant(
                database, caller, command.name, command.password, _host(request)
            )
        async with database.transaction(found.tenant, actor=caller.actor) as tx:
            await asking.decide(tx, caller, found.id, command)

    return await _decide(request, caller, data, act)


@get(f"{PAGE}/archive", opt=access(SIGNED_IN, acts=True), include_in_schema=False)
async def fetch(request: AnyRequest, caller: NamedDependency[Caller]) -> Stream:
    """The archive as a file."""
    return await stream_archive(request, caller)


@get(ONE, opt=access(ANYBODY), include_in_schema=False)
async def show_erasure(request: AnyRequest, token: FromPath[str]) -> Response[str]:
    """The page of the letters: where it stands, and the certificate in the end."""
    exit = await _find(request, token)
    answer = page(
        request,
        "exits/certificate.html",
        exit=exit,
        erasure=asking.show_erasure(exit),
        path=f"{letters.PAGE}/{token}",
    )
    answer.headers.update(FRESH)
    return answer


@get(f"{ONE}/certificate.json", opt=access(ANYBODY), include_in_schema=False)
async def give_certificate(request: AnyRequest, token: FromPath[str]) -> Response[bytes]:
    """What was erased, for machines."""
    exit = await _find(request, token)
    if exit.certificate is None:
        raise NotFound("Nothing is erased yet.")
    text = msgspec.json.format(msgspec.json.encode(exit.certificate), indent=2) + b"\n"
    headers = {"content-disposition": 'attachment; filename="certificate.json"', **FRESH}
    return Response(text, media_type="application/json", headers=headers)


async def _find(request: AnyRequest, token: str) -> Exit:
    found = read_reference(request.app.state.settings.secret_key, letters.KIND, token)
    async with _database(request).transaction(found.tenant) as tx:
        return await deciding.find_exit(tx, found.id)


async def _show(
    request: AnyRequest, caller: Caller, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    standing = await asking.describe(_database(request), caller)
    exit = standing.exit
    events: list[Event] = []
    if exit is not None:
        async with _database(request).transaction(exit.tenant) as tx:
            events = await deciding.list_steps(tx, exit.id)
    now = _database(request).clock.now()
    answer = page(
        request,
        "exits/leave.html",
        status_code=problem.status if problem else 200,
        exit=exit,
        leaving=exit is not None and exit.state not in {State.STAYED, State.MOVED},
        duties=policy.holding(exit, standing.duties) if exit else standing.duties,
        events=events,
        retrieve_until=_retrieve_until(exit),
        waiting=exit is not None and policy.is_waiting(exit, now),
        notices=[(days, said, *policy.dates_of(now, days)) for days, said in NOTICES.items()],
        retrieval=policy.RETRIEVAL,
        step_words=STEP_WORDS,
        typed=typed,
        problem=problem,
    )
    answer.headers.update({**FRESH, **(retry_headers(problem) if problem else {})})
    return answer


def _retrieve_until(exit: Exit | None) -> Any:
    """Until when everything can be fetched, at least."""
    if exit is None:
        return None
    return exit.retrieve_until or exit.transition_until + policy.RETRIEVAL


async def _decide(
    request: AnyRequest,
    caller: Caller,
    data: Mapping[str, str],
    act: Callable[[], Awaitable[None]],
) -> Response[Any]:
    try:
        await act()
    except HubError as error:
        if error.status >= 500 or error.status in {403, 404}:
            raise
        return await _show(request, caller, data, error)
    return Redirect(PAGE, status_code=303)


def _whole(data: Mapping[str, str], name: str) -> int:
    """A whole number, or -1, which is never right, for what is none."""
    text = data.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else -1


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


def _host(request: AnyRequest) -> str | None:
    return request.client.host if request.client else None


handlers: tuple[Any, ...] = (show, give, decide, fetch, show_erasure, give_certificate)
