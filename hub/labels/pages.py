"""The public page of each service, its badge, and the operator's page of its approval."""

import asyncio
from collections.abc import Mapping
from datetime import date
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import approvals, probes
from hub.approvals.errors import DecisionInvalid
from hub.approvals.models import Approval, State, Step
from hub.approvals.policy import STEPS
from hub.core.caller import ANYBODY, Caller, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.labels import actions, contracts, signing
from hub.labels.models import Status
from hub.labels.stepping import Decide, make_step
from hub.trust.words import FAULTS, LEVELS

Form = URLEncodedBody[dict[str, str]]
PUBLIC, PAGE = "/trust", "/pro/approvals"
FRESH = {"cache-control": "no-store"}
STATES = {
    State.SUBMITTED.value: "demande déposée",
    State.UNDER_REVIEW.value: "en examen",
    State.GRANTED.value: "accordé",
    State.RENEWED.value: "renouvelé",
    State.WARNED.value: "averti",
    State.SUSPENDED.value: "suspendu",
    State.WITHDRAWN.value: "retiré",
    State.EXPIRED.value: "échu",
    State.REFUSED.value: "refusé",
}
STEP_WORDS = {
    Step.SUBMIT.value: "Demande déposée",
    Step.OPEN_REVIEW.value: "Examen commencé",
    Step.PROPOSE.value: "Accord proposé par une première personne",
    Step.CONFIRM.value: "Accord confirmé par une seconde personne",
    Step.REFUSE.value: "Refusé",
    Step.ESCALATE.value: "Trente jours passés sans décision",
    Step.WARN.value: "Averti",
    Step.LIFT.value: "Avertissement levé",
    Step.SUSPEND.value: "Suspendu",
    Step.RESUME.value: "Suspension levée",
    Step.WITHDRAW.value: "Retiré",
    Step.EXPIRE.value: "Échu",
}
VERBS = {
    Step.SUBMIT.value: "Déposer la demande",
    Step.OPEN_REVIEW.value: "Commencer l'examen",
    Step.PROPOSE.value: "Proposer l'accord",
    Step.CONFIRM.value: "Confirmer l'accord",
    Step.REFUSE.value: "Refuser",
    Step.WARN.value: "Avertir",
    Step.LIFT.value: "Lever l'avertissement",
    Step.SUSPEND.value: "Suspendre maintenant",
    Step.RESUME.value: "Lever la suspension",
    Step.WITHDRAW.value: "Retirer l'agrément",
}
WORDS = (*STATES.values(), *STEP_WORDS.values(), *VERBS.values())
SHOWN: dict[str, Any] = {
    "levels": LEVELS,
    "states": STATES,
    "step_words": STEP_WORDS,
    "verbs": VERBS,
    "faults": FAULTS,
}


