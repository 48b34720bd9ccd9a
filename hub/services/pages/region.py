"""The pages of who launches services: what can be launched, and each service of theirs."""

from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.errors import HubError, NotFound
from hub.core.pages import AnyRequest, home_of, language_of, page
from hub.core.problems import describe_problem
from hub.core.vertical import Vertical
from hub.core.web import caller_of
from hub.gates.gate import CLASSES, LEVELS
from hub.gates.telling import tell_gates
from hub.services.actions import carrying, hosting, keeping, launching
from hub.services.archive import MOST_BYTES
from hub.services.errors import ServiceInvalid
from hub.services.models import AskFaults, Dress, Launch, Move, State, Step
from hub.services.policy import steps

PAGE = "/pro/our-services"
NEW = f"{PAGE}/new"
Form = Mapping[str, str]
STATES = {
    State.SANDBOX.value: "bac à sable",
    State.TRIAL.value: "à l'essai",
    State.PRODUCTION.value: "en production",
    State.WINDING_DOWN.value: "en fermeture",
    State.RETIRED.value: "fermé",
}
STEPS = {
    Step.TRY.value: "Bac à sable ouvert",
    Step.OPEN_TRIAL.value: "Essai ouvert",
    Step.EXTEND.value: "Essai prolongé",
    Step.GO_LIVE.value: "Mis en production",
    Step.WIND_DOWN.value: "Fermeture commencée",
    Step.LAPSE.value: "Essai arrivé à son terme",
    Step.RESUME.value: "Repris à l'essai",
    Step.RETIRE.value: "Fermé",
    Step.CLOSE.value: "Fermé à son terme",
}
VERBS = {
    Step.OPEN_TRIAL.value: "Passer à l'essai",
    Step.EXTEND.value: "Prolonger l'essai",
    Step.GO_LIVE.value: "Mettre en production",
    Step.WIND_DOWN.value: "Commencer la fermeture",
    Step.RESUME.value: "Reprendre à l'essai",
    Step.RETIRE.value: "Fermer pour de bon",
}
WILL = {
    Step.OPEN_TRIAL.value: "Un espace neuf s'ouvre pour de vraies personnes, sans les "
    "données inventées.",
    Step.EXTEND.value: "Rien d'autre ne change.",
    Step.GO_LIVE.value: "Le service reste, avec ses données, sans date de fin ni quota.",
    Step.WIND_DOWN.value: "Plus rien ne s'écrit ; les données se lisent et s'emportent "
    "pendant trente jours.",
    Step.RESUME.value: "On peut de nouveau y écrire, jusqu'au jour choisi.",
    Step.RETIRE.value: "Plus personne n'y entre. L'exploitant efface les données, avec "
    "un certificat.",
}
WORDS = (*STATES.values(), *STEPS.values(), *VERBS.values(), *WILL.values())
SHOWN: dict[str, Any] = {
    "states": STATES,
    "steps": STEPS,
    "verbs": VERBS,
    "will": WILL,
    "classes": CLASSES,
    "levels": LEVELS,
}
WITH_DAY = frozenset({Step.OPEN_TRIAL.value, Step.EXTEND.value, Step.RESUME.value})


def verticals_of(request: AnyRequest) -> dict[str, Vertical]:
    """What is installed, by code."""
    return {one.code: one for one in request.app.state.composition.verticals}


