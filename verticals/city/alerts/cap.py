"""CAP 1.2 as XML, both ways. What comes in is read with suspicion: no document type, so that no
entity can name a file or grow; a bounded size, few levels."""

import re
from collections.abc import Sequence
from datetime import datetime
from xml.etree import ElementTree as ET
from xml.parsers import expat
from zoneinfo import ZoneInfo

from hub.core.sentences import say
from verticals.city.alerts.errors import CapInvalid
from verticals.city.alerts.models import Alert, Message, Reference
from verticals.city.alerts.policy import read_points
from verticals.city.towns import Town

NAMESPACE = "urn:oasis:names:tc:emergency:cap:1.2"
MEDIA_TYPE = "application/cap+xml"
BYTES_MAX, LEVELS_MAX = 200_000, 12
# The standard's own lists.
LISTS = {
    "status": ("Actual", "Exercise", "System", "Test", "Draft"),
    "msgType": ("Alert", "Update", "Cancel", "Ack", "Error"),
    "scope": ("Public", "Restricted", "Private"),
    "category": ("Geo", "Met", "Safety", "Security", "Rescue", "Fire", "Health", "Env",
                 "Transport", "Infra", "CBRNE", "Other"),
    "urgency": ("Immediate", "Expected", "Future", "Past", "Unknown"),
    "severity": ("Extreme", "Severe", "Moderate", "Minor", "Unknown"),
    "certainty": ("Observed", "Likely", "Possible", "Unlikely", "Unknown"),
}  # fmt: skip
# What the standard asks to be told of a message that is not real.
NOTE = "Exercice ou essai de la commune : il n'y a rien à faire."
CENTURIES = {str(century) for century in range(19, 30)}
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}[-+]\d{2}:\d{2}")
_NAME = re.compile(r"[^\s,<&]+")


def identifier_of(alert: Alert, town: Town) -> str:
    """For ever the same: the town may say later that it is another commune."""
    return alert.identifier or f"{town.tenant}-{alert.id}"


def sent_of(alert: Alert, town: Town) -> str:
    """When it was told, in the letters in which it was told."""
    assert alert.sent_at is not None
    return alert.sent or instant(alert.sent_at, town)


def sender_of(town: Town, host: str) -> str:
    """A name of ours that no other sender has: where the town is found."""
    return f"{town.tenant}.villes@{host}"


def instant(at: datetime, town: Town) -> str:
    """On the town's clock, with its zone as the standard wants it: `+01:00`, never `Z`."""
    return at.astimezone(ZoneInfo(town.zone)).isoformat(timespec="seconds")


def write(alert: Alert, earlier: Sequence[Alert], town: Town, host: str) -> bytes:
    """A message that was told. `earlier` are those of its chain that were told before it."""
    ET.register_namespace("", NAMESPACE)
    root = ET.Element(f"{{{NAMESPACE}}}alert")
    sender = sender_of(town, host)
    _add(root, "identifier", identifier_of(alert, town))
    _add(root, "sender", sender)
    _add(root, "sent", sent_of(alert, town))
    _add(root, "status", alert.status)
    _add(root, "msgType", alert.msg_type)
    _add(root, "scope", "Public")
    if not alert.is_real:
        _add(root, "note", NOTE)
    references = " ".join(
        f"{sender},{identifier_of(one, town)},{sent_of(one, town)}" for one in earlier
    )
    _add(root, "references", references)
    _info(ET.SubElement(root, f"{{{NAMESPACE}}}info"), alert, town)
    return ET.tostring(root, encoding="utf-8", xml_declaration=True)


def _info(info: ET.Element, alert: Alert, town: Town) -> None:
    _add(info, "language", "fr-FR")
    _add(info, "category", alert.category)
    _add(info, "event", alert.headline)
    _add(info, "urgency", alert.urgency)
    _add(info, "severity", alert.severity)
    _add(info, "certainty", alert.certainty)
    _add(info, "expires", instant(alert.expires_at, town))
    _add(info, "senderName", town.name)
    _add(info, "headline", alert.headline)
    _add(info, "description", alert.description)
    _add(info, "instruction", alert.instruction)
    area = ET.SubElement(info, f"{{{NAMESPACE}}}area")
    _add(area, "areaDesc", alert.area)
    _add(area, "polygon", alert.polygon)


def _add(parent: ET.Element, name: str, text: str) -> None:
    if text:
        ET.SubElement(parent, f"{{{NAMESPACE}}}{name}").text = text


