"""The live file: whether a writer that starts can go on from it."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tourism.indexing.models import Feed
from tourism.nights import layout
from tourism.nights.layout import Tables
from tourism.nights.sums import AT_ONCE, BLOCKS, Damaged

NEVER = float("-inf")


def open_sound(live: Path) -> Tables:
    """The live file, as it is or as a writer that was killed left it. Raises `Damaged`; who still
    reads it then finds it too old."""
    tables = Tables(live, write=True)
    tables.guard.mend()
    if _has_damage(tables):
        tables.header["caught_up"] = NEVER
        raise Damaged("a part of it does not have its sum")
    return tables


def _has_damage(tables: Tables) -> bool:
    """Whether any block does not have its sum; a few parts are looked at at once."""
    with ThreadPoolExecutor(AT_ONCE) as pool:
        firsts = range(0, len(tables.sums), BLOCKS)
        return any(pool.map(lambda first: tables.guard.find_damage(first, BLOCKS), firsts))


def is_usable(tables: Tables, feed: Feed) -> bool:
    """Whether the feed still holds everything since the file's watermark, and is its feed."""
    sound = all(tables[name] <= tables[f"{name}_max"] for name in layout.COUNTED)
    same = tables.feed == feed.id
    return sound and same and feed.pruned <= tables["watermark"] <= feed.horizon


def give_back(path: Path) -> None:
    """Remove a file that nobody refers to."""
    path.unlink(missing_ok=True)


def clear_away(live: Path) -> None:
    """Remove the other generations; who still maps one keeps it until it lets go."""
    for path in (*live.parent.glob("index-*"), *live.parent.glob("half-*")):
        if path != live:
            path.unlink(missing_ok=True)
