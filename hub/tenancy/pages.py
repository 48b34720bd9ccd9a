"""The team: who acts for an organisation, as what; added, given another role, let go."""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.tenancy import actions, policy
from hub.tenancy.models import Kind, Role

KINDS = tuple(kind.value for kind in Kind)
PAGE, CHOOSE = "/pro/team", "/organisations"
Form = URLEncodedBody[dict[str, str]]
SHOWN_AGAIN = frozenset({400, 404, 409})  # what the page says itself
ROLES = {
    Role.OWNER.value: ("Propriétaire", "tout, jusqu'à nommer d'autres propriétaires et à partir"),
    Role.MANAGER.value: ("Gérant", "le quotidien, l'équipe, les signatures et le journal"),
    Role.MEMBER.value: ("Membre", "le quotidien"),
    Role.TREASURER.value: ("Trésorier", "le quotidien ; c'est à lui que l'on parle d'argent"),
}
WORDS = tuple(said for both in ROLES.values() for said in both)


@get(PAGE, opt=access(*KINDS), include_in_schema=False)
async def show_team(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """Who acts for my organisation."""
    return await _show(request, tx, caller, {}, None)


@post(PAGE, opt=access(*KINDS, fresh=True), include_in_schema=False)
async def add_member(
    request: AnyRequest, caller: NamedDependency[Caller], data: Form
) -> Response[Any]:
    """Somebody who has an account joins."""

    async def act(tx: Tx) -> None:
        await actions.add_member_by_email(
            tx,
            email=data.get("email", ""),
            role=policy.read_role(data.get("role", "")),
            caller_role=caller.role,
        )

    return await _decide(request, caller, data, act)


@post(
    f"{PAGE}/{{person:int}}/role",
    opt=access(*KINDS, fresh=True),
    include_in_schema=False,
)
async def change_role(
    request: AnyRequest, caller: NamedDependency[Caller], person: FromPath[int], data: Form
) -> Response[Any]:
    """A member gets another role."""

    async def act(tx: Tx) -> None:
        role = policy.read_role(data.get("role", ""))
        await actions.change_role(tx, person=person, role=role, caller_role=caller.role)

    return await _decide(request, caller, {}, act)


@post(
    f"{PAGE}/{{person:int}}/end",
    opt=access(*KINDS, fresh=True),
    include_in_schema=False,
)
async def remove_member(
    request: AnyRequest, caller: NamedDependency[Caller], person: FromPath[int]
) -> Response[Any]:
    """A member acts here no more. Who lets go of themselves chooses whom to act for next."""

    async def act(tx: Tx) -> None:
        await actions.remove_member(tx, person=person, caller_role=caller.role)

    return await _decide(request, caller, {}, act, CHOOSE if person == caller.person else PAGE)


async def _decide(
    request: AnyRequest,
    caller: Caller,
    typed: Mapping[str, str],
    act: Callable[[Tx], Awaitable[None]],
    then: str = PAGE,
) -> Response[Any]:
    database: Database = request.app.state.database
    try:
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            await act(tx)
    except HubError as error:
        if error.status not in SHOWN_AGAIN:
            raise
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            return await _show(request, tx, caller, typed, error)
    return Redirect(then, status_code=303)


async def _show(
    request: AnyRequest, tx: Tx, caller: Caller, typed: Mapping[str, str], error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    roles = {
        role: words
        for role, words in ROLES.items()
        if policy.may_decide_members(caller.role, Role(role))
    }
    return page(
        request,
        "tenancy/team.html",
        status_code=problem.status if problem else 200,
        organisation=await actions.find_organisation(tx),
        members=await actions.list_members(tx),
        me=caller.person,
        roles=ROLES,
        given=roles,
        typed=typed,
        problem=problem,
    )


handlers = (show_team, add_member, change_role, remove_member)
