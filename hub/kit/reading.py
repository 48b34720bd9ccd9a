"""A vertical as its files stand on disk: modules, templates, SQL, each with its lines."""

import ast
import re
from collections.abc import Iterator
from functools import cached_property
from importlib import import_module, resources
from importlib.metadata import entry_points
from pathlib import Path

from hub.core.errors import NotFound
from hub.core.sentences import say
from hub.core.vertical import Slice, Vertical
from hub.kit.models import Finding, Place

GROUP = "usage_hub.verticals"
_TABLE = re.compile(r"^create table (?:if not exists )?(\w+)", re.MULTILINE)
_NAME = re.compile(r"^-- name: (\w+)", re.MULTILINE)


class VerticalUnknown(NotFound):
    """No such vertical is installed"""

    code = "vertical-unknown"


class Module:
    """A Python file: its dotted name and its tree."""

    def __init__(self, path: Path, name: str) -> None:
        self.path, self.name = path, name
        self.text = path.read_text(encoding="utf-8")
        self.tree = ast.parse(self.text)

    def imports(self) -> Iterator[tuple[str, int]]:
        """Every module that it imports, and every name out of one, with the line."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from ((alias.name, node.lineno) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
                yield node.module, node.lineno
                yield from ((f"{node.module}.{alias.name}", node.lineno) for alias in node.names)


class Subject:
    """A vertical under examination. `root` is the package that holds all of it; `others` are the
    root packages of the other verticals."""

    def __init__(self, vertical: Vertical, root: str, others: tuple[str, ...] = ()) -> None:
        self.vertical, self.root, self.others = vertical, root, others
        self.folder = folder_of(root)

    @cached_property
    def modules(self) -> list[Module]:
        return list(modules_in(self.folder, self.root))

    @cached_property
    def templates(self) -> list[Path]:
        return sorted(path for path in self.folder.rglob("templates/**/*.html"))

    @cached_property
    def schemas(self) -> list[Path]:
        return sorted(self.folder.rglob("schema/*.sql"))

    @cached_property
    def queries(self) -> list[Path]:
        return sorted(self.folder.rglob("queries.sql"))

    @cached_property
    def tables(self) -> dict[str, Place]:
        """The tables that its schema files make, and where."""
        return {
            match.group(1): Place(path=path, line=line_at(text, match.start()))
            for path in self.schemas
            for text in [path.read_text(encoding="utf-8")]
            for match in _TABLE.finditer(text)
        }

    def modules_of(self, slice: Slice) -> list[Module]:
        """A slice's modules; where the slice is the vertical itself, all of them."""
        within = slice.package + "."
        return [m for m in self.modules if m.name == slice.package or m.name.startswith(within)]

    @cached_property
    def manifest(self) -> Place:
        """Where the vertical says what it is."""
        module = next((m for m in self.modules if m.name == f"{self.root}.manifest"), None)
        if module is None:
            return Place(path=self.folder, line=1)
        return Place(path=module.path, line=line_of(module.text, "Vertical("))

    def find(self, path: Path, line: int, rule: str, says: str) -> Finding:
        """A finding, with the file as one names it from above the vertical."""
        return Finding(file=self.short(path), line=line, rule=rule, says=says)

    def short(self, path: Path) -> str:
        top = self.folder
        for _ in self.root.split("."):
            top = top.parent
        return path.relative_to(top).as_posix() if path.is_relative_to(top) else str(path)


def find_subject(code: str) -> Subject:
    """The installed vertical of that code. Raises `VerticalUnknown`."""
    found = {entry.name: entry for entry in entry_points(group=GROUP)}
    roots = {name: entry.module.rpartition(".")[0] for name, entry in found.items()}
    for name, entry in found.items():
        vertical: Vertical = entry.load()
        if code in (name, vertical.code):
            others = tuple(sorted(root for other, root in roots.items() if other != name))
            return Subject(vertical, roots[name], others)
    known = ", ".join(sorted(found))
    raise VerticalUnknown(say("Installed are: %(known)s.", known=known))


def folder_of(package: str) -> Path:
    return Path(str(resources.files(import_module(package))))


def modules_in(folder: Path, package: str) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        parts = [package, *path.relative_to(folder).with_suffix("").parts]
        yield Module(path, ".".join(part for part in parts if part != "__init__"))


def statements(path: Path) -> Iterator[tuple[str, str, int]]:
    """The name, the text with its comments and the line of each statement of a `queries.sql`."""
    text = path.read_text(encoding="utf-8")
    marks = [*_NAME.finditer(text)]
    ends = [mark.start() for mark in marks[1:]] + [len(text)]
    for mark, end in zip(marks, ends, strict=True):
        yield mark.group(1), text[mark.end() : end], line_at(text, mark.start())


def line_at(text: str, place: int) -> int:
    return text.count("\n", 0, place) + 1


def line_of(text: str, words: str) -> int:
    """The first line that holds the words; 1 when none does."""
    return line_at(text, max(text.find(words), 0))
