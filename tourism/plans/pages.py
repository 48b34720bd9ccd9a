"""The house's rate plans, promotions and supplements: read in words, added, changed, ended."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from litestar import Request, Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.db import Tx
from hub.core.i18n import LANGUAGES
from hub.core.idempotency import fingerprint_of, once
from hub.core.pages import HTML, language_of, page
from hub.core.problems import Problem, describe_problem
from tourism.lodging import Property, list_room_types, own_house
from tourism.plans import actions, forms, words
from tourism.plans.models import Saved
from tourism.rates import (
    add_promotion,
    add_supplement,
    end_promotion,
    end_supplement,
    list_rate_plans,
    retire_rate_plan,
    save_rate_plan,
)
from tourism.rates.errors import PlanInvalid, PlanMoved, PromotionInvalid, SupplementInvalid
from tourism.rates.policy.plans import version_of

AnyRequest = Request[Any, Any, Any]
INVALID = (PlanInvalid, PromotionInvalid, SupplementInvalid)
DONE = ("plan", "retired", "promotion", "promotion_ended", "supplement", "supplement_ended")
Act = Callable[[Tx, Property], Awaitable[int]]


@get("/pro/plans", opt=access("lodging"), include_in_schema=False)
async def show_plans(
    request: AnyRequest, tx: NamedDependency[Tx], done: FromQuery[str] = ""
) -> Response[str]:
    """Every plan in words, as the tree that they make; promotions and supplements below."""
    return await _show_plans(request, tx, done=done if done in DONE else "")


async def _show_plans(
    request: AnyRequest,
    tx: Tx,
    *,
    done: str = "",
    which: str = "",
    problem: Problem | None = None,
    typed: Mapping[str, str] | None = None,
    ticked: Mapping[str, Sequence[str]] | None = None,
) -> Response[str]:
    house = await own_house(tx)
    listed = await actions.list_plans(tx, house)
    return page(
        request,
        "plans/list.html",
        status_code=problem.status if problem else 200,
        house=house,
        tree=await actions.draw_tree(tx, house, listed.plans),
        listed=listed,
        types=await list_room_types(tx, house.id),
        weekdays=words.weekday_names(language_of(request)),
        done=done,
        which=which,
        problem=problem,
        typed=typed or {},
        ticked=ticked or {},
    )


@get("/pro/plans/new", opt=access("lodging"), include_in_schema=False)
async def show_new(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """The form of a new plan."""
    return await _show_form(request, tx, 0, {})


@get("/pro/plans/{id:int}", opt=access("lodging"), include_in_schema=False)
async def show_plan(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[int]
) -> Response[str]:
    """The form of one plan, as it is."""
    plan = await actions.find_plan(tx, await own_house(tx), id)
    # Its version as these fields were read: somebody may save it before the page is made.
    return await _show_form(request, tx, id, {**forms.as_form(plan), "version": version_of(plan)})


async def _show_form(
    request: AnyRequest,
    tx: Tx,
    id: int,
    typed: Mapping[str, str],
    problem: Problem | None = None,
) -> Response[str]:
    house = await own_house(tx)
    plans = await list_rate_plans(tx, house.id)
    plan = next((plan for plan in plans if plan.id == id), None)
    now = version_of(plan) if plan else ""
    moved = plan is not None and problem is not None and problem.status == PlanMoved.status
    return page(
        request,
        "plans/form.html",
        status_code=problem.status if problem else 200,
        house=house,
        id=id,
        plan=plan,
        # Who was told that the plan has changed may save again; nobody else replaces it unseen.
        version=now if moved else typed.get("version", now),
        said=await _told(request, tx, house, id, forms.as_form(plan)) if plan and moved else "",
        parents=[plan for plan in plans if plan.id != id],
        typed=typed,
        bands=forms.bands_shown(typed),
        steps=forms.steps_shown(typed),
        problem=problem,
        language=_language(request, typed),
        told=await _told(request, tx, house, id, typed),
    )


async def _told(
    request: AnyRequest, tx: Tx, house: Property, id: int, typed: Mapping[str, str]
) -> str:
    """The plan in words, in the traveller's language, with its examples; as far as it can be
    read."""
    try:
        plan = forms.read_plan(typed, id)
    except PlanInvalid as error:
        context: dict[str, object] = {"plan": None, "problem": describe_problem(error)}
    else:
        by_id = {known.id: known for known in await list_rate_plans(tx, house.id)}
        context = {
            "plan": plan,
            "source": by_id.get(plan.parent or 0),
            "examples": await actions.explain_plan(tx, house, plan),
            "problem": None,
        }
    language = _language(request, typed)
    site = request.app.state.site
    return site.render(language, "plans/told.html", {"page": None, "language": language, **context})


def _language(request: AnyRequest, typed: Mapping[str, str]) -> str:
    wanted = typed.get("language", "")
    return wanted if wanted in LANGUAGES else language_of(request)


@post("/pro/plans/words", opt=access("lodging"), include_in_schema=False, status_code=200)
async def tell_plan(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What a traveller will read of the plan that is being typed: a piece of the form's page."""
    typed = _texts(await request.form())
    told = await _told(request, tx, await own_house(tx), 0, typed)
    return Response(told, media_type=HTML)


