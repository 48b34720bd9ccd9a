"""The reminder to a seller whose file is incomplete."""

from functools import cache

from hub.core.mail import Letter
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from tourism.declaring.models import Seller


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "tourism.search", "tourism.declaring"])
    return Site(folders, [], demo=_settings().demo)


def reminder(recipient: str, seller: Seller) -> Letter:
    """As text and HTML that say the same."""
    context = {"seller": seller, "link": f"{_settings().public_url}/pro/seller"}
    subject = _site().render("fr", "declaring/letters/reminder.subject.txt", context)
    body = _site().render("fr", "declaring/letters/reminder.txt", context)
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part) + "\n"
    return Letter(
        recipient=recipient,
        language="fr",
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=_site().render("fr", "declaring/letters/letter.html", {"text": text}),
    )
