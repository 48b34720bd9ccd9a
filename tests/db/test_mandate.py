"""A mandate in the database: nothing is published without one, and it ends cleanly."""

from datetime import timedelta

import asyncpg
import msgspec
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.mail import list_captured_mail
from hub.core.settings import Settings
from tests.houses import House, book, find_house, hold, quote
from tourism import lodging, mandate
from tourism.lodging import Listing
from tourism.mandate.actions import ending, signing
from tourism.mandate.errors import AgentUnknown, MandateInvalid, MandateMissing, TextChanged
from tourism.mandate.models import EndMandate, SignMandate, State
from tourism.mandate.policy.standing import REVISIONS, hash_text
from tourism.quoting.errors import NotSellable, OfferUnknown

NOTICE = EndMandate(name="Colette Bertrand", stop_now=True, reason="Je pars à la retraite.")


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


async def publish(demo: Database, tenant: int) -> None:
    async with demo.transaction(tenant) as tx:
        await lodging.change_listing(tx, await lodging.own_house(tx), Listing.PUBLISHED)


async def run(demo: Database, house: House, sql: str) -> None:
    """As the application would, behind the house's wall."""
    async with demo.transaction(house.tenant) as tx:
        await (await tx.connection()).execute(sql)


async def state_of(demo: Database, house: House) -> tuple[Listing, State]:
    async with demo.transaction(house.tenant) as tx:
        own = await lodging.own_house(tx)
        return own.listing, (await mandate.find_standing(tx, own)).state


async def give_notice(demo: Database, house: House, said: EndMandate = NOTICE) -> None:
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        await ending.give_notice(tx, await lodging.own_house(tx), said, role="owner")


async def sign(demo: Database, house: House, settings: Settings, **changes: object) -> None:
    async with demo.transaction(house.tenant, actor="person:1") as tx:
        own = await lodging.own_house(tx)
        draft = await mandate.prepare_mandate(tx, demo.reader, own, settings)
        said = SignMandate(shown_hash=draft.hash, name="Colette", quality="propriétaire", read=True)
        said = msgspec.structs.replace(said, **changes)
        await mandate.sign_mandate(tx, demo.reader, own, said, settings, role="owner")


async def test_the_invented_house_is_published_under_its_signed_mandate(
    demo: Database, house: House
) -> None:
    assert await state_of(demo, house) == (Listing.PUBLISHED, State.ACTIVE)
    async with demo.transaction(house.tenant) as tx:
        signed = (await signing.list_mandates(tx, await lodging.own_house(tx)))[0]
    assert signed.text_hash == hash_text(signed.text)
    assert signed.signed_name in {"Colette Bertrand"}
    assert (signed.number, signed.revision) == (1, 1)


