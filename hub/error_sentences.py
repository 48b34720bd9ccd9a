"""Finds the English sentences that errors say to people, in the source of each slice.

They are: the titles of the error classes, what these are raised with, and what `say` is given.
An error is raised with a literal or with `say`: what is put together on the spot could not be
translated, and `find_unsaid` tells where that happens.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib import resources
from pathlib import Path

from hub.core.i18n import roots

# What these say is for operators, in a terminal or a log, or for who writes a program against a
# standard, in its words; never for visitors of a page; or, of a `RuleInvalid`, each mistake is
# translated by itself.
NOT_TRANSLATED = frozenset(
    {
        "AskedWrongly",
        "BadSetting",
        "DraftInvalid",
        "FileBroken",
        "FilesError",
        "HubError",
        "IndexTooOld",
        "MigrationChanged",
        "OAuthRefused",
        "RateMissing",
        "RegistryInvalid",
        "TariffInvalid",
        "RuleInvalid",
        "TaxInputInvalid",
        "TokenInvalid",
    }
)


@cache
def _modules() -> dict[Path, tuple[ast.AST, ...]]:
    folders = [Path(str(resources.files(root))) for root in roots()]
    paths = sorted(path for folder in folders for path in folder.rglob("*.py"))
    return {path: tuple(ast.walk(ast.parse(path.read_text(encoding="utf-8")))) for path in paths}


def owns(folder: Path, path: Path) -> bool:
    """Whether a file is a slice's own: what lies in another slice within it is that one's."""
    return folder in path.parents and not any(
        (parent / "manifest.py").is_file() for parent in path.parents if folder in parent.parents
    )


def _nodes_in(folder: Path) -> Iterator[tuple[Path, ast.AST]]:
    for path, nodes in _modules().items():
        if owns(folder, path):
            yield from ((path, node) for node in nodes)


def _name_of(node: ast.expr) -> str:
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


@cache
def _error_names() -> frozenset[str]:
    """The names of all classes that derive from `HubError`, near or far."""
    bases = {
        node.name: {_name_of(base) for base in node.bases}
        for nodes in _modules().values()
        for node in nodes
        if isinstance(node, ast.ClassDef)
    }
    found = {"HubError"}
    while more := {name for name, above in bases.items() if above & found} - found:
        found |= more
    return frozenset(found)


@cache
def _made_of_codes() -> frozenset[str]:
    """Classes that choose their sentences themselves, by `say`."""
    return frozenset(
        node.name
        for nodes in _modules().values()
        for node in nodes
        if isinstance(node, ast.ClassDef)
        and any(isinstance(part, ast.FunctionDef) and part.name == "__init__" for part in node.body)
    )


@cache
def _says(path: Path) -> bool:
    """Whether `say` is ours there, and not a name of its own."""
    imports = (node for node in _modules()[path] if isinstance(node, ast.ImportFrom))
    return any(node.module == "hub.core.sentences" for node in imports)


def _speeches(folder: Path) -> Iterator[tuple[Path, ast.Call]]:
    """Every call of `say`, and every making of an error that people read."""
    names = _error_names() - NOT_TRANSLATED - _made_of_codes()
    for path, node in _nodes_in(folder):
        if isinstance(node, ast.Call) and node.args:
            if isinstance(node.func, ast.Name) and node.func.id == "say":
                if _says(path):
                    yield path, node
            elif _name_of(node.func) in names:
                yield path, node


@cache
def _plain_names(path: Path) -> frozenset[str]:
    """Names that are given a bare text there, where `say` should make it a sentence."""
    return frozenset(
        target.id
        for node in _modules()[path]
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant | ast.JoinedStr)
        for target in node.targets
        if isinstance(target, ast.Name)
    )


def find_sentences(folder: Path) -> Iterator[str]:
    """What the errors of a folder say, with their `%(name)s`."""
    for _, node in _nodes_in(folder):
        if isinstance(node, ast.ClassDef) and node.name in _error_names():
            yield (ast.get_docstring(node) or node.name).splitlines()[0]
    for _, call in _speeches(folder):
        match call.args[0]:
            case ast.Constant(value=str(text)) if text:
                yield text
            case _:
                pass


def find_unsaid(folder: Path) -> Iterator[str]:
    """The places where people are told a sentence that no catalogue can know."""
    for path, call in _speeches(folder):
        told = call.args[0]
        put_together = isinstance(told, ast.JoinedStr | ast.BinOp)
        plain = isinstance(told, ast.Name) and told.id in _plain_names(path)
        no_literal = _name_of(call.func) == "say" and not isinstance(told, ast.Constant)
        if put_together or plain or no_literal:
            yield f"{path.name}:{call.lineno}: {ast.unparse(call)}"
