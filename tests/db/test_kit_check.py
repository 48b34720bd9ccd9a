"""The conformance suite: tourism passes it, and each rule finds what was planted against it."""

import itertools
from collections.abc import AsyncIterator
from pathlib import Path

import asyncpg
import pytest

from hub.core import postgres
from hub.core.clock import DrivenClock
from hub.core.errors import HubError
from hub.core.settings import Settings
from hub.kit import check_vertical, find_subject
from hub.kit.actions import check_written
from hub.kit.checks import bounds, classes, contracts, permissions, shape, templates, translations
from hub.kit.checks.roundtrip import check_round_trip
from hub.kit.checks.walls import check_walls
from hub.kit.world import open_world
from tests.verticals import install, spoil, subject

_numbers = itertools.count(1)
CHECKS = {
    "shape": shape.check_shape,
    "imports": contracts.check_imports,
    "bounds": bounds.check_bounds,
    "data-classes": classes.check_classes,
    "translations": translations.check_translations,
    "accessibility": templates.check_templates,
    "permissions": permissions.check_permissions,
}
MANIFEST, MODELS, PAGES = "manifest.py", "models.py", "pages.py"
QUERIES, STORE, LIST = "queries.sql", "store.py", "templates/list.html"
SCHEMA = "schema/001_{name}.sql"
# What is planted: by which rule it is found, in which file, what stands there, what then does, and
# a word of what is said of it.
WRITTEN = [
    ("shape", QUERIES, "-- It is planned no longer.\n", "", "no comment"),
    ("shape", QUERIES, "delete from", "DELETE from", "lower case"),
    ("shape", QUERIES, "-- name: delete_entry", "-- name: forget_entry", "nobody uses"),
    ("shape", STORE, "MOST_SHOWN = 200", 'SQL = "select id from {name}_entry"', "queries.sql"),
    ("shape", "__init__.py", '"""', "#", "what the slice is for"),
    ("imports", MODELS, "import msgspec", "import litestar\nimport msgspec", "pure"),
    ("imports", PAGES, "from {name} import actions", "from {name} import actions, store", "action"),
    ("imports", STORE, "import Tx", "import Tx\nfrom tourism import lodging", "another one"),
    ("imports", STORE, "import Tx", "import Tx\nfrom {name} import actions", "below"),
    ("imports", STORE, "import Tx", "import Tx\nfrom hub.tenancy import store as far", "façade"),
    ("bounds", QUERIES, " limit :wanted", "", "without a limit"),
    ("data-classes", MANIFEST, '("public",)', "()", "declare"),
    ("data-classes", MANIFEST, '("public",)', '("rumours",)', "no data class"),
    ("data-classes", MANIFEST, '("public",)', '("health",)', "may not run on bronze"),
    ("data-classes", MANIFEST, '"bronze"', '"platinum"', "no hosting level"),
    ("data-classes", SCHEMA, "  title  ", "  email       text,\n  title  ", "identity"),
    ("translations", "locale/de.po", 'msgstr "Hinzufügen"', 'msgstr ""', "not said in de"),
    ("translations", "locale/nl.po", "%(most)s letters wat", "120 letters wat", "values in nl"),
    ("translations", "errors.py", "This cannot be planned", "What a pity", "not said in fr"),
    ("accessibility", LIST, "<h2>{{ entry.title }}", "<h4>{{ entry.title }}", "level 4"),
    ("accessibility", LIST, "<p>", '<img src="/static/x.png"><p>', "no alt"),
    ("accessibility", LIST, '<input type="hidden"', "<input", "no label"),
    ("accessibility", LIST, "<section ", '<section style="color:red" ', "style sheet"),
    ("accessibility", LIST, '{{ _("Ajouter") }}', "", "no name"),
    ("permissions", PAGES, ', opt=access("association")', "", "who may use it"),
    ("permissions", PAGES, 'access("association")', 'access("choirmaster")', "no organisation is"),
    ("permissions", MANIFEST, "path=pages.HOME", 'path="/nowhere"', "no page"),
    ("permissions", MANIFEST, 'KINDS = ("association",)', 'KINDS = ("school",)', "refuses"),
    ("permissions", "api.py", "return await answer_once(tx, request, act)", "return await act()",
     "Idempotency-Key"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "says"),
    WRITTEN,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(WRITTEN)],
)
def test_what_is_planted_in_the_files_is_found_there(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
    file: str,
    old: str,
    new: str,
    says: str,
) -> None:
    name = f"planted_{next(_numbers)}"
    package = install(tmp_path, name, monkeypatch)
    path = package / file.format(name=name)
    line = spoil(path, old.replace("{name}", name), new.replace("{name}", name))
    found = list(CHECKS[rule](subject(name)))
    assert any(says in one.says for one in found), found
    told = next(one for one in found if says in one.says)
    assert told.line >= 1
    named = path.relative_to(tmp_path).as_posix()
    if "translations" not in rule and "refuses" not in says and "no page" not in says:
        assert told.file == named
        assert abs(told.line - line) <= 12, (told, line)


