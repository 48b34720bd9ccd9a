"""The editor of an agreement: its text, checked while one types, with examples beside it."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath, URLEncodedBody
from litestar.response import Redirect

from hub import agreements
from hub.agreements.describe import describe, describe_borne, name_role
from hub.assemblies import forms
from hub.assemblies.actions import examples, proposing
from hub.core.caller import Caller, access
from hub.core.db import Database, Tx
from hub.core.errors import HubError
from hub.core.i18n import catalogue
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of
from hub.rules import Checked, RuleText, write_text

PAGE = "/pro/votes"
Form = URLEncodedBody[dict[str, str]]


async def agreement_of(tx: Tx, scheme: int) -> tuple[str, str]:
    """The agreement that a scheme governs and its vocabulary; a first one takes the scheme's
    number and the first vocabulary that is installed."""
    versions = await agreements.list_versions(tx, scheme)
    if versions:
        return versions[0].agreement, versions[0].text.vocabulary
    return f"agreement-{scheme}", next(iter(agreements.vocabularies()))


@get(f"{PAGE}/new", opt=access("federation"), include_in_schema=False)
async def new_proposal(
    request: AnyRequest, tx: NamedDependency[Tx], caller: NamedDependency[Caller]
) -> Response[str]:
    """A new proposal begins with the text in force."""
    assert caller.tenant is not None
    agreement, vocabulary = await agreement_of(tx, caller.tenant)
    base = await proposing.find_base(tx, request.app.state.database.reader, agreement)
    typed = {"source": await write_in(tx, base.text, request) if base else ""}
    return await _show(request, tx, vocabulary, None, typed, None)


@get(f"{PAGE}/{{proposal:uuid}}/edit", opt=access("federation"), include_in_schema=False)
async def edit_proposal(
    request: AnyRequest, tx: NamedDependency[Tx], proposal: FromPath[UUID]
) -> Response[str]:
    """A draft."""
    found = await proposing.find_proposal(tx, proposal)
    typed = {
        "source": await write_in(tx, found.text, request),
        "reasons": found.reasons,
        "effective_on": found.effective_on.isoformat(),
    }
    return await _show(request, tx, found.text.vocabulary, proposal, typed, None)


@post(f"{PAGE}/new", opt=access("federation"), include_in_schema=False)
async def write_proposal(request: AnyRequest, data: Form) -> Response[Any]:
    """Keep a draft; what was typed stays when something is wrong with it."""
    return await _write(request, data, None)


@post(f"{PAGE}/{{proposal:uuid}}/edit", opt=access("federation"), include_in_schema=False)
async def rewrite_proposal(
    request: AnyRequest, proposal: FromPath[UUID], data: Form
) -> Response[Any]:
    """Keep a changed draft."""
    return await _write(request, data, proposal)


async def _write(request: AnyRequest, data: Mapping[str, str], id: UUID | None) -> Response[Any]:
    database: Database = request.app.state.database
    caller = caller_of(request)
    assert caller.tenant is not None
    async with database.transaction(caller.tenant) as tx:
        agreement, vocabulary = await agreement_of(tx, caller.tenant)
    try:
        command = forms.read_draft(data, agreement)
        async with database.transaction(caller.tenant, actor=caller.actor) as tx:
            made = await proposing.write_proposal(tx, database.reader, command, vocabulary, id)
    except HubError as error:
        if error.status != 400:
            raise
        async with database.transaction(caller.tenant) as tx:
            return await _show(request, tx, vocabulary, id, data, error)
    return Redirect(f"{PAGE}/{made}", status_code=303)


@post(f"{PAGE}/check", opt=access("federation"), include_in_schema=False)
async def check_text(
    request: AnyRequest,
    tx: NamedDependency[Tx],
    caller: NamedDependency[Caller],
    data: Form,
) -> Response[str]:
    """What the text says so far, or what is wrong with it: shown beside it while one types."""
    assert caller.tenant is not None
    _, vocabulary = await agreement_of(tx, caller.tenant)
    checked = await proposing.check_source(tx, data.get("source", ""), vocabulary)
    return page(request, "assemblies/checked.html", **_said(request, checked))


def _said(request: AnyRequest, checked: Checked) -> dict[str, Any]:
    """What the check shows: faults in words, or the rules and worked examples."""
    language = language_of(request)
    words = catalogue(language)
    vocabulary = agreements.vocabularies()[checked.text.vocabulary]
    faults = [(fault, fault.say(words.gettext(fault.message))) for fault in checked.faults]
    shown = () if checked.faults else examples.work_out(checked.text, vocabulary)
    return {
        "faults": faults,
        "rules": () if checked.faults else describe(checked.text, vocabulary, language),
        "borne": () if checked.faults else describe_borne(checked.text, vocabulary, language),
        "examples": [
            (example, [(name_role(vocabulary, s.role, language), s.amount_cents)
                       for s in example.shares])
            for example in shown
        ],
    }  # fmt: skip


async def write_in(tx: Tx, text: RuleText, request: AnyRequest) -> str:
    """A text in English for those who read it, else in French."""
    names = await proposing.names_of(tx)
    spoken = "en" if language_of(request) == "en" else "fr"
    return write_text(text, agreements.vocabularies()[text.vocabulary], spoken, names)


async def _show(
    request: AnyRequest,
    tx: Tx,
    vocabulary: str,
    id: UUID | None,
    typed: Mapping[str, str],
    error: HubError | None,
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    checked = await proposing.check_source(tx, typed.get("source", ""), vocabulary)
    known = agreements.vocabularies()[vocabulary]
    language = "en" if language_of(request) == "en" else "fr"
    return page(
        request,
        "assemblies/edit.html",
        status_code=problem.status if problem else 200,
        id=id,
        typed=typed,
        problem=problem,
        vocabulary=known,
        spoken=language,
        **_said(request, checked),
    )


handlers = (
    new_proposal,
    edit_proposal,
    write_proposal,
    rewrite_proposal,
    check_text,
)
