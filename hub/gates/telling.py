"""What the hosting says, in the reader's language."""

from collections.abc import Sequence
from datetime import date

import msgspec
from babel import dates

from hub.core.i18n import catalogue
from hub.gates.models import Gate, Proof, Reason


class GateView(msgspec.Struct, frozen=True, kw_only=True):
    """A gate in words."""

    state: str
    open: bool
    says: tuple[str, ...]
    proofs: tuple[tuple[str, str, date], ...]


def tell_gates(gates: Sequence[Gate], language: str) -> list[GateView]:
    """Each gate with why it is closed, or which documents hold it open."""
    return [
        GateView(
            state=gate.state.value,
            open=gate.open,
            says=tuple(tell_reason(one, language) for one in gate.reasons),
            proofs=tuple(_proof(one, language) for one in gate.proofs),
        )
        for gate in gates
    ]


def tell_reason(reason: Reason, language: str) -> str:
    """A reason as a sentence."""
    words = catalogue(language)
    values = {
        name: words.gettext(value) if name in reason.translated else value
        for name, value in reason.filled.items()
    }
    if "day" in values:
        values["day"] = dates.format_date(
            date.fromisoformat(values["day"]), "long", locale=language
        )
    return words.gettext(reason.says) % values


def _proof(proof: Proof, language: str) -> tuple[str, str, date]:
    return catalogue(language).gettext(proof.title), proof.issuer, proof.expires_on
