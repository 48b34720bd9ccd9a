"""The core's own tasks."""

from datetime import timedelta

from hub.core import mail, outbox
from hub.core.db import Database
from hub.core.post import deliver
from hub.core.settings import read_settings
from hub.core.sql import load_queries
from hub.core.vertical import Nothing, Task

q = load_queries(__name__)

REPLIES_KEPT = timedelta(days=30)
AT_ONCE, STEPS = 5_000, 40


async def _send_mail(database: Database, tenant: int | None, message: mail.MailWritten) -> None:
    smtp_url = read_settings().smtp_url
    if smtp_url is None:
        return
    async with database.transaction(tenant) as tx:
        letter = await mail.find_mail(tx, message.mail)
    if letter is None or letter.sent_at is not None:
        return
    await deliver(smtp_url, letter)
    async with database.transaction(tenant) as tx:
        await mail.mark_sent(tx, letter.id)


async def _forget_old_replies(database: Database, tenant: int | None, message: Nothing) -> None:
    """So many at a time, however many there are: after a long pause they are millions."""
    del tenant, message
    for _ in range(STEPS):
        async with database.transaction() as tx:
            before = tx.now - REPLIES_KEPT
            gone = await tx.value(int, q.forget_old_replies, before=before, wanted=AT_ONCE)
        if (gone or 0) < AT_ONCE:
            return
    async with database.transaction() as tx:
        await outbox.send(tx, forget_old_replies_later, Nothing())


send_mail_later = Task(name="core.send_mail", message_type=mail.MailWritten, run=_send_mail)
forget_old_replies_later = Task(
    name="core.forget_old_replies", message_type=Nothing, run=_forget_old_replies
)
