"""Letters to those who decide for an organisation that has to leave."""

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
from hub.withdrawals import policy, store
from hub.withdrawals.models import Departure, State, Withdrawal

KIND = "departure"  # of signed links
PAGE, OURS = "/departures", "/pro/departure"


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A letter: French patterns of the catalogues."""

    subject: str
    body: str


TOLD = Words(
    subject="%(name)s doit quitter %(title)s : choisissez où aller",
    body="L'agrément de %(title)s, qui héberge les données de %(name)s, est retiré : %(reason)s "
    "Choisissez jusqu'au %(day)s où vont vos données, ou emportez-les. Rien n'est déplacé sans "
    "votre choix, rien n'est effacé sans votre accord, et cela ne coûte rien.",
)
STILL = Words(
    subject="Rappel : %(name)s doit quitter %(title)s",
    body="Vous n'avez pas encore choisi où vont les données de %(name)s. Après le %(day)s, elles "
    "se lisent et s'emportent encore, mais ne changent plus.",
)
COPIED = Words(
    subject="Les données de %(name)s sont arrivées : regardez et acceptez",
    body="Tout est copié et comparé, table par table. Regardez la preuve ; quand vous acceptez, "
    "l'ancien hébergeur efface ce qu'il a et donne un certificat.",
)
COPIED_STILL = Words(
    subject="Rappel : acceptez l'arrivée des données de %(name)s",
    body="Tout est copié, et l'ancien hébergeur attend votre accord pour effacer ce qu'il a.",
)
TURNED_BACK = Words(
    subject="%(name)s : votre choix n'est plus possible",
    body="L'hébergement que vous aviez choisi ne peut plus recevoir vos données. Rien n'a bougé : "
    "choisissez-en un autre jusqu'au %(day)s.",
)
HELD = Words(
    subject="Les données de %(name)s ne changent plus, et vous attendent",
    body="Le délai est passé sans choix. Rien n'est perdu ni déplacé : tout se lit encore et peut "
    "être emporté, au moins jusqu'au %(until)s. Vous pouvez encore choisir.",
)
GONE = Words(
    subject="%(name)s a quitté %(title)s : votre certificat",
    body="L'ancien hébergeur a effacé ce qu'il avait. Le certificat dit ce qui a été effacé, et ce "
    "que la loi garde. Si vos données sont chez un autre hébergeur, choisissez-y un mot de passe.",
)
REMINDED = {State.TOLD: STILL, State.COPIED: COPIED_STILL}
ALL = (TOLD, STILL, COPIED, COPIED_STILL, TURNED_BACK, HELD, GONE)
SENTENCES = tuple(said for one in ALL for said in (one.subject, one.body))


@cache
def _settings() -> Settings:
    return read_settings()


def address_of(departure: Departure, settings: Settings) -> str:
    """The page of a way out: whoever holds its address decides."""
    return f"{PAGE}/{token_of(departure.tenant, departure.id, settings)}"


def token_of(tenant: int, departure: UUID, settings: Settings) -> str:
    """What names a way out and cannot be made up."""
    return sign_reference(settings.secret_key, KIND, tenant, departure)


async def write(tx: Tx, withdrawal: Withdrawal, departure: Departure, letter: Words) -> None:
    """One letter to each who decides, in the language they read."""
    link = f"{_settings().public_url}{address_of(departure, _settings())}"
    for reader in await store.list_readers(tx, departure.id):
        words = catalogue(reader.language)
        said = {
            "name": departure.name,
            "title": withdrawal.title,
            "reason": withdrawal.reason,
            "day": _day(policy.choose_by(departure, withdrawal), reader.language),
            "until": _day(policy.retrieve_until(departure, withdrawal), reader.language),
        }
        subject, text = words.gettext(letter.subject) % said, words.gettext(letter.body) % said
        await write_linked(tx, reader.email, reader.language, subject, text, link)


def _day(at: datetime, language: str) -> str:
    return dates.format_date(at.astimezone(PARIS), "long", locale=language)
