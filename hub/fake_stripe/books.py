"""The fake's memory: objects as Stripe shows them, money by account, events and who hears them.

Everything is written to one SQLite file before a request is answered, so that it survives a kill.
Ids come from a seed and a counter, time from a clock that can be set forward: the same requests
give the same books.
"""

import hashlib
import heapq
import sqlite3
from collections.abc import Callable
from copy import deepcopy
from datetime import timedelta
from pathlib import Path
from typing import Any, TypeAlias

import msgspec
import stripe

from hub.core.clock import Clock, SystemClock
from hub.stripe_form.errors import missing

Thing: TypeAlias = dict[str, Any]
PLATFORM = ""
DAY = 86_400
# What time alone may change, by the field that says so.
LIVE = {
    "checkout.session": ("status", "open"),
    "payout": ("status", "in_transit"),
    "refund": ("status", "pending"),
    "charge": ("_unbooked", True),
}


class Funds:
    """What an account has: at once, and later with its instants."""

    def __init__(self) -> None:
        self.available = 0
        self.later: list[tuple[int, int]] = []

    def add(self, cents: int, at: int, now: int) -> None:
        if at <= now:
            self.available += cents
        else:
            heapq.heappush(self.later, (at, cents))

    def settle(self, now: int) -> None:
        """What was pending becomes available when its day has come."""
        while self.later and self.later[0][0] <= now:
            self.available += heapq.heappop(self.later)[1]

    @property
    def pending(self) -> int:
        return sum(cents for _, cents in self.later)


