"""The public catalogue: what is installed, for whom, with which data, and where it may run."""

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

import msgspec

from hub import audit
from hub.core.db import Tx
from hub.core.errors import HubError, NotFound
from hub.core.i18n import catalogue
from hub.core.identifiers import check_siret
from hub.core.sentences import say
from hub.core.settings import Settings
from hub.core.vertical import Vertical
from hub.labels import signing
from hub.services import store
from hub.services.actions.hosting import find_gates
from hub.services.errors import ServiceInvalid
from hub.services.models import Gate, State
from hub.services.tables import schema_of

BUYER_LETTERS, NEED_LETTERS = 200, 1_000


class Filter(msgspec.Struct, frozen=True, kw_only=True):
    """What somebody looks for: words, who would launch it, a class of data that it may hold, the
    highest hosting level that it may ask for, validated sheets only, runnable here only."""

    text: str = ""
    audience: str = ""
    data: str = ""
    level: str = ""
    validated: bool = False
    possible: bool = False


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical as the catalogue shows it. `fingerprint` is of its sheet and its schema; the
    sheet is validated when an operator validated this very one."""

    code: str
    title: str
    purpose: str
    does: tuple[str, ...]
    leaves: tuple[str, ...]
    audiences: tuple[str, ...]
    data_classes: tuple[str, ...]
    hosting_level: str
    sandbox: bool
    fingerprint: str
    validated_at: datetime | None
    gates: tuple[Gate, ...]

    @property
    def possible(self) -> bool:
        return any(gate.open for gate in self.gates if gate.state is State.PRODUCTION)


class Listed(msgspec.Struct, frozen=True, kw_only=True):
    """A vertical as a certificate names it."""

    code: str
    title: str
    validated: bool
    production_possible: bool
    hosting_level: str
    fingerprint: str


class Consultation(msgspec.Struct, frozen=True, kw_only=True):
    """What a public buyer looked for at an instant, and what there was: signed by the hub."""

    iss: str
    iat: int
    at: datetime
    buyer: str
    siret: str
    need: str
    asked: Filter
    of: int
    found: tuple[Listed, ...]


def fingerprint_of(vertical: Vertical) -> str:
    """The mark of a sheet: another word, class of data, level or table is another mark."""
    sheet = vertical.sheet
    said = [
        vertical.code,
        sorted(vertical.titles.items()),
        None if sheet is None else msgspec.to_builtins(sheet),
        vertical.data_classes,
        vertical.hosting_level,
        schema_of(vertical),
    ]
    return hashlib.sha256(msgspec.json.encode(said)).hexdigest()


async def list_entries(
    tx: Tx, verticals: Iterable[Vertical], language: str, asked: Filter
) -> list[Entry]:
    """What is installed and looked for, by title."""
    checks = {one.vertical: one for one in await store.list_sheet_checks(tx)}
    found = [await _entry(tx, one, language, checks) for one in verticals]
    return sorted((one for one in found if fits(one, asked)), key=lambda one: one.title)


async def find_entry(tx: Tx, vertical: Vertical | None, language: str) -> Entry:
    """One of them. Raises `NotFound`."""
    if vertical is None:
        raise NotFound("There is no such service.")
    checks = {one.vertical: one for one in await store.list_sheet_checks(tx)}
    return await _entry(tx, vertical, language, checks)


async def _entry(
    tx: Tx, vertical: Vertical, language: str, checks: Mapping[str, store.SheetCheck]
) -> Entry:
    words, sheet, mark = catalogue(language), vertical.sheet, fingerprint_of(vertical)
    check = checks.get(vertical.code)
    return Entry(
        code=vertical.code,
        title=vertical.title(language),
        purpose=words.gettext(sheet.purpose) if sheet else "",
        does=tuple(words.gettext(one) for one in sheet.does) if sheet else (),
        leaves=tuple(words.gettext(one) for one in sheet.leaves) if sheet else (),
        audiences=sheet.audiences if sheet else (),
        data_classes=vertical.data_classes,
        hosting_level=vertical.hosting_level,
        sandbox=vertical.example is not None,
        fingerprint=mark,
        validated_at=check.checked_at if check and check.fingerprint == mark else None,
        gates=tuple(await find_gates(tx, vertical)),
    )


def fits(entry: Entry, asked: Filter) -> bool:
    """Whether an entry is looked for."""
    ranks = ("", "bronze", "silver", "gold")
    said = " ".join((entry.title, entry.purpose, *entry.does)).casefold()
    return (
        all(word in said for word in asked.text.casefold().split())
        and (not asked.audience or asked.audience in entry.audiences)
        and (not asked.data or asked.data in entry.data_classes)
        and (
            asked.level not in ranks[1:]
            or entry.hosting_level not in ranks
            or ranks.index(entry.hosting_level) <= ranks.index(asked.level)
        )
        and (not asked.validated or entry.validated_at is not None)
        and (not asked.possible or entry.possible)
    )


async def validate(tx: Tx, vertical: Vertical | None) -> None:
    """An operator has looked at the sheet as it stands. Raises `NotFound`, `ServiceInvalid` where
    there is none."""
    if vertical is None:
        raise NotFound("There is no such service.")
    if vertical.sheet is None:
        raise ServiceInvalid("This vertical has no sheet to validate.")
    mark = fingerprint_of(vertical)
    if await store.insert_sheet_check(tx, vertical.code, mark):
        await audit.record(
            tx,
            action="service.sheet",
            subject=f"vertical:{vertical.code}",
            detail={"fingerprint": mark},
        )


def certify(
    now: datetime,
    entries: Sequence[Entry],
    of: int,
    said: Mapping[str, str],
    asked: Filter,
    settings: Settings,
) -> tuple[Consultation, str]:
    """The certificate of a consultation, and the same signed. Raises `ServiceInvalid`,
    `IdentifierInvalid`."""
    buyer, need = said.get("buyer", "").strip(), said.get("need", "").strip()
    if not 1 <= len(buyer) <= BUYER_LETTERS:
        raise ServiceInvalid("Name the public body.", field="buyer")
    if len(need) > NEED_LETTERS:
        raise ServiceInvalid(say("At most %(most)s letters.", most=NEED_LETTERS), field="need")
    made = Consultation(
        iss=settings.public_url,
        iat=int(now.timestamp()),
        at=now.replace(microsecond=0),
        buyer=buyer,
        siret=_siret(said.get("siret", "")),
        need=need,
        asked=asked,
        of=of,
        found=tuple(
            Listed(
                code=one.code,
                title=one.title,
                validated=one.validated_at is not None,
                production_possible=one.possible,
                hosting_level=one.hosting_level,
                fingerprint=one.fingerprint,
            )
            for one in entries
        ),
    )
    return made, signing.sign(signing.signing_key(settings.secret_key), made)


def _siret(text: str) -> str:
    try:
        return check_siret("".join(text.split()))
    except HubError as error:
        raise ServiceInvalid(error.detail, field="siret") from None


def read_certificate(text: str, settings: Settings) -> Consultation | None:
    """What a certificate of this hub says; nothing when it is none."""
    key = signing.signing_key(settings.secret_key).public_key()
    try:
        return signing.open_signed(key, "".join(text.split()), Consultation)
    except signing.BadgeInvalid:
        return None
