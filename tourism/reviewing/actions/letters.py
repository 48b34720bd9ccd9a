"""Letters about reviews: the invitation after a stay, and the reason of a removal."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

from hub.core.db import Reads, Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism import lodging
from tourism.reviewing.actions.writing import find_review
from tourism.reviewing.models import ReviewWanted
from tourism.reviewing.views import stayed_token

_PACKAGES = [
    "hub.core",
    "tourism.search",
    "tourism.quoting",
    "tourism.booking",
    "tourism.reviewing",
]


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(_PACKAGES), [], demo=_settings().demo)


async def write_invitation(tx: Tx, wanted: ReviewWanted) -> None:
    """Ask a guest how it was."""
    settings = _settings()
    link = f"{settings.public_url}/avis/{stayed_token(settings, wanted.tenant, wanted.booking)}"
    said = {"wanted": wanted, "link": link, "title": wanted.house}
    await write_mail(tx, _make("invitation", wanted.email, wanted.language, said))


async def write_removal(tx: Tx, reader: Reads, id: UUID) -> None:
    """Tell an author why a review was removed."""
    review = await find_review(tx, id)
    house = await lodging.find_property(reader, review.property)
    if house is None:
        return
    said = {"review": review, "house": house, "title": house.name}
    await write_mail(tx, _make("removal", review.email, review.language, said))


def _make(kind: str, recipient: str, language: str, said: Mapping[str, object]) -> Letter:
    """A letter as text and HTML that say the same."""
    site = _site()
    subject = site.render(language, f"reviewing/letters/{kind}.subject.txt", said)
    text = _tidy(site.render(language, f"reviewing/letters/{kind}.txt", said))
    html = site.render(language, "reviewing/letters/letter.html", {"text": text, **said})
    return Letter(
        recipient=recipient,
        language=language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )


def _tidy(text: str) -> str:
    """One empty line between paragraphs, none at the ends."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    return "\n\n".join(part for part in paragraphs if part) + "\n"
