"""Who holds the money is told of a new difference, once; who owes some is asked for it."""

from functools import cache

from hub import payments, tenancy
from hub.core.db import Database, Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.reconciling import policy, store, words
from tourism.reconciling.models import Break

TOLD_MOST, DEBTS_MOST = 100, 500
RESPONSIBLE = frozenset({tenancy.Role.OWNER, tenancy.Role.MANAGER, tenancy.Role.TREASURER})


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "tourism.search", "tourism.reconciling"])
    return Site(folders, [], demo=_settings().demo)


async def tell_breaks(database: Database) -> int:
    """Write to those who answer for the platform's money about what nobody was told of yet, so
    much of it as a letter holds: the rest is told next; how many letters."""
    async with database.transaction() as tx:
        fresh = await store.list_untold(tx, TOLD_MOST)
        holders = await store.list_holders(tx) if fresh else []
    told = 0
    for holder in holders:
        async with database.transaction(holder, actor="reconciling") as tx:
            for reader in await tenancy.list_readers(tx, RESPONSIBLE):
                await write_mail(tx, _breaks_letter(reader, fresh))
                told += 1
            await store.mark_told(tx, [one.key for one in fresh])
    return told


async def ask_debts(database: Database, most: int = DEBTS_MOST) -> int:
    """Ask for what no share has paid in a fortnight: a letter to the holder, once a month, that
    says how long it has lasted; how many holders were asked."""
    async with database.transaction() as tx:
        due = await store.list_debts_to_ask(
            tx, tx.now - policy.ASKED_AFTER, tx.now - policy.ASKED_AGAIN, most
        )
    for debt in due:
        async with database.transaction(debt.holder, actor="reconciling") as tx:
            await store.insert_asked(tx, debt.cents)
            await write_to_holder(tx, "debt", debt=debt, days=debt.age_days(tx.now))
    return len(due)


async def tell_returned_payout(tx: Tx, id: str) -> None:
    """The caller's bank has sent a payout back: those who answer for the money are told, once."""
    payout = await payments.find_payout(tx, id)
    if payout is None or payout.state != "failed" or not await store.insert_told(tx, id):
        return
    holder = await tenancy.find_organisation(tx)
    for reader in await tenancy.list_readers(tx, RESPONSIBLE):
        letter = _letter(reader, "payout", "payments", holder=holder.name, payout=payout)
        await write_mail(tx, letter)


async def write_to_holder(tx: Tx, kind: str, **said: object) -> None:
    """A letter about a debt to those who answer for the money of the caller, who owes it; a house
    finds there where to pay by card, anybody else where to transfer it."""
    holder = await tenancy.find_organisation(tx)
    by_card = holder.kind is tenancy.Kind.LODGING
    page = "debts" if by_card else "debts/transfer"
    for reader in await tenancy.list_readers(tx, RESPONSIBLE):
        letter = _letter(reader, kind, page, holder=holder.name, by_card=by_card, **said)
        await write_mail(tx, letter)


def _breaks_letter(reader: tenancy.Reader, fresh: list[Break]) -> Letter:
    return _letter(reader, "breaks", "reconciliation", breaks=fresh, kinds=words.KINDS)


def _letter(reader: tenancy.Reader, name: str, page: str, **said: object) -> Letter:
    """A letter in the language that the person reads."""
    context = {**said, "link": f"{_settings().public_url}/pro/{page}"}
    subject = _site().render(reader.language, f"reconciling/letters/{name}.subject.txt", context)
    body = _site().render(reader.language, f"reconciling/letters/{name}.txt", context)
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part) + "\n"
    html = _site().render(reader.language, "reconciling/letters/letter.html", {"text": text})
    return Letter(
        recipient=reader.email,
        language=reader.language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )
