"""Letters about a space: who is let in or out, what was decided and why, what one may do then."""

from collections.abc import Mapping
from functools import cache

import msgspec

from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import write_linked
from hub.core.settings import Settings, read_settings
from hub.spaces import store
from hub.spaces.models import Ground, Reader, Space

GROUNDS: Mapping[Ground, str] = {
    Ground.ILLEGAL: "contraire à la loi",
    Ground.PERSONAL: "données personnelles ou vie privée",
    Ground.INSULT: "insulte, menace ou haine",
    Ground.ADVERTISING: "publicité ou escroquerie",
    Ground.OFF_TOPIC: "hors du sujet de l'espace",
    Ground.RULES: "contraire aux règles de l'espace",
}


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A letter: French patterns of the catalogues."""

    subject: str
    body: str


INVITED = Words(
    subject="%(space)s : vous êtes de l'espace",
    body="%(organisation)s vous a ajouté à son espace « %(space)s ». Vous pouvez le lire, y "
    "écrire, et le quitter quand vous voulez.",
)
LET_GO = Words(
    subject="%(space)s : vous n'êtes plus de l'espace",
    body="Vous n'êtes plus de l'espace « %(space)s » de %(organisation)s. Ce que vous y avez écrit "
    "reste à vous : votre copie de données le contient.",
)
RECEIVED = Words(
    subject="%(space)s : votre signalement est reçu",
    body="Merci. Une personne qui modère l'espace « %(space)s » lira le message signalé, et vous "
    "saurez ce qu'elle décide.",
)
REFUSED = Words(
    subject="%(space)s : votre message n'est pas publié",
    body="Votre message n'est pas publié dans l'espace « %(space)s ». Motif : %(ground)s. "
    "%(words)s La décision a été prise par une personne, sans traitement automatique. Vous pouvez "
    "la contester sans frais pendant six mois sur la page ci-dessous ; vous pouvez aussi saisir un "
    "organe certifié de règlement des litiges, ou un juge.",
)
REMOVED = Words(
    subject="%(space)s : votre message est retiré",
    body="Votre message est retiré de l'espace « %(space)s ». Motif : %(ground)s. %(words)s La "
    "décision a été prise par une personne, sans traitement automatique. Vous pouvez la contester "
    "sans frais pendant six mois sur la page ci-dessous ; vous pouvez aussi saisir un organe "
    "certifié de règlement des litiges, ou un juge.",
)
REPORT_REMOVED = Words(
    subject="%(space)s : le message signalé est retiré",
    body="Le message que vous avez signalé dans l'espace « %(space)s » est retiré. La décision a "
    "été prise par une personne.",
)
REPORT_KEPT = Words(
    subject="%(space)s : le message signalé reste",
    body="Le message que vous avez signalé dans l'espace « %(space)s » reste en place : la "
    "personne qui modère n'y a rien trouvé de contraire à la loi ou aux règles. Si vous n'êtes "
    "pas d'accord, écrivez à %(organisation)s, ou saisissez un organe certifié de règlement des "
    "litiges, ou un juge.",
)
REPORT_GONE = Words(
    subject="%(space)s : le message signalé n'est plus là",
    body="Qui avait écrit le message que vous avez signalé dans l'espace « %(space)s » l'a repris.",
)
APPEAL_UPHELD = Words(
    subject="%(space)s : la décision est maintenue",
    body="Votre contestation dans l'espace « %(space)s » a été lue : la décision est maintenue. "
    "%(words)s Vous pouvez encore saisir un organe certifié de règlement des litiges, ou un juge.",
)
APPEAL_REVERSED = Words(
    subject="%(space)s : votre message est de nouveau visible",
    body="Votre contestation dans l'espace « %(space)s » a été lue : la décision est annulée, et "
    "votre message est visible. %(words)s",
)
LETTERS = (
    INVITED,
    LET_GO,
    RECEIVED,
    REFUSED,
    REMOVED,
    REPORT_REMOVED,
    REPORT_KEPT,
    REPORT_GONE,
    APPEAL_UPHELD,
    APPEAL_REVERSED,
)
SENTENCES = (*(said for one in LETTERS for said in (one.subject, one.body)), *GROUNDS.values())


@cache
def _settings() -> Settings:
    return read_settings()


def page_of(space: Space) -> str:
    """The address of a space on this site."""
    return f"/spaces/{space.tenant}/{space.id}"


async def tell(
    tx: Tx,
    space: Space,
    person: int | None,
    letter: Words,
    *,
    ground: Ground | None = None,
    words: str = "",
    below: str = "",
) -> None:
    """One letter to somebody, in the language that they read; to nobody when they are gone."""
    reader = None if person is None else await store.find_reader(tx, person)
    if reader is not None:
        await write(tx, space, reader, letter, ground=ground, words=words, below=below)


async def write(
    tx: Tx,
    space: Space,
    reader: Reader,
    letter: Words,
    *,
    ground: Ground | None = None,
    words: str = "",
    below: str = "",
) -> None:
    """The same, to where they read letters. `below` is a page of the space."""
    known = catalogue(reader.language)
    said = {
        "space": space.name,
        "organisation": space.organisation,
        "ground": known.gettext(GROUNDS[ground]) if ground else "",
        "words": words,
    }
    subject = known.gettext(letter.subject) % said
    text = " ".join((known.gettext(letter.body) % said).split())
    link = f"{_settings().public_url}{page_of(space)}{below}"
    await write_linked(tx, reader.email, reader.language, subject, text, link)