def test_a_fresh_vertical_has_no_fault_in_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    install(tmp_path, "planted_none", monkeypatch)
    assert check_written(subject("planted_none")) == []


def test_a_vertical_that_nobody_installed_is_unknown() -> None:
    with pytest.raises(HubError, match="tourism"):
        find_subject("nowhere")


@pytest.fixture
async def elsewhere(server: postgres.Server, template: str) -> AsyncIterator[str]:
    """Another hub, empty."""
    name = f"kit_elsewhere_{next(_numbers)}"
    admin = await asyncpg.connect(server.dsn())
    await admin.execute(f"create database {name} template {template} strategy file_copy")
    yield server.dsn(database=name)
    await admin.execute(f"drop database {name} with (force)")
    await admin.close()


LIVED = [
    ("tenant-wall", SCHEMA, "alter table {name}_entry force row level security;\n", "", "force"),
    ("tenant-wall", SCHEMA, "alter table {name}_entry enable row level security;\n", "", "no wall"),
    ("tenant-wall", SCHEMA, "(tenant = current_setting('app.tenant')::int)", "(true)", "shows 2"),
    ("tenant-wall", SCHEMA, "'app.tenant')", "'app.tenant', true)", "no tenant is set"),
    ("tenant-wall", SCHEMA, "to hub_app;", "to hub_app;\ngrant select on {name}_entry to public;",
     "granted to everybody"),
    ("tenant-wall", SCHEMA, "tenant      int         not null", "tenant      int", "nobody"),
    ("portability", "actions.py", "    await add_entry(\n", "    return\n    await add_entry(\n",
     "no row into"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "file", "old", "new", "says"),
    LIVED,
    ids=[f"{row[0]}-{number}" for number, row in enumerate(LIVED)],
)
async def test_what_is_planted_in_the_walls_is_found_on_a_real_database(
    settings: Settings,
    elsewhere: str,
    clock: DrivenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    rule: str,
    file: str,
    old: str,
    new: str,
    says: str,
) -> None:
    name = f"planted_{next(_numbers)}"
    package = install(tmp_path / "made", name, monkeypatch)
    path = package / file.format(name=name)
    spoil(path, old.replace("{name}", name), new.replace("{name}", name))
    spoilt = subject(name)
    async with open_world(spoilt, settings, elsewhere, clock) as world:
        leaning = check_walls if rule == "tenant-wall" else check_round_trip
        found = [one async for one in leaning(spoilt, world, [])]
    told = [one for one in found if one.rule == rule and says in one.says]
    assert told, found
    assert told[0].file == f"{name}/schema/001_{name}.sql"
    assert told[0].line == 3


async def test_a_fresh_vertical_passes(
    settings: Settings,
    elsewhere: str,
    clock: DrivenClock,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    install(tmp_path / "made", "planted_whole", monkeypatch)
    found = await check_vertical(subject("planted_whole"), settings, elsewhere, clock=clock)
    assert (found.findings, found.notes) == ((), ())


@pytest.mark.parametrize("name", ["tourism", "seniors", "city", "education", "health"])
def test_what_is_installed_here_has_no_fault_in_its_files(name: str) -> None:
    assert check_written(find_subject(name)) == []
