"""Letters to those who help. No letter says more than its reader needs to come."""

from functools import cache
from uuid import UUID

from hub import tenancy
from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from verticals.seniors.models import Contact, Senior

FOLDERS = ("hub.core", "verticals.seniors", "verticals.seniors.outings")
CONTACT, SENIOR, SENSOR = "senior-contact", "senior", "senior-sensor"  # kinds of signed links


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(FOLDERS), [], demo=_settings().demo)


async def write_call(tx: Tx, senior: Senior, contact: Contact) -> None:
    link = _link(tx, contact)
    await write(
        tx, "seniors/letters/call", contact.email, senior=senior, contact=contact, link=link
    )


async def write_alert(tx: Tx, senior: Senior, contact: Contact, kind: str) -> None:
    link = _link(tx, contact)
    told = {"senior": senior, "contact": contact, "link": link, "kind": kind}
    await write(tx, "seniors/letters/alert", contact.email, **told)


async def write_unanswered(tx: Tx, senior: Senior) -> None:
    """To the association, whose members know what to do when nobody comes."""
    link = f"{_settings().public_url}/seniors/{senior.id}"
    for member in await tenancy.list_members(tx):
        await write(tx, "seniors/letters/unanswered", member.email, senior=senior, link=link)


def _link(tx: Tx, contact: Contact) -> str:
    return link_to(tx, "aide", CONTACT, contact.id)


def link_to(tx: Tx, page: str, kind: str, id: UUID) -> str:
    """The address of somebody's page, which the link alone opens."""
    assert tx.tenant is not None
    token = sign_reference(_settings().secret_key, kind, tx.tenant, id)
    return f"{_settings().public_url}/{page}/{token}"


async def write(tx: Tx, template: str, recipient: str, **context: object) -> None:
    """A letter: the template's first line is its subject."""
    text = _site().render(SOURCE, f"{template}.txt", context).strip()
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
