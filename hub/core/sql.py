"""Named SQL statements in their own files.

A slice keeps its statements in `queries.sql`, each headed by a line `-- name: verb_noun` and a
comment; parameters are written `:name` and become `$1, $2…`, so that the text also runs in psql
with `\\set`. `load_queries(__name__)` in `store.py` gives an object with one attribute each.
"""

import re
from importlib import resources
from types import SimpleNamespace

import msgspec

_HEADER = re.compile(r"^-- name: (\w+)\s*$", re.MULTILINE)
# Skips quoted strings, casts (::type) and comments; what is left and begins with a colon is ours.
_TOKEN = re.compile(r"'(?:[^']|'')*'|--[^\n]*|::\w+|(?<![\w:]):([a-z_]\w*)")


class Query(msgspec.Struct, frozen=True, kw_only=True):
    """One statement: its text with `$n`, and the parameters' names in that order."""

    name: str
    sql: str
    parameters: tuple[str, ...]

    def arguments(self, values: dict[str, object]) -> list[object]:
        """The values in the statement's order; a missing or unknown name is a programming error."""
        if len(values) != len(self.parameters):
            unknown = sorted(set(values) ^ set(self.parameters))
            raise TypeError(f"{self.name}: missing or unknown parameters {unknown}")
        return [values[name] for name in self.parameters]


def parse_query(name: str, text: str) -> Query:
    """Turn `:name` into `$n` outside of quotes, comments and casts."""
    parameters: list[str] = []

    def number(match: re.Match[str]) -> str:
        parameter = match.group(1)
        if parameter is None:
            return match.group(0)
        if parameter not in parameters:
            parameters.append(parameter)
        return f"${parameters.index(parameter) + 1}"

    return Query(
        name=name, sql=_TOKEN.sub(number, text).strip().rstrip(";"), parameters=tuple(parameters)
    )


def parse_queries(text: str) -> dict[str, Query]:
    """All statements of one file, by name; a name may stand only once."""
    parts = _HEADER.split(text)
    queries: dict[str, Query] = {}
    for name, body in zip(parts[1::2], parts[2::2], strict=True):
        if name in queries:
            raise ValueError(f"the query {name} is there twice")
        queries[name] = parse_query(name, body)
    return queries


class Queries(SimpleNamespace):
    """The statements of one slice, as attributes."""

    def __getattr__(self, name: str) -> Query:
        raise AttributeError(f"queries.sql has no statement named {name}")


def load_queries(module: str) -> Queries:
    """The statements of the `queries.sql` that lies beside the given module."""
    package = module.rpartition(".")[0]
    text = resources.files(package).joinpath("queries.sql").read_text(encoding="utf-8")
    return Queries(**parse_queries(text))
