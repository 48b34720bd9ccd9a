"""Mail is written down in the transaction that causes it; a task hands it to the transport."""

from datetime import datetime
from html import escape
from uuid import UUID

import msgspec

from hub.core import outbox
from hub.core.db import Tx
from hub.core.sql import load_queries

q = load_queries(__name__)


class Letter(msgspec.Struct, frozen=True, kw_only=True):
    """A mail to write: text and HTML say the same; `calendar` is an iCalendar file."""

    recipient: str
    language: str
    subject: str
    body_text: str
    body_html: str
    calendar: str | None = None


class Mail(msgspec.Struct, frozen=True, kw_only=True):
    """A captured mail."""

    id: UUID
    tenant: int
    recipient: str
    language: str
    subject: str
    body_text: str
    body_html: str
    calendar: str | None
    created_at: datetime
    sent_at: datetime | None


class MailWritten(msgspec.Struct, frozen=True, kw_only=True):
    """A mail waits to be handed over."""

    mail: UUID


async def write_mail(tx: Tx, letter: Letter) -> UUID:
    """Capture the letter in the tenant's outbox and announce it."""
    id = tx.uuid()
    values = msgspec.to_builtins(letter)
    await tx.run(q.keep_mail, id=id, tenant=tx.tenant, now=tx.now, **values)
    await outbox.emit(tx, MailWritten(mail=id))
    return id


async def find_mail(tx: Tx, id: UUID) -> Mail | None:
    return await tx.one(Mail, q.find_mail, id=id)


async def mark_sent(tx: Tx, id: UUID) -> None:
    await tx.run(q.mark_mail_sent, id=id, now=tx.now)


async def list_captured_mail(tx: Tx, wanted: int = 50) -> list[Mail]:
    """The newest mails over all tenants: only for the demonstration's outbox page."""
    return await tx.all(Mail, q.list_captured_mail, wanted=wanted)


async def write_linked(
    tx: Tx, recipient: str, language: str, subject: str, text: str, link: str
) -> None:
    """A letter of one paragraph and one link."""
    shown = escape(link)
    html = (
        f'<!doctype html><html lang="{language}"><body><p>{escape(text)}</p>'
        f'<p><a href="{shown}">{shown}</a></p></body></html>'
    )
    letter = Letter(
        recipient=recipient,
        language=language,
        subject=subject,
        body_text=f"{text}\n\n{link}\n",
        body_html=html,
    )
    await write_mail(tx, letter)