def read(content: bytes) -> Message:
    """A message that came from elsewhere, its first French or else first info. Raises `CapInvalid`
    with the element that is wrong."""
    root = _parse(content)
    if root.tag != f"{{{NAMESPACE}}}alert":
        raise CapInvalid("It does not begin with an alert of CAP 1.2.", field="file")
    status, msg_type = _listed(root, "status"), _listed(root, "msgType")
    references = _references(_text(root, "references"), needed=msg_type in {"Update", "Cancel"})
    info = _choose_info(root)
    area = info.find(f"{{{NAMESPACE}}}area")
    described = "" if area is None else _text(area, "areaDesc", needed=True)
    expires = _text(info, "expires")
    return Message(
        identifier=_named(root, "identifier"),
        sender=_named(root, "sender"),
        sent=_instant(_text(root, "sent", needed=True), "sent"),
        status=status,
        msg_type=msg_type,
        scope=_listed(root, "scope"),
        references=references,
        category=_listed(info, "category"),
        event=_text(info, "event", needed=True),
        urgency=_listed(info, "urgency"),
        severity=_listed(info, "severity"),
        certainty=_listed(info, "certainty"),
        headline=_text(info, "headline"),
        description=_text(info, "description"),
        instruction=_text(info, "instruction"),
        area=described,
        polygon="" if area is None else _polygon(_text(area, "polygon")),
        expires=_instant(expires, "expires") if expires else None,
    )


def _parse(content: bytes) -> ET.Element:
    if len(content) > BYTES_MAX:
        raise CapInvalid("This file weighs more than 200 kB.", field="file")
    builder, levels = ET.TreeBuilder(), 0
    parser = expat.ParserCreate(namespace_separator="}")

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal levels
        levels += 1
        if levels > LEVELS_MAX:
            raise CapInvalid("Its elements lie too deep in each other.", field="file")
        builder.start(f"{{{name}" if "}" in name else name, attributes)

    def end(name: str) -> None:
        nonlocal levels
        levels -= 1
        builder.end(f"{{{name}" if "}" in name else name)

    def refuse(*_: object) -> None:
        raise CapInvalid("A message has no document type.", field="file")

    parser.StartElementHandler, parser.EndElementHandler = start, end
    parser.CharacterDataHandler = builder.data
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        line = getattr(error, "lineno", 1)
        says = say("It is no XML, from line %(line)s on.", line=line)
        raise CapInvalid(says, field="file") from None
    return builder.close()


def _choose_info(root: ET.Element) -> ET.Element:
    found = root.findall(f"{{{NAMESPACE}}}info")
    if not found:
        raise CapInvalid(say("%(element)s is missing.", element="info"), field="file")
    return next((one for one in found if _text(one, "language").lower().startswith("fr")), found[0])


def _text(parent: ET.Element, name: str, *, needed: bool = False) -> str:
    text = (parent.findtext(f"{{{NAMESPACE}}}{name}") or "").strip()
    if needed and not text:
        raise CapInvalid(say("%(element)s is missing.", element=name), field="file")
    return text


def _listed(parent: ET.Element, name: str) -> str:
    text = _text(parent, name, needed=True)
    if text not in LISTS[name]:
        says = say("%(element)s is one of %(known)s.", element=name, known=", ".join(LISTS[name]))
        raise CapInvalid(says, field="file")
    return text


def _named(parent: ET.Element, name: str) -> str:
    text = _text(parent, name, needed=True)
    if not _NAME.fullmatch(text):
        says = say("%(element)s holds no space, comma, < or &.", element=name)
        raise CapInvalid(says, field="file")
    return text


def _instant(text: str, name: str) -> datetime:
    try:
        if _INSTANT.fullmatch(text) and text[:2] in CENTURIES:
            return datetime.fromisoformat(text)
    except ValueError:
        pass
    says = say("%(element)s is an instant with its zone: 2026-12-01T10:00:00+01:00.", element=name)
    raise CapInvalid(says, field="file")


def _references(text: str, *, needed: bool) -> tuple[Reference, ...]:
    if needed and not text:
        raise CapInvalid("An Update or a Cancel names the message that it is about: references.",
                         field="file")  # fmt: skip
    found: list[Reference] = []
    for part in text.split():
        parts = part.split(",")
        if len(parts) != 3 or not parts[0] or not parts[1]:
            raise CapInvalid("references holds sender,identifier,sent for each message.",
                             field="file")  # fmt: skip
        sent = _instant(parts[2], "references")
        found.append(Reference(sender=parts[0], identifier=parts[1], sent=sent))
    return tuple(found)


def _polygon(text: str) -> str:
    if not text:
        return ""
    points = read_points(text)
    if points is None or len(points) < 4 or points[0] != points[-1]:
        raise CapInvalid("polygon does not end where it begins.", field="file")
    if any(abs(lat) > 90 or abs(lng) > 180 for lat, lng in points):
        raise CapInvalid("polygon leaves the earth: it is latitude,longitude.", field="file")
    return " ".join(text.split())
