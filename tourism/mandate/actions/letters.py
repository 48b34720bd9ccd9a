"""Letters about a mandate to the owners of the house: a durable copy of what was done."""

from functools import cache

from hub import tenancy
from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.lodging import Property
from tourism.mandate.models import Mandate


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "tourism.search", "tourism.mandate"])
    return Site(folders, [], demo=_settings().demo)


async def write_to_owners(tx: Tx, kind: str, house: Property, mandate: Mandate) -> None:
    """The letter of a kind (`signed`, `notice`, `ended`), in French as the contract is."""
    link = f"{_settings().public_url}/pro/mandates/{mandate.id}"
    context = {"house": house, "mandate": mandate, "link": link}
    subject = _site().render("fr", f"mandate/letters/{kind}.subject.txt", context)
    body = _site().render("fr", f"mandate/letters/{kind}.txt", context)
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part) + "\n"
    html = _site().render("fr", "mandate/letters/letter.html", {"text": text})
    for member in await tenancy.list_members(tx):
        if member.role is tenancy.Role.OWNER:
            letter = Letter(
                recipient=member.email,
                language="fr",
                subject=" ".join(subject.split()),
                body_text=text,
                body_html=html,
            )
            await write_mail(tx, letter)
