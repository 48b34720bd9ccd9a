"""The statements of identity."""

from collections.abc import Sequence
from datetime import datetime

import msgspec

from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.sql import load_queries
from hub.identity.models import (
    Credential,
    Factor,
    Offer,
    OpenSession,
    OrganisationChoice,
    Person,
    Reader,
    RegisterPerson,
    SessionLimits,
)

q = load_queries(__name__)

ANSWER_WITHIN_S = 5


class Attempt(msgspec.Struct, frozen=True, kw_only=True):
    """An attempt to sign in, under way or failed."""

    at: datetime


async def insert_person(tx: Tx, command: RegisterPerson) -> int | None:
    """The new person's id; None when the e-mail has an account."""
    return await tx.value(
        int,
        q.insert_person,
        email=command.email.strip(),
        name=command.name.strip(),
        password_hash=command.password_hash,
        now=tx.now,
    )


async def find_person_by_email(tx: Tx, email: str) -> Person | None:
    return await tx.one(Person, q.find_person_by_email, email=email)


async def keep_language(tx: Tx, person: int, language: str) -> None:
    await tx.run(q.keep_language, person=person, language=language)


async def find_credential(tx: Tx, email: str) -> Credential | None:
    return await tx.one(Credential, q.find_credential, email=email)


async def lock_attempts(tx: Tx, of: str) -> None:
    await tx.run(q.lock_attempts, of=of)


async def list_attempts_of_email(
    tx: Tx, email: str, *, since: datetime, wanted: int
) -> Sequence[datetime]:
    rows = await tx.all(Attempt, q.list_attempts_of_email, email=email, since=since, wanted=wanted)
    return [row.at for row in rows]


async def list_attempts_of_address(
    tx: Tx, address: str, *, since: datetime, wanted: int
) -> Sequence[datetime]:
    rows = await tx.all(
        Attempt, q.list_attempts_of_address, address=address, since=since, wanted=wanted
    )
    return [row.at for row in rows]


async def insert_attempt(tx: Tx, email: str, address: str) -> None:
    await tx.run(q.insert_attempt, email=email, address=address, now=tx.now)


async def forget_attempts(tx: Tx, email: str) -> None:
    await tx.run(q.forget_attempts, email=email)


async def forget_old_attempts(tx: Tx, before: datetime) -> None:
    await tx.run(q.forget_old_attempts, before=before)


async def insert_session(
    tx: Tx,
    token: bytes,
    person: int,
    organisation: int | None,
    expires_at: datetime,
    factor_at: datetime | None,
) -> None:
    await tx.run(
        q.insert_session,
        token=token,
        person=person,
        organisation=organisation,
        now=tx.now,
        expires_at=expires_at,
        factor_at=factor_at,
    )


async def delete_session(tx: Tx, token: bytes) -> None:
    await tx.run(q.delete_session, token=token)


async def forget_ended_sessions(tx: Tx, unused_since: datetime) -> None:
    await tx.run(q.forget_ended_sessions, now=tx.now, unused_since=unused_since)


async def choose_organisation(tx: Tx, token: bytes, organisation: int) -> bool:
    """False when the session has ended meanwhile."""
    return await tx.run(q.choose_organisation, token=token, organisation=organisation) == 1


async def list_choices(tx: Tx, person: int) -> list[OrganisationChoice]:
    return await tx.all(OrganisationChoice, q.list_choices, person=person)


async def find_session_caller(
    database: Database, token: bytes, now: datetime, limits: SessionLimits
) -> Caller | None:
    """One message to the database: no transaction around it, because it stands alone."""
    arguments = q.find_session_caller.arguments(
        {"token": token, "now": now, "idle": limits.idle, "touch_every": limits.touch_every}
    )
    con = await database.acquire()
    try:
        row = await con.fetchrow(q.find_session_caller.sql, *arguments, timeout=ANSWER_WITHIN_S)
    finally:
        await database.release(con)
    return None if row is None else msgspec.convert(dict(row), Caller)


async def find_factor(tx: Tx, person: int) -> Factor | None:
    return await tx.one(Factor, q.find_factor, person=person)


