"""Two records of one person, on a real database: two persons decide, and everything goes to one."""

from uuid import UUID

import asyncpg
import pytest

from hub.core.db import Database
from tests.db.test_health_documents import Desk, desk
from tests.practices import LEA, OF_LEA
from verticals.health import patients
from verticals.health.agenda.errors import BookedAlready
from verticals.health.documents import actions as documents
from verticals.health.merging import actions
from verticals.health.merging.errors import (
    MergeChanged,
    MergeInvalid,
    MergeUnknown,
    SecondPersonNeeded,
)
from verticals.health.merging.models import AskMerge, State
from verticals.health.patients.errors import NotOnePerson

__all__ = ["desk"]

TWIN, MERGE = UUID(int=90), UUID(int=91)
AGAIN = patients.AddPatient(
    birth_name="MARTIN EXEMPLE",
    first_names="Lea",
    born="1985-05-12",
    sex="female",
    birthplace="48095",
    another=True,
)


async def add_again(desk: Desk, person: int | None = None) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        await patients.add_patient(tx, TWIN, AGAIN, person=person)


async def ask(
    desk: Desk, person: int, *, kept: UUID | None = None, gone: UUID = TWIN, why: str = "Même pièce"
) -> bool:
    said = AskMerge(kept=kept or desk.lea, gone=gone, why=why)
    async with desk.database.transaction(desk.tenant) as tx:
        return await actions.ask_merge(tx, MERGE, said, person)


async def decide(desk: Desk, person: int, *, agrees: bool = True) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        await actions.decide(tx, MERGE, person, agrees=agrees)


async def test_what_the_second_has_goes_to_the_first(desk: Desk, admin: asyncpg.Connection) -> None:
    await add_again(desk)
    first, second, *_ = await desk.slots()
    await desk.book(first, desk.lea)
    await desk.book(second, TWIN, 22)
    await desk.take(TWIN)
    await desk.check(desk.lea, 0)
    await desk.keep()
    assert await ask(desk, desk.nadia_account)
    assert not await ask(desk, desk.nadia_account)
    await decide(desk, desk.max_account)
    owners = "select distinct patient from health_appointment"
    assert [row["patient"] for row in await admin.fetch(owners)] == [desk.lea]
    ins = await desk.read(desk.lea)
    assert ins is not None
    assert ins.matricule == "2850548095123"
    async with desk.database.transaction(desk.tenant) as tx:
        gone = await patients.find_patient(tx, TWIN)
        assert gone.merged_into == desk.lea
        assert gone.ins_sealed is None
        (done,) = await actions.list_merges(tx)
    assert (done.state, done.asked_by, done.decided_by) == (
        State.DONE,
        desk.nadia_account,
        desk.max_account,
    )


async def test_who_looked_at_the_second_is_read_by_the_first(
    desk: Desk, admin: asyncpg.Connection
) -> None:
    await add_again(desk)
    nadia, max_ = desk.nadia_account, desk.max_account
    what = patients.What
    async with desk.database.transaction(desk.tenant) as tx:
        await patients.keep_looks(tx, [desk.lea, TWIN], what.RECORD, nadia)
        await patients.keep_looks(tx, [TWIN, TWIN], what.RECORD, nadia)
        await patients.keep_looks(tx, [TWIN], what.AGENDA, nadia)
        await patients.keep_looks(tx, [TWIN], what.RECORD, max_)
    await admin.execute("update health_look set person = null where person = $1", max_)
    await ask(desk, nadia)
    await decide(desk, max_)
    async with desk.database.transaction(desk.tenant) as tx:
        seen = await patients.list_looks(tx, desk.lea)
    found = {(one.look.person, one.look.what): one for one in seen}
    times = {key: one.look.times for key, one in found.items()}
    assert times == {(nadia, what.RECORD): 3, (nadia, what.AGENDA): 1, (None, what.RECORD): 1}
    assert found[None, what.RECORD].name is None


async def test_a_document_of_the_second_is_the_firsts_and_still_read(
    desk: Desk, admin: asyncpg.Connection
) -> None:
    await add_again(desk)
    await desk.keep()
    await desk.share(desk.nadia)
    await ask(desk, desk.nadia_account, kept=TWIN, gone=desk.lea)
    await decide(desk, desk.max_account)
    assert await desk.readable(desk.nadia) == ["Prise de sang"]
    assert (await desk.look(desk.nadia_account)).title == "Prise de sang"
    async with desk.database.transaction(desk.tenant) as tx:
        (own,) = await documents.list_own(tx, TWIN)
        assert own.consents[0].patient == TWIN
        assert await documents.list_own(tx, desk.lea) == []


