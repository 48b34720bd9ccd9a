"""Letters to who comes to an event that changes."""

from functools import cache

import msgspec

from hub.core.db import Tx
from hub.core.i18n import catalogue
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, format_instant, template_folders
from hub.core.settings import Settings, read_settings
from hub.gatherings.models import Event, Reader
from hub.spaces import Space


class Words(msgspec.Struct, frozen=True, kw_only=True):
    """A letter: French patterns of the catalogues."""

    subject: str
    body: str


CHANGED = Words(
    subject="%(title)s : le lieu ou l'heure a changé",
    body="L'événement « %(title)s » de l'espace « %(space)s » a lieu le %(begins)s, à cet "
    "endroit : %(place)s. Le fichier joint met votre agenda à jour.",
)
CANCELLED = Words(
    subject="%(title)s : l'événement n'a pas lieu",
    body="L'événement « %(title)s » de l'espace « %(space)s », prévu le %(begins)s, n'a pas lieu : "
    "%(reason)s Le fichier joint l'enlève de votre agenda.",
)
SENTENCES = tuple(said for one in (CHANGED, CANCELLED) for said in (one.subject, one.body))


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(["hub.gatherings"]), [], demo=_settings().demo)


def page_of(space: Space) -> str:
    """The address of a space's events."""
    return f"{_settings().public_url}/spaces/{space.tenant}/{space.id}/events"


async def write(tx: Tx, space: Space, event: Event, reader: Reader, calendar: str) -> None:
    """One letter, with the calendar file that changes what the first one has put there."""
    words = catalogue(reader.language)
    letter = CANCELLED if event.cancelled else CHANGED
    said = {
        "title": event.title,
        "space": space.name,
        "place": event.place,
        "reason": event.cancelled,
        "begins": format_instant(event.begins_at, reader.language, event.zone),
    }
    text = " ".join((words.gettext(letter.body) % said).split())
    link = f"{page_of(space)}/{event.post}"
    shown = {"language": reader.language, "text": text, "link": link}
    made = Letter(
        recipient=reader.email,
        language=reader.language,
        subject=" ".join((words.gettext(letter.subject) % said).split()),
        body_text=f"{text}\n\n{link}\n",
        body_html=_site().render(reader.language, "gatherings/letter.html", shown),
        calendar=calendar,
    )
    await write_mail(tx, made)
