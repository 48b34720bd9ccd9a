"""`hub vertical new NAME`: a vertical that works, to be changed into yours."""

import re
from importlib import resources
from importlib.resources.abc import Traversable
from importlib.util import find_spec
from pathlib import Path

from hub.core.errors import Conflict, Invalid
from hub.core.sentences import say

_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")
_STORED = ".txt"


class NameInvalid(Invalid):
    """A vertical cannot be called so"""

    code = "vertical-name-invalid"


class NameTaken(Conflict):
    """There is something of this name already"""

    code = "vertical-name-taken"


def make_vertical(name: str, folder: Path) -> list[Path]:
    """Write the scaffold into a new folder; the files, in the order to read them.

    Raises `NameInvalid`, and `NameTaken` when a module or the folder is there already.
    """
    if not _NAME.fullmatch(name):
        raise NameInvalid("Use small letters, digits and _, such as choirs.")
    if find_spec(name) is not None:
        raise NameTaken(say("Python knows a module %(name)s already.", name=name))
    if folder.exists() and any(folder.iterdir()):
        raise NameTaken(say("%(folder)s is not empty.", folder=str(folder)))
    return list(_write(resources.files("hub.kit").joinpath("scaffold"), folder, name))


def _write(stored: Traversable, folder: Path, name: str) -> list[Path]:
    written: list[Path] = []
    for entry in sorted(stored.iterdir(), key=lambda one: (one.is_dir(), one.name)):
        path = folder / _named(entry.name.removesuffix(_STORED), name)
        if entry.is_dir():
            written += _write(entry, path, name)
        else:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_named(entry.read_text(encoding="utf-8"), name), encoding="utf-8")
            written.append(path)
    return written


def _named(text: str, name: str) -> str:
    words = name.replace("_", "-")
    for told, said in (
        ("vertical_name", name),
        ("vertical-name", words),
        ("VerticalName", name.capitalize()),
    ):
        text = text.replace(told, said)
    return text
