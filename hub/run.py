"""Starts the parts: the database, the web application, the worker, or all of them."""

import asyncio
import contextlib
import hmac
import os
import resource
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Awaitable, Callable, Generator, Sequence
from functools import partial
from pathlib import Path
from urllib.parse import unquote, urlsplit, urlunsplit

import httpx
import msgspec
import structlog
from granian import Granian
from granian.constants import Interfaces, Loops

from hub.app import compose, open_database
from hub.core import postgres
from hub.core.migrate import migrate, role_dsn
from hub.core.settings import Settings
from hub.core.supervisor import Child, supervise
from hub.core.vertical import Account
from hub.core.work import (
    VISIBILITY_TIMEOUT_S,
    Bridge,
    beat_for_ever,
    make_celery,
    tick_for_ever,
)

log = structlog.get_logger("hub.run")

DATABASE_NAME = "hub"
BACKLOG, CONNECTIONS = 4_096, 12_000
WEB_STOP_S, WEB_WORKER_STOP_S = 15, 10  # then what does not stop is killed
STAND_IN, STAND_IN_PORT = "HUB_FAKE_STRIPE", "HUB_FAKE_STRIPE_PORT"
OF_BACKUPS = "HUB_BACKUPS_"  # how the settings of backups elsewhere begin
BACKUPS_TO = "HUB_BACKUPS_TO"  # where they go: a probe holds it against the list of who is called


@contextlib.contextmanager
def served_database(settings: Settings) -> Generator[Settings]:
    """The settings with a database that runs: the given one, or the embedded one, started here
    or attached to when `hub up` already runs it."""
    if settings.database_url is not None:
        yield settings
        return
    server = _start_embedded(settings)
    try:
        asyncio.run(_create_database(server))
        yield _with_database(settings, server)
    finally:
        server.stop()


def _start_embedded(settings: Settings) -> postgres.Server:
    return postgres.start(settings.data / "postgres", binaries=named_binaries())


def named_binaries() -> Path | None:
    named = os.environ.get("PG_BIN")
    return Path(named) if named else None


async def _create_database(server: postgres.Server) -> None:
    import asyncpg  # noqa: PLC0415

    admin = await asyncpg.connect(server.dsn())
    try:
        known = await admin.fetchval("select 1 from pg_database where datname = $1", DATABASE_NAME)
        if known is None:
            await admin.execute(f"create database {DATABASE_NAME}")
    finally:
        await admin.close()


def psql(settings: Settings, arguments: Sequence[str]) -> int:
    """PostgreSQL's own shell on the hub's database; returns what it returns. The password goes by
    the environment, where other accounts of the machine cannot read it."""
    with served_database(settings) as served:
        assert served.database_url is not None
        place = urlsplit(served.database_url)
        user, _, address = place.netloc.rpartition("@")
        name, _, password = user.partition(":")
        kept = place._replace(netloc=f"{name}@{address}" if name else address)
        environment = dict(os.environ) | ({"PGPASSWORD": unquote(password)} if password else {})
        before = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the shell's own: it stops a query
        try:
            command = [postgres.client_program("psql"), urlunsplit(kept), *arguments]
            return subprocess.run(command, env=environment, check=False).returncode
        finally:
            signal.signal(signal.SIGINT, before)


def _with_database(settings: Settings, server: postgres.Server) -> Settings:
    return msgspec.structs.replace(settings, database_url=server.dsn(database=DATABASE_NAME))


async def migrate_all(settings: Settings) -> list[str]:
    """Bring the database to the schema of everything that is installed."""
    assert settings.database_url is not None
    return await migrate(settings.database_url, settings.secret_key, compose().packages)


def up(
    settings: Settings,
    *,
    before: Callable[[Settings], Awaitable[object]],
    on_ready: Callable[[Settings], None] | None = None,
) -> int:
    """Everything in the foreground: database first up and last down, then web and worker."""
    server = None if settings.database_url else _start_embedded(settings)
    settings = with_stand_in(settings)
    served = settings if server is None else _with_database(settings, server)
    try:
        if server is not None:
            asyncio.run(_create_database(server))
        asyncio.run(before(served))  # pyright: ignore[reportArgumentType]  a coroutine
        return asyncio.run(
            supervise(
                server,
                None if server is None else lambda: _start_embedded(settings),
                _children(served),
                on_ready=lambda: on_ready(served) if on_ready else None,
                until_ready=partial(_answering, served),
            )
        )
    finally:
        if server is not None and server.alive():
            server.stop()


