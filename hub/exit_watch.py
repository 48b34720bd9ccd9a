"""Waits until an organisation that leaves needs an archive, or is to be erased, then runs
`hub exits`: `python -m hub.exit_watch`, beside the worker, without loading what is installed."""

import asyncio
import os
import re
import signal
import sys

import asyncpg

LOOK_S = 2.0
# A whole pass is also made now and then: the clock ends what nobody decides about.
PASS_S = 900.0
MOST_DOUBLED = 9  # 2 s doubled nine times is more than a pass waits
_WAITING = """
select exists (select from exit
                where (state = 'erasing' and coalesce(erase_from, now()) <= now()
                       or state in ('noticed', 'retrieval') and archive_at is null)
                  and (fault_at is null or fault_at <= now() - interval '1 hour'))
"""
_FAILED = (asyncpg.PostgresError, asyncpg.InterfaceError, OSError, TimeoutError)


async def watch(url: str) -> None:
    """Look for ever. A database that does not answer is asked again."""
    passed = asyncio.get_running_loop().time()
    failures = 0
    while True:
        now = asyncio.get_running_loop().time()
        if await _is_waited_for(url) or now - passed >= PASS_S:
            passed, failures = now, 0 if await _perform() else failures + 1
        await asyncio.sleep(pause_after(failures))


def pause_after(failures: int) -> float:
    """Seconds until the next look, after so many passes in a row that failed."""
    return min(LOOK_S * 2 ** min(failures, MOST_DOUBLED), PASS_S)


def is_clean(said: bytes) -> bool:
    """Whether a pass says that nothing failed in it: its count of what failed is nought."""
    return re.search(rb"^0 failed\b", said, re.MULTILINE) is not None


async def _is_waited_for(url: str) -> bool:
    try:
        con = await asyncpg.connect(url, timeout=10, command_timeout=10)
        try:
            return bool(await con.fetchval(_WAITING))
        finally:
            await con.close()
    except _FAILED:
        return False


async def _perform() -> bool:
    """Whether the pass was made, and nothing failed in it."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "hub.cli", "exits", stdout=asyncio.subprocess.PIPE
    )
    try:
        said, _ = await process.communicate()
    except asyncio.CancelledError:
        process.terminate()
        await process.wait()
        raise
    return process.returncode == 0 and is_clean(said)


async def _main() -> None:
    loop, task = asyncio.get_running_loop(), asyncio.current_task()
    assert task is not None
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, task.cancel)
    await watch(os.environ["DATABASE_URL"])


def main() -> int:
    try:
        asyncio.run(_main())
    except asyncio.CancelledError:
        return 0
    return 1


if __name__ == "__main__":
    sys.exit(main())
