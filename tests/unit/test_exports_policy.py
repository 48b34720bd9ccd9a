"""Who may ask for everything of an organisation, how often, and for how long it is kept; what is
said of each line of it."""

import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from hub import exit_watch
from hub.exports import policy
from hub.exports.errors import ExportedToday, ExportNotReady, OnlyManagersExport
from hub.exports.models import Export, State
from hub.portability.models import Column, Table
from hub.portability.schemas import write_schema

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
READY = Export(
    id=UUID(int=1), state=State.READY, asked_by="person:1", asked_at=NOW, done=3, parts=3,
    ready_at=NOW, expires_at=NOW + policy.KEPT, bytes=10, sha256="a" * 64, rows=2, fetched_at=None,
)  # fmt: skip


@pytest.mark.parametrize(
    ("tenant", "role", "may"),
    [
        (7, "owner", True),
        (7, "manager", True),
        (7, "member", False),
        (7, "treasurer", False),
        (7, None, False),
        (None, "owner", False),
        (None, None, False),
    ],
)
def test_owners_and_managers_take_everything_along(
    tenant: int | None, role: str | None, may: bool
) -> None:
    if may:
        assert policy.check_may_export(tenant, role) == tenant
    else:
        with pytest.raises(OnlyManagersExport):
            policy.check_may_export(tenant, role)


@pytest.mark.parametrize(
    ("hours", "wait_s", "said"),
    [(0, 86_401, "25 h"), (1, 82_801, "24 h"), (23, 3_601, "2 h"), (23.9, 361, "1 h")],
)
def test_another_is_begun_a_day_after_the_last(hours: float, wait_s: int, said: str) -> None:
    with pytest.raises(ExportedToday) as caught:
        policy.check_pause(READY, NOW + timedelta(hours=hours))
    assert caught.value.extra["retry_after_s"] == wait_s
    assert said in str(caught.value)


def test_after_a_day_or_where_there_is_none_another_is_begun() -> None:
    policy.check_pause(READY, NOW + policy.PAUSE)
    policy.check_pause(None, NOW)


def test_it_is_kept_for_days_and_fetched_when_it_is_ready() -> None:
    assert not policy.is_over(READY, NOW + policy.KEPT - timedelta(seconds=1))
    assert policy.is_over(READY, NOW + policy.KEPT)
    policy.check_ready(READY)
    for state in State:
        if state is not State.READY:
            with pytest.raises(ExportNotReady):
                policy.check_ready(msgspec.structs.replace(READY, state=state))


def test_its_file_has_a_name_that_leads_nowhere_else() -> None:
    assert policy.archive_name(UUID(int=1)) == f"exports/{UUID(int=1)}/export.zip"
    assert policy.export_of(policy.archive_name(UUID(int=1))) == UUID(int=1)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "exports",
        f"exits/{UUID(int=1)}/export.zip",
        f"exports/{UUID(int=1)}/rows",
        f"exports/{UUID(int=1)}/rows/export.zip",
        "exports/of the operator/export.zip",
    ],
)
def test_no_other_file_is_taken_for_one(name: str) -> None:
    assert policy.export_of(name) is None


def test_each_line_of_a_table_has_its_schema() -> None:
    types = {
        "id": "uuid",
        "tenant": "integer",
        "at": "timestamp with time zone",
        "on": "date",
        "tags": "text[]",
        "data": "jsonb",
        "hash": "bytea",
        "note": "bytea",
        "span": "daterange",
    }
    columns = [Column(name=name, type=type) for name, type in types.items()]
    columns.append(Column(name="sum", type="integer", generated=True))
    table = Table(name="report", columns=tuple(columns), key=("id",), links=(), guarded=False)
    content = write_schema("tables", table, sealed=("note",))
    schema = json.loads(content)
    assert content == write_schema("tables", table, sealed=("note",))
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"
    assert schema["title"] == "report"
    assert schema["required"] == list(types) == list(schema["properties"])
    assert schema["additionalProperties"] is False
    shapes = schema["properties"]
    null = {"type": "null"}
    assert shapes["id"] == {"anyOf": [{"type": "string", "format": "uuid"}, null]}
    assert shapes["tenant"] == {"anyOf": [{"type": "integer"}, null]}
    text = {"anyOf": [{"type": "string"}, null]}
    assert shapes["tags"] == {"anyOf": [{"type": "array", "items": text}, null]}
    assert shapes["data"] == shapes["span"] == {}
    assert shapes["hash"]["anyOf"][0]["pattern"] == r"^\\x([0-9a-f]{2})*$"
    assert [one.get("required") for one in shapes["note"]["anyOf"]] == [
        None,
        ["base64"],
        ["sealed"],
        None,
    ]


def test_a_pass_of_exports_tells_how_much_failed() -> None:
    assert exit_watch.EXPORTS.command in exit_watch.COUNTED
    assert exit_watch.is_clean(b"1 made\n0 ended\n0 failed\n")
    assert not exit_watch.is_clean(b"0 made\n0 ended\n1 failed\n")
