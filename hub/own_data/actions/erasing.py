"""Erase a person where the law lets: first behind each wall, then the account itself.

An erasure that is cut off is begun again: the account stands until everything else is done.
"""

from collections import Counter
from contextlib import AbstractAsyncContextManager

from hub import audit, identity, tenancy
from hub.core.caller import Caller
from hub.core.clock import local_date
from hub.core.db import Database, Tx
from hub.core.sentences import say
from hub.own_data import policy, store
from hub.own_data.actions.asking import person_of
from hub.own_data.errors import NotMeant, StillOwner, UnderLegalHold
from hub.own_data.models import TENANTS_MAX, Erased, EraseMe, Foreseen
from hub.own_data.policy import Rules

ZONE = "Europe/Paris"


class _Whole:
    """Where a person's rows stand: addresses, walls, tables."""

    def __init__(self, database: Database, person: int, rules: Rules) -> None:
        self.database = database
        self.person = person
        self.rules = rules
        self.said = rules.said()
        self.addresses: list[str] = []
        self.tenants: list[int] = []
        self._walled: set[str] = set()

    async def find(self, tx: Tx) -> None:
        functions = [proof.function for proof in self.rules.proofs]
        self.addresses = await store.list_addresses(tx, functions, self.person)
        self.tenants = await store.list_tenants(
            tx, list(self.rules.tenants), self.person, self.addresses, TENANTS_MAX
        )
        self._walled = await store.list_walled(tx, list(self.rules.about))

    async def count(self, tx: Tx) -> Counter[str]:
        """A person's rows by table, behind the wall of the transaction or behind none."""
        tables = [one for one in self.rules.about if (one in self._walled) == bool(tx.tenant)]
        counted = await store.count_rows(tx, tables, self.said, self.person, self.addresses)
        return Counter({name: rows for name, rows in counted.items() if rows})

    def behind(self, tenant: int | None) -> AbstractAsyncContextManager[Tx]:
        """A transaction of its own behind a wall."""
        return self.database.transaction(tenant, actor=f"person:{self.person}")


async def foresee_erasure(database: Database, caller: Caller) -> Foreseen:
    """What an erasure would do, in numbers. Raises `NotSignedIn`, `FactorStale`."""
    async with database.transaction() as tx:
        whole = _Whole(database, person_of(tx, caller), policy.rules_of(database.slices))
        await whole.find(tx)
        owns = await tenancy.list_sole_ownerships(tx, whole.person)
        found = await whole.count(tx)
        today = local_date(tx.now, ZONE)
    for tenant in whole.tenants:
        async with whole.behind(tenant) as tx:
            found += await whole.count(tx)
    return Foreseen(
        goes=sum(whole.rules.left(found).values()),
        kept=whole.rules.kept(found, today),
        owns=tuple(owns),
        proven=(caller.email or "").lower() in whole.addresses,
        prove_at=next((one.page for one in whole.rules.proofs), None),
    )


async def erase_person(
    database: Database, caller: Caller, command: EraseMe, *, host: str | None
) -> Erased:
    """Erase everything about me that no law keeps, and my account; the certificate.

    Raises `NotMeant` for another e-mail, `StillOwner` for an organisation that nobody else would
    answer for, `UnderLegalHold`, `WrongCredentials`, `SignInLocked`, `FactorStale`.
    """
    async with database.transaction() as tx:
        whole = _Whole(database, person_of(tx, caller), policy.rules_of(database.slices))
        owns = await tenancy.list_sole_ownerships(tx, whole.person)
        await whole.find(tx)
        await _check_not_kept(tx, whole.tenants)
    if command.email.strip().lower() != (caller.email or "").lower():
        raise NotMeant("It is the one you sign in with.", field="email")
    _check_owns_nothing(owns)
    await identity.check_password(database, command.email, command.password, host=host)
    async with whole.behind(None) as tx:
        # Before anything goes: of two owners who go at once, the second stays with all their rows.
        _check_owns_nothing(await tenancy.lock_sole_ownerships(tx, whole.person))
    before, after = Counter[str](), Counter[str]()
    for tenant in whole.tenants:
        async with whole.behind(tenant) as tx:
            await _check_not_kept(tx, [tenant])  # an order may have come since
            was = await whole.count(tx)
            for function in whole.rules.forgets:
                await store.forget(tx, function, whole.person, whole.addresses)
            before, after = before + was, after + await whole.count(tx)
            if was:
                await audit.record(tx, action="person.erased", subject=f"person:{whole.person}")
    return await _end(whole, before, after)


async def _check_not_kept(tx: Tx, tenants: list[int]) -> None:
    if await store.is_on_hold(tx, tenants):
        raise UnderLegalHold("Nothing is erased before that order is lifted (GDPR, 17(3)(b)).")


def _check_owns_nothing(names: list[str]) -> None:
    if names:
        raise StillOwner(say("Name another owner of %(name)s first.", name=names[0]))


async def _end(whole: _Whole, before: Counter[str], after: Counter[str]) -> Erased:
    """The account itself goes last, with all that hangs on it."""
    rules = whole.rules
    async with whole.behind(None) as tx:
        # Somebody may have been made an owner since, or have had the time of leaving run out.
        _check_owns_nothing(await tenancy.lock_sole_ownerships(tx, whole.person))
        before = before + await whole.count(tx)
        for function in rules.forgets_last:
            await store.forget(tx, function, whole.person, whole.addresses)
        after = after + await whole.count(tx)
        # What hangs on the account alone is gone with it, behind whatever wall it stands.
        after = Counter({n: rows for n, rows in after.items() if not _hangs(rules, n)})
        return Erased(
            person=whole.person,
            erased_at=tx.now,
            addresses=tuple(whole.addresses),
            erased=dict(sorted((before - after).items())),
            kept=rules.kept(after, local_date(tx.now, ZONE)),
            left=rules.left(after),
        )


def _hangs(rules: Rules, table: str) -> bool:
    about = rules.about[table]
    return bool(about.person) and not (about.email or about.keeps)
