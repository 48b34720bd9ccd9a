"""What the standard says, as pure functions: addresses, parameters, rows, XML and JSON."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from xml.etree import ElementTree as ET
from zoneinfo import ZoneInfo

import msgspec

from hub.core.errors import HubError
from hub.core.sentences import say
from verticals.city.open311.errors import NotGiven, NotKnown
from verticals.city.open311.models import Answer, Asked, Row
from verticals.city.reports import Filter, Report, SendReport, Sent, Service, State
from verticals.city.towns import Town

FORMATS = {"json": "application/json", "xml": "text/xml; charset=utf-8"}
SPAN, MOST = timedelta(days=90), 1000
STATUS = {
    "open": (State.RECEIVED, State.ACCEPTED, State.WORKING),
    "closed": (State.DONE, State.REFUSED),
}
_FILE = re.compile(r"([\w.-]+)\.(json|xml)")
# What no XML document may hold, not even escaped.
_UNWRITTEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_ANSWER = re.compile(r"attribute\[([^\]]{1,40})\](?:\[\])?")


def read_file(name: str) -> Asked:
    """`services.xml` → services, in XML. Raises `NotKnown`."""
    found = _FILE.fullmatch(name)
    if found is None:
        raise NotKnown("The address ends in .json or .xml.")
    return Asked(what=found.group(1), format=found.group(2))


def check_jurisdiction(town: Town, given: str) -> None:
    """Each town has its own address, so none need be named; a wrong one is refused."""
    if given and given not in {town.code, str(town.tenant)}:
        raise NotKnown("jurisdiction_id provided was not found.")


def read_request(fields: Iterable[tuple[str, str]]) -> SendReport:
    """The report that a form of the standard holds. What we do not keep (device_id, account_id) is
    left out. Raises `NotGiven`."""
    given: dict[str, str] = {}
    answers: dict[str, tuple[str, ...]] = {}
    for name, text in fields:
        asked = _ANSWER.fullmatch(name)
        if asked is None:
            given[name] = text
        elif text.strip():
            answers[asked.group(1)] = (*answers.get(asked.group(1), ()), text)
    if not given.get("service_code", "").strip():
        raise NotGiven("service_code was not provided.", field="service_code")
    if bool(given.get("lat", "").strip()) != bool(given.get("long", "").strip()):
        raise NotGiven("lat and long come together.", field="lat")
    return SendReport(
        service=given["service_code"].strip(),
        address=given.get("address_string", "") or given.get("address_id", ""),
        attributes=answers,
        **{name: given.get(name, "") for name in _SAME_NAMES},
    )


_SAME_NAMES = ("lat", "long", "description", "email", "first_name", "last_name", "phone",
               "media_url")  # fmt: skip


def read_filter(query: Mapping[str, str], now: datetime) -> Filter:
    """Which requests are asked for: 90 days at most, of which the newest 1,000. Raises `NotGiven`
    for what cannot be read."""
    until = _instant(query, "end_date")
    since = _instant(query, "start_date")
    if since is None:
        since = (until or now) - SPAN
    if until is None:
        until = min(since + SPAN, max(now, since))
    if not since <= until <= since + SPAN:
        raise NotGiven("start_date and end_date are at most 90 days apart.", field="end_date")
    states: tuple[str, ...] = ()
    for status in _listed(query, "status"):
        if status not in STATUS:
            raise NotGiven("status is open, closed, or both.", field="status")
        states = (*states, *STATUS[status])
    services = tuple(_listed(query, "service_code"))
    return Filter(since=since, until=until, states=states, services=services, wanted=MOST)


def read_numbers(text: str) -> list[int]:
    """The numbers of a list of service_request_id. Raises `NotKnown` for what is none."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if (
        not parts
        or len(parts) > MOST
        or not all(part.isascii() and part.isdecimal() and len(part) < 10 for part in parts)
    ):
        raise NotKnown("service_request_id was not found.")
    return [int(part) for part in parts]


def _listed(query: Mapping[str, str], name: str) -> list[str]:
    return [part.strip() for part in query.get(name, "").split(",") if part.strip()]


