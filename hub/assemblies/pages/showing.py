"""The list of votes, and one proposal: text and difference, simulation, vote."""

import csv
from datetime import date, datetime, time, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

from litestar import Response, get
from litestar.params import FromPath

from hub import agreements, simulations
from hub.agreements.describe import name_role
from hub.assemblies import mapping, views
from hub.assemblies.actions import counting, proposing, voting
from hub.assemblies.doors import KINDS, Door, entered, find_door
from hub.assemblies.models import Proposal
from hub.assemblies.pages.editing import PAGE, write_in
from hub.core.caller import access
from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import PARIS, AnyRequest, language_of, page
from hub.core.problems import describe_problem

ROLL_SHOWN = 200


@get(PAGE, opt=access(*KINDS), include_in_schema=False)
async def list_votes(request: AnyRequest) -> Response[str]:
    """Every proposal, the newest first."""
    door = await find_door(request)
    async with entered(request, door) as tx:
        return page(
            request,
            "assemblies/votes.html",
            proposals=await proposing.list_proposals(tx),
            federation=door.member is None,
        )


@get(f"{PAGE}/{{proposal:uuid}}", opt=access(*KINDS), include_in_schema=False)
async def show_proposal(request: AnyRequest, proposal: FromPath[UUID]) -> Response[str]:
    """One proposal, whole."""
    door = await find_door(request)
    async with entered(request, door) as tx:
        return await show(request, tx, door, proposal, {}, None)


async def show(
    request: AnyRequest,
    tx: Tx,
    door: Door,
    id: UUID,
    typed: dict[str, str],
    error: HubError | None,
) -> Response[str]:
    """The page of a proposal, with what was typed and what is wrong with it."""
    problem = describe_problem(error, request.url.path) if error else None
    proposal = await proposing.find_proposal(tx, id)
    result = await counting.count_now(tx, proposal)
    return page(
        request,
        "assemblies/proposal.html",
        status_code=problem.status if problem else 200,
        proposal=proposal,
        lines=await _compare(request, tx, proposal),
        simulation=await _simulation(request, tx, door, proposal),
        result=result,
        quorums=views.draw_quorums(result) if result else [],
        as_percent=views.as_percent,
        roll=(await voting.list_roll(tx, proposal))[:ROLL_SHOWN] if proposal.statute else [],
        voter=await voting.find_voter(tx, proposal, door.member) if door.member else None,
        comments=await proposing.list_comments(tx, id),
        door=door,
        typed=typed,
        problem=problem,
        today=local_date(tx.now, "Europe/Paris"),
        now=tx.now,
    )


async def _compare(request: AnyRequest, tx: Tx, proposal: Proposal) -> list[views.Line]:
    base, after = await proposing.find_texts(tx, proposal)
    before = await write_in(tx, base, request) if base else ""
    return views.compare(before, await write_in(tx, after, request))


async def _simulation(
    request: AnyRequest, tx: Tx, door: Door, proposal: Proposal
) -> dict[str, Any] | None:
    found = await simulations.find_newest(tx, f"proposal:{proposal.id}")
    if found is None:
        return None
    findings = await simulations.find_findings(tx, found.id)
    vocabulary = agreements.vocabularies()[proposal.text.vocabulary]
    language = language_of(request)
    had = {*found.sums.before, *found.sums.after}
    roles = [party.code for party in vocabulary.roles if party.code in had]
    own = await simulations.find_effect(tx, found.id, door.member) if door.member else None
    return {
        "run": found,
        "first": local_date(found.since, "Europe/Paris"),
        "last": local_date(found.until - timedelta(days=1), "Europe/Paris"),
        "percent": 100 * found.done // max(found.total, 1),
        "findings": findings,
        "bars": views.draw_steps(findings),
        "shapes": mapping.draw_places(findings.places),
        "rows": [
            (name_role(vocabulary, role, language), before, after)
            for role, before, after in views.table_of(roles, found.sums.before, found.sums.after)
        ],
        "own": own,
        "places": agreements.territory_places,
    }


@get(f"{PAGE}/{{proposal:uuid}}/simulation.csv", opt=access("federation"), include_in_schema=False)
async def download_effects(request: AnyRequest, proposal: FromPath[UUID]) -> Response[str]:
    """Member by member, as ratios only: what a house earns is for its own eyes."""
    door = await find_door(request)
    out = StringIO()
    sheet = csv.writer(out, delimiter=";", lineterminator="\r\n")
    sheet.writerow(["member", "department", "bookings", "change_percent"])
    async with entered(request, door) as tx:
        found = await simulations.find_newest(tx, f"proposal:{proposal}")
        for effect in await simulations.list_effects(tx, found.id) if found else []:
            sheet.writerow(
                [effect.member, effect.place, effect.bookings, f"{effect.change_bps / 100:.2f}"]
            )
    headers = {"content-disposition": 'attachment; filename="simulation.csv"'}
    return Response(out.getvalue(), media_type="text/csv; charset=utf-8", headers=headers)


def midnight(day: date) -> datetime:
    """The instant at which a day begins in Paris."""
    return datetime.combine(day, time(0), PARIS)


handlers = (list_votes, show_proposal, download_effects)
