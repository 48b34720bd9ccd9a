"""The door of a web process: how many requests are at work at once, and who waits before it."""

import asyncio
from collections import deque

import msgspec
from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.core.gate import Crowded
from hub.core.waiting_pages import keep_form, now_of, ticket_of
from hub.core.waiting_room import WaitingRoom, wants_page

# A search takes tens of milliseconds of one core: more of them inside only wait for each other.
# Those at work make up a batch of everybody's wish (`hub.core.gate`) and no more.
MOST_INSIDE, MOST_WORKING, MOST_GIVING_WAY = 11_000, 256, 32
PATIENCE_S, LATELY_S, LONGEST_S = 6.0, 2.5, 25.0
UNCOUNTED = ("/health/", "/metrics", "/static/")


class _Waiting(msgspec.Struct):
    """A request that stands in line."""

    turn: "asyncio.Future[None]"
    since: float


class Admission(ASGIMiddleware):
    """So many requests at work at once in this process. Who comes then stands in line before
    anything is done for them, so that who is at work is soon done, however many come. The line is
    bounded, in number and in time: the next is told at once when to come again, and costs nothing,
    and so is who has waited too long when called: once a crowd has gone, its line is gone soon. But
    where nobody has come lately who would gain by that, everybody is served, however long it takes.
    Routes that give way (searches) do not stand in line with others: they are refused long before.

    A person who is told so keeps their place by the page that tells it (`waiting_room`): while
    anybody waits there, pages are shown in the order of first coming.

    It recovers by itself: what counts is who is inside, not who has been refused. The machine's own
    questions (health, measurements) pass by, and so does what a page is drawn with.
    """

    scopes = (ScopeType.HTTP,)

    def __init__(
        self,
        *,
        most: int = MOST_INSIDE,
        working: int = MOST_WORKING,
        giving_way: int = MOST_GIVING_WAY,
        patience_s: float = PATIENCE_S,
        room: WaitingRoom | None = None,
    ) -> None:
        self._most, self._giving_way, self._patience_s = most, giving_way, patience_s
        self._inside, self._free = 0, working
        self._line: deque[_Waiting] = deque()
        self._last_came = 0.0
        self._room = room or WaitingRoom()

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        if scope.get("path", "").startswith(UNCOUNTED):
            await next_app(scope, receive, send)
            return
        gives_way = scope["route_handler"].opt.get("gives_way", False)
        if not gives_way:
            self._last_came = asyncio.get_running_loop().time()
        most = self._giving_way if gives_way else self._most
        if not self._may_enter(scope, 0 if self._is_late() else most - self._inside):
            raise await self._refuse(scope, receive)
        self._inside += 1
        try:
            waited_s = await self._wait_for_turn()
            try:
                if waited_s > (self._patience_s if self._goes_on() else LONGEST_S):
                    raise await self._refuse(scope, receive)
                await next_app(scope, receive, send)
            finally:
                self._call_next()
        finally:
            self._inside -= 1

    def _may_enter(self, scope: Scope, free: int) -> bool:
        """Whether there is a place, and for a page whether nobody waits for it since longer."""
        if self._room.is_empty() or not wants_page(scope):
            return free > 0
        return self._room.lets_in(ticket_of(scope), free, now_of(scope))

    async def _refuse(self, scope: Scope, receive: Receive) -> Crowded:
        if wants_page(scope):
            scope["waiting_room"] = self._room  # pyright: ignore[reportGeneralTypeIssues]  ours
            await keep_form(scope, receive)
        return Crowded("Ask again in a moment.", retry_after_s=2)

    def _is_late(self) -> bool:
        """Whether the first in line waits so long that who comes now would only wait longer."""
        loop = asyncio.get_running_loop()
        return bool(self._line) and loop.time() - self._line[0].since > self._patience_s

    def _goes_on(self) -> bool:
        """Whether others have come lately: they would wait behind those who have waited long."""
        return asyncio.get_running_loop().time() - self._last_came < LATELY_S

    async def _wait_for_turn(self) -> float:
        """The seconds that it took."""
        if self._free:
            self._free -= 1
            return 0.0
        loop = asyncio.get_running_loop()
        own = _Waiting(turn=loop.create_future(), since=loop.time())
        self._line.append(own)
        try:
            await own.turn
        except BaseException:
            if own.turn.done() and not own.turn.cancelled():  # called, and gone in that moment
                self._call_next()
            raise
        return loop.time() - own.since

    def _call_next(self) -> None:
        while self._line:
            first = self._line.popleft()
            if not first.turn.done():
                first.turn.set_result(None)
                return
        self._free += 1
