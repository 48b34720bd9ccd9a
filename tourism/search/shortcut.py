"""The short way of a plain search for programs: from the bytes of its address to those of its
answer, past what the framework does for addresses of every kind.

It stands behind everything that is asked of a request (admission, session, headers, measurement)
and answers only what it is sure of: known names, numbers and dates in their plain form, an index
that is kept up. Whatever else comes goes the long way (`api.search`), which says what is wrong."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import unquote_plus

from litestar.enums import ScopeType
from litestar.middleware import ASGIMiddleware
from litestar.types import ASGIApp, Receive, Scope, Send

from hub.core.db import Database
from hub.core.errors import HubError
from tourism.search import noting
from tourism.search.actions import remembering
from tourism.search.actions.engines import IndexEngine, choose_engine
from tourism.search.forms import Asked, read_search
from tourism.search.models import Search, Stay

MOST_READ = 1_024
JSON = (b"content-type", b"application/json")
SOME_DAY = "2027-05-06"
DAY_LENGTH = len(SOME_DAY)
YES = {"true": True, "1": True, "false": False, "0": False}


class ShortWay(ASGIMiddleware):
    """Answers plain searches; whatever is asked otherwise passes."""

    scopes = (ScopeType.HTTP,)

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        search = read_plainly(scope["query_string"])
        answer = None if search is None else await _answer(scope["litestar_app"].state, search)
        if search is None or answer is None:
            await next_app(scope, receive, send)
            return
        noting.note_search(scope, search)
        length = (b"content-length", str(len(answer)).encode())
        await send({"type": "http.response.start", "status": 200, "headers": [JSON, length]})
        await send({"type": "http.response.body", "body": answer, "more_body": False})


async def _answer(state: Any, search: Search) -> bytes | None:
    """The answer; None where the long way says more: PostgreSQL answers, or something is wrong."""
    database: Database = state.database
    engine = choose_engine(database.reader, state.settings.data)
    if not isinstance(engine, IndexEngine):
        return None
    answers, now = remembering.answers_of(state), database.clock.now()
    try:
        return await remembering.answer_search(
            answers, engine, database.reader, search, now, whole=False
        )
    except HubError:
        return None


@lru_cache(maxsize=MOST_READ)
def read_plainly(query: bytes) -> Search | None:
    """The search of an address whose every part is of a known name and in its plain form."""
    needed: dict[str, str] = {}
    others = list[str]()
    try:
        for part in query.decode("ascii").split("&"):
            name, _, text = part.partition("=")
            if name not in NEEDED:
                others.append(part)
            elif name in needed:
                return None
            else:
                needed[name] = _plain(text)
        rest = _read_others(tuple(others))
        if rest is None or not needed["place"]:
            return None
        arrival, departure = _day(needed["arrival"]), _day(needed["departure"])
    except (KeyError, ValueError):
        return None
    return Search(
        place=needed["place"],
        radius_km=rest.radius_km,
        stay=Stay(arrival=arrival, departure=departure),
        party=rest.party,
        wants=rest.wants,
        sort=rest.sort,
        page=rest.page,
    )


@lru_cache(maxsize=MOST_READ)
def _read_others(parts: tuple[str, ...]) -> Search | None:
    """A search of some place and day, of all the other parts of an address: those are few, and come
    again with other places and days."""
    found: dict[str, Any] = {}
    try:
        for part in parts:
            name, given, text = part.partition("=")
            field, reads, several = FIELDS[name]
            value = reads(_plain(text))
            if not given or (field in found and not several):
                return None
            found[field] = (*found.get(field, ()), value) if several else value
        return read_search(Asked(place="any", arrival=SOME_DAY, departure=SOME_DAY, **found))
    except (KeyError, ValueError, HubError):
        return None


def _plain(text: str) -> str:
    """Raises `ValueError` for what is no text."""
    return _unquoted(text) if "%" in text or "+" in text else text


@lru_cache(maxsize=MOST_READ)
def _unquoted(text: str) -> str:
    return unquote_plus(text, errors="strict")


def _text(text: str) -> str:
    return text


def _number(text: str) -> str:
    """A whole number without a sign or leading zeros. Raises `ValueError`."""
    if not (text.isascii() and text.isdecimal()) or text != str(int(text)):
        raise ValueError(text)
    return text


def _day(text: str) -> date:
    if len(text) != DAY_LENGTH or text[4] != "-" or text[7] != "-":
        raise ValueError(text)
    return date.fromisoformat(text)


def _yes(text: str) -> bool:
    return YES[text]


# The parameters of `api.search` beside those that are needed: the field of `Asked`, how its text is
# read, and whether there may be several.
FIELDS: Mapping[str, tuple[str, Callable[[str], str | bool], bool]] = {
    "adults": ("adults", _number, False),
    "child_ages": ("child_ages", _number, True),
    "rooms": ("rooms", _number, False),
    "radius": ("radius", _number, False),
    "kind": ("kinds", _text, True),
    "stars": ("stars", _number, True),
    "amenity": ("amenities", _text, True),
    "accessibility": ("accessibility", _text, True),
    "pets": ("pets", _yes, False),
    "meal_plan": ("meal_plans", _number, True),
    "free_cancellation": ("free_cancellation", _yes, False),
    "instant": ("instant", _yes, False),
    "price_min": ("price_min", _number, False),
    "price_max": ("price_max", _number, False),
    "sort": ("sort", _text, False),
    "page": ("page", _number, False),
}
NEEDED = frozenset(("place", "arrival", "departure"))
