"""The key of an organisation, as the database knows it: never in clear."""

from datetime import datetime
from uuid import UUID

import msgspec

NUMBER_MOST = 65_535


class KeyRow(msgspec.Struct, frozen=True, kw_only=True):
    """One data key of an organisation: `wrapped` under the key-encryption key that the host holds
    under `at_host`, and nothing once it was destroyed."""

    number: int
    at_host: UUID
    wrapped: str | None
    destroyed_at: datetime | None


class Ended(msgspec.Struct, frozen=True, kw_only=True):
    """A key-encryption key that wraps nothing any more."""

    tenant: int
    at_host: UUID


class Held(msgspec.Struct, frozen=True, kw_only=True):
    """A key-encryption key that a host holds."""

    at_host: UUID


class KeysEnded(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation's keys were destroyed; the host shall destroy what wrapped them."""


def name_at_host(at_host: UUID) -> str:
    """The name of a key-encryption key, as its host knows it."""
    return f"hub-{at_host}"


def place(table: str, column: str, *key: object) -> str:
    """What a sealed column of a row is bound to: it opens nowhere else. `key` are the values of the
    table's primary key, in its order."""
    return f"{table}.{column}:{':'.join(str(one) for one in key)}"
