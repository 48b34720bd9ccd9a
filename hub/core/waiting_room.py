"""Where people wait when too many come at once, and keep their place.

Whoever is told to wait gets a ticket, a signed cookie with the instant of their first coming; the
page asks for itself again, and while anybody waits, pages are shown in the order of tickets: who
comes new stands behind. Programs get no ticket: they are told when to come again, as before.

The web processes of a machine keep one line in a mapped file: whichever of them answers knows who
came first. Nothing of it is asked of the database while it is too much already. What a process
that is killed leaves half written is put in order within a second, and who does not come back is
forgotten: the file needs no care. Several machines each keep a line of their own; a ticket tells
its instant to all.
"""

import base64
import bisect
import fcntl
import hashlib
import hmac
import mmap
import os
import time
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from http.cookies import CookieError, SimpleCookie
from pathlib import Path
from typing import Any

import msgspec

COOKIE = "place"
LIVES_S = 900
MOST = 20_000
# The further behind, the more seldom one asks.
SOONEST_S, LATEST_S, AHEAD_A_SECOND = 4, 20, 100
RATE_OVER_S = 60.0
MISSED_RETURNS = 3
# The line as numbers: how many stand in it, when it was last looked through, how many were let in;
# when the last of these were; then of each who waits the instant of coming, when they are due, and
# the number of their ticket.
_COUNT, _SWEPT_AT, _LET_IN = range(3)
_RECENT = 2_000
_HEAD = 3 + _RECENT
_SIZE = 8 * (_HEAD + 3 * MOST)
_LOCK_TRIES, _LOCK_PAUSE_S = 20, 0.001
_SIGNATURE_BYTES = 9


