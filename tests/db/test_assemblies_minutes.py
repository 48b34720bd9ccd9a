"""The minutes of a vote: a PDF with both calls, signed once, its hash in the record."""

import hashlib
from io import BytesIO
from uuid import UUID

import asyncpg
import msgspec
import pypdf
import pytest

from hub import audit, members
from hub.assemblies.models import Choice, State
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.minutes import actions as minutes
from hub.minutes.errors import MinutesInvalid, MinutesNotReady, SignerNotAllowed
from hub.minutes.models import Signature, SignMinutes
from tests.db.test_assemblies import (
    FEDERATION,
    HOTELS,
    OFFICES,
    STATUTE,
    advance,
    cast,
    federation,
    give,
    look,
    open_vote,
)
from tests.db.test_assemblies_letters import letters, readers

__all__ = ["federation", "open_vote", "readers"]


async def close(database: Database, clock: DrivenClock, id: UUID) -> State | None:
    clock.set((await look(database, id)).closes_at)
    return await advance(database, id)


@pytest.fixture
async def adopted(database: Database, clock: DrivenClock, open_vote: UUID) -> UUID:
    """Adopted at the second call, one ballot by proxy."""
    for member in (*HOTELS, *OFFICES):
        await cast(database, open_vote, member)
    assert await close(database, clock, open_vote) is State.RECALLED
    clock.set((await look(database, open_vote)).opens_at)
    await advance(database, open_vote)
    await give(database, open_vote, 4, 3)
    await cast(database, open_vote, 3)
    await cast(database, open_vote, 4, by=3)
    await cast(database, open_vote, 5, Choice.NO)
    await cast(database, open_vote, 7)
    assert await close(database, clock, open_vote) is State.ADOPTED
    return open_vote


async def sign(
    database: Database, id: UUID, role: str | None = "owner", **changes: object
) -> Signature:
    shown = (await look(database, id)).minutes_hash or ""
    said = SignMinutes(shown_hash=shown, name=" Ana Roy ", quality="Présidente", read=True)
    async with database.transaction(FEDERATION, actor="person:7") as tx:
        return await minutes.sign(tx, id, msgspec.structs.replace(said, **changes), role=role)


async def document(database: Database, id: UUID, language: str = "fr") -> bytes:
    async with database.transaction(FEDERATION) as tx:
        return await minutes.find_document(tx, id, language)


def words(data: bytes) -> str:
    text = "\n".join(page.extract_text() for page in pypdf.PdfReader(BytesIO(data)).pages)
    return text.replace("\xa0", " ").replace("\u202f", " ")


async def test_the_pdf_says_what_was_decided_how_and_by_whom(
    database: Database, adopted: UUID
) -> None:
    text = words(await document(database, adopted))
    for expected in (
        "Procès-verbal du vote n° 1",
        "Première convocation",
        "Le quorum n'est pas atteint.",
        "Seconde convocation",
        "63,3 % de oui, pondéré (19/30)",
        "La proposition est adoptée.",
        "à partir du lundi 1 mars 2027",
        "règle « Hôtels »",
        "Aider.",
        "O4 Hôtels Oui (par procuration)",
        "3 membres inscrits sur 7 n'ont pas voté.",
        "Projet : ce procès-verbal n'est pas signé.",
    ):
        assert expected in text, (expected, text)
    assert "Draft: these minutes are not signed." in words(await document(database, adopted, "en"))


async def test_it_is_signed_once_and_its_bytes_are_hashed_in_the_record(
    database: Database, admin: asyncpg.Connection, adopted: UUID, clock: DrivenClock
) -> None:
    await letters(admin)
    signed = await sign(database, adopted)
    kept = await document(database, adopted, "en")
    assert hashlib.sha256(kept).hexdigest() == signed.document_hash
    text = words(kept)
    for expected in ("Signé par Ana Roy", "En qualité de Présidente", signed.minutes_hash[:40]):
        assert expected in text, (expected, text)
    assert "Projet" not in text
    async with database.transaction(FEDERATION) as tx:
        entry = (await audit.list_entries(tx, wanted=1))[0]
    assert entry.action == "minutes.signed"
    assert entry.detail == {"minutes": signed.minutes_hash, "document": signed.document_hash}
    told = await letters(admin)
    assert set(told) == {"fr", "de", "nl"}
    assert signed.document_hash in told["de"]["body_text"]

    clock.set(clock.now().replace(minute=30))
    assert await sign(database, adopted, name="Somebody else") == signed
    assert await document(database, adopted) == kept
    assert await letters(admin) == {}


async def test_no_role_changes_a_byte_of_it(
    database: Database, admin: asyncpg.Connection, adopted: UUID
) -> None:
    await sign(database, adopted)
    for change in ("signed_name = 'x'", "document = document || '\\x00'::bytea"):
        with pytest.raises(asyncpg.PostgresError, match="append only"):
            await admin.execute(f"update assembly_minutes set {change}")
    with pytest.raises(asyncpg.PostgresError, match="append only"):
        await admin.execute("delete from assembly_minutes")


async def test_a_secret_vote_says_who_voted_and_not_how(
    database: Database, clock: DrivenClock, admin: asyncpg.Connection, open_vote: UUID
) -> None:
    async with database.transaction(FEDERATION) as tx:
        await members.write_statute(tx, msgspec.structs.replace(STATUTE, secret=True))
    await admin.execute("update proposal set statute = jsonb_set(statute, '{secret}', 'true')")
    for member in (*HOTELS, *OFFICES, 7, 8):
        await cast(database, open_vote, member)
    await close(database, clock, open_vote)
    text = words(await document(database, open_vote))
    assert "O3 Hôtels a voté" in text
    assert "O3 Hôtels Oui" not in text


async def test_there_is_nothing_to_sign_before_the_count(
    database: Database, open_vote: UUID
) -> None:
    with pytest.raises(MinutesNotReady):
        await sign(database, open_vote)
    with pytest.raises(MinutesNotReady):
        await document(database, open_vote)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"quality": ""}, "quality"),
        ({"read": False}, "read"),
        ({"shown_hash": "0" * 64}, None),
    ],
)
async def test_what_is_not_a_signature_is_refused(
    database: Database, adopted: UUID, changes: dict[str, object], field: str | None
) -> None:
    with pytest.raises(MinutesInvalid) as refused:
        await sign(database, adopted, **changes)
    assert refused.value.extra.get("field") == field


@pytest.mark.parametrize("role", [None, "member", "treasurer"])
async def test_only_who_answers_for_the_federation_signs(
    database: Database, adopted: UUID, role: str | None
) -> None:
    with pytest.raises(SignerNotAllowed):
        await sign(database, adopted, role)
