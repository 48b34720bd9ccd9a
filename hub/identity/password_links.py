"""A new password for who has forgotten theirs, or arrived without one: by a link in a letter."""

from hub import audit
from hub.core import outbox
from hub.core.db import Database, Tx
from hub.identity import actions, letters, policy, store
from hub.identity.errors import LinkOver, PasswordRefused
from hub.identity.models import PasswordForgotten, Reader
from hub.identity.passwords import hash_password
from hub.identity.tokens import draw_token, token_hash


async def ask(database: Database, email: str, *, host: str | None) -> None:
    """Have the letter sent, if anybody has this e-mail: a task looks, so that neither the answer
    nor its time tells. Counted like a sign-in, but apart: whoever is locked out by wrong passwords
    may ask. Raises `PasswordRefused`, `SignInLocked`."""
    email = policy.normal_email(email)
    if not policy.may_be_email(email):
        raise PasswordRefused("Give an e-mail such as name@example.fr.", field="email")
    async with database.transaction() as tx:
        await actions.count_attempt(tx, policy.letters_to(email), policy.address_block(host))
        operator = await store.find_operator(tx)
        if operator is not None:
            await outbox.emit_for(tx, operator, PasswordForgotten(email=email))


async def write_link(tx: Tx, asked: PasswordForgotten) -> None:
    """The letter, to who has this e-mail; none while enough links to them are good."""
    await store.lock_attempts(tx, policy.letters_to(asked.email))
    reader = await store.find_reader(tx, asked.email)
    if reader is None:
        return
    if await store.count_links(tx, reader.id, tx.now - policy.LINK_LIVES) >= policy.LINKS_ALIVE:
        return
    link = draw_token(tx.database.ids)
    hashed = token_hash(link)
    assert hashed is not None
    await store.insert_link(tx, hashed, reader.id)
    await letters.write_link(tx, reader, link)


async def check_link(tx: Tx, link: str) -> Reader:
    """Whose password this link sets. Raises `LinkOver`."""
    hashed = token_hash(link)
    reader = None
    if hashed is not None:
        reader = await store.find_reader_of_link(tx, hashed, tx.now - policy.LINK_LIVES)
    if reader is None:
        raise LinkOver("Ask for another e-mail.")
    return reader


async def set_password(database: Database, link: str, password: str, again: str) -> None:
    """The link's person has this password from now on, and is signed in nowhere; a letter tells
    them. Their second factor stays and is asked as before. Raises `LinkOver`, `PasswordRefused`."""
    async with database.transaction() as tx:
        reader = await check_link(tx, link)
        operator = await store.find_operator(tx)
    policy.check_new_password(password, again, (reader.email, reader.name))
    password_hash = await hash_password(password)
    hashed = token_hash(link)
    assert hashed is not None
    async with database.transaction(operator, actor=f"person:{reader.id}") as tx:
        if not await store.set_password(tx, hashed, tx.now - policy.LINK_LIVES, password_hash):
            raise LinkOver("Ask for another e-mail.")
        await store.forget_attempts(tx, policy.normal_email(reader.email))
        if tx.tenant is not None:
            await audit.record(tx, action="password.set", subject=f"person:{reader.id}")
            await letters.write_changed(tx, reader)
