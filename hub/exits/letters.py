"""Letters to the owners of an organisation that leaves."""

from collections.abc import Sequence
from datetime import datetime
from functools import cache
from uuid import UUID

import msgspec
from babel import dates

from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import write_linked
from hub.core.pages import PARIS
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from hub.exits import store
from hub.exits.models import Exit, Reader

KIND = "exit"  # of signed links
PAGE = "/exits"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A letter: French patterns of the catalogues."""

    subject: str
    body: str


GIVEN = Words(
    subject="%(name)s s'en va : le préavis est donné",
    body="Le préavis de %(name)s est reçu. Les ventes s'arrêtent le %(notice)s, le service le "
    "%(transition)s, ou quand ce que vous devez encore aux autres est terminé. Ensuite tout peut "
    "être pris pendant trente jours, puis est effacé. C'est gratuit, et vous pouvez y renoncer "
    "jusqu'à l'effacement.",
)
HELD = Words(
    subject="%(name)s : prenez vos données jusqu'au %(until)s",
    body="Le service est terminé : plus rien ne change. Prenez l'archive de tout ce que "
    "%(name)s a ici. Le %(until)s tout est effacé, et vous recevez un certificat.",
)
CHANGED = Words(
    subject="%(name)s : rien n'est effacé, prenez l'archive de nouveau",
    body="Quelque chose a changé depuis l'archive que vous avez prise. Rien n'est effacé : "
    "l'archive est refaite, prenez-la, puis demandez l'effacement de nouveau.",
)
ASKED = Words(
    subject="%(name)s : l'effacement est demandé",
    body="Un responsable a demandé que tout ce que %(name)s a ici soit effacé. Rien n'est effacé "
    "avant le %(erase)s : jusque-là, chaque responsable peut se connecter et l'arrêter. Ensuite "
    "cela ne peut pas être défait.",
)
KEPT = Words(
    subject="%(name)s : rien n'est effacé encore",
    body="L'effacement n'a pas eu lieu : il restait quelque chose à terminer pour d'autres. Rien "
    "n'est effacé, et l'archive peut toujours être prise.",
)
LET_GO = Words(
    subject="%(name)s : plus rien ne retient votre départ",
    body="Ce que %(name)s devait encore faire pour d'autres ne retient plus son départ : qui tient "
    "ce service l'a décidé. Le service se termine maintenant. Ensuite tout peut être pris pendant "
    "trente jours, puis est effacé. C'est gratuit, et vous pouvez y renoncer jusqu'à l'effacement.",
)
LET_GO_HELD = Words(
    subject="%(name)s : plus rien ne retient votre départ, prenez de nouveau vos données",
    body="Ce que %(name)s devait encore faire pour d'autres ne retient plus son départ : qui tient "
    "ce service l'a décidé. L'archive est refaite avec ce qui a été écrit depuis : prenez-la de "
    "nouveau. Le %(until)s tout est effacé, et vous recevez un certificat. Vous pouvez retirer le "
    "préavis jusqu'à l'effacement.",
)
STAYED = Words(
    subject="%(name)s reste : le préavis est retiré",
    body="Le préavis de %(name)s est retiré, rien n'est effacé. Remettez en vente vous-même ce que "
    "vous voulez vendre.",
)
GONE = Words(
    subject="%(name)s est effacé : votre certificat",
    body="Tout ce que %(name)s avait ici est effacé, sauf ce que la loi garde. Le certificat dit "
    "quoi, pourquoi et jusqu'à quand. Gardez ce lien : il le montre, sans compte.",
)
ALL = (GIVEN, HELD, CHANGED, ASKED, KEPT, LET_GO, LET_GO_HELD, STAYED, GONE)
SENTENCES = tuple(said for one in ALL for said in (one.subject, one.body))


@cache
def _settings() -> Settings:
    return read_settings()


def token_of(tenant: int, exit: UUID, settings: Settings) -> str:
    """What names a way out and cannot be made up."""
    return sign_reference(settings.secret_key, KIND, tenant, exit)


async def write(tx: Tx, exit: Exit, letter: Words, owners: Sequence[Reader] = ()) -> None:
    """One letter to each address of an owner, in the language they read: to those of today, or to
    all who were owners at the last step where none are given."""
    link = f"{_settings().public_url}{PAGE}/{token_of(exit.tenant, exit.id, _settings())}"
    readers = {one.email.lower(): one for one in owners or await store.list_readers(tx, exit.id)}
    for reader in readers.values():
        words = catalogue(reader.language)
        said = {
            "name": exit.name,
            "notice": _day(exit.notice_until, reader.language),
            "transition": _day(exit.transition_until, reader.language),
            "erase": _day(exit.erase_from or exit.changed_at, reader.language),
            "until": _day(exit.retrieve_until or exit.transition_until, reader.language),
        }
        subject, text = words.gettext(letter.subject) % said, words.gettext(letter.body) % said
        await write_linked(tx, reader.email, reader.language, subject, text, link)


def _day(at: datetime, language: str) -> str:
    return dates.format_date(at.astimezone(PARIS), "long", locale=language)