async def has_factor(tx: Tx, person: int) -> bool:
    return await tx.value(bool, q.has_factor, person=person) or False


async def take_step(tx: Tx, person: int, step: int) -> bool:
    """False when this code, or a later one, was taken already."""
    return await tx.run(q.take_step, person=person, step=step) == 1


async def insert_factor(tx: Tx, person: int, secret: bytes, step: int) -> bool:
    """False when the person has one."""
    done = await tx.run(q.insert_factor, person=person, secret=secret, step=step, now=tx.now)
    return done == 1


async def delete_factor(tx: Tx, person: int) -> bool:
    return await tx.run(q.delete_factor, person=person) == 1


async def put_offer(tx: Tx, person: int, secret: bytes) -> None:
    await tx.run(q.put_offer, person=person, secret=secret, now=tx.now)


async def find_offer(tx: Tx, person: int, since: datetime) -> Offer | None:
    return await tx.one(Offer, q.find_offer, person=person, since=since)


async def delete_offer(tx: Tx, person: int) -> None:
    await tx.run(q.delete_offer, person=person)


async def forget_old_offers(tx: Tx, before: datetime) -> None:
    await tx.run(q.forget_old_offers, before=before)


async def insert_recovery_codes(tx: Tx, person: int, hashes: Sequence[bytes]) -> None:
    await tx.run(q.insert_recovery_codes, person=person, hashes=list(hashes))


async def use_recovery_code(tx: Tx, person: int, hash: bytes) -> bool:
    """False when it is none of the person's, or was used."""
    return await tx.run(q.use_recovery_code, person=person, hash=hash, now=tx.now) == 1


async def delete_recovery_codes(tx: Tx, person: int) -> None:
    await tx.run(q.delete_recovery_codes, person=person)


async def count_recovery_codes(tx: Tx, person: int) -> int:
    return await tx.value(int, q.count_recovery_codes, person=person) or 0


async def show_factor(tx: Tx, token: bytes) -> None:
    await tx.run(q.show_factor, token=token, now=tx.now)


async def delete_other_sessions(tx: Tx, person: int, token: bytes) -> None:
    await tx.run(q.delete_other_sessions, person=person, token=token)


async def list_sessions(
    tx: Tx, person: int, limits: SessionLimits, wanted: int
) -> list[OpenSession]:
    return await tx.all(
        OpenSession,
        q.list_sessions,
        person=person,
        now=tx.now,
        unused_since=tx.now - limits.idle,
        wanted=wanted,
    )


async def delete_session_of(tx: Tx, person: int, token: bytes) -> bool:
    """False when the person has no such session."""
    return await tx.run(q.delete_session_of, person=person, token=token) == 1


async def change_password(
    tx: Tx, person: int, known_hash: str, password_hash: str, here: bytes
) -> bool:
    """False when the password has changed meanwhile."""
    done = await tx.value(
        bool,
        q.change_password,
        person=person,
        known_hash=known_hash,
        password_hash=password_hash,
        here=here,
    )
    return done or False


async def find_operator(tx: Tx) -> int | None:
    return await tx.value(int, q.find_operator)


async def find_reader(tx: Tx, email: str) -> Reader | None:
    return await tx.one(Reader, q.find_reader, email=email)


async def insert_link(tx: Tx, hash: bytes, person: int) -> None:
    await tx.run(q.insert_link, hash=hash, person=person, now=tx.now)


async def count_links(tx: Tx, person: int, since: datetime) -> int:
    return await tx.value(int, q.count_links, person=person, since=since) or 0


async def find_reader_of_link(tx: Tx, hash: bytes, since: datetime) -> Reader | None:
    return await tx.one(Reader, q.find_reader_of_link, hash=hash, since=since)


async def set_password(tx: Tx, hash: bytes, since: datetime, password_hash: str) -> bool:
    """False when the link is over."""
    done = await tx.value(int, q.set_password, hash=hash, since=since, password_hash=password_hash)
    return done is not None


async def forget_old_links(tx: Tx, before: datetime) -> None:
    await tx.run(q.forget_old_links, before=before)
