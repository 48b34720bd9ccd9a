"""The letter to the owners of an organisation that exports everything."""

from functools import cache

from hub import tenancy
from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import write_linked
from hub.core.settings import read_settings

PAGE = "/pro/export"
SUBJECT = "%(name)s : un export de tout a été demandé"
TEXT = (
    "Quelqu'un de %(name)s a demandé un export de tout ce que l'organisation a ici ; il sera gardé "
    "%(days)s jours. Si personne d'entre vous ne l'a fait, changez vos mots de passe."
)
SENTENCES = (SUBJECT, TEXT)


@cache
def _public_url() -> str:
    return read_settings().public_url.rstrip("/")


async def write_asked(tx: Tx, days: int) -> None:
    """Whoever did not ask for it knows at once."""
    organisation = await tenancy.find_organisation(tx)
    for reader in await tenancy.list_readers(tx, [tenancy.Role.OWNER]):
        words = catalogue(reader.language)
        said = {"name": organisation.name, "days": days}
        subject, text = (words.gettext(one) % said for one in SENTENCES)
        link = f"{_public_url()}{PAGE}"
        await write_linked(tx, reader.email, reader.language, subject, text, link)
