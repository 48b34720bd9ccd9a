"""The API's description as a page of our own: no script from elsewhere, readable on a phone."""

from collections.abc import Mapping, Sequence
from typing import Any

import msgspec
from litestar import Request
from litestar.openapi.plugins import OpenAPIRenderPlugin

from hub.core.pages import page

_METHODS = ("get", "post", "put", "patch", "delete")


class Field(msgspec.Struct, frozen=True, kw_only=True):
    """A parameter, or a member of a body."""

    name: str
    kind: str
    required: bool
    description: str


class Operation(msgspec.Struct, frozen=True, kw_only=True):
    """One call."""

    method: str
    path: str
    summary: str
    description: str
    parameters: tuple[Field, ...]
    body: tuple[Field, ...]
    answer: str


class ReferencePage(OpenAPIRenderPlugin):
    """Serves the description at the schema's root."""

    def __init__(self) -> None:
        super().__init__(path="/")

    def render(self, request: Request[Any, Any, Any], openapi_schema: dict[str, Any]) -> bytes:
        groups = read_operations(openapi_schema)
        answer = page(request, "core/reference.html", groups=groups, info=openapi_schema["info"])
        return str(answer.content).encode()


def read_operations(schema: Mapping[str, Any]) -> dict[str, list[Operation]]:
    """The calls by tag, in the order of their paths."""
    groups: dict[str, list[Operation]] = {}
    for path, item in sorted(schema["paths"].items()):
        for method in _METHODS:
            if method in item:
                tag = next(iter(item[method].get("tags") or ["Accounts"]))
                groups.setdefault(tag, []).append(_operation(schema, path, method, item[method]))
    return groups


def _operation(
    schema: Mapping[str, Any], path: str, method: str, call: Mapping[str, Any]
) -> Operation:
    parameters = tuple(
        Field(
            name=parameter["name"],
            kind=_kind(parameter.get("schema", {})),
            required=parameter.get("required", False),
            description=parameter.get("description", ""),
        )
        for parameter in call.get("parameters", ())
    )
    body = call.get("requestBody", {}).get("content", {})
    wanted = next(iter(body.values()), {}).get("schema", {})
    answers = [answer for code, answer in call.get("responses", {}).items() if code[0] == "2"]
    content = next((answer.get("content", {}) for answer in answers), {})
    return Operation(
        method=method.upper(),
        path=path,
        summary=call.get("summary", ""),
        description=call.get("description", ""),
        parameters=parameters,
        body=_members(schema, wanted),
        answer=_kind(next(iter(content.values()), {}).get("schema", {})),
    )


def _members(schema: Mapping[str, Any], wanted: Mapping[str, Any]) -> tuple[Field, ...]:
    name = str(wanted.get("$ref", "")).rpartition("/")[2]
    definition = schema.get("components", {}).get("schemas", {}).get(name, {})
    required = definition.get("required", ())
    return tuple(
        Field(
            name=member,
            kind=_kind(kind),
            required=member in required,
            description=kind.get("description", ""),
        )
        for member, kind in definition.get("properties", {}).items()
    )


def _kind(schema: Mapping[str, Any]) -> str:
    """A type in a few words: `integer`, `date`, `list of Hit`."""
    if "$ref" in schema:
        return str(schema["$ref"]).rpartition("/")[2]
    choices: Sequence[Mapping[str, Any]] = schema.get("oneOf") or schema.get("anyOf") or ()
    if choices:
        return " or ".join(_kind(choice) for choice in choices)
    if schema.get("type") == "array":
        return f"list of {_kind(schema.get('items', {}))}"
    return str(schema.get("format") or schema.get("type") or "")
