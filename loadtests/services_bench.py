"""What a request costs in a hub with 1, 10 and 100 services: idle ones cost rows, nothing else."""

import asyncio
import logging
import statistics
import tempfile
import time
from contextlib import AsyncExitStack
from pathlib import Path
from uuid import UUID

import asyncpg
import httpx
import msgspec
import structlog
from litestar.testing import AsyncTestClient

from hub import identity, tenancy
from hub.app import compose, create_app, open_database
from hub.core.db import Database, Tx
from hub.core.migrate import migrate
from hub.core.settings import Settings, read_settings
from hub.gates.models import State
from hub.kit.scratch import scratch_databases
from hub.services.actions import keeping, launching
from hub.services.models import Launch
from hub.tenancy import Kind, OpenOrganisation
from loadtests.report import tell

SIZES = (1, 10, 100)
ROUNDS, WARM = 150, 20
GOAL = 1.1
PAGE = "/seniors"


def services_growth() -> bool:
    """The median time of a service's page, of somebody who belongs to one service, in a hub with
    100 services over that in a hub with one: three databases beside each other, asked in turn in
    this process, so that the machine's moods meet all three."""
    home = Path(tempfile.mkdtemp(prefix="hub-growth-"))
    settings = read_settings({"HUB_DATA": str(home), "HUB_SECRET_KEY": "5f" * 32})
    with scratch_databases(settings) as (here, _):
        found = asyncio.run(_measure(here))
    ratio = found[100] / found[1]
    return tell(
        figure="services_growth",
        value=round(ratio, 3),
        goal=f"<= {GOAL}",
        page_ms={str(size): round(ms, 2) for size, ms in found.items()},
        ok=ratio <= GOAL,
    )


async def _measure(first: Settings) -> dict[int, float]:
    hubs: dict[int, tuple[Settings, str]] = {}
    assert first.database_url is not None
    await migrate(first.database_url, first.secret_key, compose().packages)
    address, token, made = first.database_url, "", 0
    for size in SIZES:
        if made:
            address = await _clone(address, f"hub_of_{size}")
        at = _at(first, address)
        token = await _fill(at, made, size) or token
        hubs[size], made = (at, token), size
    async with AsyncExitStack() as open_hubs:
        clients = {
            size: await open_hubs.enter_async_context(
                AsyncTestClient(create_app(at), base_url="http://testserver.local")
            )
            for size, (at, _) in hubs.items()
        }
        for size, (_, secret) in hubs.items():
            clients[size].cookies.set(identity.SESSION_COOKIE, secret)
        _be_quiet()
        times: dict[int, list[float]] = {size: [] for size in SIZES}
        for number in range(ROUNDS + WARM):
            turn = number % len(SIZES)  # each hub is asked first as often as the others
            for size in (*SIZES[turn:], *SIZES[:turn]):
                took = await _ask(clients[size])
                if number >= WARM:
                    times[size].append(took)
    return {size: statistics.median(one) for size, one in times.items()}


def _be_quiet() -> None:
    """A line for each answer would cost more than what is measured."""
    logging.disable(logging.INFO)
    quiet = structlog.make_filtering_bound_logger(logging.WARNING)
    structlog.configure(wrapper_class=quiet, cache_logger_on_first_use=False)


def _at(settings: Settings, address: str) -> Settings:
    return msgspec.structs.replace(settings, database_url=address)


async def _ask(client: httpx.AsyncClient) -> float:
    started = time.perf_counter()
    answer = await client.get(PAGE, headers={"accept": "text/html"})
    took = (time.perf_counter() - started) * 1000
    assert answer.status_code == 200, answer.text[:500]
    return took


async def _clone(address: str, name: str) -> str:
    place, _, old = address.partition("?")
    base, _, template = place.rpartition("/")
    admin = await asyncpg.connect(f"{base}/postgres?{old}")
    try:
        await admin.execute(f"create database {name} template {template}")
    finally:
        await admin.close()
    return f"{base}/{name}?{old}"


async def _fill(settings: Settings, have: int, wanted: int) -> str:
    """Launch what is missing; at the first, open a session of somebody who belongs to it only."""
    database = await open_database(settings, compose())
    vertical = next(one for one in compose().verticals if one.code == "seniors")
    token = ""
    try:
        async with database.transaction() as tx:
            known = await identity.find_person_by_email(tx, "region@growth.example")
            person = known.id if known else await _register(tx, "region@growth.example")
            opening = OpenOrganisation(kind=Kind.REGION, name="Région")
            region = await tenancy.open_organisation(
                tx, opening, owner=person, caller_kind=Kind.OPERATOR
            )
        for number in range(have, wanted):
            command = Launch(vertical=vertical.code, name=f"Service {number}")
            async with database.transaction(region, actor=f"person:{person}") as tx:
                made = await launching.launch(
                    tx, UUID(int=number + 1), command, vertical, role="owner", person=person
                )
            assert made.space is not None
            await launching.fill_sandbox(database, made.space, vertical)
            if number == 0:
                token = await _join(database, made.space)
    finally:
        await database.close()
    return token


async def _register(tx: Tx, email: str) -> int:
    return await identity.register_person(
        tx,
        identity.RegisterPerson(email=email, name="Somebody", password_hash="none"),
    )


async def _join(database: Database, space: int) -> str:
    async with database.transaction() as tx:
        person = await _register(tx, "one@growth.example")
    async with database.transaction(space) as tx:
        await keeping.add_person(tx, "one@growth.example", State.SANDBOX)
    async with database.transaction() as tx:
        return (await identity.open_session(tx, person)).token


FIGURES = {"services_growth": services_growth}
