"""One line of the log for each attempt to sign in, let in or not: who, by what, and what came of
it. No e-mail and no address stands in it. A visitor has a mark that only this process can make and
that it forgets: many attempts from one place are seen to be of one."""

import hmac
import secrets
from enum import StrEnum

import structlog

from hub.identity import policy

log = structlog.get_logger("hub.sign_in")
_KEY = secrets.token_bytes(32)
_MARK_BYTES = 6


class Outcome(StrEnum):
    """What came of an attempt."""

    SIGNED_IN = "signed in"
    FACTOR_WANTED = "second factor wanted"
    OPENED = "account opened"
    WRONG = "wrong"
    LOCKED = "locked"


def note(outcome: Outcome, *, by: str, host: str | None, person: int | None = None) -> None:
    """`by` says what was shown: `password`, `code`. `person` is known where the e-mail is."""
    told = log.info if outcome in _GOOD else log.warning
    told("sign-in", outcome=outcome.value, by=by, person=person, visitor=mark_of(host))


def mark_of(host: str | None) -> str:
    """The mark of who calls from there."""
    block = policy.address_block(host)
    return hmac.digest(_KEY, block.encode(), "sha256")[:_MARK_BYTES].hex()


_GOOD = frozenset({Outcome.SIGNED_IN, Outcome.FACTOR_WANTED, Outcome.OPENED})