@get(PAGE, opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def show_services(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The launcher's services and where each stands."""
    found = await keeping.list_services(tx)
    return page(
        request,
        "services/services.html",
        services=found,
        quotas={one.id: steps.QUOTAS[one.state] for one in found},
        titles={
            code: one.title(language_of(request)) for code, one in verticals_of(request).items()
        },
        **SHOWN,
    )


@get(NEW, opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def show_launch(
    request: AnyRequest, tx: NamedDependency[Tx], vertical: FromQuery[str] = ""
) -> Response[str]:
    """What can be launched, and what the hosting says to each, before anything is filled in."""
    return await _launch(request, tx, {"vertical": vertical}, None)


async def _launch(
    request: AnyRequest, tx: Tx, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    language = language_of(request)
    today = local_date(tx.now, launching.PARIS)
    offers = [
        (one, one.title(language), tell_gates(await hosting.find_gates(tx, one), language))
        for one in verticals_of(request).values()
        if one.example is not None
    ]
    return page(
        request,
        "services/launch.html",
        status_code=problem.status if problem else 200,
        offers=offers,
        quotas={state.value: quota for state, quota in steps.QUOTAS.items()},
        last_day=steps.last_trial_day(None, today),
        typed=typed,
        problem=problem,
        **SHOWN,
    )


@post(NEW, opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def launch(request: AnyRequest, caller: NamedDependency[Caller]) -> Response[Any]:
    """Launch, and fill the sandbox at once; a task does it when this process dies meanwhile."""
    form, database = await _read(request), _database(request)
    vertical = verticals_of(request).get(form.get("vertical", ""))
    assert caller.person is not None
    try:
        if vertical is None:
            raise ServiceInvalid("Choose a vertical.", field="vertical")
        command = Launch(
            vertical=vertical.code,
            name=form.get("name", ""),
            trial_until=_day(form, "until") if form.get("as") == "trial" else None,
        )
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            made = await launching.launch(
                tx, _key(form), command, vertical, role=caller.role, person=caller.person
            )
    except HubError as error:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _launch(request, tx, form, error)
    if made.state is State.SANDBOX and made.space is not None:
        await launching.fill_sandbox(database, made.space, vertical)
    return Redirect(f"{PAGE}/{made.id}", status_code=303)


@get(f"{PAGE}/{{id:uuid}}", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def show_service(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], kept: FromQuery[str] = ""
) -> Response[str]:
    """One service: state, use, what is missing for the next one, and the way out."""
    return await _service(request, tx, id, {}, None, kept)


async def _service(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None, kept: str = ""
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    seen = await keeping.see_service(tx, id)
    service, language = seen.service, language_of(request)
    vertical = verticals_of(request).get(service.vertical)
    gates = await hosting.find_gates(tx, vertical) if vertical else []
    people = []
    if service.space is not None:
        async with _database(request).transaction(service.space) as within:
            people = await keeping.list_people(within)
    possible = [one.value for one in steps.steps_for_people(service.state)]
    return page(
        request,
        "services/service.html",
        status_code=problem.status if problem else 200,
        service=service,
        title=vertical.title(language) if vertical else service.vertical,
        home=home_of(vertical) if vertical else None,
        events=seen.events,
        use=seen.use,
        people=people,
        quota=steps.QUOTAS[service.state],
        possible=possible,
        gates={one.state: one for one in tell_gates(gates, language)},
        wants={step: (steps.gate_for(Step(step)) or service.state).value for step in possible},
        with_day=WITH_DAY,
        last_day=steps.last_trial_day(service, local_date(tx.now, launching.PARIS)),
        typed=typed,
        problem=problem,
        kept=kept,
        **SHOWN,
    )


@post(f"{PAGE}/{{id:uuid}}/steps", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def make_step(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Promote, extend, wind down, close."""
    form, known = await _read(request), verticals_of(request)

    async def act(tx: Tx) -> None:
        service = await launching.find_service(tx, id)
        assert caller.person is not None
        vertical = known.get(service.vertical)
        await launching.move(tx, id, _move(form), vertical, role=caller.role, person=caller.person)

    return await _do(request, id, form, act, "step")


@post(f"{PAGE}/{{id:uuid}}/looks", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def change_looks(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Name, colour, legal text."""
    form = await _read(request)
    command = Dress(
        name=form.get("name", ""), colour=form.get("colour", ""), legal=form.get("legal", "")
    )

    async def act(tx: Tx) -> None:
        await keeping.dress(tx, id, command, role=caller.role)

    return await _do(request, id, form, act, "looks")


@post(f"{PAGE}/{{id:uuid}}/faults", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def ask_faults(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Let the sandbox fail."""
    form = await _read(request)
    times = form.get("times", "")
    command = AskFaults(fault=form.get("fault", ""), times=int(times) if times.isdecimal() else 0)

    async def act(tx: Tx) -> None:
        await keeping.ask_faults(tx, id, command, role=caller.role)

    return await _do(request, id, form, act, "faults")


@post(f"{PAGE}/{{id:uuid}}/people", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def add_person(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Any:
    """Let somebody work in the service."""
    form = await _read(request)

    async def act(tx: Tx) -> None:
        launching.check_role(caller.role)
        space = await keeping.find_space(tx, id)
        state = (await launching.find_service(tx, id)).state
        async with _database(request).transaction(space, actor=caller.actor) as within:
            await keeping.add_person(within, form.get("email", ""), state)

    return await _do(request, id, form, act, "people")


@post(f"{PAGE}/{{id:uuid}}/archive", opt=access(*steps.LAUNCHERS), include_in_schema=False)
async def take_out(
    request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]
) -> Response[bytes]:
    """All the data of the service, as a file; written down as taken out."""
    launching.check_role(caller.role)
    database = _database(request)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        service = await launching.find_service(tx, id)
        await keeping.find_space(tx, id)
    vertical = verticals_of(request).get(service.vertical)
    if vertical is None:
        raise NotFound("This vertical is not installed any more.")
    manifest, content = await carrying.take_out(database, service, vertical)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        await carrying.note_export(tx, service, manifest, content)
    name = f"{service.vertical}-{manifest.made_at.date()}.zip"
    headers = {"content-disposition": f'attachment; filename="{name}"', "cache-control": "no-store"}
    return Response(content, media_type="application/zip", headers=headers, status_code=200)


@post(
    f"{PAGE}/{{id:uuid}}/arrival",
    opt=access(*steps.LAUNCHERS),
    include_in_schema=False,
    request_max_body_size=MOST_BYTES + 100_000,
)
async def take_in(request: AnyRequest, caller: NamedDependency[Caller], id: FromPath[UUID]) -> Any:
    """Fill an empty trial from an archive of another service."""
    sent = (await request.form()).get("archive")
    content = await sent.read() if isinstance(sent, UploadFile) else b""
    known = verticals_of(request)

    async def act(tx: Tx) -> None:
        launching.check_role(caller.role)
        service = await launching.find_service(tx, id)
        carrying.check_may_arrive(service)
        vertical = known[service.vertical]
        await carrying.take_in(_database(request), service, vertical, content, caller.actor)

    return await _do(request, id, {}, act, "arrival")


async def _do(
    request: AnyRequest, id: UUID, typed: Form, act: Callable[[Tx], Awaitable[None]], what: str
) -> Response[Any]:
    """Do it, or show the page again with what was typed."""
    caller, database = caller_of(request), _database(request)
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await act(tx)
    except HubError as error:
        if error.status >= 500 or error.status == 403:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _service(request, tx, id, {**typed, "form": what}, error)
    return Redirect(f"{PAGE}/{id}?kept={what}", status_code=303)


def _database(request: AnyRequest) -> Database:
    return request.app.state.database


async def _read(request: AnyRequest) -> dict[str, str]:
    return {name: str(value) for name, value in (await request.form()).items()}


def _key(form: Form) -> UUID:
    try:
        return UUID(form.get("idempotency_key", ""))
    except ValueError:
        raise ServiceInvalid("This form is not complete.") from None


def _day(form: Form, field: str) -> date | None:
    try:
        return date.fromisoformat(form.get(field, ""))
    except ValueError:
        raise ServiceInvalid("Choose a day.", field=field) from None


def _move(form: Form) -> Move:
    step, version = form.get("step", ""), form.get("version", "")
    if step not in VERBS:
        raise ServiceInvalid("Choose a step.")
    return Move(
        step=Step(step),
        version=int(version) if version.isdecimal() else 0,
        until=_day(form, "until") if step in WITH_DAY else None,
        reason=form.get("reason", ""),
    )


handlers: tuple[Any, ...] = (
    show_services,
    show_launch,
    launch,
    show_service,
    make_step,
    change_looks,
    ask_faults,
    add_person,
    take_out,
    take_in,
)
