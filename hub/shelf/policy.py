"""Which files are taken, by what is in them and not by what their name says: pure."""

import zipfile
from io import BytesIO

from hub.core.sentences import say
from hub.shelf.errors import DocumentInvalid, ShelfFull
from hub.shelf.models import Checked, Room, Upload

FILE_MOST, NAME_MOST = 10_000_000, 120
DOCUMENTS_MOST, BYTES_MOST = 1_000, 500_000_000
MEDIA = {
    "pdf": "application/pdf",
    "odt": "application/vnd.oasis.opendocument.text",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "odp": "application/vnd.oasis.opendocument.presentation",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "pptx": "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "txt": "text/plain",
    "csv": "text/csv",
    "webp": "image/webp",
}
PHOTOS = frozenset({"jpg", "jpeg", "png", "webp", "avif"})
_PARTS = {"docx": "word/", "xlsx": "xl/", "pptx": "ppt/"}
_ENTRIES_MOST = 10_000
_LAID_OUT = frozenset("\t\r\n\f\xa0\xad")


def split_name(name: str) -> tuple[str, str]:
    """The name without its folders, and its ending in small letters."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(one for one in last if one.isprintable() and one not in '"<>|:*?').strip(". ")
    stem, dot, ending = plain.rpartition(".")
    return (stem.strip() or "document", ending.lower()) if dot else (plain or "document", "")


def check_size(upload: Upload) -> None:
    """Raises `DocumentInvalid`."""
    if not upload.content:
        raise DocumentInvalid("Choose a file that is not empty.", field="file")
    if len(upload.content) > FILE_MOST:
        says = say("At most %(most)s MB.", most=FILE_MOST // 1_000_000)
        raise DocumentInvalid(says, field="file")


def is_photo(upload: Upload) -> bool:
    """Whether it is read as a photo, of which nothing is kept but what is seen."""
    return split_name(upload.name)[1] in PHOTOS


def check_file(upload: Upload) -> Checked:
    """A file that may be kept as it is. Raises `DocumentInvalid`."""
    check_size(upload)
    stem, kind = split_name(upload.name)
    if kind not in MEDIA or not _is_of(kind, upload.content):
        raise DocumentInvalid(
            "Send a PDF, a text, a table, a presentation (OpenDocument or Office, without macros), "
            "a text file or a photo.",
            field="file",
        )
    return Checked(name=named(stem, kind), kind=kind, content=upload.content)


def named(stem: str, kind: str) -> str:
    """The name under which it is kept."""
    return f"{stem[: NAME_MOST - len(kind) - 1]}.{kind}"


def _is_of(kind: str, content: bytes) -> bool:
    if kind == "pdf":
        return content.startswith(b"%PDF-")
    if kind in {"txt", "csv"}:
        return _is_text(content)
    return _is_packed(kind, content)


def _is_text(content: bytes) -> bool:
    """In UTF-8, or in Windows-1252 as a French table is saved: letters without any program's
    signs."""
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        pass
    try:
        text = content.decode("cp1252")
    except UnicodeDecodeError:
        return False
    return all(one.isprintable() or one in _LAID_OUT for one in text)


def _is_packed(kind: str, content: bytes) -> bool:
    """An OpenDocument or Office file: a ZIP whose list of entries says so; nothing is unpacked but
    the name of its type."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            names = packed.namelist()
            if len(names) > _ENTRIES_MOST or any("vbaproject" in one.lower() for one in names):
                return False
            if kind in _PARTS:
                parts = any(one.startswith(_PARTS[kind]) for one in names)
                return parts and "[Content_Types].xml" in names
            first = packed.getinfo("mimetype")
            macros = any(one.startswith(("Basic/", "Scripts/")) for one in names)
            plain = first.file_size < 100 and first.compress_type == zipfile.ZIP_STORED
            return plain and not macros and packed.read(first) == MEDIA[kind].encode()
    except (zipfile.BadZipFile, KeyError, ValueError, RuntimeError, NotImplementedError, EOFError):
        return False


def check_room(room: Room, size: int) -> None:
    """Raises `ShelfFull`."""
    if room.documents >= DOCUMENTS_MOST or room.bytes + size > BYTES_MOST:
        raise ShelfFull("Take back documents that nobody needs any more.")


def header_of(name: str) -> str:
    """How an answer names its file (RFC 6266, RFC 8187): letters of any script."""
    plain = "".join(one if _is_plain(one) else "-" for one in name)
    safe = "".join(chr(byte) if _is_plain(chr(byte)) else f"%{byte:02X}" for byte in name.encode())
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{safe}"


def _is_plain(sign: str) -> bool:
    return (sign.isascii() and sign.isalnum()) or sign in "-_."
