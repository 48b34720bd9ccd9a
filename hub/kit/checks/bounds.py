"""Bounded queries: every list says how long it may become."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from hub.app import compose
from hub.kit.models import Finding
from hub.kit.reading import Module, Subject, folder_of, statements

RULE = "bounds"
# `= any(:ids)` gives at most what was asked for; `group by` gives classes.
_BOUNDED = re.compile(r"\blimit\b|\bfetch first\b|= any ?\(|\bgroup by\b")
_SAID = re.compile(r"^-- bounded by \S+ \S+", re.MULTILINE)
_CALL = re.compile(r"\b(?:from|select) (\w+)\(")
_FUNCTION = re.compile(
    r"create or replace function (\w+)\((.*?)\$(\w*)\$(.*?)\$\3\$", re.DOTALL | re.IGNORECASE
)


def check_bounds(subject: Subject) -> Iterator[Finding]:
    for path in subject.queries:
        modules = [m for m in subject.modules if m.path.is_relative_to(path.parent)]
        listed = {name for module in modules for name in _lists(module)}
        for name, text, line in statements(path):
            if name in listed and not _is_bounded(text):
                says = (
                    f"{name} gives a list without a limit: add `limit :wanted`, or say what bounds "
                    "it in a comment `-- bounded by …`"
                )
                yield subject.find(path, line, RULE, says)


def _lists(module: Module) -> Iterator[str]:
    """The statements whose every row is taken."""
    for node in ast.walk(module.tree):
        match node:
            case ast.Call(func=ast.Attribute(attr="all"), args=[_, ast.Attribute(attr=name), *_]):
                yield name
            case _:
                pass


def _is_bounded(text: str) -> bool:
    if _SAID.search(text):
        return True
    body = re.sub(r"--[^\n]*", "", text).lower()
    if _BOUNDED.search(body):
        return True
    called = _CALL.findall(body)
    return any(_BOUNDED.search(_functions().get(name, "")) for name in called)


@cache
def _functions() -> dict[str, str]:
    """The database's own functions of all slices, by name: a list may be bounded there."""
    return {
        match.group(1): match.group(4).lower()
        for package in compose().packages
        for path in sorted((folder_of(package) / "schema").glob("*.sql"))
        for match in _FUNCTION.finditer(path.read_text(encoding="utf-8"))
    }