async def _answering(settings: Settings) -> None:
    """Wait until the site answers: whoever is told that it is ready opens it at once."""
    async with httpx.AsyncClient(timeout=2, trust_env=False) as client:
        while True:
            with contextlib.suppress(httpx.HTTPError):
                answer = await client.get(f"http://{settings.host}:{settings.port}/health/ready")
                if answer.is_success:
                    return
            await asyncio.sleep(0.1)


def _children(settings: Settings) -> list[Child]:
    assert settings.database_url is not None
    # The children never need the administrator: they derive their own roles' passwords.
    # Nor do they need what could delete the backups.
    theirs = {
        name: text
        for name, text in os.environ.items()
        if not name.startswith(OF_BACKUPS) or name == BACKUPS_TO
    }
    environment = theirs | {
        "DATABASE_URL": role_dsn(settings.database_url, "hub_app", settings.secret_key),
        "HUB_SECRET_KEY": settings.secret_key.decode(),
        "HUB_DATA": str(settings.data),
        "PROMETHEUS_MULTIPROC_DIR": str(_metrics_folder(settings)),
        **_payment_service(settings),
    }
    hub = [sys.executable, "-m", "hub.cli"]
    return [
        *_stand_in(settings, environment),
        Child(name="web", argv=[*hub, "web"], env=environment, stop_timeout_s=WEB_STOP_S),
        Child(
            name="worker",
            argv=[*hub, "worker"],
            env=environment,
            stop_timeout_s=VISIBILITY_TIMEOUT_S,
        ),
        *_backup(settings, [*hub, "backup"], environment),
        _leaver(settings, environment),
        *(
            Child(
                name=process.name,
                argv=[sys.executable, "-m", process.module]
                if process.module
                else [*hub, process.name],
                env=environment,
                stop_timeout_s=process.stop_timeout_s,
            )
            for vertical in compose().verticals
            for process in vertical.processes
        ),
    ]


def _backup(settings: Settings, command: list[str], environment: dict[str, str]) -> list[Child]:
    """The follower of backups, where there is a folder for them; it alone is an administrator."""
    folder = os.environ.get("HUB_BACKUPS")
    if not folder:
        return []
    of_backups = {name: text for name, text in os.environ.items() if name.startswith(OF_BACKUPS)}
    own = environment | of_backups | {"DATABASE_URL": settings.database_url or ""}
    argv = [*command, folder, "--follow"]
    return [Child(name="backup", argv=argv, env=own, stop_timeout_s=15)]


def _leaver(settings: Settings, environment: dict[str, str]) -> Child:
    """Waits until somebody who leaves needs an administrator; a small process until then."""
    own = environment | {"DATABASE_URL": settings.database_url or ""}
    return Child(name="exits", argv=[sys.executable, "-m", "hub.exit_watch"], env=own)


def with_stand_in(settings: Settings) -> Settings:
    """The settings of a demonstration without a key of Stripe's: a stand-in will run beside the
    site. `HUB_FAKE_STRIPE=0` leaves it out; then test cards are taken by the site itself."""
    if not settings.demo or settings.stripe_secret_key or os.environ.get(STAND_IN) == "0":
        return settings
    port = _free_port(settings)
    return msgspec.structs.replace(
        settings,
        stripe_secret_key="sk_test_stand_in",  # noqa: S106  nobody's
        stripe_webhook_secret=hmac.digest(settings.secret_key, b"stand-in", "sha256").hex(),
        stripe_api_base=f"http://{settings.host}:{port}",
    )


def _free_port(settings: Settings) -> int:
    wanted = int(os.environ.get(STAND_IN_PORT, "0")) or settings.port + 1
    for port in (wanted, 0):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind((settings.host, port))
            return probe.getsockname()[1]
    raise RuntimeError("no port is free")


