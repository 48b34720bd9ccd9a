"""Import contracts: who may know whom."""

from collections.abc import Iterator
from functools import cache

from hub.kit.models import Finding
from hub.kit.reading import Module, Subject, folder_of, modules_in

RULE = "imports"
# In a slice, each room stands on those of a lower number; rooms of one number do not know another.
LAYERS = {
    "manifest": 5,
    "api": 4,
    "pages": 4,
    "tasks": 4,
    "middleware": 4,
    "actions": 3,
    "policy": 2,
    "store": 2,
    "gateway": 2,
    "models": 1,
}
HANDLERS = {"api", "pages", "tasks"}
PURE = {"models", "policy"}
IMPURE = (
    "asyncpg",
    "celery",
    "litestar",
    "httpx",
    "stripe",
    "hub.core.db",
    "hub.core.web",
    "hub.core.work",
)
HUB = "hub"


def check_imports(subject: Subject) -> Iterator[Finding]:
    for module in _hub_modules():
        for name, line in module.imports():
            if _within(name, subject.root):
                says = f"the hub never imports a vertical ({name})"
                yield Finding(file=_short(module), line=line, rule=RULE, says=says)
    for module in subject.modules:
        yield from _strangers(subject, module)
        yield from _rooms(subject, module)


@cache
def _hub_modules() -> tuple[Module, ...]:
    return tuple(modules_in(folder_of(HUB), HUB))


def _strangers(subject: Subject, module: Module) -> Iterator[Finding]:
    said: set[int] = set()
    for name, line in module.imports():
        if line in said:
            continue
        if any(_within(name, other) for other in subject.others):
            says = f"a vertical never imports another one ({name})"
        elif _within(name, "tests") or _within(name, "loadtests"):
            says = f"a vertical never imports what is for tests only ({name})"
        elif _is_hidden(name):
            says = f"use the hub's façade, never its store ({name})"
        else:
            continue
        said.add(line)
        yield subject.find(module.path, line, RULE, says)


def _is_hidden(name: str) -> bool:
    parts = name.split(".")
    return parts[0] == HUB and len(parts) > 2 and parts[1] != "core" and parts[2] == "store"


def _rooms(subject: Subject, module: Module) -> Iterator[Finding]:
    package = _slice_of(subject, module)
    room = _room_in(module.name, package)
    said: set[int] = set()
    for name, line in module.imports():
        fault = _fault(room, name, _room_in(name, package))
        if fault and line not in said:
            said.add(line)
            yield subject.find(module.path, line, RULE, fault)


def _fault(room: str, name: str, other: str) -> str:
    if room in PURE and any(_within(name, outside) for outside in IMPURE):
        return f"{room} is pure: it imports no {name}"
    if room in HANDLERS and name.rsplit(".", maxsplit=1)[-1] == "store" and "." in name:
        return f"{room} reaches data only through an action ({name})"
    if room in LAYERS and other in LAYERS and room != other and LAYERS[other] >= LAYERS[room]:
        return f"{room} stands below or beside {other} and does not import it"
    return ""


def _slice_of(subject: Subject, module: Module) -> str:
    packages = [s.package for s in subject.vertical.slices if _within(module.name, s.package)]
    return max(packages, key=len, default="")


def _room_in(name: str, package: str) -> str:
    """The room of a slice that a module is, or lies in; none outside of the slice."""
    if not package or not name.startswith(package + "."):
        return ""
    return name.removeprefix(package + ".").partition(".")[0]


def _within(name: str, package: str) -> bool:
    return name == package or name.startswith(package + ".")


def _short(module: Module) -> str:
    return module.name.replace(".", "/") + ".py"