@get(PUBLIC, opt=access(ANYBODY), include_in_schema=False)
async def show_services(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Every service with its level."""
    found = await actions.list_services(tx)
    return page(request, "labels/services.html", services=found, **SHOWN)


@get(f"{PUBLIC}/{{code:str}}", opt=access(ANYBODY), include_in_schema=False)
async def show_service(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> Response[str]:
    """The level of now: why, what is missing, and its history."""
    found = await actions.find_service(tx, code, language_of(request))
    answer = page(request, "labels/service.html", service=found, **SHOWN)
    answer.headers.update(FRESH)
    return answer


@get(f"{PUBLIC}/{{code:str}}/badge", opt=access(ANYBODY), include_in_schema=False)
async def give_badge(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> Response[str]:
    """The signed statement of now."""
    badge = await actions.make_badge(tx, code, request.app.state.settings)
    return Response(badge, media_type="application/jose", headers=FRESH)


@get(f"{PUBLIC}/{{code:str}}/status", opt=access(ANYBODY), include_in_schema=False)
async def give_status(tx: NamedDependency[Tx], code: FromPath[str]) -> Response[Status]:
    """Whether a badge still stands."""
    return Response(await actions.find_status(tx, code), headers=FRESH)


@get(f"{PUBLIC}/{{code:str}}/contract.pdf", opt=access(ANYBODY), include_in_schema=False)
async def give_contract(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> Response[bytes]:
    """The clauses that are in force, on paper, in the reader's language."""
    language = language_of(request)
    found = await contracts.find_contract(tx, code, language)
    drawn = await asyncio.to_thread(contracts.draw_contract, found, language, tx.now)
    headers = {"content-disposition": f'inline; filename="{code}.pdf"'}
    return Response(drawn, media_type="application/pdf", headers=headers)


@get("/trust-keys.json", opt=access(ANYBODY), sync_to_thread=False, include_in_schema=False)
def give_keys(request: AnyRequest) -> dict[str, list[dict[str, str]]]:
    """The public key of badges (JWKS)."""
    key = signing.signing_key(request.app.state.settings.secret_key).public_key()
    return {"keys": [signing.jwk(key)]}


@get("/trust-key.pem", opt=access(ANYBODY), sync_to_thread=False, include_in_schema=False)
def give_pem(request: AnyRequest) -> Response[bytes]:
    """The same for openssl."""
    key = signing.signing_key(request.app.state.settings.secret_key).public_key()
    return Response(signing.pem(key), media_type="application/x-pem-file")


@get(PAGE, opt=access("operator"), include_in_schema=False)
async def show_approvals(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The services and where their approvals stand."""
    found = await actions.list_services(tx)
    return page(request, "labels/approvals.html", services=found, **SHOWN)


@get(f"{PAGE}/{{code:str}}", opt=access("operator"), include_in_schema=False)
async def show_approval(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    code: FromPath[str],
) -> Response[str]:
    """What can be decided now, and by whom."""
    return await _show(request, tx, caller, code, {}, None)


async def _show(
    request: AnyRequest,
    tx: Tx,
    caller: Caller,
    code: str,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    label = await approvals.find_label(tx, code)
    return page(
        request,
        "labels/approval.html",
        status_code=problem.status if problem else 200,
        service=await actions.find_service(tx, code, language_of(request)),
        approval=label.approval,
        wanted=label.standing.referential.name(label.approval.wanted) if label.approval else None,
        proposed=_proposed(label.approval, label.standing.referential.name),
        own=label.approval is not None and label.approval.proposed_by == caller.actor,
        suspended=await _suspended_by(tx, label.approval) == caller.actor,
        steps=_possible(label.approval),
        choices=[(one.code, one.title) for one in label.standing.referential.levels],
        typed=typed,
        problem=problem,
        **SHOWN,
    )


def _proposed(approval: Approval | None, name: Any) -> str | None:
    return name(approval.proposed_rank) if approval and approval.proposed_rank else None


async def _suspended_by(tx: Tx, approval: Approval | None) -> str | None:
    """Who suspended an approval that is suspended: somebody else withdraws it."""
    if approval is None or approval.state is not State.SUSPENDED:
        return None
    return await approvals.find_suspender(tx, approval)


def _possible(approval: Approval | None) -> list[str]:
    """The steps that a person can make now."""
    state = approval.state if approval else None
    proposed = approval is not None and approval.proposed_by is not None
    return [
        step.value
        for step in STEPS[state]
        if step.value in VERBS and (step is not Step.CONFIRM or proposed)
    ]


@post(f"{PAGE}/{{code:str}}", opt=access("operator", fresh=True), include_in_schema=False)
async def decide(
    request: AnyRequest,
    caller: NamedDependency[Caller],
    code: FromPath[str],
    data: Form,
) -> Response[Any]:
    """Make a step; what was typed is kept when it is refused."""
    database = request.app.state.database
    try:
        wish = _read(data)
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await make_step(tx, code, wish, caller.role)
    except HubError as error:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show(request, tx, caller, code, data, error)
    return Redirect(f"{PAGE}/{code}", status_code=303)


def _read(data: Mapping[str, str]) -> Decide:
    names = {name: data.get(name, "") for name in ("step", "reason", "level", "expires_on")}
    version = data.get("version", "")
    try:
        wish = msgspec.convert(
            {**names, "version": int(version) if version.isdecimal() else 0}, Decide
        )
        if wish.step is Step.PROPOSE:
            msgspec.convert(wish.expires_on, date)
    except msgspec.ValidationError as error:
        raise DecisionInvalid("Give a day.", field="expires_on") from error
    return wish


@post(f"{PAGE}/{{code:str}}/measurements", opt=access("operator"), include_in_schema=False)
async def measure_now(tx: NamedDependency[Tx], code: FromPath[str]) -> Redirect:
    """Let the worker run every probe."""
    await probes.ask_probes(tx, code)
    return Redirect(f"{PAGE}/{code}", status_code=303)


handlers = (
    show_services,
    show_service,
    give_badge,
    give_status,
    give_contract,
    give_keys,
    give_pem,
    show_approvals,
    show_approval,
    decide,
    measure_now,
)
