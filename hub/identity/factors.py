"""Second factors: codes of a telephone (TOTP, RFC 6238), and recovery codes for when it is lost."""

from hub import audit
from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.errors import NotSignedIn
from hub.identity import actions, policy, recording, sealing, store
from hub.identity.errors import SignInLocked, TicketExpired, WrongCode
from hub.identity.models import FactorState, Shown, SignedIn
from hub.identity.recording import Outcome
from hub.identity.tokens import token_hash


async def finish_sign_in(
    database: Database,
    key: bytes,
    ticket: str,
    code: str,
    *,
    host: str | None,
    replaces: str | None,
    language: str | None = None,
) -> SignedIn:
    """Let in who has typed their password and now a code. Raises `TicketExpired`, `WrongCode`,
    `SignInLocked`."""
    person = sealing.read_ticket(key, ticket, database.clock.now())
    if person is None:
        raise TicketExpired("This took too long: type your password again.")
    await _check_code_noted(database, key, person, code, host)
    async with database.transaction(actor=f"person:{person}") as tx:
        opened = await actions.open_session(
            tx, person, replaces=replaces, language=language, factor_at=tx.now
        )
    recording.note(Outcome.SIGNED_IN, by="password and code", host=host, person=person)
    return opened


async def _check_code_noted(
    database: Database, key: bytes, person: int, code: str, host: str | None
) -> None:
    try:
        await check_code(database, key, person, code, host=host)
    except (WrongCode, SignInLocked) as error:
        outcome = Outcome.WRONG if isinstance(error, WrongCode) else Outcome.LOCKED
        recording.note(outcome, by="code", host=host, person=person)
        raise


async def check_code(
    database: Database, key: bytes, person: int, code: str, *, host: str | None
) -> None:
    """Take a code, once. The attempt is counted whatever comes of it, five in a quarter of an hour:
    guessing one in a million takes months. Raises `WrongCode`, `SignInLocked`."""
    name = f"second factor of {person}"
    async with database.transaction() as tx:
        await actions.count_attempt(tx, name, policy.address_block(host))
    async with database.transaction(actor=f"person:{person}") as tx:
        if not await _take(tx, key, person, policy.plain_code(code)):
            raise WrongCode("Type the code that is shown now, or a recovery code.", field="code")
        await store.forget_attempts(tx, name)


async def _take(tx: Tx, key: bytes, person: int, code: str) -> bool:
    factor = await store.find_factor(tx, person)
    if factor is None:
        return False
    secret = sealing.unseal(key, person, factor.secret)
    step = sealing.find_step(secret, code, tx.now) if secret else None
    if step is not None:
        return await store.take_step(tx, person, step)
    return await store.use_recovery_code(tx, person, sealing.recovery_hash(key, person, code))


async def find_state(tx: Tx, caller: Caller) -> FactorState | None:
    """The caller's second factor."""
    factor = await store.find_factor(tx, _person(caller))
    if factor is None:
        return None
    left = await store.count_recovery_codes(tx, _person(caller))
    return FactorState(since=factor.since, codes_left=left)


async def offer(tx: Tx, key: bytes, caller: Caller, issuer: str) -> Shown:
    """A secret for the caller's telephone, in the name of the service: the same for half an hour,
    so that a wrong code does not ask to scan again."""
    person = _person(caller)
    known = await store.find_offer(tx, person, tx.now - policy.OFFER_LIVES)
    secret = sealing.unseal(key, person, known.secret) if known else None
    if secret is None:
        secret = sealing.draw_secret(tx.database.ids)
        await store.put_offer(tx, person, sealing.seal(key, person, secret, tx.database.ids))
    return sealing.show(secret, caller.email or "", issuer)