def _instant(query: Mapping[str, str], name: str) -> datetime | None:
    text = query.get(name, "").strip()
    if not text:
        return None
    try:  # a plus of the zone arrives as a space where nobody escaped it
        found = datetime.fromisoformat(text.replace(" ", "+"))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not 1900 <= found.year < 3000:
        says = say("%(field)s is an instant with its zone: 2026-12-01T10:00:00Z.", field=name)
        raise NotGiven(says, field=name)
    return found


def services_answer(services: Iterable[Service]) -> Answer:
    rows: list[Row] = [
        {
            "service_code": one.code,
            "service_name": one.name,
            "description": one.description,
            "metadata": bool(one.attributes),
            "type": "realtime",
            "keywords": ",".join(one.keywords),
            "group": one.group,
        }
        for one in services
    ]
    return Answer(root="services", item="service", rows=rows)


def definition_of(service: Service) -> Row:
    return {
        "service_code": service.code,
        "attributes": [
            {
                "variable": True,
                "code": one.code,
                "datatype": one.datatype,
                "required": one.required,
                "datatype_description": one.datatype_description,
                "order": number,
                "description": one.description,
                "values": [{"key": value.key, "name": value.name} for value in one.values],
            }
            for number, one in enumerate(service.attributes, 1)
        ],
    }


def sent_answer(sent: Sent) -> Answer:
    notice = ""
    if sent.duplicate_of is not None:
        notice = f"An open request within 50 m seems to be the same: {sent.duplicate_of}."
    row = {"service_request_id": str(sent.number), "service_notice": notice, "account_id": ""}
    return Answer(root="service_requests", item="request", rows=[row])


def requests_answer(reports: Iterable[Report], town: Town, base: str) -> Answer:
    """`base` is the public address of the service."""
    rows = [_request_row(one, town, base) for one in reports]
    return Answer(root="service_requests", item="request", rows=rows)


def _request_row(report: Report, town: Town, base: str) -> Row:
    photo = f"{base}/villes/{town.tenant}/photos/{report.id}" if report.has_photo else ""
    return {
        "service_request_id": str(report.number),
        "status": "open" if report.is_open else "closed",
        "status_notes": report.answer,
        "service_name": report.service_name,
        "service_code": report.service,
        "description": report.description,
        "agency_responsible": town.name,
        "service_notice": "",
        "requested_datetime": _local(report.sent_at, town),
        "updated_datetime": _local(report.updated_at, town),
        "expected_datetime": "",
        "address": report.address,
        "address_id": "",
        "zipcode": "",
        "lat": report.lat,
        "long": report.lng,
        "media_url": photo,
    }


def _local(at: datetime, town: Town) -> str:
    return at.astimezone(ZoneInfo(town.zone)).isoformat(timespec="seconds")


def errors_answer(error: HubError) -> Answer:
    row = {"code": error.status, "description": f"{error.detail}"}
    return Answer(root="errors", item="error", rows=[row])


def write(answer: Answer, format: str) -> bytes:
    """The rows as JSON (a list) or XML."""
    if format == "json":
        return msgspec.json.encode(answer.rows)
    root = ET.Element(answer.root)
    for row in answer.rows:
        _fill(ET.SubElement(root, answer.item), row)
    return _as_xml(root)


def write_definition(row: Row, format: str) -> bytes:
    """A service definition is one thing, not a list."""
    if format == "json":
        return msgspec.json.encode(row)
    root = ET.Element("service_definition")
    _fill(root, row)
    return _as_xml(root)


def _as_xml(root: ET.Element) -> bytes:
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


_ONE_OF = {"attributes": "attribute", "values": "value"}


def _fill(element: ET.Element, row: Row) -> None:
    for name, value in row.items():
        inner = ET.SubElement(element, name)
        if isinstance(value, list):
            items: Sequence[Row] = value
            for one in items:
                _fill(ET.SubElement(inner, _ONE_OF[name]), one)
        else:
            inner.text = _text(value)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    return _UNWRITTEN.sub("", str(value))