async def test_the_database_publishes_nothing_without_a_mandate(
    demo: Database, demo_settings: Settings
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    other = await admin.fetchrow("select id, tenant from property where listing = 'demo' limit 1")
    with pytest.raises(asyncpg.PostgresError) as caught:
        await publish(demo, other["tenant"])
    assert caught.value.sqlstate == "P0M01"
    assert await admin.fetchval("select listing from property where id = $1", other["id"]) == "demo"
    with pytest.raises(asyncpg.PostgresError) as caught:  # not even its administrator
        await admin.execute("update property set listing = 'published' where id = $1", other["id"])
    assert caught.value.sqlstate == "P0M01"
    await admin.close()


async def test_a_mandate_cannot_end_while_its_house_stays_published(
    demo: Database, house: House
) -> None:
    with pytest.raises(asyncpg.PostgresError) as caught:
        await run(demo, house, "update mandate set ended_at = now()")
    assert caught.value.sqlstate == "P0M01"


@pytest.mark.parametrize("column", ["text", "text_hash", "signed_name", "facts", "revision"])
async def test_what_was_signed_cannot_be_changed(demo: Database, house: House, column: str) -> None:
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await run(demo, house, f"update mandate set {column} = {column}")


async def test_a_text_that_does_not_match_its_hash_is_not_kept(
    demo: Database, demo_settings: Settings
) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute("update mandate set text = text || ' et plus'")
    await admin.close()


async def test_notice_stops_the_sale_and_honours_what_is_booked(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    booked = await book(demo, house.wish())
    quoted = await quote(demo, house.wish(nights=2))
    await give_notice(demo, house)
    assert await state_of(demo, house) == (Listing.DRAFT, State.NOTICE)
    with pytest.raises(OfferUnknown):
        await quote(demo, house.wish())
    with pytest.raises(NotSellable):  # an offer made before is not held any more
        await hold(demo, quoted)
    clock.forward(timedelta(days=15))
    assert await ending.end_due_mandates(demo) == 1
    assert await ending.end_due_mandates(demo) == 0
    assert await state_of(demo, house) == (Listing.DRAFT, State.ENDED)
    async with demo.transaction(house.tenant) as tx:
        con = await tx.connection()
        assert (
            await con.fetchval("select state from booking where id = $1", booked.id) == "confirmed"
        )
    async with demo.transaction() as tx:
        subjects = [mail.subject for mail in await list_captured_mail(tx)]
    assert any(subject.startswith("Préavis donné") for subject in subjects)
    assert any(subject.startswith("Fin du mandat") for subject in subjects)


async def test_a_house_may_sell_until_the_end_of_its_notice(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    await give_notice(demo, house, msgspec.structs.replace(NOTICE, stop_now=False))
    assert await state_of(demo, house) == (Listing.PUBLISHED, State.NOTICE)
    await quote(demo, house.wish())
    clock.forward(timedelta(days=14))
    assert await ending.end_due_mandates(demo) == 0
    clock.forward(timedelta(days=1))
    assert await ending.end_due_mandates(demo) == 1
    assert await state_of(demo, house) == (Listing.DRAFT, State.ENDED)


async def test_notice_is_given_once(demo: Database, house: House) -> None:
    await give_notice(demo, house)
    with pytest.raises(MandateInvalid):
        await give_notice(demo, house)


async def test_a_house_signs_again_after_its_mandate_ended(
    demo: Database, house: House, demo_settings: Settings, clock: DrivenClock
) -> None:
    await give_notice(demo, house)
    clock.forward(timedelta(days=15))
    await ending.end_due_mandates(demo)
    await sign(demo, house, demo_settings)
    await sign(demo, house, demo_settings)  # the same words again: nothing new
    assert await state_of(demo, house) == (Listing.DRAFT, State.ACTIVE)
    async with demo.transaction(house.tenant) as tx:
        own = await lodging.own_house(tx)
        assert [one.number for one in await signing.list_mandates(tx, own)] == [2, 1]
        await lodging.change_listing(tx, own, Listing.PUBLISHED)
    assert await state_of(demo, house) == (Listing.PUBLISHED, State.ACTIVE)


async def test_words_that_were_not_shown_are_not_signed(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    await give_notice(demo, house)
    with pytest.raises(TextChanged):
        await sign(demo, house, demo_settings, shown_hash="0" * 64)
    assert (await state_of(demo, house))[1] is State.NOTICE


async def test_a_revision_that_was_not_signed_in_time_ends_the_mandate(
    demo: Database, house: House, clock: DrivenClock
) -> None:
    second = msgspec.structs.replace(REVISIONS[0], number=2, from_on=clock.now().date())
    revisions = (*REVISIONS, second)
    assert await ending.end_due_mandates(demo, revisions) == 0
    clock.forward(timedelta(days=31))
    assert await ending.end_due_mandates(demo, revisions) == 1
    assert await state_of(demo, house) == (Listing.DRAFT, State.ENDED)


async def test_no_house_signs_with_a_centre_that_is_nobody_in_law(
    demo: Database, house: House, demo_settings: Settings
) -> None:
    real = msgspec.structs.replace(demo_settings, demo=False)
    async with demo.transaction(house.tenant) as tx:
        own = await lodging.own_house(tx)
        with pytest.raises(AgentUnknown):
            await mandate.prepare_mandate(tx, demo.reader, own, real)
        known = msgspec.structs.replace(real, agent_identity="SCIC, 1 rue de Paris, 75001 Paris")
        draft = await mandate.prepare_mandate(tx, demo.reader, own, known)
    assert "SCIC, 1 rue de Paris, 75001 Paris" in draft.text


async def test_another_house_sees_no_mandate(demo: Database, demo_settings: Settings) -> None:
    admin = await asyncpg.connect(demo_settings.database_url)
    other = await admin.fetchval("select tenant from property where listing = 'demo' limit 1")
    await admin.close()
    async with demo.transaction(other) as tx:
        own = await lodging.own_house(tx)
        assert await signing.list_mandates(tx, own) == []
        with pytest.raises(MandateMissing):
            await mandate.require_active(tx, own)