async def test_whoever_asked_does_not_decide(desk: Desk, admin: asyncpg.Connection) -> None:
    await add_again(desk)
    await ask(desk, desk.nadia_account)
    for agrees in (True, False):
        with pytest.raises(SecondPersonNeeded):
            await decide(desk, desk.nadia_account, agrees=agrees)
    with pytest.raises(asyncpg.CheckViolationError):
        await admin.execute(
            "update health_merge set state = 'done', decided_by = asked_by, decided_at = now()"
        )


async def test_a_refusal_changes_nothing_and_is_final(desk: Desk) -> None:
    await add_again(desk)
    await ask(desk, desk.nadia_account)
    await decide(desk, desk.max_account, agrees=False)
    with pytest.raises(MergeChanged):
        await decide(desk, desk.max_account)
    async with desk.database.transaction(desk.tenant) as tx:
        assert (await patients.find_patient(tx, TWIN)).merged_into is None


async def test_both_at_one_time_is_said_and_nothing_changes(
    desk: Desk, admin: asyncpg.Connection
) -> None:
    await add_again(desk)
    await desk.open(5, practitioner=str(desk.max), begins="09:10", ends="09:40", minutes="30")
    slots = await desk.slots()
    await desk.book(next(one for one in slots if one.practitioner == desk.nadia), desk.lea)
    await desk.book(next(one for one in slots if one.practitioner == desk.max), TWIN, 22)
    await ask(desk, desk.nadia_account)
    with pytest.raises(BookedAlready):
        await decide(desk, desk.max_account)
    async with desk.database.transaction(desk.tenant) as tx:
        assert (await patients.find_patient(tx, TWIN)).merged_into is None


async def test_two_accounts_two_matricules_and_two_days_are_two_people(desk: Desk) -> None:
    await add_again(desk, person=desk.max_account)
    with pytest.raises(NotOnePerson, match="same day"):
        await ask(desk, desk.nadia_account, gone=desk.paul)
    await desk.take(desk.lea)
    other = patients.TakeIns(
        matricule=f"2850548095124{97 - 2850548095124 % 97:02}", oid=OF_LEA.oid, revision=0
    )
    await desk.take(TWIN, other)
    with pytest.raises(NotOnePerson, match="matricule"):
        await ask(desk, desk.nadia_account)
    with pytest.raises(NotOnePerson):
        await ask(desk, desk.nadia_account, gone=desk.lea)


@pytest.mark.parametrize("stays", ["the account's", "the other"])
async def test_an_account_whose_identity_nobody_checked_is_given_nobody_s_record(
    desk: Desk, stays: str
) -> None:
    """Whoever types somebody else's traits into the form of an appointment reads nothing of them,
    whichever of the two records stays."""
    await add_again(desk, person=desk.max_account)
    await desk.check(desk.lea, 0)
    await desk.keep()
    kept, gone = (TWIN, desk.lea) if stays == "the account's" else (desk.lea, TWIN)
    with pytest.raises(NotOnePerson, match="paper"):
        await ask(desk, desk.nadia_account, kept=kept, gone=gone)
    await desk.check(TWIN, 0)
    assert await ask(desk, desk.nadia_account, kept=kept, gone=gone)


async def test_the_account_of_the_second_is_the_firsts(desk: Desk) -> None:
    await add_again(desk, person=desk.max_account)
    await desk.check(TWIN, 0)
    await ask(desk, desk.nadia_account)
    await decide(desk, desk.max_account)
    async with desk.database.transaction(desk.tenant) as tx:
        known = await patients.find_of_person(tx, desk.max_account)
    assert known is not None
    assert known.id == desk.lea


@pytest.mark.parametrize("why", ["", "oui", "x" * 501])
async def test_a_reason_that_says_nothing_is_refused(desk: Desk, why: str) -> None:
    await add_again(desk)
    with pytest.raises(MergeInvalid):
        await ask(desk, desk.nadia_account, why=why)


async def test_who_was_merged_is_merged_no_more_and_found_no_more(
    desk: Desk, database: Database
) -> None:
    await add_again(desk)
    await ask(desk, desk.nadia_account)
    await decide(desk, desk.max_account)
    with pytest.raises(NotOnePerson):
        await ask(desk, desk.nadia_account)
    async with database.transaction(desk.tenant) as tx:
        lea = await patients.find_patient(tx, desk.lea)
        assert await patients.list_alike(tx, lea) == []
        with pytest.raises(MergeUnknown):
            await actions.decide(tx, UUID(int=1), desk.max_account, agrees=True)
    assert LEA.birth_name == lea.birth_name
