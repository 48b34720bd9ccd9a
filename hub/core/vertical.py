"""The manifest of a vertical: data only, so that every slice may read it.

A `Slice` says what one slice brings to the house; a `Vertical` is a set of slices with a name, and
announces itself by an entry point of the group `usage_hub.verticals`.
"""

from collections.abc import Awaitable, Callable, Coroutine, Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from typing import Any

import msgspec


class Task(msgspec.Struct, frozen=True, kw_only=True):
    """Work done after the commit: `run(database, tenant, message)`.

    `message` is a Struct of type `message_type`. A task may run twice: it must be idempotent.
    """

    name: str
    message_type: type
    run: Callable[[Any, int | None, Any], Awaitable[None]]


class Tick(msgspec.Struct, frozen=True, kw_only=True):
    """A task that runs at a fixed pace, with an empty message and no tenant."""

    task: Task
    every: timedelta


class Nothing(msgspec.Struct, frozen=True, kw_only=True):
    """The message of a tick."""


# The kind to name for people who are signed in and act for no organisation yet.
NO_ORGANISATION = "no-organisation"


class NavItem(msgspec.Struct, frozen=True, kw_only=True):
    """An entry of the navigation of signed-in people, shown to the organisations of a kind.

    Entries stand in the order of their `rank`; the first few are in the bar, the others one press
    away (`hub.core.pages.IN_BAR`).
    """

    label: str
    path: str
    organisation_kinds: tuple[str, ...]
    rank: int = 50


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """Rows that the law keeps when their organisation is erased: for so many years from the end of
    that year on, and why. Then they go; `sealed` ones stay, as a chain of the whole hub names them,
    or the accounts of others are summed from them.
    """

    years: int
    why: str
    sealed: bool = False


class Portability(msgspec.Struct, frozen=True, kw_only=True):
    """How a slice's tables leave with a tenant and arrive elsewhere. A table with a column `tenant`
    leaves with its tenant by itself; only what differs is said here.

    `belongs_by`: the columns that make a row a tenant's. `named`: the columns that go along when a
    tenant's rows name a row of somebody else. `same_by`: those of them that say who it is, so that
    a row which the new hub has under this number is known to be the same.
    `stays`: why a table is in nobody's export.
    `sealed`: columns (`bytea`) sealed under the tenant's key, each bound to `hub.keys.place` of its
    row: they leave opened and are sealed anew where they arrive. Not of a kept table: the key goes.
    `kept`: tables whose rows stay after an erasure, with the law that keeps them; where several
    slices name a law for one table, the longest time counts.
    `with_triggers`: tables whose triggers must run for rows that arrive, each after those it names.
    `arrivals`: SQL functions of the arrived tenant's number, called once its rows stand.
    A kept table that is said to stay too holds what this hub alone must keep of who has left.
    `departures`: SQL functions (tenant, left_at) called before the rows of a tenant go: they put
    what the law still needs of them here into kept tables.
    `ends`: SQL functions of the number of a tenant whose rows have gone, also those of a copy.
    `settles`: SQL functions (tenant, lives_at) called when a tenant has arrived: what its rows hold
    was done elsewhere, until the instant from which on it lives here; null for a copy.
    `duties`: SQL functions (tenant, today) that give `many`, `cents` and the last day `until` of
    what a tenant still has to do for others, each with its French sentence, which `messages` list:
    while there is any, nothing of the tenant is erased by its own notice.
    """

    belongs_by: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    named: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    same_by: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    stays: Mapping[str, str] = msgspec.field(default_factory=dict)
    sealed: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    kept: Mapping[str, Kept] = msgspec.field(default_factory=dict)
    with_triggers: tuple[str, ...] = ()
    arrivals: tuple[str, ...] = ()
    departures: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    settles: tuple[str, ...] = ()
    duties: Mapping[str, str] = msgspec.field(default_factory=dict)


