"""A file as an answer: whole, or the range that was asked for (RFC 9110, 14)."""

import re
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Any

from litestar import Request
from litestar.response import Stream

from hub.core.files import Files, RangeUnmet, Stored

_ONE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def read_range(header: str | None, size: int) -> tuple[int, int] | None:
    """From where to before where, of one range; none for what means the whole file: no header,
    another unit, several ranges. Raises `RangeUnmet`."""
    found = _ONE.fullmatch((header or "").replace(" ", ""))
    if found is None or found[0] == "bytes=-":
        return None
    first, last = found[1], found[2]
    if not first:
        start, end = max(size - int(last), 0), size
    else:
        start, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < start:
            return None
    if start >= end:
        raise RangeUnmet(size=size)
    return start, end


def _is_to_the_end(asked: str | None, found: tuple[int, int] | None) -> bool:
    return found is None or re.fullmatch(r"bytes=\d+-", (asked or "").replace(" ", "")) is not None


def answer_file(
    request: Request[Any, Any, Any],
    files: Files,
    stored: Stored,
    headers: Mapping[str, str],
    *,
    at_end: Callable[[], Awaitable[None]] | None = None,
) -> Stream:
    """`at_end` runs before the last piece of the file goes out: whoever has all of it may hang up
    at once. It does for the whole file, and for a range that says only where it begins, as the rest
    of a download that was cut is asked for; a piece of the end is no download. Raises
    `RangeUnmet`."""
    etag = f'"{stored.etag}"'
    asked = request.headers.get("range")
    if request.headers.get("if-range", etag) != etag:
        asked = None
    found = read_range(asked, stored.size)
    start, end = found or (0, stored.size)
    said = {"accept-ranges": "bytes", "etag": etag, "content-length": str(end - start)}
    if found:
        said["content-range"] = f"bytes {start}-{end - 1}/{stored.size}"
    return Stream(
        _send(files, stored, start, end, at_end if _is_to_the_end(asked, found) else None),
        status_code=206 if found else 200,
        media_type="application/zip",
        headers={**said, **headers},
    )


async def _send(
    files: Files,
    stored: Stored,
    start: int,
    end: int,
    at_end: Callable[[], Awaitable[None]] | None,
) -> AsyncIterator[bytes]:
    piece = b""
    async for after in files.read(stored, start, end):
        if piece:
            yield piece
        piece = after
    if at_end is not None:
        await at_end()
    yield piece
