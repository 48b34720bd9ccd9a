"""Register persons, let them in and out, and know whom a session stands for."""

from datetime import datetime, timedelta

from hub.core.caller import Caller
from hub.core.db import Database, Tx
from hub.core.errors import NotSignedIn
from hub.core.i18n import LANGUAGES
from hub.identity import policy, recording, store
from hub.identity.errors import (
    EmailTaken,
    FactorWanted,
    NotYourOrganisation,
    SignInLocked,
    WrongCredentials,
)
from hub.identity.models import (
    Credential,
    OpenAccount,
    OrganisationChoice,
    Person,
    Profile,
    RegisterPerson,
    SignedIn,
    SignIn,
)
from hub.identity.passwords import hash_password, password_matches
from hub.identity.recording import Outcome
from hub.identity.tokens import draw_token, token_hash


async def register_person(tx: Tx, command: RegisterPerson) -> int:
    """Open an account; the person's id. Raises `PersonInvalid`, `EmailTaken`."""
    policy.check_person(command)
    id = await store.insert_person(tx, command)
    if id is None:
        raise EmailTaken("Sign in with it, or use another e-mail.", field="email")
    return id


async def open_account(
    database: Database,
    command: OpenAccount,
    *,
    host: str | None,
    replaces: str | None,
    language: str | None = None,
) -> SignedIn:
    """Register somebody and let them in. The attempts are counted like those to sign in, so that
    nobody opens accounts, or asks which exist, by the thousand.

    Raises `PersonInvalid`, `EmailTaken`, `SignInLocked`.
    """
    email = policy.normal_email(command.email)
    policy.check_account(email, command.name)
    policy.check_chosen_password(command.password, (email, command.name))
    async with database.transaction() as tx:
        known = await begin_attempt(tx, email, policy.address_block(host))
    if known is not None:
        raise EmailTaken("Sign in with it, or use another e-mail.", field="email")
    hashed = await hash_password(command.password)
    async with database.transaction() as tx:
        person = await register_person(
            tx, RegisterPerson(email=email, name=command.name, password_hash=hashed)
        )
        opened = await open_session(tx, person, replaces=replaces, language=language)
    recording.note(Outcome.OPENED, by="password", host=host, person=person)
    return opened


async def find_person_by_email(tx: Tx, email: str) -> Person | None:
    """The person whose account has this e-mail, in any letter case."""
    return await store.find_person_by_email(tx, policy.normal_email(email))


async def sign_in(
    database: Database,
    command: SignIn,
    *,
    host: str | None,
    replaces: str | None,
    language: str | None = None,
) -> SignedIn:
    """Let a person in with a new session; the session of the secret `replaces` ends. Letters to
    them speak the `language` of the page they came by.

    Two transactions with the password's comparison between them: the attempt must be counted
    even when it fails, and no connection waits for a hash. Raises `WrongCredentials` (the same
    for an unknown e-mail), `SignInLocked`, and `FactorWanted` when all is right but a second factor
    must be shown (`factors.finish_sign_in`).
    """
    email = policy.normal_email(command.email)
    if not policy.may_be_email(email):
        raise WrongCredentials()
    credential = await _compare(database, email, command.password, host)
    person, opened = credential.person, None
    async with database.transaction(actor=f"person:{person}") as tx:
        await store.forget_attempts(tx, email)
        if not await store.has_factor(tx, person):
            opened = await open_session(tx, person, replaces=replaces, language=language)
    outcome = Outcome.FACTOR_WANTED if opened is None else Outcome.SIGNED_IN
    recording.note(outcome, by="password", host=host, person=person)
    if opened is None:
        raise FactorWanted(person)
    return opened


async def _compare(database: Database, email: str, password: str, host: str | None) -> Credential:
    """Whose password this is. Raises `WrongCredentials`, `SignInLocked`."""
    try:
        async with database.transaction() as tx:
            credential = await begin_attempt(tx, email, policy.address_block(host))
    except SignInLocked:
        recording.note(Outcome.LOCKED, by="password", host=host)
        raise
    matches = await password_matches(credential.password_hash if credential else None, password)
    if credential is None or not matches:
        person = credential.person if credential else None
        recording.note(Outcome.WRONG, by="password", host=host, person=person)
        raise WrongCredentials()
    return credential


async def check_password(
    database: Database, email: str, password: str, *, host: str | None
) -> None:
    """Whoever is signed in shows once more that they know the password, before something that
    cannot be taken back. Counted like a sign-in. Raises `WrongCredentials`, `SignInLocked`."""
    email = policy.normal_email(email)
    async with database.transaction() as tx:
        credential = await begin_attempt(tx, email, policy.address_block(host))
    if not await password_matches(credential.password_hash if credential else None, password):
        raise WrongCredentials()
    async with database.transaction() as tx:
        await store.forget_attempts(tx, email)


