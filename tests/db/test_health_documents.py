"""Documents on a real database: sealed, shared for a time, each opening written down."""

from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest

from hub import keys
from hub.core.clock import DrivenClock
from hub.core.db import Database, Tx
from tests.practices import Cabinet, opened
from verticals.health import patients
from verticals.health.agenda.actions import opening
from verticals.health.agenda.errors import (
    AccountNotYours,
    AccountTaken,
    AgendaInvalid,
    AgendaUnknown,
)
from verticals.health.agenda.models import AddPractitioner
from verticals.health.documents import actions, policy
from verticals.health.documents.errors import (
    DocumentHeld,
    DocumentInvalid,
    DocumentUnknown,
    NotShared,
)
from verticals.health.documents.models import KeepDocument, Opened, Own, Share, Sought

PDF = b"%PDF-1.4 a blood count that nobody else should read"
DOCUMENT, CONSENT = UUID(int=70), UUID(int=80)


class Desk(Cabinet):
    """The practice with two members: Nadia's account, and Max's."""

    max, nadia_account, max_account = UUID(int=14), 0, 0

    async def staff(self) -> None:
        async with self.database.transaction(self.tenant) as tx:
            said = AddPractitioner(
                family="Autre", given="Max", profession="nurse", rpps="10100000008"
            )
            await opening.add_practitioner(tx, self.max, said)
            await self.give(tx, self.nadia, self.nadia_account)
            await self.give(tx, self.max, self.max_account)

    async def give(self, tx: Tx, practitioner: UUID, account: int) -> None:
        """The owner asks, and the member accepts."""
        await opening.ask_account(tx, practitioner, str(account), role="owner")
        await opening.answer_account(tx, practitioner, account, accepts=True)

    async def keep(self, content: bytes = PDF, title: str = "Prise de sang") -> bool:
        async with self.database.transaction(self.tenant) as tx:
            said = KeepDocument(title=title, content=content)
            return await actions.keep_document(tx, DOCUMENT, self.lea, said)

    async def share(self, practitioner: UUID, days: str = "7", patient: UUID | None = None) -> bool:
        async with self.database.transaction(self.tenant) as tx:
            said = Share(practitioner=str(practitioner), days=days)
            return await actions.share(tx, CONSENT, DOCUMENT, patient or self.lea, said)

    async def revoke(self, patient: UUID | None = None) -> bool:
        async with self.database.transaction(self.tenant) as tx:
            return await actions.revoke(tx, CONSENT, patient or self.lea)

    async def look(self, account: int | None, reason: str | None = None) -> Opened:
        async with self.database.transaction(self.tenant) as tx:
            return await actions.open_document(tx, DOCUMENT, account, reason=reason)

    async def own(self) -> Own:
        async with self.database.transaction(self.tenant) as tx:
            (one,) = await actions.list_own(tx, self.lea)
            return one

    async def readable(self, practitioner: UUID) -> list[str]:
        async with self.database.transaction(self.tenant) as tx:
            found = await actions.list_readable(tx, practitioner, Sought())
            return [one.title for one in found]


@pytest.fixture
async def desk(database: Database, admin: asyncpg.Connection) -> Desk:
    made = await opened(database)
    desk = Desk(database, made.tenant)
    await desk.fill()
    accounts = []
    for number, name in enumerate(("Nadia", "Max"), 1):
        accounts.append(
            await admin.fetchval(
                "insert into person (name, email, password_hash, created_at)"
                " values ($1, $2, 'x', now()) returning id",
                name,
                f"{name.lower()}{number}@example.org",
            )
        )
        await admin.execute(
            "insert into membership (tenant, person, role, since) values ($1, $2, 'member', now())",
            made.tenant,
            accounts[-1],
        )
    desk.nadia_account, desk.max_account = accounts
    await desk.staff()
    return desk


async def test_a_document_is_opened_by_whom_it_is_shared_with_and_the_patient_sees_it(
    desk: Desk, clock: DrivenClock
) -> None:
    assert await desk.keep()
    assert not await desk.keep()
    with pytest.raises(NotShared):
        await desk.look(desk.nadia_account)
    assert await desk.share(desk.nadia)
    assert not await desk.share(desk.nadia)
    assert await desk.readable(desk.nadia) == ["Prise de sang"]
    assert await desk.readable(desk.max) == []
    found = await desk.look(desk.nadia_account)
    assert (found.title, found.content) == ("Prise de sang", PDF)
    assert found.media_type == "application/pdf"
    for account in (desk.max_account, None):
        with pytest.raises(NotShared):
            await desk.look(account)
    (one,) = (await desk.own()).openings
    assert (one.practitioner, one.reason, one.at) == (desk.nadia, "", clock.now())


async def test_a_consent_ends_at_its_instant(desk: Desk, clock: DrivenClock) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    clock.forward(timedelta(days=7) - timedelta(seconds=1))
    await desk.look(desk.nadia_account)
    clock.forward(timedelta(seconds=1))
    with pytest.raises(NotShared):
        await desk.look(desk.nadia_account)
    assert await desk.readable(desk.nadia) == []


