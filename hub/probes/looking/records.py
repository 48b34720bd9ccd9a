"""The record of acts, the clock that dates it, and the last restored backup (SEC-06, SEC-07)."""

from datetime import timedelta

from hub import audit
from hub.probes import store
from hub.probes.models import Rehearsal
from hub.probes.world import World
from hub.trust import Found

BROKEN = "La chaîne du journal est rompue à l'entrée %(entry)s : %(fault)s."
WRITABLE = "Le journal peut être récrit."
CHAINED = "%(links)s actes, tous enchaînés, aucun récrit."
FAST = "L'horloge diffère de %(ms)s millisecondes de celle de la base."
IN_TIME = "L'horloge est à %(ms)s millisecondes de celle de la base."
NEVER = "Aucune restauration n'a été notée."
LATE = "La dernière restauration date de %(days)s jours."
SPOILT = "La dernière restauration n'a pas tenu ses invariants."
TOLD = "La restauration d'il y a %(days)s jours a été déclarée, non mesurée."
RESTORED = (
    "Restauré il y a %(days)s jours : %(rpo)s minutes perdues, %(rto)s minutes d'arrêt, "
    "%(sites)s sites."
)
SENTENCES = (BROKEN, WRITABLE, CHAINED, FAST, IN_TIME, NEVER, LATE, SPOILT, TOLD, RESTORED)

SKEW_MOST = timedelta(seconds=2)
HOUR = 3_600


async def look_at_audit(world: World) -> Found:
    """Every act is linked, none was changed, and nobody can change one."""
    async with world.database.transaction() as tx:
        if await store.may_rewrite_audit(tx):
            return Found(rank=0, says=WRITABLE)
    verified = await audit.verify_lately(world.database)
    if verified.broken_at is not None:
        at = verified.broken_at
        return Found(rank=0, says=BROKEN, filled={"entry": at.entry, "fault": at.fault.value})
    return Found(
        rank=3, says=CHAINED, filled={"links": verified.links}, detail={"head": verified.head}
    )


async def look_at_clock(world: World) -> Found:
    """This process against the database's machine."""
    async with world.database.transaction() as tx:
        before = world.database.clock.now()
        theirs = await store.find_clock(tx)
        after = world.database.clock.now()
    skew = max(before - theirs, theirs - after, timedelta())
    ms = skew // timedelta(milliseconds=1)
    if skew > SKEW_MOST:
        return Found(rank=0, says=FAST, filled={"ms": ms})
    return Found(rank=3, says=IN_TIME, filled={"ms": ms})


async def look_at_restore(world: World) -> Found:
    """The last restore that was written down."""
    async with world.database.transaction() as tx:
        last = await store.find_restored(tx)
        if last is None:
            return Found(rank=0, says=NEVER)
        return judge_restore(last, (tx.now - last.at) // timedelta(days=1))


def judge_restore(last: Rehearsal, days: int) -> Found:
    """A month with 1 h and 4 h from two sites; a quarter with a day each; a year. One that was told
    and not measured is worth the first level."""
    if not last.invariants:
        return Found(rank=0, says=SPOILT)
    if days > 366:
        return Found(rank=0, says=LATE, filled={"days": days})
    if not last.measured:
        return Found(rank=1, says=TOLD, filled={"days": days})
    rank = 1
    if days <= 92 and last.rpo_s <= 24 * HOUR and last.rto_s <= 24 * HOUR:
        rank = 2
        if days <= 31 and last.rpo_s <= HOUR and last.rto_s <= 4 * HOUR and last.sites >= 2:
            rank = 3
    filled: dict[str, str | int] = {
        "days": days,
        "rpo": -(-last.rpo_s // 60),
        "rto": -(-last.rto_s // 60),
        "sites": last.sites,
    }
    return Found(rank=rank, says=RESTORED, filled=filled)
