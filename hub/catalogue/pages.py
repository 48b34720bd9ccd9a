"""The public catalogue, and the certificate that somebody has looked into it."""

import asyncio
from collections.abc import Mapping
from typing import Any

import msgspec
from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath
from litestar.response import Redirect

from hub.catalogue import actions, paper
from hub.catalogue.models import Filter
from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.i18n import catalogue as words_of
from hub.core.installed import verticals_of
from hub.core.pages import AnyRequest, language_of, page
from hub.core.problems import describe_problem
from hub.gates import tell_gates
from hub.gates.words import CLASSES, SHOWN
from hub.trust.words import LEVELS

PAGE = "/catalogue"
AUDIENCES = {
    "region": "région, département ou commune",
    "federation": "fédération",
    "office": "office de tourisme",
    "school": "établissement scolaire",
    "practice": "cabinet de santé",
    "association": "association",
    "town": "commune",
    "operator": "exploitant",
}
NAMES = {
    "text": "mots",
    "audience": "pour",
    "data": "données",
    "level": "niveau d'hébergement au plus",
    "validated": "fiches validées",
    "possible": "production possible ici",
}
WORDS = (*AUDIENCES.values(), *NAMES.values(), *paper.WORDS.values())
FRESH = {"cache-control": "no-store"}


def read_filter(query: Mapping[str, str]) -> Filter:
    """What is looked for, as the address says."""
    return Filter(
        text=query.get("text", "")[:100],
        audience=query.get("audience", "") if query.get("audience") in AUDIENCES else "",
        data=query.get("data", "") if query.get("data") in CLASSES else "",
        level=query.get("level", "") if query.get("level") in LEVELS else "",
        validated=bool(query.get("validated")),
        possible=bool(query.get("possible")),
    )


@get(PAGE, opt=access(ANYBODY), include_in_schema=False)
async def show_catalogue(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """What there is, and the form of the certificate."""
    return await _show(request, tx, None)


async def _show(request: AnyRequest, tx: Tx, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    query = dict(request.query_params.items())
    asked = read_filter(query)
    known = verticals_of(request).values()
    language = language_of(request)
    entries = await actions.list_entries(tx, known, language, asked)
    return page(
        request,
        "catalogue/catalogue.html",
        status_code=problem.status if problem else 200,
        entries=entries,
        of=len(known),
        asked=asked,
        typed=query,
        problem=problem,
        choices={
            "audience": _choices(AUDIENCES, language),
            "data": _choices(CLASSES, language),
            "level": _choices(LEVELS, language),
        },
        **SHOWN,
    )


def _choices(named: Mapping[str, str], language: str) -> list[tuple[str, str]]:
    words = words_of(language)
    return [(code, words.gettext(name)) for code, name in named.items()]


@get(f"{PAGE}/{{code:str}}", opt=access(ANYBODY), include_in_schema=False)
async def show_entry(
    request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]
) -> Response[str]:
    """The sheet of one."""
    language = language_of(request)
    entry = await actions.find_entry(tx, verticals_of(request).get(code), language)
    return page(
        request,
        "catalogue/sheet.html",
        offer=entry,
        gates=tell_gates(entry.gates, language),
        audiences=AUDIENCES,
        **SHOWN,
    )


@post(f"{PAGE}/{{code:str}}/validation", opt=access("operator"), include_in_schema=False)
async def validate(request: AnyRequest, tx: NamedDependency[Tx], code: FromPath[str]) -> Redirect:
    """An operator validates the sheet that the page showed."""
    seen = str((await request.form()).get("fingerprint", ""))
    await actions.validate(tx, verticals_of(request).get(code), seen)
    return Redirect(f"{PAGE}/{code}", status_code=303)


@get(f"{PAGE}/consultation", opt=access(ANYBODY, gives_way=True), include_in_schema=False)
async def certify(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """The certificate of this very search, as a PDF or as JSON with its JWS."""
    language, query = language_of(request), dict(request.query_params.items())
    asked, known = read_filter(query), verticals_of(request).values()
    entries = await actions.list_entries(tx, known, language, asked)
    settings = request.app.state.settings
    try:
        made, jws = actions.certify(tx.now, entries, len(known), query, asked, settings)
    except HubError as error:
        return await _show(request, tx, error)
    if query.get("as") == "json":
        body = {"certificate": made, "jws": jws, "keys": f"{made.iss}/trust-keys.json"}
        return Response(body, headers=FRESH)
    said = _say_filter(asked, language)
    drawn = await asyncio.to_thread(paper.draw, made, jws, language, said, tx.now)
    headers = {**FRESH, "content-disposition": 'attachment; filename="consultation.pdf"'}
    return Response(drawn, media_type="application/pdf", headers=headers)


def _say_filter(asked: Filter, language: str) -> str:
    words = words_of(language)
    values: dict[str, str] = {**AUDIENCES, **CLASSES, **LEVELS}
    parts: list[str] = []
    for name, value in msgspec.structs.asdict(asked).items():
        if value is True:
            parts.append(words.gettext(NAMES[name]))
        elif value:
            shown = value if name == "text" else words.gettext(values.get(str(value), ""))
            parts.append(f"{words.gettext(NAMES[name])} : {shown}")
    return " · ".join(parts)


@get(f"{PAGE}/verification", opt=access(ANYBODY), sync_to_thread=False, include_in_schema=False)
def show_verification(request: AnyRequest) -> Response[str]:
    """Where somebody checks a certificate."""
    return page(request, "catalogue/verification.html", text="", made=None, audiences=AUDIENCES)


@post(f"{PAGE}/verification", opt=access(ANYBODY), include_in_schema=False)
async def verify(request: AnyRequest) -> Response[str]:
    """What a certificate says, if it is one of ours."""
    text = str((await request.form()).get("jws", ""))
    made = actions.read_certificate(text, request.app.state.settings)
    return page(
        request,
        "catalogue/verification.html",
        text=text,
        made=made,
        asked=_say_filter(made.asked, language_of(request)) if made else "",
        audiences=AUDIENCES,
    )


handlers: tuple[Any, ...] = (
    show_catalogue,
    certify,
    show_verification,
    verify,
    show_entry,
    validate,
)
