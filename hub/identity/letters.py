"""Letters about a person's password."""

from functools import cache

from hub.core.db import Tx
from hub.core.mail import Letter, write_mail
from hub.core.pages import SIGN_IN, Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.identity.models import Reader

FORGOTTEN = f"{SIGN_IN}/password"


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    return Site(template_folders(["hub.core", "hub.identity"]), [], demo=_settings().demo)


async def write_link(tx: Tx, reader: Reader, link: str) -> None:
    """The link by which a password is chosen."""
    address = f"{_settings().public_url}{FORGOTTEN}/{link}"
    await _write(tx, "password_link", reader, address)


async def write_changed(tx: Tx, reader: Reader) -> None:
    """A password was chosen: whoever did not do it knows at once."""
    await _write(tx, "password_changed", reader, f"{_settings().public_url}{FORGOTTEN}")


async def _write(tx: Tx, kind: str, reader: Reader, link: str) -> None:
    said = {"reader": reader, "link": link}
    subject = _site().render(reader.language, f"identity/letters/{kind}.subject.txt", said)
    body = _site().render(reader.language, f"identity/letters/{kind}.txt", said)
    paragraphs = [" ".join(part.split()) for part in body.split("\n\n")]
    text = "\n\n".join(part for part in paragraphs if part) + "\n"
    told = {"text": text, "subject": subject}
    html = _site().render(reader.language, "identity/letters/letter.html", told)
    letter = Letter(
        recipient=reader.email,
        language=reader.language,
        subject=" ".join(subject.split()),
        body_text=text,
        body_html=html,
    )
    await write_mail(tx, letter)
