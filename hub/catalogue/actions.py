"""The public catalogue: what is installed, for whom, with which data, and where it may run."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from hub import audit
from hub.catalogue import policy, store
from hub.catalogue.errors import ConsultationInvalid, SheetMissing
from hub.catalogue.models import Consultation, Entry, Filter, Listed
from hub.core.db import Tx
from hub.core.errors import HubError, NotFound
from hub.core.i18n import catalogue
from hub.core.identifiers import check_siret
from hub.core.sentences import say
from hub.core.settings import Settings
from hub.core.vertical import Vertical
from hub.core.vertical_schema import schema_of
from hub.gates import find_gates
from hub.labels import signing

BUYER_LETTERS, NEED_LETTERS = 200, 1_000


async def list_entries(
    tx: Tx, verticals: Iterable[Vertical], language: str, asked: Filter
) -> list[Entry]:
    """What is installed and looked for, by title."""
    known = list(verticals)
    checked = await _checked(tx, known)
    found = [await _entry(tx, one, language, checked) for one in known]
    return sorted((one for one in found if policy.fits(one, asked)), key=lambda one: one.title)


async def find_entry(tx: Tx, vertical: Vertical | None, language: str) -> Entry:
    """One of them. Raises `NotFound`."""
    if vertical is None:
        raise NotFound("There is no such service.")
    return await _entry(tx, vertical, language, await _checked(tx, [vertical]))


async def _checked(tx: Tx, verticals: Sequence[Vertical]) -> dict[str, datetime]:
    """When the sheets as they stand now were validated, by their mark."""
    marks = [mark_of(one) for one in verticals]
    return {one.fingerprint: one.checked_at for one in await store.list_sheet_checks(tx, marks)}


def mark_of(vertical: Vertical) -> str:
    """The mark of a vertical's sheet as it is installed."""
    return policy.fingerprint_of(vertical, schema_of(vertical))


async def _entry(
    tx: Tx, vertical: Vertical, language: str, checked: Mapping[str, datetime]
) -> Entry:
    words, sheet, mark = catalogue(language), vertical.sheet, mark_of(vertical)
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
        validated_at=checked.get(mark),
        gates=tuple(await find_gates(tx, vertical)),
    )


async def validate(tx: Tx, vertical: Vertical | None, seen: str) -> None:
    """An operator has looked at the sheet whose mark is `seen`. Raises `NotFound`, `SheetMissing`
    where there is none, or another than was looked at."""
    if vertical is None:
        raise NotFound("There is no such service.")
    mark = mark_of(vertical)
    if vertical.sheet is None or seen != mark:
        raise SheetMissing("Look at the sheet as it stands now, then decide.")
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
    """The certificate of a consultation, and the same signed. Raises `ConsultationInvalid`."""
    buyer, need = said.get("buyer", "").strip(), said.get("need", "").strip()
    if not 1 <= len(buyer) <= BUYER_LETTERS:
        raise ConsultationInvalid("Name the public body.", field="buyer")
    if len(need) > NEED_LETTERS:
        raise ConsultationInvalid(say("At most %(most)s letters.", most=NEED_LETTERS), field="need")
    made = Consultation(
        iss=settings.public_url,
        iat=int(now.timestamp()),
        at=now.replace(microsecond=0),
        buyer=buyer,
        siret=_siret(said.get("siret", "")),
        need=need,
        asked=asked,
        of=of,
        found=tuple(_listed(one) for one in entries),
    )
    return made, signing.sign(signing.signing_key(settings.secret_key), made)


def _listed(entry: Entry) -> Listed:
    return Listed(
        code=entry.code,
        title=entry.title,
        validated=entry.validated_at is not None,
        production_possible=entry.possible,
        hosting_level=entry.hosting_level,
        fingerprint=entry.fingerprint,
    )


def _siret(text: str) -> str:
    try:
        return check_siret("".join(text.split()))
    except HubError as error:
        raise ConsultationInvalid(error.detail, field="siret") from None


def read_certificate(text: str, settings: Settings) -> Consultation | None:
    """What a certificate of this hub says; nothing when it is none."""
    key = signing.signing_key(settings.secret_key).public_key()
    try:
        return signing.open_signed(key, "".join(text.split()), Consultation)
    except signing.BadgeInvalid:
        return None