def _payment_service(settings: Settings) -> dict[str, str]:
    named = {
        "STRIPE_SECRET_KEY": settings.stripe_secret_key,
        "STRIPE_WEBHOOK_SECRET": settings.stripe_webhook_secret,
        "STRIPE_API_BASE": settings.stripe_api_base,
    }
    return {name: value for name, value in named.items() if value}


def _stand_in(settings: Settings, environment: dict[str, str]) -> list[Child]:
    """The stand-in for Stripe, where there is one; it tells the site what happens."""
    base = settings.stripe_api_base
    if base is None or "STRIPE_API_BASE" in os.environ:
        return []
    own = {
        "HUB_FAKE_STRIPE_PORT": base.rpartition(":")[2],
        "HUB_FAKE_STRIPE_HOOK": f"http://{settings.host}:{settings.port}/api/v1/payments/events",
    }
    argv = [sys.executable, "-m", "hub.fake_stripe"]
    return [Child(name="stripe", argv=argv, env=environment | own, stop_timeout_s=10)]


def _metrics_folder(settings: Settings) -> Path:
    folder = settings.data / "metrics"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    return folder


def web(settings: Settings) -> int:
    """The web application, in `HUB_WORKERS` processes."""
    _allow_connections()
    os.environ["HUB_SECRET_KEY"] = settings.secret_key.decode()
    Granian(
        "hub.app:create_served_app",
        factory=True,
        address=settings.host,
        port=settings.port,
        interface=Interfaces.ASGI,
        loop=Loops.uvloop,
        workers=settings.workers,
        # Who comes is let in and told politely when it is too much (`hub.core.admission`): a
        # connection that is never answered says nothing. Each worker may hold all of them.
        backlog=BACKLOG,
        backpressure=CONNECTIONS,
        respawn_failed_workers=True,
        workers_kill_timeout=WEB_WORKER_STOP_S,
        log_access=False,
    ).serve()
    return 0


def _allow_connections() -> None:
    """Each connection is an open file: as many as the machine lets us have."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = CONNECTIONS + 1_000
    most = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def worker(settings: Settings) -> int:
    """The worker of background tasks, which also keeps the schedules."""
    assert settings.database_url is not None
    composition = compose()
    bridge = Bridge(lambda: open_database(settings, composition))
    broker = settings.broker_url or role_dsn(
        settings.database_url, "hub_broker", settings.secret_key
    )
    app = make_celery(broker, composition.tasks, bridge)
    bridge.spawn(lambda database: tick_for_ever(database, composition.ticks))
    for beat in composition.beats:
        bridge.spawn(partial(beat_for_ever, beat=beat))
    log.info("worker ready", tasks=len(composition.tasks))
    app.start(
        [
            "--quiet",
            "worker",
            "--pool=threads",
            "--concurrency=4",
            "--loglevel=WARNING",
            "--without-gossip",
            "--without-mingle",
            "--without-heartbeat",
        ]
    )
    return 0


async def migrate_and_seed(settings: Settings, areas: tuple[str, ...] = ()) -> None:
    """The schema, then the demonstrations' data if they are not there yet."""
    await migrate_all(settings)
    for vertical in compose().verticals:
        if vertical.demonstration is not None:
            await vertical.demonstration.seed(settings, areas)


def demo_accounts(settings: Settings) -> list[Account]:
    """One sign-in for each role of the demonstrations."""
    shown = [vertical.demonstration for vertical in compose().verticals]
    return [account for demo in shown if demo for account in demo.accounts(settings)]


def print_demo(settings: Settings) -> None:
    """Where to look, and who to be."""
    lines = ["", f"  The demonstration is ready: {settings.public_url}/", ""]
    lines += [
        f"  {account.role:<12} {account.email:<32} {account.password}   {account.organisation}"
        for account in demo_accounts(settings)
    ]
    lines += [
        "",
        f"  Sign in:        {settings.public_url}/sign-in",
        f"  Letters sent:   {settings.public_url}/demo/mail",
        f"  The API:        {settings.public_url}/schema",
        *([f"  Test payments:  {settings.stripe_api_base}/"] if settings.stripe_api_base else []),
        "  Ctrl-C stops everything; the data stay.",
        "",
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.stdout.flush()