@post("/pro/plans/new", opt=access("lodging"), include_in_schema=False)
async def add_plan(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Add a plan, or show it in words first."""
    return await _save(request, tx, caller, 0)


@post("/pro/plans/{id:int}", opt=access("lodging"), include_in_schema=False)
async def change_plan(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[int],
) -> Response[Any]:
    """Change a plan, or show it in words first."""
    return await _save(request, tx, caller, id)


async def _save(request: AnyRequest, tx: Tx, caller: Caller, id: int) -> Response[Any]:
    typed = _texts(await request.form())
    if typed.get("read") == "words":
        return await _show_form(request, tx, id, typed)

    async def act(acting: Tx, house: Property) -> int:
        plan = forms.read_plan(typed, id)
        return await save_rate_plan(acting, house, plan, typed.get("version", ""))

    try:
        await _once(request, caller, typed, act)
    except (PlanInvalid, PlanMoved) as error:
        problem = describe_problem(error, request.url.path)
        return await _show_form(request, tx, id, typed, problem)
    return Redirect("/pro/plans?done=plan", status_code=303)


async def _once(request: AnyRequest, caller: Caller, typed: Mapping[str, str], act: Act) -> None:
    """Do what a form asks, in a transaction of its own; a form that was sent twice acts once."""
    body = await request.body()
    async with request.app.state.database.transaction(caller.tenant, actor=caller.actor) as acting:
        house = await own_house(acting)

        async def reply() -> Saved:
            return Saved(id=await act(acting, house))

        await once(
            acting,
            scope=caller.actor,
            key=typed.get("idempotency_key", ""),
            fingerprint=fingerprint_of(request.method, request.url.path, body),
            status=303,
            act=reply,
        )


@post("/pro/plans/{id:int}/retire", opt=access("lodging"), include_in_schema=False)
async def retire_plan(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[int],
) -> Response[Any]:
    """Take a plan off sale."""

    async def act(acting: Tx, house: Property) -> int:
        await retire_rate_plan(acting, house, id)
        return id

    return await _act(request, tx, caller, act, f"retire:{id}", "retired")


@post("/pro/plans/promotions", opt=access("lodging"), include_in_schema=False)
async def create_promotion(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Add a promotion."""
    form = await request.form()

    async def act(acting: Tx, house: Property) -> int:
        promotion = forms.read_promotion(_texts(form), _all(form, "plans"))
        return await add_promotion(acting, house, promotion)

    return await _act(request, tx, caller, act, "promotion", "promotion")


@post("/pro/plans/promotions/{id:int}/end", opt=access("lodging"), include_in_schema=False)
async def remove_promotion(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[int],
) -> Response[Any]:
    """End a promotion."""

    async def act(acting: Tx, house: Property) -> int:
        await end_promotion(acting, house, id)
        return id

    return await _act(request, tx, caller, act, "promotion", "promotion_ended")


@post("/pro/plans/supplements", opt=access("lodging"), include_in_schema=False)
async def create_supplement(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[Any]:
    """Add a supplement."""
    form = await request.form()

    async def act(acting: Tx, house: Property) -> int:
        lists = (_all(form, name) for name in ("plans", "room_types", "weekdays"))
        return await add_supplement(acting, house, forms.read_supplement(_texts(form), *lists))

    return await _act(request, tx, caller, act, "supplement", "supplement")


@post("/pro/plans/supplements/{id:int}/end", opt=access("lodging"), include_in_schema=False)
async def remove_supplement(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    id: FromPath[int],
) -> Response[Any]:
    """End a supplement."""

    async def act(acting: Tx, house: Property) -> int:
        await end_supplement(acting, house, id)
        return id

    return await _act(request, tx, caller, act, "supplement", "supplement_ended")


async def _act(
    request: AnyRequest, tx: Tx, caller: Caller, act: Act, which: str, done: str
) -> Response[Any]:
    """Act for a form of the list's page; a refusal is told at that form, with all that was
    typed."""
    form = await request.form()
    try:
        await _once(request, caller, _texts(form), act)
    except INVALID as error:
        problem = describe_problem(error, request.url.path)
        ticked = {name: _all(form, name) for name in ("plans", "room_types", "weekdays")}
        return await _show_plans(
            request, tx, which=which, problem=problem, typed=_texts(form), ticked=ticked
        )
    return Redirect(f"/pro/plans?done={done}", status_code=303)


def _texts(form: Any) -> dict[str, str]:
    return {name: value for name, value in form.items() if isinstance(value, str)}


def _all(form: Any, name: str) -> list[str]:
    return [str(value) for value in form.getall(name, [])]


handlers = (
    show_plans,
    show_new,
    show_plan,
    tell_plan,
    add_plan,
    change_plan,
    retire_plan,
    create_promotion,
    remove_promotion,
    create_supplement,
    remove_supplement,
)