async def set_up(
    database: Database, key: bytes, caller: Caller, token: str | None, code: str, host: str | None
) -> list[str]:
    """The caller's telephone shows the right code: from now on it is asked. The recovery codes,
    shown once. Every other session of theirs ends. Raises `WrongCode`, `SignInLocked`."""
    person = _person(caller)
    name = f"second factor of {person}"
    async with database.transaction() as tx:
        await actions.count_attempt(tx, name, policy.address_block(host))
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        known = await store.find_offer(tx, person, tx.now - policy.OFFER_LIVES)
        secret = sealing.unseal(key, person, known.secret) if known else None
        step = sealing.find_step(secret, policy.plain_code(code), tx.now) if secret else None
        if secret is None or step is None:
            raise WrongCode("Type the six digits that your telephone shows now.", field="code")
        sealed = sealing.seal(key, person, secret, tx.database.ids)
        if not await store.insert_factor(tx, person, sealed, step):
            raise WrongCode("You have a second factor already.", field="code")
        await store.delete_offer(tx, person)
        await store.forget_attempts(tx, name)
        await _show_in_session(tx, person, token)
        await _write_down(tx, caller, "second-factor.set-up")
        return await _draw_codes(tx, key, person)


async def show_again(
    database: Database, key: bytes, caller: Caller, token: str | None, code: str, host: str | None
) -> None:
    """The caller shows their second factor in this session. Raises `WrongCode`, `SignInLocked`."""
    await check_code(database, key, _person(caller), code, host=host)
    hashed = token_hash(token) if token else None
    async with database.transaction(actor=caller.actor) as tx:
        if hashed is not None:
            await store.show_factor(tx, hashed)


async def renew_codes(
    database: Database, key: bytes, caller: Caller, code: str, host: str | None
) -> list[str]:
    """New recovery codes; the old ones are worth nothing. Raises `WrongCode`, `SignInLocked`."""
    await check_code(database, key, _person(caller), code, host=host)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        await _write_down(tx, caller, "second-factor.codes-renewed")
        return await _draw_codes(tx, key, _person(caller))


async def take_away(
    database: Database, key: bytes, caller: Caller, token: str | None, code: str, host: str | None
) -> None:
    """The caller wants no second factor, or another telephone. Raises `WrongCode`,
    `SignInLocked`."""
    person = _person(caller)
    await check_code(database, key, person, code, host=host)
    async with database.transaction(caller.tenant, actor=caller.actor) as tx:
        await _forget(tx, person)
        hashed = token_hash(token) if token else None
        if hashed is not None:
            await store.delete_other_sessions(tx, person, hashed)
        await _write_down(tx, caller, "second-factor.taken-away")


async def forget_lost(tx: Tx, email: str) -> bool:
    """An administrator of the machine takes a person's lost second factor away; False when there
    is none. All their sessions end."""
    person = await actions.find_person_by_email(tx, email)
    if person is None or not await _forget(tx, person.id):
        return False
    await store.delete_other_sessions(tx, person.id, b"")
    return True


async def _forget(tx: Tx, person: int) -> bool:
    await store.delete_recovery_codes(tx, person)
    return await store.delete_factor(tx, person)


async def _show_in_session(tx: Tx, person: int, token: str | None) -> None:
    hashed = token_hash(token) if token else None
    if hashed is not None:
        await store.delete_other_sessions(tx, person, hashed)
        await store.show_factor(tx, hashed)


async def _draw_codes(tx: Tx, key: bytes, person: int) -> list[str]:
    ids = tx.database.ids
    codes = [
        policy.recovery_code(ids.below(policy.RECOVERY_NUMBERS))
        for _ in range(policy.RECOVERY_CODES)
    ]
    plain = [policy.plain_code(code) for code in codes]
    await store.delete_recovery_codes(tx, person)
    await store.insert_recovery_codes(
        tx, person, [sealing.recovery_hash(key, person, code) for code in plain]
    )
    return codes


async def _write_down(tx: Tx, caller: Caller, action: str) -> None:
    if caller.tenant is not None:
        await audit.record(tx, action=action, subject=f"person:{caller.person}")


def _person(caller: Caller) -> int:
    if caller.person is None:
        raise NotSignedIn()
    return caller.person
