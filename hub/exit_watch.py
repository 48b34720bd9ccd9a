"""Runs what only an administrator may do when the database says that it is waited for, beside the
worker and without loading what is installed: `python -m hub.exit_watch`.

`hub exits` while an organisation that leaves needs an archive or is to be erased; `hub exports`
while one has asked for everything that it has; `hub move-out` while a withdrawn provider is being
left and nobody looked for a quarter of an hour; by night `hub night`, which rehearses leaving and
restoring.
"""

import asyncio
import os
import re
import signal
import sys
from typing import NamedTuple

import asyncpg

LOOK_S = 2.0
# A whole pass is also made now and then: the clock ends what nobody decides about.
PASS_S = 900.0
MOST_DOUBLED = 9  # 2 s doubled nine times is more than a pass waits


class Chore(NamedTuple):
    """A command of the hub: the question that says whether it is waited for, asked every `look_s`
    seconds; after `pass_s` it is run whatever the answer."""

    command: str
    waits: str
    look_s: float
    pass_s: float | None = None


_WAITING = """
select exists (select from exit
                where (state = 'erasing' and coalesce(erase_from, now()) <= now()
                       or state in ('noticed', 'retrieval') and archive_at is null)
                  and (fault_at is null or fault_at <= now() - interval '1 hour'))
"""
_ASKED = """
select exists (select from organisation_export
                where state in ('waiting', 'building') or expires_at <= now())
"""
_LEAVING = """
select exists (select from withdrawal where closed_at is null
                and coalesce(looked_at, began_at) <= now() - interval '15 minutes')
"""
_NIGHT = "extract(hour from now() at time zone 'Europe/Paris') between 1 and 4"
# Something has stood here since the last night, and leaving it was not rehearsed since.
_UNREHEARSED = """
exists (select from trust_service s
         where s.run_here and s.registered_at <= now() - interval '20 hours'
           and not exists (select from trust_finding f where f.service = s.code
                            and f.probe = 'round-trip' and f.at > now() - interval '20 hours'))
and exists (select from organisation o join membership m on m.tenant = o.id
             where o.kind <> 'operator'
               and not exists (select from held_organisation h where h.tenant = o.id))
"""
# Backups are brought back once a month.
_UNRESTORED = """
(select min(applied_at) from schema_migration) <= now() - interval '20 hours'
and not exists (select from restore_rehearsal
                 where at > now() - interval '20 hours'
                    or measured and invariants and at > now() - interval '28 days')
"""
EXITS = Chore("exits", _WAITING, LOOK_S, PASS_S)
EXPORTS = Chore("exports", _ASKED, LOOK_S, PASS_S)
COUNTED = frozenset({"exits", "exports"})  # commands that print how much failed
MOVES = Chore("move-out", _LEAVING, 60.0)
NIGHTS = Chore("night", f"select {_NIGHT} and {_UNREHEARSED}", 300.0)
NIGHTS_WITH_BACKUPS = Chore(
    "night", f"select {_NIGHT} and ({_UNREHEARSED} or {_UNRESTORED})", 300.0
)
_FAILED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


async def watch(url: str, chore: Chore) -> None:
    """Look for ever. A database that does not answer is asked again."""
    passed = asyncio.get_running_loop().time()
    failures = 0
    while True:
        now = asyncio.get_running_loop().time()
        is_over = chore.pass_s is not None and now - passed >= chore.pass_s
        if await _is_waited_for(url, chore) or is_over:
            passed, failures = now, 0 if await _perform(chore) else failures + 1
        await asyncio.sleep(pause_after(failures, chore.look_s))


def pause_after(failures: int, look_s: float = LOOK_S) -> float:
    """Seconds until the next look, after so many passes in a row that failed."""
    return min(look_s * 2 ** min(failures, MOST_DOUBLED), PASS_S)


def is_clean(said: bytes) -> bool:
    """Whether a pass says that nothing failed in it: its count of what failed is nought."""
    return re.search(rb"^0 failed\b", said, re.MULTILINE) is not None


async def _is_waited_for(url: str, chore: Chore) -> bool:
    try:
        con = await asyncpg.connect(url, timeout=10, command_timeout=10)
        try:
            return bool(await con.fetchval(chore.waits))
        finally:
            await con.close()
    except _FAILED:
        return False


async def _perform(chore: Chore) -> bool:
    """Whether the pass was made, and nothing failed in it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub.cli", chore.command, stdout=asyncio.subprocess.PIPE
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    return process.returncode == 0 and (chore.command not in COUNTED or is_clean(said))


async def _main() -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    nights = NIGHTS_WITH_BACKUPS if os.environ.get("HUB_BACKUPS") else NIGHTS
    url = os.environ["DATABASE_URL"]
    await asyncio.gather(*(watch(url, chore) for chore in (EXITS, EXPORTS, MOVES, nights)))


def main() -> int:
    try:
        asyncio.run(_main())
    except asyncio.CancelledError:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
