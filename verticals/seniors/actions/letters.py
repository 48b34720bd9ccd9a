"""Letters to those who help. No letter says more than its reader needs to come."""

from hub import tenancy
from hub.core.db import Tx
from hub.core.letters import address_of, link_to, write_letter
from verticals.seniors.models import Contact, Senior

PACKAGE = "verticals.seniors"
CONTACT, SENIOR, SENSOR = "senior-contact", "senior", "senior-sensor"  # kinds of signed links


async def write_call(tx: Tx, senior: Senior, contact: Contact) -> None:
    await _write(tx, "call", senior, contact)


async def write_alert(tx: Tx, senior: Senior, contact: Contact, kind: str) -> None:
    await _write(tx, "alert", senior, contact, kind=kind)


async def write_unanswered(tx: Tx, senior: Senior) -> None:
    """To the association, whose members know what to do when nobody comes."""
    told = {"senior": senior, "link": address_of(f"/seniors/{senior.id}")}
    for member in await tenancy.list_members(tx):
        await write_letter(tx, PACKAGE, "unanswered", member.email, told)


async def _write(tx: Tx, name: str, senior: Senior, contact: Contact, **more: str) -> None:
    link = link_to(tx, "/aide", CONTACT, contact.id)
    told = {"senior": senior, "contact": contact, "link": link, **more}
    await write_letter(tx, PACKAGE, name, contact.email, told)