class Keeps(StrEnum):
    """Why something about a person stays when the person is erased."""

    ACCOUNTS = "accounts"  # contracts and accounts, ten years
    ACTS = "acts"  # what they did for an organisation, under their number
    POLICE = "police"  # police sheets, six months
    OTHERS = "others"  # what an organisation holds for a purpose of its own


class About(msgspec.Struct, frozen=True, kw_only=True):
    """How the rows of a table are about somebody; each of these makes a row theirs.

    `person`: columns with the number of a person. `actor`: columns that say `person:NUMBER`.
    `email`: columns with an e-mail address, or `column.key` of a document. `follows`: columns that
    name a row of another table which is about them. `refers`: columns of text that name one as
    `TABLE:ID`. `hides`: columns that are not given: secrets, or what others wrote for others.
    `words` say what a row is. `keeps`: what keeps rows when the person is erased; without it none
    may be left.
    """

    words: str
    person: tuple[str, ...] = ()
    actor: tuple[str, ...] = ()
    email: tuple[str, ...] = ()
    follows: Mapping[str, str] = msgspec.field(default_factory=dict)
    refers: Mapping[str, str] = msgspec.field(default_factory=dict)
    hides: tuple[str, ...] = ()
    keeps: Keeps | None = None


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """Which addresses are a person's: an SQL function of their number gives those that are proven;
    the page is where they prove one."""

    function: str
    page: str


class Personal(msgspec.Struct, frozen=True, kw_only=True):
    """What a slice's tables, or those it fills, hold about persons. A table that may hold something
    and is said nowhere fails a test.

    `about`: whose a row is. `nobody`: why a table's rows are not given to any person. `tenants`:
    SQL functions of a person's number and proven addresses: the tenants behind whose walls rows may
    be theirs, and nothing else of them. `proofs`: how addresses are proven. `forgets`: SQL
    functions (person, proven addresses, now) that erase what no law keeps, called behind each of
    those walls; `forgets_last`: the same, called once behind none, the slices in reverse.
    """

    about: Mapping[str, About] = msgspec.field(default_factory=dict)
    nobody: Mapping[str, str] = msgspec.field(default_factory=dict)
    tenants: tuple[str, ...] = ()
    proofs: tuple[Proof, ...] = ()
    forgets: tuple[str, ...] = ()
    forgets_last: tuple[str, ...] = ()


class Slice(msgspec.Struct, frozen=True, kw_only=True):
    """What one slice brings. `package` is where its `schema/`, `templates/`, `locale/` and SQL lie;
    `messages` are the French sentences that its Python tables hold; `account_names` call accounts
    of the ledger in French words, by code, or by the code's beginning with its dot. `rehearse(get,
    today)` asks for what a process that begins to serve shall have shown once."""

    package: str
    handlers: tuple[Any, ...] = ()
    rehearse: Callable[[Callable[[str], Awaitable[bytes]], date], Awaitable[None]] | None = None
    tasks: tuple[Task, ...] = ()
    on: Mapping[type, tuple[Task, ...]] = msgspec.field(default_factory=dict)
    ticks: tuple[Tick, ...] = ()
    # The same, done by each worker process itself: nothing in the queue keeps them waiting.
    beats: tuple[Tick, ...] = ()
    nav: tuple[NavItem, ...] = ()
    messages: tuple[str, ...] = ()
    account_names: Mapping[str, str] = msgspec.field(default_factory=dict)
    portability: Portability = Portability()
    personal: Personal = Personal()


