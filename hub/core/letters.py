"""A letter of a slice, from a template of its own: `letters/NAME.txt`, whose first line is the
subject. Its HTML says the same."""

from collections.abc import Mapping
from functools import cache
from uuid import UUID

from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site(package: str) -> Site:
    return Site(template_folders(["hub.core", package]), [], demo=_settings().demo)


def address_of(path: str) -> str:
    """The whole address of a page of this hub, by its path."""
    return _settings().public_url + path


def link_to(tx: Tx, path: str, kind: str, id: UUID) -> str:
    """The address of a page that a signed link alone opens (`read_reference` with the same `kind`):
    it ends the path."""
    assert tx.tenant is not None
    return address_of(f"{path}/{sign_reference(_settings().secret_key, kind, tx.tenant, id)}")


async def write_letter(
    tx: Tx,
    package: str,
    name: str,
    recipient: str,
    said: Mapping[str, object],
    *,
    calendar: str | None = None,
) -> None:
    """Write what a slice's template says of `said` to one recipient, in the transaction that causes
    it; `calendar` is an iCalendar file that travels with it."""
    site = _site(package)
    template = f"{package.rpartition('.')[2]}/letters/{name}.txt"
    subject, _, rest = site.render(SOURCE, template, said).strip().partition("\n")
    text = rest.strip()
    shown = {"subject": subject, "text": text, "language": SOURCE}
    letter = Letter(
        recipient=recipient,
        language=SOURCE,
        subject=subject,
        body_text=f"{text}\n",
        body_html=site.render(SOURCE, "core/letter.html", shown),
        calendar=calendar,
    )
    await write_mail(tx, letter)
