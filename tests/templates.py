"""The forms that the templates can write: every branch, every macro of theirs put in its place."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import jinja2
import msgspec
from jinja2 import nodes

from hub.app import compose
from hub.core.pages import Site, template_folders

_FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
_CONTROL = re.compile(r"<(input|select|textarea)\b([^>]*)>", re.DOTALL)
_UNTYPED = {"hidden", "submit", "button", "image", "reset"}
# What stands for an expression: `{{ booking.id }}`.
ANY = "{}"


class Written(msgspec.Struct, frozen=True):
    """A form of a template: where it is sent, how, and the names of what is typed into it."""

    template: str
    action: str
    method: str
    names: tuple[str, ...]

    @property
    def key(self) -> str:
        return f"{self.template} {self.action}"


def _attribute(tag: str, name: str) -> str:
    found = re.search(rf'\b{name}="([^"]*)"', tag)
    return found.group(1) if found else ""


def forms_of(template: str) -> Iterator[Written]:
    """The forms of a template into which something is typed or in which something is chosen."""
    for tag, inside in _FORM.findall(flatten(template)):
        names = [
            _attribute(rest, "name")
            for kind, rest in _CONTROL.findall(inside)
            if kind != "input" or _attribute(rest, "type") not in _UNTYPED
        ]
        if any(names):
            action = _attribute(tag, "action").partition("#")[0]
            yield Written(template, action, _attribute(tag, "method"), tuple(filter(None, names)))


@cache
def flatten(template: str) -> str:
    """Everything that a template may write, expressions as `{}`."""
    tree = _parse(template)
    return "".join(_text(tree.body, _Scope(template)))


class _Scope:
    """The macros that a template can call, and what its names are set to."""

    def __init__(self, template: str) -> None:
        tree = _parse(template)
        self.macros = {one.name: one for one in tree.find_all(nodes.Macro)}
        self.set: dict[str, str] = {}
        self.imported: dict[str, str] = {}
        for one in tree.find_all(nodes.Import):
            if isinstance(one.template, nodes.Const):
                self.imported[one.target] = one.template.value
        self.taken: dict[str, tuple[str, str]] = {}
        for one in tree.find_all(nodes.FromImport):
            assert isinstance(one.template, nodes.Const)
            for name in one.names:
                source, target = name if isinstance(name, tuple) else (name, name)
                self.taken[target] = (one.template.value, source)
        for one in tree.find_all(nodes.Assign):
            if isinstance(one.target, nodes.Name):
                self.set[one.target.name] = "".join(_said(one.node, self))


@cache
def _scope(template: str) -> _Scope:
    return _Scope(template)


def _find(call: nodes.Call, scope: _Scope) -> tuple[nodes.Macro, _Scope] | None:
    match call.node:
        case nodes.Getattr(node=nodes.Name(name=alias), attr=name) if alias in scope.imported:
            there = _scope(scope.imported[alias])
            return (there.macros[name], there)
        case nodes.Name(name=name) if name in scope.macros:
            return (scope.macros[name], scope)
        case nodes.Name(name=name) if name in scope.taken:
            template, source = scope.taken[name]
            return (_scope(template).macros[source], _scope(template))
        case _:
            return None


def _said(node: nodes.Node, scope: _Scope) -> Iterator[str]:
    """What an expression writes, as far as its template says."""
    match node:
        case nodes.TemplateData():
            yield node.data
        case nodes.Const(value=str(value)):
            yield value
        case nodes.Name(name=name) if name in scope.set:
            yield scope.set[name]
        case nodes.Concat():
            for part in node.nodes:
                yield from _said(part, scope)
        case nodes.Call():
            found = _find(node, scope)
            if found is None:
                yield ANY
                return
            macro, there = found
            given = {
                argument.name: "".join(_said(value, scope))
                for argument, value in zip(macro.args, node.args, strict=False)
            } | {one.key: "".join(_said(one.value, scope)) for one in node.kwargs}
            defaults = dict(
                zip([a.name for a in macro.args][::-1], macro.defaults[::-1], strict=False)
            )
            inner = _Scope.__new__(_Scope)
            inner.macros, inner.imported, inner.taken = there.macros, there.imported, there.taken
            inner.set = {
                **there.set,
                **{name: "".join(_said(value, there)) for name, value in defaults.items()},
                **given,
            }
            yield from _text(macro.body, inner)
        case nodes.Filter() if node.node is not None and node.name in {"trim", "safe"}:
            yield from _said(node.node, scope)
        case _:
            yield ANY


def _text(body: list[nodes.Node], scope: _Scope) -> Iterator[str]:
    for node in body:
        match node:
            case nodes.Output():
                for part in node.nodes:
                    yield from _said(part, scope)
            case nodes.Macro():
                continue
            case nodes.If():
                yield from _text(node.body, scope)
                yield from _text([*node.elif_, *node.else_], scope)
            case nodes.For():
                yield from _text([*node.body, *node.else_], scope)
            case nodes.Include() if isinstance(node.template, nodes.Const):
                yield flatten(node.template.value)
            case _:
                yield from _text(list(node.iter_child_nodes(only=("body",))), scope)


@cache
def _environment() -> jinja2.Environment:
    return Site(template_folders(compose().packages), (), demo=True).environment("fr")


@cache
def _parse(template: str) -> nodes.Template:
    environment = _environment()
    assert environment.loader is not None
    source, _, _ = environment.loader.get_source(environment, template)
    return environment.parse(source)


def list_templates(*folders: Path) -> list[str]:
    """The pages below some folders, as `desk/booking.html`."""
    return sorted(
        f"{path.parent.parent.name}/{path.name}"
        for folder in folders
        for path in folder.rglob("templates/*.html")
    )
