"""The states of a service, and what the hosting says to each."""

from collections.abc import Mapping
from datetime import date
from enum import StrEnum

import msgspec


class State(StrEnum):
    """Where a service stands."""

    SANDBOX = "sandbox"
    TRIAL = "trial"
    PRODUCTION = "production"
    WINDING_DOWN = "winding_down"
    RETIRED = "retired"


class Reason(msgspec.Struct, frozen=True, kw_only=True):
    """Why the hosting says no: a French pattern of the catalogues with its values. `translated`
    names the values that are French sentences themselves."""

    code: str
    says: str
    filled: Mapping[str, str] = {}
    translated: tuple[str, ...] = ()


class Proof(msgspec.Struct, frozen=True, kw_only=True):
    """A document that counts: which, by whom, until when."""

    title: str
    issuer: str
    expires_on: date


class Gate(msgspec.Struct, frozen=True, kw_only=True):
    """Whether a vertical may run in a state here: open when nothing speaks against it."""

    state: State
    reasons: tuple[Reason, ...]
    proofs: tuple[Proof, ...] = ()

    @property
    def open(self) -> bool:
        return not self.reasons
