"""What a seller must say of itself: asked for, reminded of, and its payments kept until it is said.

After two reminders and sixty days without an answer the seller's money stays with us (CGI 1649 ter
D); the answer releases it."""

from hub import audit, payments, tenancy
from hub.core.db import Database, Tx
from hub.core.mail import Letter, write_mail
from tourism.declaring import policy, store
from tourism.declaring.actions import letters, making
from tourism.declaring.errors import SellerFileInvalid
from tourism.declaring.models import Seller, SellerFile

RESPONSIBLE = frozenset({tenancy.Role.OWNER, tenancy.Role.MANAGER})


async def find_seller_file(tx: Tx) -> SellerFile | None:
    """What the caller's house has said of itself."""
    return await store.find_seller_file(tx)


async def keep_seller_file(tx: Tx, said: SellerFile) -> None:
    """Keep what the house says, and release its payments. Raises `SellerFileInvalid` naming the
    field."""
    for field, fault in policy.faults_of(said).items():
        raise SellerFileInvalid(fault, field=field)
    await store.keep_seller_file(tx, said)
    await payments.release_payee(tx)
    await audit.record(tx, action="declaring.seller", subject="seller_file")


async def remind_sellers(database: Database, operator: int, year: int) -> int:
    """Write to every reported seller of a year whose file is incomplete, and keep the payments of
    who was reminded twice and let sixty days go by; how many letters."""
    async with database.transaction(operator) as tx:
        years, sellers = await making.year_of(tx, year)
        lacking = [sellers[one.seller] for one in years if policy.missing_of(sellers[one.seller])]
    written = 0
    for seller in lacking:
        async with database.transaction(seller.seller, actor="declaring") as tx:
            written += await _remind(tx, seller)
    return written


async def _remind(tx: Tx, seller: Seller) -> int:
    members = await tenancy.list_members(tx)
    if not members:  # the house has left
        return 0
    if policy.must_withhold(seller, tx.now):
        await payments.withhold_payee(tx, "seller-file-missing")
        return 0
    if seller.reminders >= policy.REMINDERS:
        return 0
    await store.insert_reminder(tx, seller.reminders + 1)
    found: list[Letter] = [
        letters.reminder(member.email, seller) for member in members if member.role in RESPONSIBLE
    ]
    for letter in found:
        await write_mail(tx, letter)
    return len(found)
