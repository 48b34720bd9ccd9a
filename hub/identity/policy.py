"""When to let somebody try, how long a session lives, and where to go after signing in."""

import hashlib
import ipaddress
import re
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from hub.core.guessable import is_guessable
from hub.identity.errors import PasswordRefused, PersonInvalid
from hub.identity.models import OrganisationChoice, RegisterPerson, SessionLimits

ATTEMPT_WINDOW = timedelta(minutes=15)
ATTEMPTS_OF_EMAIL = 5
ATTEMPTS_OF_ADDRESS = 20
SESSION_LIMITS = SessionLimits()
STEP_S, STEPS_EARLY, STEPS_LATE = 30, 1, 1  # RFC 6238: half a minute, and clocks that differ by it
OFFER_LIVES = timedelta(minutes=30)
TICKET_LIVES = timedelta(minutes=5)
LINK_LIVES = timedelta(hours=1)
LINKS_ALIVE = 3  # of one person at a time: nobody floods a mailbox with them
RECOVERY_CODES, RECOVERY_LETTERS = 10, 12  # 60 bits each
RECOVERY_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # none that looks like another
EMAIL_LETTERS = 254  # RFC 5321
# What a password for this service must not be, with whatever digits and signs around it.
OWN_WORDS = ("usage-hub", "usage hub", "tourism in france")
PASSWORD_LETTERS = range(10, 201)  # below: guessable; above: hashing as a weapon
RECOVERY_NUMBERS = len(RECOVERY_ALPHABET) ** RECOVERY_LETTERS
HOMES = {
    "lodging": "/pro/today",
    "federation": "/pro/agreement",
    "operator": "/pro/operations",
}
WELCOME = "/pro"
CHOOSE = "/organisations"

_EMAIL = re.compile(r"[^@\s\x00-\x1f\x7f]+@[^@\s\x00-\x1f\x7f]+\.[^@\s\x00-\x1f\x7f]+")
_LOCAL_PATH = re.compile(r"/(?![/\\])[^\\\x00-\x20\x7f]*")


def waiting_time(attempts: Sequence[datetime], limit: int, now: datetime) -> timedelta | None:
    """How long to wait before the next attempt; None when it may be made now.

    `attempts` are the newest first. The window slides: the limit-th newest must leave it.
    """
    inside = [at for at in attempts if at > now - ATTEMPT_WINDOW]
    return inside[limit - 1] + ATTEMPT_WINDOW - now if len(inside) >= limit else None


def steps_of(now: datetime) -> range:
    """The half minutes whose codes may be typed now, oldest first."""
    step = int(now.timestamp()) // STEP_S
    return range(step - STEPS_LATE, step + STEPS_EARLY + 1)


def plain_code(typed: str) -> str:
    """What was typed, without the spaces and dashes that codes are shown with."""
    return re.sub(r"[\s-]", "", typed).upper()


def recovery_code(number: int) -> str:
    """A code from a random number below `RECOVERY_NUMBERS`, in groups of four."""
    letters = ""
    for _ in range(RECOVERY_LETTERS):
        number, rest = divmod(number, len(RECOVERY_ALPHABET))
        letters += RECOVERY_ALPHABET[rest]
    return "-".join(letters[n : n + 4] for n in range(0, RECOVERY_LETTERS, 4))


def normal_email(email: str) -> str:
    """The form in which an e-mail is compared."""
    return email.strip().lower()


def letters_to(email: str) -> str:
    """Under which name letters to an e-mail are counted among the attempts."""
    return f"letters to {hashlib.sha256(email.encode()).hexdigest()}"


def may_be_email(email: str) -> bool:
    """Whether the letters can be an e-mail at all."""
    return len(email) <= EMAIL_LETTERS and _EMAIL.fullmatch(email) is not None


def address_block(host: str | None) -> str:
    """Whom an address stands for: one IPv4 host, or the /64 that an IPv6 subscriber holds."""
    try:
        address = ipaddress.ip_address((host or "").partition("%")[0])
    except ValueError:
        return "unknown"
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped is not None:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def check_person(command: RegisterPerson) -> None:
    """Raise `PersonInvalid` for an e-mail or a name that cannot be one."""
    check_account(command.email, command.name)


def check_account(email: str, name: str) -> None:
    """Raise `PersonInvalid`, with the field, for an e-mail or a name that cannot be one."""
    if not may_be_email(email.strip()):
        raise PersonInvalid("Give an e-mail such as name@example.fr.", field="email")
    if not 1 <= len(name.strip()) <= 200:
        raise PersonInvalid("Give a name of 1 to 200 letters.", field="name")


def check_password(password: str) -> None:
    """Raise `PersonInvalid` for a password too short to be safe, or too long to be one."""
    if len(password) not in PASSWORD_LETTERS:
        raise PersonInvalid("Choose a password of 10 to 200 letters.", field="password")


def check_chosen_password(password: str, known: Iterable[str]) -> None:
    """The same, and for one that is tried first by who guesses; `known` is what everybody knows of
    the person."""
    check_password(password)
    if is_guessable(password, (*OWN_WORDS, *known)):
        raise PersonInvalid(
            "This password is easy to guess: choose one that is neither common nor your name.",
            field="password",
        )


def check_new_password(password: str, again: str, known: Iterable[str]) -> None:
    """Raise `PasswordRefused` unless it is one that may be, and was typed twice."""
    if len(password) not in PASSWORD_LETTERS:
        raise PasswordRefused("Choose a password of 10 to 200 letters.", field="password")
    if is_guessable(password, (*OWN_WORDS, *known)):
        raise PasswordRefused(
            "This password is easy to guess: choose one that is neither common nor your name.",
            field="password",
        )
    if password != again:
        raise PasswordRefused("Type the same password twice.", field="again")


def session_named(name: str) -> bytes:
    """The hash of a session's secret by the name that a form gives it; nobody's for other
    letters."""
    try:
        return bytes.fromhex(name)
    except ValueError:
        return b""


def only_choice(choices: Sequence[OrganisationChoice]) -> OrganisationChoice | None:
    """The organisation of a person who has exactly one."""
    return choices[0] if len(choices) == 1 else None


def safe_path(wanted: str | None) -> str | None:
    """`wanted` if it is a path of this site, else None: never another host, never a loop."""
    if not wanted or len(wanted) > 2000 or not _LOCAL_PATH.fullmatch(wanted):
        return None
    path = wanted.partition("?")[0].partition("#")[0].rstrip("/")
    return None if path in {"/sign-in", "/sign-up", "/sign-out", CHOOSE} else wanted


def home_of(choice: OrganisationChoice | None, wanted: str | None = None) -> str:
    """Where to go: the safe path wanted, else the home of the organisation's kind."""
    if choice is None:
        return safe_path(wanted) or WELCOME
    return safe_path(wanted) or HOMES.get(choice.kind, WELCOME)


def needs_to_choose(
    choice: OrganisationChoice | None, choices: Sequence[OrganisationChoice]
) -> bool:
    """Whether the person has several organisations and acts for none of them yet."""
    return choice is None and len(choices) > 1
