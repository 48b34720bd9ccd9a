"""Take a request in once, however often a program sends it."""

import hashlib
from uuid import UUID

import msgspec

from hub.core.clock import local_date
from hub.core.db import Tx
from hub.core.idempotency import once
from verticals.city import reports, towns
from verticals.city.reports import Photo, SendReport, Sent


async def take_in(tx: Tx, command: SendReport, photo: Photo | None, key: str) -> tuple[Sent, bool]:
    """Programs of this standard send no key: the same words of the same day are the same request.
    What was taken in, and whether it was before.

    Raises what `reports.send_report` raises, and `KeyReused`.
    """
    body = msgspec.json.encode(command) + (photo.content if photo else b"")
    day = local_date(tx.now, await towns.seek_zone(tx)).isoformat()
    mark = hashlib.sha256(f"{tx.tenant}:{day}:".encode() + body)

    async def act() -> Sent:
        id = UUID(bytes=mark.digest()[:16])
        return await reports.send_report(tx, tx.uuid() if key else id, command, photo)

    reply = await once(
        tx,
        scope=f"open311:{tx.tenant}",
        key=key or mark.hexdigest(),
        fingerprint=hashlib.sha256(body).digest(),
        status=201,
        act=act,
    )
    sent = msgspec.json.decode(reply.body or b"", type=Sent)
    return sent, reply.replayed or sent.again