class Ticket(msgspec.Struct, frozen=True, order=True):
    """Who came first goes first."""

    came: float
    id: str


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody stands: how many came before, since when they wait, when they shall ask again,
    and how many minutes more that will take, if it can be told."""

    ahead: int
    waited_s: int
    again_s: int
    minutes: int | None
    cookie: str


class WaitingRoom:
    """Those who wait, by the instant at which they first came; with a path, one line for all the
    processes that name it. `now` is seconds of the clock."""

    def __init__(self, path: Path | None = None) -> None:
        self._file = None if path is None else _open(path)
        mapped = mmap.mmap(-1 if self._file is None else self._file, _SIZE)
        numbers, last = memoryview(mapped).cast("d"), _HEAD + MOST
        self._head = numbers[:_HEAD]
        self._came, self._due = numbers[_HEAD:last], numbers[last : last + MOST]
        self._ids = memoryview(mapped).cast("Q")[last + MOST :]

    def lets_in(self, ticket: Ticket | None, free: int, now: float) -> bool:
        """Whether a page may be shown, with so many places free; then its ticket has been used."""
        with self._alone():
            self._forget(now)
            at, waits = self._find(ticket) if ticket else (self._count, False)
            if at >= free:
                return False
            if waits:
                self._drop(at)
                self._head[3 + int(self._head[_LET_IN]) % _RECENT] = now
                self._head[_LET_IN] += 1
            return True

    def is_empty(self) -> bool:
        return not self._head[_COUNT]

    def take(self, ticket: Ticket, now: float, cookie: str) -> Place:
        """A place for a ticket; the same as before for one that waits already."""
        with self._alone():
            self._forget(now)
            ahead, waits = self._find(ticket)
            again_s = min(LATEST_S, SOONEST_S + ahead // AHEAD_A_SECOND)
            if not waits and self._count < MOST:
                self._insert(ahead, ticket)
                waits = True
            if waits:
                self._due[ahead] = now + MISSED_RETURNS * again_s
            return Place(
                ahead=ahead,
                waited_s=max(0, round(now - ticket.came)),
                again_s=again_s,
                minutes=self._minutes(ahead, now),
                cookie=cookie,
            )

    @property
    def _count(self) -> int:
        return min(MOST, max(0, int(self._head[_COUNT])))

    def _find(self, ticket: Ticket) -> tuple[int, bool]:
        """How many stand before a ticket, and whether it stands there itself."""
        count, id = self._count, _number(ticket)
        at = bisect.bisect_left(self._came, ticket.came, 0, count)
        while at < count and self._came[at] == ticket.came and self._ids[at] < id:
            at += 1
        waits = at < count and self._came[at] == ticket.came and self._ids[at] == id
        return at, waits

    def _insert(self, at: int, ticket: Ticket) -> None:
        count = self._count
        for column in (self._came, self._due, self._ids):
            column[at + 1 : count + 1] = column[at:count]
        self._came[at], self._ids[at] = ticket.came, _number(ticket)
        self._head[_COUNT] = count + 1

    def _drop(self, at: int) -> None:
        count = self._count
        for column in (self._came, self._due, self._ids):
            column[at : count - 1] = column[at + 1 : count]
        self._head[_COUNT] = count - 1

    def _minutes(self, ahead: int, now: float) -> int | None:
        recent = sum(at > now - RATE_OVER_S for at in self._head[3:])
        return None if not recent else round(ahead / recent * RATE_OVER_S / 60)

    def _forget(self, now: float) -> None:
        """Who has not come back has gone elsewhere, and what a killed process has left is put in
        order. Once a second: a crowd is long."""
        if 0 <= now - self._head[_SWEPT_AT] < 1:
            return
        self._head[_SWEPT_AT] = now
        count, latest = self._count, now + 2 * MISSED_RETURNS * LATEST_S
        columns = [column[:count].tolist() for column in (self._came, self._ids, self._due)]
        here = {
            (came, id): due for came, id, due in zip(*columns, strict=True) if now <= due <= latest
        }
        for n, (came, id) in enumerate(sorted(here)):
            self._came[n], self._ids[n], self._due[n] = came, id, here[came, id]
        self._head[_COUNT] = len(here)

    @contextmanager
    def _alone(self) -> Generator[None]:
        """Nobody else writes meanwhile. Not waited for long: a process may stand still, and a line
        that is a little out of order is better than a service that does."""
        if self._file is None:
            yield
            return
        for _ in range(_LOCK_TRIES):
            try:
                fcntl.flock(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                time.sleep(_LOCK_PAUSE_S)
        try:
            yield
        finally:
            fcntl.flock(self._file, fcntl.LOCK_UN)


def _open(path: Path) -> int:
    path.parent.mkdir(parents=True, exist_ok=True)
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    os.ftruncate(file, _SIZE)
    return file


def _number(ticket: Ticket) -> int:
    return int.from_bytes(hashlib.blake2b(ticket.id.encode(), digest_size=8).digest(), "big")


def wants_page(scope: Mapping[str, Any]) -> bool:
    """Whether a person's browser asks for a page of its own."""
    accept = header_of(scope, b"accept")
    return b"text/html" in accept and not str(scope.get("path", "")).startswith("/api/")


def header_of(scope: Mapping[str, Any], name: bytes) -> bytes:
    return next((value for key, value in scope.get("headers", ()) if key == name), b"")


def new_ticket(now: float, id: str) -> Ticket:
    return Ticket(came=round(now, 3), id=id)


def read_ticket(
    scope: Mapping[str, Any], secret: bytes, now: float, name: str = COOKIE
) -> Ticket | None:
    """The ticket that somebody brings in the cookie of that name, if it is one of ours and has not
    been left lying."""
    try:
        cookies = SimpleCookie(header_of(scope, b"cookie").decode("latin-1"))
    except CookieError:
        return None
    text = cookies[name].value if name in cookies else ""
    body, _, signature = text.rpartition(".")
    came, _, id = body.partition("-")
    good = hmac.compare_digest(signature.encode(), _signature(secret, body).encode())
    if not good or not came.isdecimal():
        return None
    ticket = Ticket(came=int(came) / 1_000, id=id)
    return ticket if 0 <= now - ticket.came <= LIVES_S else None


def write_ticket(ticket: Ticket, secret: bytes) -> str:
    """Its cookie's value."""
    body = f"{round(ticket.came * 1_000)}-{ticket.id}"
    return f"{body}.{_signature(secret, body)}"


def _signature(secret: bytes, body: str) -> str:
    key = hashlib.sha256(b"place:" + secret).digest()
    mac = hmac.digest(key, body.encode(), "sha256")[:_SIGNATURE_BYTES]
    return base64.urlsafe_b64encode(mac).decode()
