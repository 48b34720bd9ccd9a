"""What proves that a house is somebody's.

The registry knows no SIRET and no e-mail, but many houses have a site there. Whoever reads the
mail of that site's own domain controls what the registry calls the house's. A domain that several
houses share, or that anybody can have an address at, proves nothing; then the tourist office, which
knows its houses, confirms.
"""

import hashlib
import hmac
import re
from datetime import date, datetime, timedelta
from functools import cache
from importlib import resources
from urllib.parse import urlsplit
from uuid import UUID

from hub.core.clock import Ids
from hub.core.sentences import say
from tourism.claims.errors import ClaimInvalid, ClaimOver, TooManyCodes
from tourism.claims.models import AskConfirmation, AskOffice, BeginClaim, Claim, DecideClaim, State
from tourism.lodging.models import Property
from tourism.lodging.policy.registration import siret_fault

CODE_DIGITS = 6
CODE_LIFE = timedelta(minutes=30)
TRIES_A_CODE = 5
CODES_A_CLAIM_A_DAY = 3
CODES_A_HOUSE_A_DAY = 6
CODES_A_PERSON_A_DAY = 9
CLAIMS_OPEN = 5
_PHONE = re.compile(r"\+?[\d .()-]{6,24}")
_LOCAL = re.compile(r"[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}")


@cache
def shared_domains() -> frozenset[str]:
    """Domains at which many have an address or a page: mail providers, platforms, chains."""
    text = resources.files("tourism.claims").joinpath("data", "shared_domains.txt")
    return frozenset(
        line.strip() for line in text.read_text("utf-8").splitlines() if line.strip()[:1] not in "#"
    )


def domain_of(site: str | None) -> str | None:
    """The domain whose mail proves a house with this site; None when no mail would."""
    if not site:
        return None
    host = (urlsplit(site if "://" in site else f"https://{site}").hostname or "").lower()
    host = host.removeprefix("www.").rstrip(".")
    if not re.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)+", host) or re.fullmatch(r"[\d.]+", host):
        return None
    labels = host.split(".")
    parents = {".".join(labels[n:]) for n in range(len(labels))}
    return None if parents & shared_domains() else host


def needs_confirmation(house: Property) -> bool:
    """Whether nobody but its hotelier says that there is such a house. One of the registry was
    claimed, with a proof."""
    return house.registry_export_on is None


def address_for(local: str, domain: str) -> str:
    """The address to which a code goes: what was typed, at the house's own domain.

    Raises `ClaimInvalid`.
    """
    name, at, typed = local.strip().partition("@")
    if at and typed.lower() != domain:
        raise ClaimInvalid(
            say("The address must end with @%(domain)s.", domain=domain), field="local"
        )
    if not _LOCAL.fullmatch(name):
        raise ClaimInvalid("Write what stands before the @ only.", field="local")
    return f"{name.lower()}@{domain}"


def check_begin(said: BeginClaim) -> None:
    """Raise `ClaimInvalid`, with the field."""
    if fault := siret_fault(said.siret):
        raise ClaimInvalid(fault, field="siret")
    check_claimant(said)


def check_claimant(said: BeginClaim | AskConfirmation) -> None:
    """Raise `ClaimInvalid` for somebody who does not say what they are, or cannot be called."""
    if not 2 <= len(said.quality.strip()) <= 100:
        raise ClaimInvalid("Say what you are in this house: owner, manager…", field="quality")
    if not _PHONE.fullmatch(said.phone.strip()):
        raise ClaimInvalid("Give a number at which you can be called.", field="phone")


def check_statement(said: AskOffice | AskConfirmation) -> None:
    """Raise `ClaimInvalid`, with the field."""
    if not 10 <= len(said.statement.strip()) <= 1_000:
        raise ClaimInvalid("Say in 10 to 1000 letters how they can know you.", field="statement")


def check_decision(said: DecideClaim) -> None:
    """Raise `ClaimInvalid`: a refusal, and a change of hands, say why."""
    if not 5 <= len(said.reason.strip()) <= 1_000:
        raise ClaimInvalid("Give the reason: it is told to the claimant.", field="reason")


def check_waits(claim: Claim, *states: State) -> None:
    """Raise `ClaimOver` unless the claim is in one of the states."""
    if claim.state not in states:
        raise ClaimOver("Look at your claims: it was decided, withdrawn, or waits for a decision.")


def codes_today(sent: int, on: date | None, today: date) -> int:
    """How many codes were sent today."""
    return sent if on == today else 0


def check_may_send(*, of_claim: int, of_house: int, of_person: int) -> None:
    """Raise `TooManyCodes`, with today's numbers of codes."""
    if (
        of_claim >= CODES_A_CLAIM_A_DAY
        or of_house >= CODES_A_HOUSE_A_DAY
        or of_person >= CODES_A_PERSON_A_DAY
    ):
        raise TooManyCodes("Nothing was sent. Your claim is kept.", retry_after_s=86_400)


def draw_code(ids: Ids) -> str:
    """Six random digits."""
    return f"{ids.below(10**CODE_DIGITS):0{CODE_DIGITS}d}"


def hash_code(secret: bytes, claim: UUID, code: str) -> bytes:
    """What is kept of a code: keyed, because a million codes are soon tried."""
    key = hashlib.sha256(b"claim-code:" + secret).digest()
    return hmac.digest(key, claim.bytes + code.encode(), "sha256")


def code_matches(claim: Claim, secret: bytes, typed: str) -> bool:
    """Whether what was typed is the code that was sent."""
    digits = re.sub(r"\s", "", typed)
    expected = claim.code_hash or b""
    return hmac.compare_digest(hash_code(secret, claim.id, digits), expected)


def code_lives(claim: Claim, now: datetime) -> bool:
    """Whether a code was sent that may still be typed."""
    return (
        claim.code_hash is not None
        and claim.code_expires_at is not None
        and now < claim.code_expires_at
        and claim.code_tries < TRIES_A_CODE
    )
