"""What everybody sees and follows; and where the town writes, confirms, updates and cancels."""

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID
from xml.etree import ElementTree as ET

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.di import NamedDependency
from litestar.params import FromPath, FromQuery
from litestar.response import Redirect

from hub.core.caller import ANYBODY, access
from hub.core.db import Tx
from hub.core.errors import HubError
from hub.core.pages import AnyRequest, page
from hub.core.problems import describe_problem
from hub.core.web import caller_of, headers_of
from verticals.city import towns
from verticals.city.alerts import actions, cap, policy
from verticals.city.alerts.errors import (
    AlertInvalid,
    AlertMoved,
    AlertUnknown,
    CapInvalid,
    SecondPersonNeeded,
)
from verticals.city.alerts.models import Alert, Kept, Write
from verticals.city.towns import Town
from verticals.city.towns.forms import Form, do_form

OWN = "/ville/alertes"
ATOM = "http://www.w3.org/2005/Atom"
REFUSED = (AlertInvalid, AlertMoved, SecondPersonNeeded)
FIELDS = Write.__struct_fields__


@get("/villes/{space:int}/alertes", opt=access(ANYBODY), include_in_schema=False)
async def show_alerts(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[str]:
    """What holds now."""
    town = await towns.enter_town(tx, space)
    return page(request, "alerts/public.html", town=town, alerts=await actions.list_current(tx))


@get("/villes/{space:int}/alertes.atom", opt=access(ANYBODY), include_in_schema=False)
async def give_feed(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int]
) -> Response[bytes]:
    """What was told in the last month, each once: updates and cancellations are entries too."""
    town = await towns.enter_town(tx, space)
    base = f"{_settings(request).public_url}/villes/{space}/alertes"
    told = await actions.list_told(tx)
    body = write_feed(town, base, told)
    return Response(body, media_type="application/atom+xml; charset=utf-8")


def write_feed(town: Town, base: str, told: list[Alert]) -> bytes:
    """An Atom feed whose entries lead to the CAP messages."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(f"{{{ATOM}}}feed")
    newest = max((one.sent_at for one in told if one.sent_at), default=None)
    updated = cap.instant(newest, town) if newest else "2000-01-01T00:00:00+00:00"
    for name, text in (("id", base), ("title", town.name), ("updated", updated)):
        ET.SubElement(feed, f"{{{ATOM}}}{name}").text = text
    itself = ET.SubElement(feed, f"{{{ATOM}}}link")
    itself.attrib.update({"rel": "self", "href": f"{base}.atom", "type": "application/atom+xml"})
    author = ET.SubElement(feed, f"{{{ATOM}}}author")
    ET.SubElement(author, f"{{{ATOM}}}name").text = town.name
    for one in told:
        assert one.sent_at is not None
        entry = ET.SubElement(feed, f"{{{ATOM}}}entry")
        marks = [one.msg_type] * (one.msg_type != "Alert") + [one.status] * (not one.is_real)
        headline = "".join(f"[{mark}] " for mark in marks) + one.headline
        rows = (
            ("id", f"urn:uuid:{one.id}"),
            ("title", headline),
            ("updated", cap.instant(one.sent_at, town)),
            ("summary", one.description),
        )
        for name, text in rows:
            ET.SubElement(entry, f"{{{ATOM}}}{name}").text = text
        link = ET.SubElement(entry, f"{{{ATOM}}}link")
        link.attrib.update({"href": f"{base}/{one.id}.xml", "type": cap.MEDIA_TYPE})
    return ET.tostring(feed, encoding="utf-8", xml_declaration=True)


@get("/villes/{space:int}/alertes/{file:str}", opt=access(ANYBODY), include_in_schema=False)
async def give_cap(
    request: AnyRequest, tx: NamedDependency[Tx], space: FromPath[int], file: FromPath[str]
) -> Response[bytes]:
    """A message as CAP 1.2, for ever at this address."""
    town = await towns.enter_town(tx, space)
    try:
        id = _uuid(file.removesuffix(".xml"))
    except AlertInvalid:
        raise AlertUnknown() from None
    alert, earlier = await actions.find_told(tx, id)
    host = urlsplit(_settings(request).public_url).hostname or "localhost"
    return Response(cap.write(alert, earlier, town, host), media_type=cap.MEDIA_TYPE)


@get(OWN, opt=access("town"), include_in_schema=False)
async def show_own(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Everything that the town has written; what waits for a second person first."""
    town = await towns.seek_town(tx)
    alerts = await actions.list_own(tx) if town else []
    return page(request, "alerts/own.html", town=town, alerts=alerts, now=tx.now)


