"""Numbered SQL files, slice by slice, under an advisory lock; a released file is never edited.

`schema/NNN_name.sql` runs once and its checksum is kept; `schema/functions.sql` runs again whole
whenever it changes. Roles, the queue and the rights on the database come first.
"""

import hashlib
import hmac
from collections.abc import Iterator, Sequence
from importlib import resources
from urllib.parse import quote, urlsplit, urlunsplit

import asyncpg
import msgspec

from hub.core.errors import HubError

_LOCK = 7_346_201
_FUNCTIONS = "functions.sql"


class MigrationChanged(HubError):
    """A schema file that was already applied has been edited"""


class SchemaFile(msgspec.Struct, frozen=True, kw_only=True):
    """One SQL file of a slice's `schema/` folder."""

    slice: str
    name: str
    sql: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.sql.encode()).hexdigest()


def role_password(secret: bytes, role: str) -> str:
    """The role's password: derived from the secret key, so that nothing more need be stored."""
    return hmac.digest(secret, b"role:" + role.encode(), "sha256").hex()


def role_dsn(dsn: str, role: str, secret: bytes) -> str:
    """The same server and database, as another role of ours."""
    parts = urlsplit(dsn)
    host = parts.netloc.rpartition("@")[2]
    user = f"{quote(role)}:{role_password(secret, role)}"
    return urlunsplit(parts._replace(netloc=f"{user}@{host}"))


def schema_files(package: str) -> Iterator[SchemaFile]:
    """The SQL files of a slice, numbered ones in order, the functions last."""
    folder = resources.files(package).joinpath("schema")
    if not folder.is_dir():
        return
    names = sorted(entry.name for entry in folder.iterdir() if entry.name.endswith(".sql"))
    numbered = [name for name in names if name != _FUNCTIONS]
    for name in numbered + [name for name in names if name == _FUNCTIONS]:
        sql = folder.joinpath(name).read_text(encoding="utf-8")
        yield SchemaFile(slice=package, name=name, sql=sql)


async def migrate(admin_dsn: str, secret: bytes, packages: Sequence[str]) -> list[str]:
    """Bring the database to the code's schema; the names of the files that ran.

    `admin_dsn` is a role that may create roles; raises `MigrationChanged` for an edited file.
    """
    admin = await asyncpg.connect(admin_dsn)
    try:
        await admin.execute("select pg_advisory_lock($1)", _LOCK)
        await _prepare_roles(admin, secret)
        await _prepare_database(admin)
        return await _apply_all(role_dsn(admin_dsn, "hub_owner", secret), packages)
    finally:
        await admin.close()


async def _prepare_roles(admin: asyncpg.Connection, secret: bytes) -> None:
    # Roles belong to the cluster: two databases migrated at once must not race on them.
    await admin.execute("begin; lock table pg_catalog.pg_authid in share row exclusive mode")
    await admin.execute(resources.files("hub.core").joinpath("roles.sql").read_text())
    for role in ("hub_owner", "hub_app", "hub_index", "hub_broker"):
        await admin.execute(f"alter role {role} password '{role_password(secret, role)}'")
    await admin.execute("commit")


async def _prepare_database(admin: asyncpg.Connection) -> None:
    name = await admin.fetchval("select quote_ident(current_database())")
    await admin.execute(
        f"grant create on database {name} to hub_owner, hub_broker;"
        "grant usage, create on schema public to hub_owner, hub_definer;"
    )
    if await admin.fetchval("select to_regclass('pgmq.q_celery')") is None:
        queue = resources.files("pgmq").joinpath("sql/pgmq.sql").read_text()
        await admin.execute("set role hub_broker")
        await admin.execute(queue)
        await admin.execute("select pgmq.create('celery')")
        await admin.execute(
            "grant usage on schema pgmq to hub_app; grant insert on pgmq.q_celery to hub_app;"
            "create function pgmq.celery_waiting()"
            " returns table (waiting bigint, oldest timestamptz)"
            " language sql stable security definer set search_path = pgmq, pg_temp"
            " as 'select count(*), min(enqueued_at) from q_celery where vt <= clock_timestamp()';"
            "revoke all on function pgmq.celery_waiting() from public;"
            "grant execute on function pgmq.celery_waiting() to hub_app;"
        )
        await admin.execute("reset role")


async def _apply_all(owner_dsn: str, packages: Sequence[str]) -> list[str]:
    owner = await asyncpg.connect(owner_dsn)
    try:
        await owner.execute(
            "create table if not exists schema_migration ("
            " slice text not null, name text not null, checksum text not null,"
            " applied_at timestamptz not null default now(), primary key (slice, name))"
        )
        rows = await owner.fetch("select slice, name, checksum from schema_migration")
        applied = {(row["slice"], row["name"]): row["checksum"] for row in rows}
        files = [file for package in packages for file in schema_files(package)]
        return [
            f"{file.slice}/{file.name}"
            for file in files
            if await _apply(owner, file, applied.get((file.slice, file.name)))
        ]
    finally:
        await owner.close()


async def _apply(owner: asyncpg.Connection, file: SchemaFile, known: str | None) -> bool:
    if known == file.checksum:
        return False
    if known is not None and file.name != _FUNCTIONS:
        raise MigrationChanged(f"{file.slice}/{file.name} was edited after it was applied.")
    async with owner.transaction():
        if file.name == _FUNCTIONS:
            # Only their owner may replace functions, and revoke them from the public: the owner of
            # the schema does not inherit hub_definer's rights, and must not.
            await owner.execute("set local role hub_definer")
        try:
            await owner.execute(file.sql)
        except asyncpg.PostgresError as error:
            error.add_note(f"in {file.slice}/{file.name}")
            raise
        await owner.execute("reset role")
        await owner.execute(
            "insert into schema_migration (slice, name, checksum) values ($1, $2, $3)"
            " on conflict (slice, name) do update"
            " set checksum = excluded.checksum, applied_at = now()",
            file.slice,
            file.name,
            file.checksum,
        )
    return True