class Books:
    """All that the fake knows. `path` None keeps it in memory only."""

    def __init__(
        self, path: Path | None = None, *, clock: Clock | None = None, seed: int = 1
    ) -> None:
        self._clock = clock or SystemClock()
        self._seed = seed
        self._db = sqlite3.connect(path or ":memory:", check_same_thread=False)
        self._db.executescript(
            "pragma journal_mode = wal; pragma synchronous = normal;"
            "create table if not exists thing (id text primary key, place integer, body blob);"
            "create table if not exists note (name text primary key, body blob);"
        )
        self.things: dict[str, Thing] = {}
        self.kinds: dict[str, list[str]] = {}
        self.owned: dict[tuple[str, str], list[str]] = {}
        self.live: dict[str, dict[str, None]] = {kind: {} for kind in LIVE}
        self.page_of: dict[str, str] = {}
        self.funds: dict[str, Funds] = {}
        self.deliveries: list[Thing] = []
        self.requests: list[Thing] = []
        self.replies: dict[str, Thing] = {}
        self.hooks: list[Thing] = []
        self.counter = 0
        self.ahead_s = 0
        self.slow = False  # whether what is captured at once is booked later all the same
        self._dirty: dict[str, None] = {}
        self._notes: set[str] = set()
        self._ticks: list[Callable[[], None]] = []
        self._load()

    def now(self) -> int:
        """The fake's own instant, in seconds: its clock, set forward by the test clock."""
        return int((self._clock.now() + timedelta(seconds=self.ahead_s)).timestamp())

    def new_id(self, prefix: str) -> str:
        self.counter += 1
        drawn = hashlib.sha256(f"{self._seed}:{self.counter}".encode()).hexdigest()
        return f"{prefix}_{drawn[:24]}"

    def add(self, prefix: str, object: str, **fields: Any) -> Thing:
        """A new object, kept."""
        thing = {
            "id": self.new_id(prefix),
            "object": object,
            "created": self.now(),
            "livemode": False,
            **fields,
        }
        self.keep(thing)
        return thing

    def keep(self, thing: Thing) -> None:
        """Remember an object as it stands now."""
        id = thing["id"]
        self._place(thing)
        self._dirty[id] = None

    def _place(self, thing: Thing) -> None:
        """Where it is found again: by kind, by owner, among what time may change."""
        id, kind = thing["id"], thing["object"]
        if id not in self.things:
            self.kinds.setdefault(kind, []).append(id)
            self.owned.setdefault((kind, thing.get("_account", PLATFORM)), []).append(id)
        self.things[id] = thing
        if kind in LIVE:
            field, waiting = LIVE[kind]
            if thing.get(field) == waiting:
                self.live[kind][id] = None
            else:
                self.live[kind].pop(id, None)
        if kind == "checkout.session":
            for intent in (thing["payment_intent"], thing["setup_intent"]):
                if intent is not None:
                    self.page_of[intent] = id

    def find(self, kind: str, id: str, account: str = PLATFORM) -> Thing:
        """One object of a kind on an account; raises `Refused` with 404."""
        thing = self.things.get(id)
        if thing is None or thing["object"] != kind or thing.get("_account", PLATFORM) != account:
            raise missing(id, kind)
        return thing

    def all(self, kind: str, account: str = PLATFORM) -> list[Thing]:
        """Every object of a kind on an account, oldest first."""
        return [self.things[id] for id in self.owned.get((kind, account), ())]

    def waiting(self, kind: str) -> list[Thing]:
        """What of a kind time alone may change, oldest first."""
        return [self.things[id] for id in self.live[kind]]

    def funds_of(self, account: str) -> Funds:
        funds = self.funds.setdefault(account, Funds())
        funds.settle(self.now())
        return funds

    def move(
        self,
        account: str,
        type: str,
        source: str | None,
        amount: int,
        *,
        fee: int = 0,
        available_on: int | None = None,
        source_of: str | None = None,
        made_at: int | None = None,
    ) -> Thing:
        """A balance transaction: `amount` cents into (or out of) an account, less the fee."""
        now = self.now()
        at = now if available_on is None else available_on
        fees = [{"amount": fee, "currency": "eur", "type": "stripe_fee", "application": None}]
        line = self.add(
            "txn",
            "balance_transaction",
            amount=amount,
            fee=fee,
            net=amount - fee,
            fee_details=fees if fee else [],
            currency="eur",
            type=type,
            reporting_category=type,
            source=source,
            status="available" if at <= now else "pending",
            available_on=at,
            exchange_rate=None,
            description=source_of,
            created=now if made_at is None else made_at,
            _account=account,
        )
        self.funds_of(account).add(amount - fee, at, now)
        return line

    def tell(self, type: str, thing: Thing, account: str = PLATFORM) -> None:
        """An event, with the object as it is now, for everybody who listens."""
        fields: Thing = {"account": account} if account else {}
        event = self.add(
            "evt",
            "event",
            type=type,
            api_version=stripe.api_version,
            data={"object": shown(thing)},
            pending_webhooks=len(self.hooks),
            request={"id": None, "idempotency_key": None},
            _account=account,
            **fields,
        )
        for hook in self.hooks:
            self.deliveries.append(
                {"event": event["id"], "hook": hook["id"], "at": self.now(), "tries": 0}
            )
        self.note("deliveries")

    def on_tick(self, act: Callable[[], None]) -> None:
        """Something to look after whenever time may have passed."""
        self._ticks.append(act)

    def tick(self) -> None:
        for act in self._ticks:
            act()

    def note(self, name: str) -> None:
        """Remember that one of the plain lists has changed."""
        self._notes.add(name)

    def save(self) -> None:
        """Write everything that changed, in one transaction."""
        if not self._dirty and not self._notes:
            return
        rows = [
            (id, place, msgspec.json.encode(self.things[id]))
            for place, id in enumerate(self._dirty, self.counter * 1_000)
        ]
        notes = {**self._note_values(), "counter": [self.counter, self.ahead_s]}
        kept = [
            (name, msgspec.json.encode(body))
            for name, body in notes.items()
            if name in self._notes or name == "counter"
        ]
        with self._db:
            self._db.executemany(
                "insert into thing values (?, ?, ?)"
                " on conflict (id) do update set body = excluded.body",
                rows,
            )
            self._db.executemany("insert or replace into note values (?, ?)", kept)
        self._dirty.clear()
        self._notes.clear()

    def keep_reply(self, key: str, reply: Thing) -> None:
        """What was answered to an idempotency key; written with the rest."""
        self.replies[key] = reply
        with self._db:
            self._db.execute(
                "insert or replace into note values (?, ?)",
                (f"reply:{key}", msgspec.json.encode(reply)),
            )

    def _note_values(self) -> dict[str, Any]:
        return {"deliveries": self.deliveries, "hooks": self.hooks}

    def _load(self) -> None:
        for name, body in self._db.execute("select name, body from note"):
            value = msgspec.json.decode(body)
            if name == "counter":
                self.counter, self.ahead_s = value
            elif name.startswith("reply:"):
                self.replies[name.removeprefix("reply:")] = value
            else:
                setattr(self, name, value)
        for _, body in self._db.execute("select id, body from thing order by place"):
            thing = msgspec.json.decode(body)
            self._place(thing)
            if thing["object"] == "balance_transaction":
                funds = self.funds.setdefault(thing["_account"], Funds())
                funds.add(thing["net"], thing["available_on"], self.now())

    def close(self) -> None:
        self.save()
        self._db.close()


def shown(thing: Thing) -> Thing:
    """An object as the outside sees it: a copy, without what is the fake's own."""
    return deepcopy({name: value for name, value in thing.items() if not name.startswith("_")})
