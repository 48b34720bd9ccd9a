"""Persons, what proves who they are, and their sessions."""

from datetime import datetime, timedelta

import msgspec


class RegisterPerson(msgspec.Struct, frozen=True, kw_only=True):
    """Open an account; `password_hash` comes from `hash_password`."""

    email: str
    name: str
    password_hash: str


class OpenAccount(msgspec.Struct, frozen=True, kw_only=True):
    """Open an account for myself and be signed in."""

    email: str
    name: str
    password: str


class SignIn(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Prove who I am; `code` is asked of those who have a second factor: six digits, or a recovery
    code."""

    email: str
    password: str
    code: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody with an account."""

    id: int
    email: str
    name: str
    created_at: datetime


class Reader(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody to whom a letter goes."""

    id: int
    email: str
    name: str
    language: str


class PasswordForgotten(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody asked for a new password of whoever has this e-mail, if anybody has."""

    email: str


class ChangePassword(msgspec.Struct, frozen=True, kw_only=True):
    """Another password for my account: the one I have, and the new one, twice."""

    current: str = ""
    password: str = ""
    again: str = ""


class OpenSession(msgspec.Struct, frozen=True, kw_only=True):
    """A browser that is signed in as a person; `token` is the hash of its secret."""

    token: bytes
    created_at: datetime
    last_seen_at: datetime

    @property
    def name(self) -> str:
        """What a form calls it."""
        return self.token.hex()


class Credential(msgspec.Struct, frozen=True, kw_only=True):
    """What a person's password is compared with."""

    person: int
    password_hash: str


class OrganisationChoice(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation that a person may act for. `tenant` is its id."""

    tenant: int
    kind: str
    name: str
    role: str


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new session: the secret for the cookie, and where the person may go."""

    token: str
    person: int
    organisation: OrganisationChoice | None
    choices: tuple[OrganisationChoice, ...]


class Profile(msgspec.Struct, frozen=True, kw_only=True):
    """Who I am, the organisation I act for (None before I choose), and those I may choose."""

    person: int
    name: str
    email: str
    organisation: OrganisationChoice | None
    organisations: tuple[OrganisationChoice, ...]


class Factor(msgspec.Struct, frozen=True, kw_only=True):
    """A second factor: its sealed secret, and the last half minute whose code was taken."""

    secret: bytes
    last_step: int
    since: datetime


class Offer(msgspec.Struct, frozen=True, kw_only=True):
    """A sealed secret that is being shown."""

    secret: bytes
    at: datetime


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """A secret as its person needs it: letters to type, an address to scan."""

    letters: str
    address: str


class FactorState(msgspec.Struct, frozen=True, kw_only=True):
    """A person's second factor: since when, and how many recovery codes are left."""

    since: datetime
    codes_left: int


class HashCost(msgspec.Struct, frozen=True, kw_only=True):
    """What one argon2id hash costs. The default is OWASP's: 19 MiB, two passes, one lane."""

    memory_kib: int = 19_456
    passes: int = 2
    lanes: int = 1


class SessionLimits(msgspec.Struct, frozen=True, kw_only=True):
    """How long a session lives: unused, and at most; and how often its use is written down."""

    idle: timedelta = timedelta(hours=12)
    absolute: timedelta = timedelta(days=30)
    touch_every: timedelta = timedelta(minutes=5)
