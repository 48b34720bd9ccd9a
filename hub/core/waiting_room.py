"""Where people wait when too many come at once, and keep their place.

Whoever is told to wait gets a ticket, a signed cookie with the instant of their first coming; the
page asks for itself again, and while anybody waits, pages are shown in the order of tickets: who
comes new stands behind. Programs get no ticket: they are told when to come again, as before.

Each web process keeps a room of its own. Who waits is seen by every process within a few of their
returns, so the rooms agree nearly enough, and nothing is written while it is too much already.
"""

import base64
import bisect
import hashlib
import hmac
from collections import deque
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie
from typing import Any

import msgspec

COOKIE = "place"
LIVES_S = 900
MOST = 20_000
# The further behind, the more seldom one asks.
SOONEST_S, LATEST_S, AHEAD_A_SECOND = 4, 20, 100
RATE_OVER_S = 60.0
MISSED_RETURNS = 3
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
    """Those who wait, by the instant at which they first came. `now` is seconds of the clock."""

    def __init__(self) -> None:
        self._order: list[Ticket] = []
        self._due: dict[Ticket, float] = {}
        self._let_in: deque[float] = deque(maxlen=2_000)
        self._swept_at = 0.0

    def lets_in(self, ticket: Ticket | None, free: int, now: float) -> bool:
        """Whether a page may be shown, with so many places free; then its ticket has been used."""
        self._forget(now)
        ahead = bisect.bisect_left(self._order, ticket) if ticket else len(self._order)
        if ahead >= free:
            return False
        if ticket is not None and self._leave(ticket):
            self._let_in.append(now)
        return True

    def is_empty(self) -> bool:
        return not self._order

    def take(self, ticket: Ticket, now: float, cookie: str) -> Place:
        """A place for a ticket; the same as before for one that waits already."""
        self._forget(now)
        ahead = bisect.bisect_left(self._order, ticket)
        again_s = min(LATEST_S, SOONEST_S + ahead // AHEAD_A_SECOND)
        if ticket in self._due or len(self._order) < MOST:
            if ticket not in self._due:
                self._order.insert(ahead, ticket)
            self._due[ticket] = now + MISSED_RETURNS * again_s
        return Place(
            ahead=ahead,
            waited_s=max(0, round(now - ticket.came)),
            again_s=again_s,
            minutes=self._minutes(ahead, now),
            cookie=cookie,
        )

    def _minutes(self, ahead: int, now: float) -> int | None:
        recent = sum(at > now - RATE_OVER_S for at in self._let_in)
        return None if not recent else round(ahead / recent * RATE_OVER_S / 60)

    def _leave(self, ticket: Ticket) -> bool:
        if self._due.pop(ticket, None) is None:
            return False
        del self._order[bisect.bisect_left(self._order, ticket)]
        return True

    def _forget(self, now: float) -> None:
        """Who has not come back has gone elsewhere. Once a second: a crowd is long."""
        if 0 <= now - self._swept_at < 1:
            return
        self._swept_at = now
        gone = {ticket for ticket, due in self._due.items() if due < now}
        if gone:
            self._order = [ticket for ticket in self._order if ticket not in gone]
            self._due = {ticket: due for ticket, due in self._due.items() if ticket not in gone}


def wants_page(scope: Mapping[str, Any]) -> bool:
    """Whether a person's browser asks for a page of its own."""
    accept = header_of(scope, b"accept")
    return b"text/html" in accept and not str(scope.get("path", "")).startswith("/api/")


def header_of(scope: Mapping[str, Any], name: bytes) -> bytes:
    return next((value for key, value in scope.get("headers", ()) if key == name), b"")


def new_ticket(now: float, id: str) -> Ticket:
    return Ticket(came=round(now, 3), id=id)


def read_ticket(scope: Mapping[str, Any], secret: bytes, now: float) -> Ticket | None:
    """The ticket that somebody brings, if it is one of ours and has not been left lying."""
    try:
        cookies = SimpleCookie(header_of(scope, b"cookie").decode("latin-1"))
    except CookieError:
        return None
    text = cookies[COOKIE].value if COOKIE in cookies else ""
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
