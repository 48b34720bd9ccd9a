"""Every statement runs against the real schema, and gives what its Struct expects."""

import ast
import importlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import asyncpg
import msgspec
import pytest

from hub.app import compose
from hub.core import postgres
from hub.core.migrate import role_dsn
from hub.core.sql import Query, parse_queries
from tests.conftest import SECRET, cloned

ROOT = Path(__file__).parents[2]
SCALARS = {int, str, bool, float, bytes}


def query_files() -> list[Path]:
    return [
        path
        for package in compose().packages
        if (path := ROOT / package.replace(".", "/") / "queries.sql").is_file()
    ]


def statements() -> Iterator[tuple[Path, Query]]:
    for path in query_files():
        for query in parse_queries(path.read_text()).values():
            yield path, query


def uses(module_path: Path) -> Iterator[tuple[str, str, str]]:
    """Each `tx.one(Kind, q.name…)`: the method, the kind's name and the statement's name."""
    for node in ast.walk(ast.parse(module_path.read_text())):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        if node.func.attr not in {"one", "all", "value"} or len(node.args) < 2:
            continue
        kind, query = node.args[0], node.args[1]
        named = isinstance(query, ast.Attribute) and isinstance(query.value, ast.Name)
        if named and query.value.id == "q":
            yield node.func.attr, ast.unparse(kind), query.attr


@pytest.fixture(scope="module")
async def prepared(server: postgres.Server, template: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection that may prepare everything: the schema's administrator. Nothing here writes,
    so that one database does for all statements."""
    async with cloned(server, template) as url:
        connection = await asyncpg.connect(url, statement_cache_size=0)
        yield connection
        await connection.close()


@pytest.mark.parametrize(
    ("path", "query"), [pytest.param(p, s, id=f"{p.parent.name}.{s.name}") for p, s in statements()]
)
async def test_the_statement_is_accepted_by_the_schema(
    path: Path, query: Query, prepared: asyncpg.Connection
) -> None:
    await prepared.prepare(query.sql)


async def test_every_statement_gives_the_columns_that_its_struct_needs(
    prepared: asyncpg.Connection,
) -> None:
    checked = 0
    for file in query_files():
        queries = parse_queries(file.read_text())
        for module_path in file.parent.glob("*.py"):
            module_name = ".".join(module_path.relative_to(ROOT).with_suffix("").parts)
            for method, kind_name, name in uses(module_path):
                kind = eval(kind_name, vars(importlib.import_module(module_name)))  # noqa: S307
                statement = await prepared.prepare(queries[name].sql)
                columns = [attribute.name for attribute in statement.get_attributes()]
                where = f"{module_name}: {name}"
                assert columns, where
                if method != "value" and kind not in SCALARS:
                    fields = msgspec.structs.fields(kind)
                    assert {field.encode_name for field in fields if field.required} <= set(
                        columns
                    ), where
                    assert set(columns) <= {field.encode_name for field in fields}, where
                checked += 1
    assert checked > 20


async def test_every_statement_is_used(prepared: asyncpg.Connection) -> None:
    unused = [
        f"{path.parent.name}.{query.name}"
        for path, query in statements()
        if not any(f"q.{query.name}" in module.read_text() for module in path.parent.rglob("*.py"))
    ]
    assert unused == []


def test_role_dsn_replaces_only_the_login() -> None:
    dsn = role_dsn("postgresql://postgres:x@/db?host=%2Ftmp&port=1", "hub_app", SECRET)
    assert dsn.startswith("postgresql://hub_app:")
    assert dsn.endswith("@/db?host=%2Ftmp&port=1")
