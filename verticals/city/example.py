"""Invented rows of one town, for the conformance suite and for sandboxes."""

import struct
import zlib
from datetime import date, timedelta

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.city import alerts, events, reports, towns, transit
from verticals.city.alerts import Write
from verticals.city.reports import SendReport


async def fill(tx: Tx) -> None:
    """A town with a report and its photo, a test of its alerts, and a bus that is late today."""
    town = await towns.choose_commune(tx, towns.ChooseCommune(commune="48095"))
    command = SendReport(
        service="voirie",
        lat=str(town.lat),
        long=str(town.lng),
        address="Place Urbain V",
        description="Une dalle est descellée devant la fontaine.",
        email="lou@example.org",
    )
    await reports.send_report(tx, tx.uuid(), command, await reports.prepare_photo(_drawing()))
    until = (tx.now + timedelta(days=1)).isoformat(timespec="seconds")
    essay = Write(status="Test", severity="Minor", headline="Essai des alertes", expires=until)
    await alerts.write_alert(tx, tx.uuid(), essay)
    await transit.keep_feed(tx, _timetable(local_date(tx.now, town.zone), town.zone))
    works = transit.Disturb(headline="Travaux place Urbain V", stop="PLACE", ends=until)
    await transit.disturb(tx, tx.uuid(), works)
    await _invite(tx, town)


async def _invite(tx: Tx, town: towns.Town) -> None:
    """A workshop in a week, to which somebody comes."""
    begins = (tx.now.astimezone(town.clock) + timedelta(days=7)).replace(hour=14, minute=0)
    workshop = events.Publish(
        title="Atelier de réparation de vélos",
        words="Apportez le vôtre : des bénévoles montrent comment faire.",
        place="Halle Saint-Jean",
        begins=begins.strftime("%Y-%m-%dT%H:%M"),
        ends=begins.strftime("%Y-%m-%dT18:00"),
        slots="14:00 8\n16:00 8",
    )
    await events.publish_event(tx, tx.uuid(), workshop)
    for sheet in await events.list_sheets(tx):
        comes = events.Register(
            slot=str(sheet.slots[0].id), name="Lou Martin", email="lou@example.org", places="2"
        )
        await events.ask(tx, tx.uuid(), sheet.event.id, comes, person=None)


def _timetable(today: date, zone: str) -> transit.Feed:
    """A line that leaves two stops every half hour, and once after midnight, for two weeks."""
    stops = (
        transit.Stop(code="GARE", name="Gare de Mende", lat=44.522, lng=3.501),
        transit.Stop(code="PLACE", name="Place Urbain V", lat=44.518, lng=3.499),
    )
    times = [*range(6 * 3600, 21 * 3600, 1800), 25 * 3600 + 600]
    calls = tuple(
        transit.Call(
            trip=f"A{number}",
            sequence=place,
            stop=stop.code,
            seconds=seconds + 300 * place,
            route="A",
            service="TOUS",
            headsign="Foirail",
        )
        for number, seconds in enumerate(times)
        for place, stop in enumerate(stops)
    )
    return transit.Feed(
        agency="Réseau d'exemple",
        zone=zone,
        stops=stops,
        routes=(transit.Route(code="A", name="A", long_name="Gare – Foirail"),),
        calls=calls,
        days=tuple(("TOUS", today + timedelta(days=shift)) for shift in range(-1, 14)),
    )


def _drawing() -> bytes:
    """A plain picture as PNG."""
    width, height = 640, 400
    rows = b"".join(b"\0" + bytes((196, 178, 140)) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )
