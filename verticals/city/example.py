"""Invented rows of one town, for the conformance suite and for sandboxes."""

import struct
import zlib
from datetime import timedelta

from hub.core.db import Tx
from verticals.city import alerts, reports, towns
from verticals.city.alerts import Write
from verticals.city.reports import SendReport


async def fill(tx: Tx) -> None:
    """A town with a report and its photo, and a test of its alerts."""
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


def _drawing() -> bytes:
    """A plain picture as PNG."""
    width, height = 640, 400
    rows = b"".join(b"\0" + bytes((196, 178, 140)) * width for _ in range(height))
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in ((b"IHDR", head), (b"IDAT", zlib.compress(rows)), (b"IEND", b""))
    )
