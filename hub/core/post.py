"""Hands a mail to the transport that `HUB_SMTP_URL` names; without one it stays captured."""

import asyncio
import re
import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from hub.core.mail import Mail


def make_message(mail: Mail, sender: str) -> EmailMessage:
    """The mail as text and HTML, with its calendar file; the id makes a repeat recognisable."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = mail.recipient
    message["Subject"] = mail.subject
    message["Message-ID"] = f"<{mail.id}@usage-hub>"
    message.set_content(mail.body_text)
    message.add_alternative(mail.body_html, subtype="html")
    if mail.calendar:
        message.add_attachment(
            mail.calendar.encode(),
            maintype="text",
            subtype="calendar",
            filename="sejour.ics",
            params={"charset": "utf-8", "method": _method_of(mail.calendar)},
        )
    message["Content-Language"] = mail.language  # last: parts take over what stands there before
    return message


def _method_of(calendar: str) -> str:
    """What a calendar file is for (RFC 6047, 2.4: its part of a mail says the same)."""
    found = re.search(r"^METHOD:(\w+)", calendar, re.MULTILINE)
    return found.group(1) if found else "PUBLISH"


async def deliver(smtp_url: str, mail: Mail) -> None:
    """Send by SMTP: `smtp://user:password@host:587?from=…` (STARTTLS) or `smtps://`."""
    await asyncio.to_thread(_deliver, smtp_url, mail)


def _deliver(smtp_url: str, mail: Mail) -> None:
    parts = urlsplit(smtp_url)
    host = parts.hostname or "localhost"
    sender = parts.query.removeprefix("from=") or f"no-reply@{host}"
    secure = parts.scheme == "smtps"
    connect = smtplib.SMTP_SSL if secure else smtplib.SMTP
    with connect(host, parts.port or (465 if secure else 25), timeout=15) as smtp:
        smtp.ehlo()
        if not secure and smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
        if parts.username:
            smtp.login(unquote(parts.username), unquote(parts.password or ""))
        smtp.send_message(make_message(mail, unquote(sender)))