@get(OWN + "/nouvelle", opt=access("town"), include_in_schema=False)
async def show_form(
    request: AnyRequest, tx: NamedDependency[Tx], suite: FromQuery[str] = ""
) -> Response[str]:
    """Write a message, or the next word on one (`suite`)."""
    typed = msgspec.to_builtins(Write())
    if suite:
        before = await actions.find_alert(tx, _uuid(suite))
        kept = {name: str(getattr(before, name)) for name in FIELDS if name != "expires"}
        typed |= kept | {"suite": suite}
    return await _form(request, tx, typed, None)


@post(
    OWN + "/lire",
    opt=access("town", writes=False),
    request_max_body_size=300_000,
    include_in_schema=False,
)
async def read_cap(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[str]:
    """Begin with a message that came from elsewhere, such as the prefecture."""
    value = (await request.form()).get("file")
    content = await value.read(cap.BYTES_MAX + 1) if isinstance(value, UploadFile) else b""
    try:
        typed = msgspec.to_builtins(policy.retell(cap.read(content), await towns.seek_zone(tx)))
    except CapInvalid as error:
        return await _form(request, tx, msgspec.to_builtins(Write()), error)
    return await _form(request, tx, typed, None)


@post(OWN, opt=access("town"), include_in_schema=False)
async def write_alert(request: AnyRequest, tx: NamedDependency[Tx]) -> Response[Any]:
    """Tell it, or leave it to a second person."""

    async def act(writing: Tx, form: Form) -> Kept:
        said = Write(**{name: form.get(name, "") for name in FIELDS})
        before = _uuid(form["suite"]) if form.get("suite") else None
        id = _uuid(form.get("idempotency_key", ""))
        return await actions.write_alert(writing, id, said, updates=before)

    form, done, error = await do_form(request, act, *REFUSED)
    if done is not None:
        headers = headers_of(replayed=done.again)
        return Redirect(f"{OWN}/{done.id}", status_code=303, headers=headers)
    return await _form(request, tx, msgspec.to_builtins(Write()) | form, error)


@get(OWN + "/{id:uuid}", opt=access("town"), include_in_schema=False)
async def show_alert(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID]
) -> Response[str]:
    """One message, and what can be done with it now."""
    return await _alert(request, tx, id, {}, None)


@post(OWN + "/{id:uuid}/{what:str}", opt=access("town"), include_in_schema=False)
async def decide(
    request: AnyRequest, tx: NamedDependency[Tx], id: FromPath[UUID], what: FromPath[str]
) -> Response[Any]:
    """Confirm it, give it up, or cancel it."""

    async def act(writing: Tx, form: Form) -> Kept:
        match what:
            case "confirmer":
                await actions.confirm_alert(writing, id)
            case "abandonner":
                await actions.drop_alert(writing, id)
            case "lever":
                key = _uuid(form.get("idempotency_key", ""))
                return await actions.cancel_alert(writing, key, id, form.get("reason", ""))
            case _:
                raise AlertUnknown()
        return Kept(id=id)

    form, done, error = await do_form(request, act, *REFUSED)
    if done is not None:
        headers = headers_of(replayed=done.again)
        return Redirect(f"{OWN}/{done.id}", status_code=303, headers=headers)
    return await _alert(request, tx, id, form, error)


async def _alert(
    request: AnyRequest, tx: Tx, id: UUID, typed: Form, error: HubError | None
) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "alerts/alert.html",
        status_code=problem.status if problem else 200,
        town=await towns.find_town(tx),
        alert=await actions.find_alert(tx, id),
        mine=caller_of(request).actor,
        now=tx.now,
        typed=typed,
        problem=problem,
    )


async def _form(request: AnyRequest, tx: Tx, typed: Form, error: HubError | None) -> Response[str]:
    problem = describe_problem(error, request.url.path) if error else None
    return page(
        request,
        "alerts/write.html",
        status_code=problem.status if problem else 200,
        town=await towns.find_town(tx),
        typed=typed,
        choices=policy.CHOICES,
        problem=problem,
    )


def _settings(request: AnyRequest) -> Any:
    return request.app.state.settings


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise AlertInvalid("This form is not complete.") from None


handlers = (
    show_alerts,
    give_feed,
    give_cap,
    show_own,
    show_form,
    read_cap,
    write_alert,
    show_alert,
    decide,
)
