"""The core's own tasks."""

from datetime import timedelta

from hub.core import mail
from hub.core.db import Database
from hub.core.post import deliver
from hub.core.settings import read_settings
from hub.core.sql import load_queries
from hub.core.vertical import Nothing, Task

q = load_queries(__name__)

REPLIES_KEPT = timedelta(days=30)


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
    del tenant, message
    async with database.transaction() as tx:
        await tx.run(q.forget_old_replies, before=tx.now - REPLIES_KEPT)


send_mail_later = Task(name="core.send_mail", message_type=mail.MailWritten, run=_send_mail)
forget_old_replies_later = Task(
    name="core.forget_old_replies", message_type=Nothing, run=_forget_old_replies
)