async def test_a_consent_that_is_taken_back_ends_at_once(desk: Desk) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    with pytest.raises(DocumentUnknown):
        await desk.revoke(desk.paul)
    assert await desk.revoke()
    assert not await desk.revoke()
    with pytest.raises(NotShared):
        await desk.look(desk.nadia_account)
    assert await desk.readable(desk.nadia) == []


async def test_a_glass_is_broken_for_a_reason_and_the_patient_is_told(
    desk: Desk, admin: asyncpg.Connection
) -> None:
    await desk.keep()
    for reason in ("", "urgent", " " * 40, "x" * 501):
        with pytest.raises(DocumentInvalid) as refused:
            await desk.look(desk.max_account, reason)
        assert refused.value.extra["field"] == "reason"
    with pytest.raises(NotShared):  # no professional
        await desk.look(None, "Inconsciente, à l'accueil")
    assert await admin.fetchval("select count(*) from health_opening") == 0
    found = await desk.look(desk.max_account, "Inconsciente, à l'accueil")
    assert found.content == PDF
    (one,) = (await desk.own()).openings
    assert (one.practitioner_name, one.reason) == ("Max Autre", "Inconsciente, à l'accueil")
    letter = await admin.fetchrow("select * from mail")
    assert letter is not None
    assert letter["recipient"] == "lea@example.org"
    said = (letter["subject"] + letter["body_text"] + letter["body_html"]).lower()
    words = "max inconsciente tilleuls cabinet sang document santé patient médecin".split()
    assert [word for word in words if word in said] == []


async def test_with_a_consent_no_glass_is_broken(desk: Desk, admin: asyncpg.Connection) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    await desk.look(desk.nadia_account, "Une raison dont il n'est pas besoin")
    (one,) = (await desk.own()).openings
    assert one.reason == ""
    assert await admin.fetchval("select count(*) from mail") == 0


async def test_who_is_struck_off_opens_nothing(desk: Desk) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    async with desk.database.transaction(desk.tenant) as tx:
        await opening.set_active(tx, desk.nadia, active=False)
    for reason in (None, "Inconsciente, à l'accueil"):
        with pytest.raises(NotShared):
            await desk.look(desk.nadia_account, reason)


async def test_nothing_of_it_lies_open(desk: Desk, admin: asyncpg.Connection) -> None:
    await desk.keep()
    for row in await admin.fetch("select title_sealed, content_sealed from health_document"):
        for kept in row:
            assert b"sang" not in kept
            assert b"blood" not in kept
            assert b"%PDF" not in kept
    rows = await admin.fetch("select t::text as said from audit_entry t")
    assert rows
    assert not any("sang" in row["said"] for row in rows)


async def test_after_the_key_is_shredded_nothing_is_read(desk: Desk) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    async with desk.database.transaction(desk.tenant) as tx:
        await keys.shred(tx)
    with pytest.raises(patients.SealedUnreadable):
        await desk.look(desk.nadia_account)


async def test_an_opening_is_never_changed(desk: Desk) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    await desk.look(desk.nadia_account)
    for statement in ("update health_opening set reason = ''", "delete from health_opening"):
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            async with desk.database.transaction(desk.tenant) as tx:
                await (await tx.connection()).execute(statement)


@pytest.mark.parametrize(
    ("content", "title", "field"),
    [
        (b"", "Titre", "file"),
        (b"<html><script>", "Titre", "file"),
        (b"%PDF-" + b"x" * policy.MOST_BYTES, "Titre", "file"),
        (PDF, " ", "title"),
        (PDF, "x" * 121, "title"),
    ],
)
async def test_a_file_that_cannot_be_kept_is_refused_at_its_field(
    desk: Desk, content: bytes, title: str, field: str
) -> None:
    with pytest.raises(DocumentInvalid) as refused:
        await desk.keep(content, title)
    assert refused.value.extra["field"] == field


@pytest.mark.parametrize("days", ["0", "31", "", "seven", "٧", "-1"])
async def test_a_time_that_is_none_is_refused(desk: Desk, days: str) -> None:
    await desk.keep()
    with pytest.raises(DocumentInvalid) as refused:
        await desk.share(desk.nadia, days)
    assert refused.value.extra["field"] == "days"


async def test_nobody_shares_what_is_anothers(desk: Desk) -> None:
    await desk.keep()
    with pytest.raises(DocumentUnknown):
        await desk.share(desk.nadia, patient=desk.paul)
    async with desk.database.transaction(desk.tenant) as tx:
        with pytest.raises(DocumentUnknown):
            await actions.take_own(tx, DOCUMENT, desk.paul)


async def test_an_account_is_a_members_and_one_practitioners(desk: Desk) -> None:
    with pytest.raises(AccountTaken):
        async with desk.database.transaction(desk.tenant) as tx:
            await desk.give(tx, desk.max, desk.nadia_account)
    async with desk.database.transaction(desk.tenant) as tx:
        with pytest.raises(AgendaInvalid):
            await opening.ask_account(tx, desk.max, "999999", role="owner")
        await opening.ask_account(tx, desk.max, "", role="manager")
        assert await opening.find_of_account(tx, desk.max_account) is None


