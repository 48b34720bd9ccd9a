"""What is known of a file of a zone, and how its name is written."""

import re

import msgspec

from hub.core.errors import HubError

NAME_MOST = 500
_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]*")


class FilesError(HubError):
    """The files of this service do not answer"""

    status = 503
    code = "files-away"


class FileBroken(FilesError):
    """A file is not what was put by"""

    code = "file-broken"


class RangeUnmet(HubError):
    """The file does not reach that far"""

    status = 416
    code = "range-unmet"


class Stored(msgspec.Struct, frozen=True, kw_only=True):
    """A whole file: its size in bytes, the mark of this version of it, and its SHA-256 (hex) where
    the place keeps one."""

    name: str
    size: int
    etag: str
    sha256: str = ""


def check_name(name: str) -> str:
    """The name of a file: parts of letters, digits, `.`, `_`, `-`, between slashes; none begins
    with a point. Raises `FilesError`."""
    parts = name.split("/")
    if len(name) > NAME_MOST or not all(_PART.fullmatch(part) for part in parts):
        raise FilesError(f"{name!r} is no name of a file.")
    return name


def check_prefix(prefix: str) -> str:
    """What names begin with: whole parts and a slash. Raises `FilesError`."""
    if not prefix.endswith("/"):
        raise FilesError(f"{prefix!r} does not end with a slash.")
    check_name(prefix[:-1])
    return prefix
