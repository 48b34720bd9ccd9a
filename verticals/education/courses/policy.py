"""What may be followed and shown: pure."""

from urllib.parse import urlsplit

from hub.core.sentences import say
from verticals.education.courses.errors import CourseInvalid

NAME_MOST = 120
# What a browser plays by itself; any other address is a page that is opened by its link.
_PLAYED = (".mp4", ".webm", ".ogv", ".ogg", ".m4v")


def check_text(value: str, field: str, most: int, *, least: int = 1) -> str:
    """The text without its margins. Raises `CourseInvalid`."""
    text = value.replace("\r\n", "\n").strip()
    if not least <= len(text) <= most or "\0" in text:
        if least:
            raise CourseInvalid(say("Write 1 to %(most)s letters.", most=most), field=field)
        raise CourseInvalid(say("Write at most %(most)s letters.", most=most), field=field)
    return text


def check_name(typed: str) -> str:
    """The name that somebody who comes by an open link wants on their certificate."""
    name = " ".join(check_text(typed, "name", NAME_MOST).split())
    if not name.isprintable():
        raise CourseInvalid(say("Write 1 to %(most)s letters.", most=NAME_MOST), field="name")
    return name


def host_of(address: str) -> str:
    """The host of the address of a video."""
    return urlsplit(address).hostname or ""


def is_played(address: str) -> bool:
    """Whether a browser plays it by itself."""
    return urlsplit(address).path.lower().endswith(_PLAYED)