async def begin_attempt(tx: Tx, email: str, address: str) -> Credential | None:
    """Count an attempt before its password is looked at; what to compare the password with.

    Raises `SignInLocked` when this e-mail or this address has used up its attempts.
    """
    await count_attempt(tx, email, address)
    return await store.find_credential(tx, email)


async def count_attempt(tx: Tx, email: str, address: str) -> None:
    """The same for whatever is guessed at: `email` may stand for something else."""
    since = tx.now - policy.ATTEMPT_WINDOW
    await store.lock_attempts(tx, address)  # always before the e-mail's, so that nobody deadlocks
    await store.lock_attempts(tx, email)
    of_email = await store.list_attempts_of_email(
        tx, email, since=since, wanted=policy.ATTEMPTS_OF_EMAIL
    )
    of_address = await store.list_attempts_of_address(
        tx, address, since=since, wanted=policy.ATTEMPTS_OF_ADDRESS
    )
    waits = (
        policy.waiting_time(of_email, policy.ATTEMPTS_OF_EMAIL, tx.now),
        policy.waiting_time(of_address, policy.ATTEMPTS_OF_ADDRESS, tx.now),
    )
    wait = max((wait for wait in waits if wait is not None), default=timedelta())
    if wait:
        raise SignInLocked(wait)
    await store.insert_attempt(tx, email, address)


async def open_session(
    tx: Tx,
    person: int,
    *,
    replaces: str | None = None,
    language: str | None = None,
    factor_at: datetime | None = None,
) -> SignedIn:
    """A new session, with a new secret: one planted in the browser before is worth nothing."""
    await sign_out(tx, replaces)
    if language in LANGUAGES:
        await store.keep_language(tx, person, language)
    choices = await store.list_choices(tx, person)
    chosen = policy.only_choice(choices)
    token = draw_token(tx.database.ids)
    hashed = token_hash(token)
    assert hashed is not None
    await store.insert_session(
        tx,
        hashed,
        person,
        chosen.tenant if chosen else None,
        tx.now + policy.SESSION_LIMITS.absolute,
        factor_at,
    )
    return SignedIn(token=token, person=person, organisation=chosen, choices=tuple(choices))


async def sign_out(tx: Tx, token: str | None) -> None:
    """End the session of this secret, if there is one."""
    hashed = token_hash(token) if token else None
    if hashed is not None:
        await store.delete_session(tx, hashed)


async def list_choices(tx: Tx, caller: Caller) -> list[OrganisationChoice]:
    """The organisations the caller may act for."""
    return [] if caller.person is None else await store.list_choices(tx, caller.person)


async def choose_organisation(
    tx: Tx, caller: Caller, token: str | None, organisation: int
) -> OrganisationChoice:
    """Act for another organisation from now on. Raises `NotYourOrganisation`, `NotSignedIn`."""
    choices = await list_choices(tx, caller)
    chosen = next((choice for choice in choices if choice.tenant == organisation), None)
    if chosen is None:
        raise NotYourOrganisation()
    hashed = token_hash(token) if token else None
    if hashed is None or not await store.choose_organisation(tx, hashed, organisation):
        raise NotSignedIn("Your session has ended.")
    return chosen


async def describe_me(tx: Tx, caller: Caller) -> Profile:
    """Who the caller is and may act for."""
    if caller.person is None or caller.name is None or caller.email is None:
        raise NotSignedIn()
    choices = await list_choices(tx, caller)
    chosen = next((choice for choice in choices if choice.tenant == caller.tenant), None)
    return Profile(
        person=caller.person,
        name=caller.name,
        email=caller.email,
        organisation=chosen,
        organisations=tuple(choices),
    )


async def find_caller(database: Database, token: str) -> Caller | None:
    """Whom the secret of a session stands for; None when it ended or never was."""
    hashed = token_hash(token)
    if hashed is None:
        return None
    now = database.clock.now()
    return await store.find_session_caller(database, hashed, now, policy.SESSION_LIMITS)


async def forget_the_past(tx: Tx) -> None:
    """Drop attempts that count no more, and sessions that ended."""
    await store.forget_old_attempts(tx, tx.now - policy.ATTEMPT_WINDOW)
    await store.forget_old_offers(tx, tx.now - policy.OFFER_LIVES)
    await store.forget_old_links(tx, tx.now - policy.LINK_LIVES)
    await store.forget_ended_sessions(tx, tx.now - policy.SESSION_LIMITS.idle)
