"""A contract: what is signed, who signed it, and how it is shown to others."""

from datetime import datetime
from typing import Literal
from uuid import UUID

import msgspec

from hub.labels.models import Contract
from hub.service_levels.models import Month

# Who signs: whoever uses a service, and does not run it.
KINDS = ("lodging", "federation", "office", "region", "school", "practice", "association", "town")


class SignContract(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Sign the clauses whose hash was shown. `quality` is the signer's (manager, owner…)."""

    shown_sha256: str
    name: str
    quality: str
    read: bool


class Signature(msgspec.Struct, frozen=True, kw_only=True):
    """Who signed which clauses when; `document_hash` is the SHA-256 of the PDF's bytes."""

    id: UUID
    service: str
    sha256: str
    signed_name: str
    signed_quality: str
    signed_at: datetime
    document_hash: str


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """A signature with the clauses as they were."""

    signature: Signature
    content: Contract
    language: str


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A service with where its contract stands: `none`, `signed`, or `changed` when the clauses of
    now are not those that were signed."""

    service: str
    title: str
    provider: str
    state: Literal["none", "signed", "changed"]
    signature: Signature | None


class Shown(msgspec.Struct, frozen=True, kw_only=True):
    """The clauses of now, every contract that was signed, and the months that were closed for this
    organisation, newest first."""

    contract: Contract
    line: Line
    signed: tuple[Signature, ...]
    months: tuple[Month, ...] = ()


class Seal(msgspec.Struct, frozen=True, kw_only=True):
    """What the hub signs of a contract: who, what, when. Verify it with `/trust-keys.json`.

    `data_sha256` is the SHA-256 of the `Document`'s JSON without `seal`, its keys sorted at every
    depth, no spaces, letters as they are.
    """

    iss: str
    sub: str
    organisation: int
    contract: str
    clauses_sha256: str
    document_sha256: str
    data_sha256: str
    signed_at: str


class Document(msgspec.Struct, frozen=True, kw_only=True):
    """A signed contract for machines; `seal` is a compact JWS (Ed25519) over all the rest, and is
    the same at each reading: a signature of Ed25519 has one form."""

    format: Literal["usage-hub/contract"] = "usage-hub/contract"
    version: Literal[1] = 1
    organisation: int
    organisation_name: str
    language: str
    contract: Contract
    signature: Signature
    seal: str = ""
