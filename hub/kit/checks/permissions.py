"""Permissions: every route says who may use it, in words that the house knows."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hub.core.caller import ANYBODY, SIGNED_IN
from hub.core.vertical import NO_ORGANISATION, NavItem
from hub.kit.models import Finding
from hub.kit.reading import Subject, line_of
from hub.tenancy import Kind

RULE = "permissions"
KNOWN = {ANYBODY, SIGNED_IN, NO_ORGANISATION, *Kind}
WRITES = {"POST", "PUT", "PATCH", "DELETE"}
# A write of the API is done once for each Idempotency-Key, taken by one of these; a POST that only
# looks says so by its status and its name.
KEYED = ("once(", "once_of(", "key_of(", "idempotency_key")
LOOKS = "def preview_"


def check_permissions(subject: Subject) -> Iterator[Finding]:
    for handler in handlers_of(subject):
        path, line = place_of(handler)
        said: tuple[str, ...] = tuple(handler.opt.get("access", ()))
        named = ", ".join(sorted(handler.paths))
        if not said:
            says = f"{named} does not say who may use it: opt=access(…)"
            yield subject.find(path, line, RULE, says)
        for kind in sorted(set(said) - KNOWN):
            says = f"{named} is open to {kind}, which no organisation is"
            yield subject.find(path, line, RULE, says)
        if _writes_unkeyed(handler):
            says = f"{named} writes without an Idempotency-Key: answer_once(…)"
            yield subject.find(path, line, RULE, says)
    yield from _navigation(subject)


def handlers_of(subject: Subject) -> list[Any]:
    return [handler for slice in subject.vertical.slices for handler in slice.handlers]


def place_of(handler: Any) -> tuple[Path, int]:
    """Where a route's handler is written."""
    function = inspect.unwrap(handler.fn)
    return Path(inspect.getsourcefile(function) or "?"), inspect.getsourcelines(function)[1]


def _writes_unkeyed(handler: Any) -> bool:
    """Whether a program's write, which changes something, names no key at all."""
    if not set(handler.http_methods) & WRITES or not handler.include_in_schema:
        return False
    function = inspect.unwrap(handler.fn)
    text = inspect.getsource(function)
    for name in function.__code__.co_names:  # and what it calls of its own module
        called = function.__globals__.get(name)
        if inspect.isfunction(called) and called.__module__ == function.__module__:
            text += inspect.getsource(called)
    return not any(word in text for word in KEYED) and LOOKS not in text


def _navigation(subject: Subject) -> Iterator[Finding]:
    for slice in subject.vertical.slices:
        for item in slice.nav:
            fault = _nav_fault(subject, item)
            if fault:
                told = [m for m in subject.modules_of(slice) if "NavItem(" in m.text]
                path = told[0].path if told else subject.manifest.path
                line = line_of(told[0].text, "NavItem(") if told else subject.manifest.line
                yield subject.find(path, line, RULE, fault)


def _nav_fault(subject: Subject, item: NavItem) -> str:
    shown = [
        set(handler.opt.get("access", ()))
        for handler in handlers_of(subject)
        if item.path in handler.paths and "GET" in handler.http_methods
    ]
    if not shown:
        return f"the navigation leads to {item.path}, where there is no page"
    refused = set(item.organisation_kinds) - shown[0]
    if refused and not shown[0] & {ANYBODY, SIGNED_IN}:
        return f"the navigation leads {', '.join(sorted(refused))} to a page that refuses them"
    return ""
