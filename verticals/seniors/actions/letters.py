"""Letters to those who help. No letter says more than its reader needs to come."""

from functools import cache

from hub import tenancy
from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from verticals.seniors.models import Contact, Senior

CONTACT, SENIOR, SENSOR = "senior-contact", "senior", "senior-sensor"  # kinds of signed links


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(["hub.core", "verticals.seniors"]), [], demo=_settings().demo)


async def write_call(tx: Tx, senior: Senior, contact: Contact) -> None:
    await _write(tx, "call", contact.email, senior=senior, contact=contact, link=_link(tx, contact))


async def write_alert(tx: Tx, senior: Senior, contact: Contact, kind: str) -> None:
    link = _link(tx, contact)
    await _write(tx, "alert", contact.email, senior=senior, contact=contact, link=link, kind=kind)


async def write_unanswered(tx: Tx, senior: Senior) -> None:
    """To the association, whose members know what to do when nobody comes."""
    link = f"{_settings().public_url}/seniors/{senior.id}"
    for member in await tenancy.list_members(tx):
        await _write(tx, "unanswered", member.email, senior=senior, link=link)


def _link(tx: Tx, contact: Contact) -> str:
    assert tx.tenant is not None
    token = sign_reference(_settings().secret_key, CONTACT, tx.tenant, contact.id)
    return f"{_settings().public_url}/aide/{token}"


async def _write(tx: Tx, template: str, recipient: str, **context: object) -> None:
    text = _site().render(SOURCE, f"seniors/letters/{template}.txt", context).strip()
    subject, _, body = text.partition("\n")
    letter = {"subject": subject, "text": body.strip(), "language": SOURCE}
    html = _site().render(SOURCE, "seniors/letters/letter.html", letter)
    await write_mail(
        tx,
        Letter(
            recipient=recipient,
            language=SOURCE,
            subject=subject,
            body_text=body.strip() + "\n",
            body_html=html,
        ),
    )
