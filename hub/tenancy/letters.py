"""Letters to a person whom an organisation lets in, gives another role, or lets go."""

from functools import cache

import msgspec

from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import write_linked
from hub.core.pages import SIGN_IN
from hub.core.settings import Settings, read_settings
from hub.tenancy.models import Reader


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A letter: French patterns of the catalogues."""

    subject: str
    body: str


ADDED = Words(
    subject="%(name)s vous a ajouté à son équipe",
    body="Vous faites maintenant partie de l'équipe de %(name)s. Connectez-vous avec votre compte "
    "pour y travailler. Si vous n'y attendiez rien, répondez à qui vous a ajouté.",
)
CHANGED = Words(
    subject="%(name)s : votre rôle a changé",
    body="Votre rôle dans l'équipe de %(name)s a changé. La page de l'équipe dit lequel, et ce "
    "qu'il permet.",
)
REMOVED = Words(
    subject="%(name)s : vous ne faites plus partie de l'équipe",
    body="Vous n'agissez plus pour %(name)s. Votre compte et vos propres séjours restent à vous.",
)
SENTENCES = tuple(said for one in (ADDED, CHANGED, REMOVED) for said in (one.subject, one.body))


@cache
def _settings() -> Settings:
    return read_settings()


async def write(tx: Tx, reader: Reader, letter: Words, name: str) -> None:
    """One letter, in the language that the person reads; `name` is the organisation's."""
    words = catalogue(reader.language)
    said = {"name": name}
    subject, text = words.gettext(letter.subject) % said, words.gettext(letter.body) % said
    link = f"{_settings().public_url}{SIGN_IN}"
    await write_linked(tx, reader.email, reader.language, subject, text, link)
