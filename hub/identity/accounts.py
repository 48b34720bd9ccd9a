"""What a person does with their own account while signed in: another password, an end to the
browsers that are signed in as them, a first second factor. All ask for the password that they have.
"""

from hub import audit
from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.errors import NotSignedIn
from hub.identity import actions, letters, policy, store
from hub.identity.errors import PasswordRefused
from hub.identity.models import ChangePassword, Credential, OpenSession
from hub.identity.passwords import hash_password, password_matches
from hub.identity.tokens import token_hash

MOST_SESSIONS = 50  # shown of one person; all of them can be ended
OTHERS = "others"


async def change_password(
    database: Database,
    caller: Caller,
    token: str | None,
    command: ChangePassword,
    *,
    host: str | None,
) -> None:
    """The caller has another password from now on, and is signed in nowhere but here; a letter
    tells them. The attempt is counted like a sign-in. Raises `PasswordRefused` with the field,
    `SignInLocked`."""
    person, email = _person(caller)
    policy.check_new_password(command.password, command.again, (email, caller.name or ""))
    known = await check_known(database, caller, command.current, "current", host=host)
    password_hash = await hash_password(command.password)
    here = (token_hash(token) if token else None) or b""
    async with database.transaction() as tx:
        operator = await store.find_operator(tx)
    async with database.transaction(operator, actor=caller.actor) as tx:
        if not await store.change_password(tx, person, known.password_hash, password_hash, here):
            raise PasswordRefused("This is not your password.", field="current")
        reader = await store.find_reader(tx, email)
        if tx.tenant is not None and reader is not None:
            await audit.record(tx, action="password.changed", subject=f"person:{person}")
            await letters.write_changed(tx, reader)


async def list_sessions(tx: Tx, caller: Caller) -> list[OpenSession]:
    """Where the caller is signed in, last used first."""
    person, _ = _person(caller)
    return await store.list_sessions(tx, person, policy.SESSION_LIMITS, MOST_SESSIONS)


async def end_sessions(
    database: Database,
    caller: Caller,
    token: str | None,
    which: str,
    password: str,
    *,
    host: str | None,
) -> None:
    """End one session of the caller, by its name, or all but this one (`OTHERS`); nothing happens
    to one that has ended already. Raises `PasswordRefused`, `SignInLocked`."""
    person, _ = _person(caller)
    await check_known(database, caller, password, "known", host=host)
    here = (token_hash(token) if token else None) or b""
    async with database.transaction(actor=caller.actor) as tx:
        if which == OTHERS:
            await store.delete_other_sessions(tx, person, here)
        else:
            await store.delete_session_of(tx, person, policy.session_named(which))


async def check_known(
    database: Database, caller: Caller, password: str, field: str, *, host: str | None
) -> Credential:
    """What the caller's password is compared with, once it was shown; counted like a sign-in.
    Raises `PasswordRefused` with the field, `SignInLocked`."""
    person, email = _person(caller)
    async with database.transaction() as tx:
        found = await actions.begin_attempt(
            tx, policy.normal_email(email), policy.address_block(host)
        )
    matches = await password_matches(found.password_hash if found else None, password)
    if found is None or found.person != person or not matches:
        raise PasswordRefused("This is not your password.", field=field)
    async with database.transaction() as tx:
        await store.forget_attempts(tx, policy.normal_email(email))
    return found


def _person(caller: Caller) -> tuple[int, str]:
    if caller.person is None or caller.email is None:
        raise NotSignedIn()
    return caller.person, caller.email