class Brand(msgspec.Struct, frozen=True, kw_only=True):
    """How the pages of a vertical introduce it: its name and a line under it, where a press on the
    name leads, the entry of the navigation that visitors find first, what strangers call the
    sign-in, links in the foot, and what every page of a demonstration says. All but the name are
    French `sentences`, which `messages` list."""

    name: str
    tagline: str = ""
    home: str = "/"
    entry: tuple[str, str] | None = None
    sign_in: str = "Se connecter"
    links: tuple[tuple[str, str], ...] = ()
    demonstration: str = ""

    @property
    def sentences(self) -> tuple[str, ...]:
        said = (self.tagline, self.sign_in, self.demonstration, *(one for one, _ in self.links))
        return tuple(one for one in (*said, *(self.entry or ())[:1]) if one)


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """What a public catalogue says of a vertical, in French sentences that `messages` list: what it
    is for, what it does, what it leaves to others. `audiences` are who may launch it (kinds of
    organisations), by default whoever may launch anything."""

    purpose: str
    does: tuple[str, ...]
    leaves: tuple[str, ...] = ()
    audiences: tuple[str, ...] = ("region", "federation", "office")

    @property
    def sentences(self) -> tuple[str, ...]:
        return (self.purpose, *self.does, *self.leaves)


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A sign-in of the demonstration."""

    role: str
    organisation: str
    email: str
    password: str
    start: str


class Demonstration(msgspec.Struct, frozen=True, kw_only=True):
    """How a vertical shows itself: `seed(settings, areas)` fills an empty database once and does
    nothing on a full one; `accounts(settings)` gives one sign-in for each role."""

    seed: Callable[[Any, tuple[str, ...]], Awaitable[None]]
    accounts: Callable[[Any], tuple[Account, ...]]


class Example(msgspec.Struct, frozen=True, kw_only=True):
    """Invented rows of one organisation: `fill(tx)` puts at least one into each table of the
    vertical, behind the wall of a fresh organisation of that kind. The conformance suite moves
    them to another hub and erases them; a sandbox begins with them."""

    organisation_kind: str
    fill: Callable[[Any], Awaitable[None]]


class Takeover(msgspec.Struct, frozen=True, kw_only=True):
    """A migration: how a service of this vertical takes along what an archive of another vertical,
    or of an earlier version of its own, holds. It is meant for exactly the `schema` that the
    archive's manifest says.

    `turn(table, row)` gives what a row becomes: tables of this vertical, each with a row that has
    all of its columns but `tenant`. Pure; it never gives nothing: tables of which nothing is taken
    stand in `leaves`, each with why."""

    vertical: str
    schema: tuple[str, ...]
    turn: Callable[[str, Mapping[str, Any]], Iterable[tuple[str, Mapping[str, Any]]]]
    leaves: Mapping[str, str] = msgspec.field(default_factory=dict)


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """A command of a vertical: `hub do VERTICAL NAME ARGUMENT…`. `run(settings, arguments)` gives
    the lines to print; `arguments` names what it takes."""

    name: str
    help: str
    arguments: tuple[str, ...]
    run: Callable[[Any, tuple[str, ...]], Coroutine[Any, Any, list[str]]]


class Process(msgspec.Struct, frozen=True, kw_only=True):
    """A process that `hub up` keeps running beside web and worker, and `hub NAME` runs alone.
    `run(settings)` ends at SIGTERM and gives the process' status. `module` does the same by
    `python -m`, without loading what else is installed: who must stand again at once names one."""

    name: str
    help: str
    run: Callable[[Any], int]
    module: str | None = None
    stop_timeout_s: float = 10


class Vertical(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical service: its code, titles by language, slices in the order they build, and the
    words of its agreements (`hub.rules.Vocabulary`). Without a `brand` its title is its name."""

    code: str
    titles: Mapping[str, str]
    slices: tuple[Slice, ...]
    data_classes: tuple[str, ...] = ()
    hosting_level: str = "bronze"
    demonstration: Demonstration | None = None
    example: Example | None = None
    commands: tuple[Command, ...] = ()
    vocabularies: tuple[Any, ...] = ()
    processes: tuple[Process, ...] = ()
    brand: Brand | None = None
    sheet: Sheet | None = None
    takes: tuple[Takeover, ...] = ()

    def title(self, language: str) -> str:
        """Its title in a language, or in the first that it has."""
        return self.titles.get(language) or next(iter(self.titles.values()), self.code)
