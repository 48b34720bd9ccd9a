"""Somebody who booked without an account finds the stays in it, once the address is proven."""

import re
from datetime import timedelta

import asyncpg
import pytest

from hub import identity
from hub.core.caller import Caller
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from hub.core.tokens import read_reference
from tests.houses import GUEST, House, book, find_house, hold, quote
from tests.served import Queue
from tourism.stays.actions import finding, letters
from tourism.stays.errors import ProofOver, ProofTooOften
from tourism.stays.models import OwnStay


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def queue(demo: Database, demo_settings: Settings):
    admin = await asyncpg.connect(demo_settings.database_url)
    await admin.execute("delete from pgmq.q_celery")
    yield Queue(demo, admin)
    await admin.close()


async def open_account(demo: Database, email: str) -> Caller:
    async with demo.transaction() as tx:
        command = identity.RegisterPerson(email=email, name="Ada Martin", password_hash="x" * 60)
        person = await identity.register_person(tx, command)
    return Caller(person=person, name="Ada Martin", email=email)


async def stays_of(demo: Database, caller: Caller) -> list[OwnStay]:
    async with demo.transaction(actor=caller.actor) as tx:
        return await finding.list_stays(tx, caller)


async def ask(demo: Database, caller: Caller) -> None:
    async with demo.transaction(actor=caller.actor) as tx:
        await finding.ask_proof(tx, caller, "fr")


async def test_stays_booked_before_the_account_are_found_once_the_letters_link_is_followed(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    booked = await book(demo, house.wish())
    unpaid = await hold(demo, await quote(demo, house.wish()))
    owner = await open_account(demo, GUEST.email.upper())
    other = await open_account(demo, "autre@demo.example")
    assert await stays_of(demo, owner) == []
    await ask(demo, owner)
    with pytest.raises(ProofTooOften):
        await ask(demo, owner)
    await queue.run(only="stays")
    async with demo.transaction() as tx:
        mails = [m for m in await list_captured_mail(tx) if "/mes-sejours/preuve/" in m.body_text]
    [letter] = mails
    assert (letter.recipient.lower(), letter.tenant == house.tenant) == (GUEST.email, False)
    found = re.search(r"/preuve/(\S+)", letter.body_text)
    assert found is not None
    named = read_reference(letters._settings().secret_key, letters.PROOF, found[1])
    async with demo.transaction() as tx:
        with pytest.raises(ProofOver):
            await finding.prove(tx, other, named.tenant, named.id)
    assert await stays_of(demo, other) == []
    for _ in range(2):
        async with demo.transaction() as tx:
            await finding.prove(tx, owner, named.tenant, named.id)
    seen = [stay for stay in await stays_of(demo, owner) if stay.booking == booked.id]
    assert [(one.tenant, one.total_cents) for one in seen] == [(house.tenant, booked.total_cents)]
    assert unpaid.id not in {stay.booking for stay in await stays_of(demo, owner)}
    later = await book(demo, house.wish(nights=1))
    assert later.id in {stay.booking for stay in await stays_of(demo, owner)}


async def test_an_old_link_proves_nothing(
    demo: Database, house: House, clock: DrivenClock, queue: Queue
) -> None:
    await book(demo, house.wish())
    owner = await open_account(demo, GUEST.email)
    await ask(demo, owner)
    async with demo.transaction() as tx:
        known = await finding.find_email(tx, owner)
    assert known is not None
    clock.set(clock.now() + timedelta(hours=24))
    async with demo.transaction() as tx:
        with pytest.raises(ProofOver):
            await finding.prove(tx, owner, known.person, known.id)
    assert await stays_of(demo, owner) == []
