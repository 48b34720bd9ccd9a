"""What is asked for: a search of one type, as pure data."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec

Resource = dict[str, Any]


class Span(msgspec.Struct, frozen=True, kw_only=True):
    """Instants from `since` on and before `until`; None where there is no end."""

    since: datetime | None = None
    until: datetime | None = None

    @property
    def is_empty(self) -> bool:
        return self.since is not None and self.until is not None and self.since >= self.until


class Search(msgspec.Struct, frozen=True, kw_only=True):
    """A search that was read. `refers` are references and ids by parameter; `nothing` says that no
    resource can match, such as one under an id that none has here."""

    type: str
    asked: tuple[tuple[str, str], ...]
    refers: Mapping[str, UUID] = {}
    tokens: Mapping[str, str] = {}
    texts: Mapping[str, str] = {}
    span: Span = Span()
    after: UUID | None = None
    count: int = 50
    nothing: bool = False


class Asker(msgspec.Struct, frozen=True, kw_only=True):
    """Who asks: the practitioner who the account is, if it is one, and the public address of the
    service."""

    practitioner: UUID | None
    site: str
