"""The forms of photos: the files that came, and what was typed beside the photos."""

from collections.abc import Iterable, Mapping, Sequence
from uuid import UUID

from litestar.datastructures import UploadFile

from hub.core.errors import NotFound
from hub.core.i18n import LANGUAGES
from hub.core.pictures import FILE_BYTES_MAX
from tourism.photos.models import PHOTOS_MAX, UPLOAD_MAX, Change, Upload

NAME_LENGTH_MAX = 80


async def read_uploads(values: Iterable[object]) -> list[Upload]:
    """The files of a form; not one byte more of each than may be looked at, nor of more files than
    are told about."""
    uploads: list[Upload] = []
    for value in list(values)[: 2 * UPLOAD_MAX]:
        if isinstance(value, UploadFile):
            content = await value.read(FILE_BYTES_MAX + 1) if len(uploads) < UPLOAD_MAX else b""
            uploads.append(Upload(name=_name(value.filename), content=content))
    return uploads


def _name(given: str) -> str:
    """A file's name as words about it: printable, and not long."""
    name = given.replace("\\", "/").rpartition("/")[2]
    return "".join(sign for sign in name if sign.isprintable())[:NAME_LENGTH_MAX] or "?"


def read_room(text: str) -> int | None:
    """The room type chosen; None for the house itself."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def read_changes(form: Mapping[str, str]) -> list[Change]:
    """What stands beside each photo of the form."""
    changes: list[Change] = []
    for text in form.get("photos", "").split(",")[:PHOTOS_MAX]:
        photo = _uuid(text)
        if photo is not None:
            alt = {code: form.get(f"alt-{photo}-{code}", "") for code in LANGUAGES}
            room = read_room(form.get(f"room-{photo}", ""))
            changes.append(Change(photo=photo, alt=alt, room_type=room))
    return changes


def read_order(text: str) -> Sequence[UUID]:
    """The ids of an order, as far as they are ids."""
    found = [_uuid(part) for part in text.split(",")[: 2 * PHOTOS_MAX]]
    return [id for id in found if id is not None]


def read_act(text: str) -> tuple[str, UUID | None]:
    """What is to be done, and with which photo: `remove:ID`. Raises `NotFound` for no id at all."""
    verb, _, rest = text.partition(":")
    if not rest:
        return verb, None
    photo = _uuid(rest)
    if photo is None:
        raise NotFound("This photo is unknown, or was removed.")
    return verb, photo


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text.strip())
    except ValueError:
        return None