@pytest.mark.parametrize("role", ["member", "staff", "", None])
async def test_only_owners_and_managers_say_whose_account_it_is(
    desk: Desk, role: str | None
) -> None:
    for typed in (str(desk.max_account), ""):
        async with desk.database.transaction(desk.tenant) as tx:
            with pytest.raises(AccountNotYours):
                await opening.ask_account(tx, desk.nadia, typed, role=role)
    async with desk.database.transaction(desk.tenant) as tx:
        found = await opening.find_practitioner(tx, desk.nadia)
    assert (found.person, found.asked) == (desk.nadia_account, None)


async def test_an_account_is_nobody_s_until_its_person_accepts(desk: Desk) -> None:
    async with desk.database.transaction(desk.tenant) as tx:
        await opening.ask_account(tx, desk.max, "", role="owner")
        await opening.ask_account(tx, desk.max, str(desk.max_account), role="owner")
        assert await opening.find_of_account(tx, desk.max_account) is None
        for accepts in (True, False):
            with pytest.raises(AgendaUnknown):
                await opening.answer_account(tx, desk.max, desk.nadia_account, accepts=accepts)
        await opening.answer_account(tx, desk.max, desk.max_account, accepts=False)
        with pytest.raises(AgendaUnknown):
            await opening.answer_account(tx, desk.max, desk.max_account, accepts=True)
        assert await opening.find_of_account(tx, desk.max_account) is None


async def test_what_was_shared_with_one_is_not_the_next_one_s(
    desk: Desk, clock: DrivenClock, admin: asyncpg.Connection
) -> None:
    """A patient shares with somebody, not with whoever the practice says it is afterwards."""
    await desk.keep()
    await desk.share(desk.nadia)
    await desk.look(desk.nadia_account)
    clock.forward(timedelta(hours=1))
    async with desk.database.transaction(desk.tenant) as tx:
        await opening.ask_account(tx, desk.max, "", role="owner")
        await desk.give(tx, desk.nadia, desk.max_account)
    with pytest.raises(NotShared):
        await desk.look(desk.max_account)
    assert await desk.readable(desk.nadia) == []
    assert not (await desk.own()).consents[0].holds(clock.now())
    (kept,) = await admin.fetch("select person from health_opening")
    assert kept["person"] == desk.nadia_account
    async with desk.database.transaction(desk.tenant) as tx:
        again = Share(practitioner=str(desk.nadia), days="7")
        await actions.share(tx, UUID(int=81), DOCUMENT, desk.lea, again)
    assert (await desk.look(desk.max_account)).title == "Prise de sang"
    assert [one.person for one in (await desk.own()).openings] == [
        desk.max_account,
        desk.nadia_account,
    ]


async def test_whoever_is_erased_shares_nothing_any_more(desk: Desk, clock: DrivenClock) -> None:
    await desk.keep()
    await desk.share(desk.nadia)
    for addresses, left in ((["paul@example.org"], ["Prise de sang"]), (["lea@example.org"], [])):
        async with desk.database.transaction(desk.tenant) as tx:
            con = await tx.connection()
            forget = "select forget_consents($1, $2, $3)"
            await con.execute(forget, 0, addresses, clock.now())
        assert await desk.readable(desk.nadia) == left


async def test_what_an_order_keeps_is_not_deleted_before_it_is_over(
    desk: Desk, admin: asyncpg.Connection
) -> None:
    await desk.keep()
    await admin.execute("insert into legal_hold values ($1, now(), 'TJ 12')", desk.tenant)
    async with desk.database.transaction(desk.tenant) as tx:
        with pytest.raises(DocumentHeld):
            await actions.delete_document(tx, DOCUMENT, desk.lea)
    await admin.execute("delete from legal_hold")
    async with desk.database.transaction(desk.tenant) as tx:
        await actions.delete_document(tx, DOCUMENT, desk.lea)
        assert await actions.list_own(tx, desk.lea) == []


async def test_the_keys_are_looked_up_once_however_many_titles_are_listed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[int | None] = []
    known = keys.open_ring

    async def open_ring(tx: Tx) -> keys.Ring:
        looked.append(tx.tenant)
        return await known(tx)

    async with desk.database.transaction(desk.tenant) as tx:
        for number in (71, 72, 73):
            said = KeepDocument(title=f"Analyse {number}", content=PDF)
            await actions.keep_document(tx, UUID(int=number), desk.lea, said)
    monkeypatch.setattr(keys, "open_ring", open_ring)
    async with desk.database.transaction(desk.tenant) as tx:
        found = await actions.list_own(tx, desk.lea)
        assert {one.title for one in found} == {"Analyse 71", "Analyse 72", "Analyse 73"}
        assert await actions.list_own(tx, desk.paul) == []
    assert looked == [desk.tenant]
