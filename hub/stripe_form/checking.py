"""Each request against the SDK's own typed parameters (`stripe.params`), as Stripe itself would.

The SDK's TypedDicts are generated from the very API version that it pins. A field that they do not
know, a wrong type, a missing one or a value outside an enumeration is refused with its name. The
SDK writes its enumerations as `Literal[…] | str`, so that tomorrow's values pass a type checker;
here the literals are the truth, which is stricter than any type checker of the caller.
"""

import sys
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, get_args, get_origin

import stripe
import typing_extensions
from stripe._request_options import RequestOptions

from hub.stripe_form.errors import Refused

_OPTIONS = frozenset(RequestOptions.__annotations__)
_WRAPPERS = (
    typing.Required,
    typing.NotRequired,
    typing_extensions.Required,
    typing_extensions.NotRequired,
)

_LITERALS = (typing.Literal, typing_extensions.Literal)


class _Misfit(Exception):
    def __init__(self, path: str, said: str, code: str | None = None) -> None:
        super().__init__(said)
        self.path, self.said, self.code = path, said, code


def params_of(name: str) -> Any:
    """The TypedDict of a name such as `TransferCreateParams` or `checkout.SessionCreateParams`."""
    place: Any = stripe.params
    for part in name.split("."):
        place = getattr(place, part)
    return place


def check(name: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values in their own types; raises `Refused` naming the field that is wrong."""
    try:
        return _fit_fields(params_of(name), values, "")
    except _Misfit as misfit:
        raise Refused(misfit.said, code=misfit.code, param=misfit.path) from None


@cache
def _fields(kind: Any) -> dict[str, Any]:
    """The fields of a TypedDict with their types, without the SDK's own request options."""
    own = {name: hint for name, hint in kind.__annotations__.items() if name not in _OPTIONS}
    holder = type("Fields", (), {"__annotations__": own})
    names = dict(vars(sys.modules[kind.__module__]))
    return typing.get_type_hints(holder, names, names, include_extras=True)


def _fit_fields(kind: Any, values: Any, path: str) -> dict[str, Any]:
    if not isinstance(values, Mapping):
        raise _Misfit(path, f"Invalid object: {path}")
    fields = _fields(kind)
    for name in values:
        if name not in fields:
            where = _join(path, str(name))
            raise _Misfit(where, f"Received unknown parameter: {where}", "parameter_unknown")
    for name in kind.__required_keys__:
        if name in fields and name not in values:
            where = _join(path, name)
            raise _Misfit(where, f"Missing required param: {where}.", "parameter_missing")
    return {name: _fit(fields[name], value, _join(path, name)) for name, value in values.items()}


def _join(path: str, name: str) -> str:
    return f"{path}[{name}]" if path else name


def _fit(kind: Any, value: Any, path: str) -> Any:
    origin = get_origin(kind)
    if origin in _WRAPPERS:
        return _fit(get_args(kind)[0], value, path)
    if origin is None:
        fields = isinstance(kind, type) and hasattr(kind, "__required_keys__")
        return (_fit_fields if fields else _fit_leaf)(kind, value, path)
    if origin in _LITERALS:
        return _fit_choice(get_args(kind), value, path)
    if origin is list:
        return _fit_list(get_args(kind)[0], value, path)
    if origin is dict:
        return _fit_texts(value, path)
    return _fit_one_of(get_args(kind), value, path)


def _fit_choice(choices: tuple[Any, ...], value: Any, path: str) -> Any:
    if value in choices:
        return value
    known = ", ".join(str(choice) for choice in choices[:12])
    raise _Misfit(path, f"Invalid {path}: must be one of {known}", "parameter_invalid_enum")


def _fit_list(kind: Any, value: Any, path: str) -> list[Any]:
    if isinstance(value, Mapping):
        if not all(str(key).isdecimal() for key in value):
            raise _Misfit(path, f"Invalid array: {path}")
        value = [value[key] for key in sorted(value, key=int)]
    if not isinstance(value, list):
        raise _Misfit(path, f"Invalid array: {path}")
    return [_fit(kind, item, f"{path}[{place}]") for place, item in enumerate(value)]


def _fit_texts(value: Any, path: str) -> dict[str, str]:
    if not isinstance(value, Mapping) or not all(isinstance(text, str) for text in value.values()):
        raise _Misfit(path, f"Invalid hash of texts: {path}")
    return dict(value)


def _fit_one_of(kinds: tuple[Any, ...], value: Any, path: str) -> Any:
    choices = [c for kind in kinds if get_origin(kind) in _LITERALS for c in get_args(kind)]
    if isinstance(value, str) and value in choices:
        return value
    closed = any(choice != "" for choice in choices)
    others = [
        kind for kind in kinds if get_origin(kind) not in _LITERALS and not (closed and kind is str)
    ]
    first: _Misfit | None = None
    for kind in sorted(others, key=lambda kind: kind is str):
        try:
            return _fit(kind, value, path)
        except _Misfit as misfit:
            if first is None or len(misfit.path) > len(first.path):
                first = misfit
    if first is None or (closed and isinstance(value, str)):
        return _fit_choice(tuple(choices), value, path)
    raise first


def _fit_leaf(kind: Any, value: Any, path: str) -> Any:
    text = value if isinstance(value, str) else None
    if kind is Any or (kind is str and text is not None):
        return value
    if kind is bool and text in {"true", "false"}:
        return text == "true"
    if kind is int and text is not None and text.removeprefix("-").isdecimal():
        return int(text)
    if kind is float and text is not None and text.replace(".", "", 1).isdecimal():
        return float(text)
    name = {str: "string", int: "integer", bool: "boolean", float: "number"}.get(kind, "value")
    raise _Misfit(path, f"Invalid {name}: {path}", f"parameter_invalid_{name}")
