"""What a patient is told in the open: that something was opened, and where its reason is read."""

from functools import cache

from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from verticals.health.patients import Patient


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "verticals.health.documents"])
    return Site(folders, [], demo=_settings().demo)


async def write_broken(tx: Tx, patient: Patient) -> None:
    """Something was opened without the patient's consent. Who gave no address reads it on their
    page."""
    if not patient.email:
        return
    link = f"{_settings().public_url}/rendez-vous/{tx.tenant}/pieces"
    text = _site().render(SOURCE, "documents/letters/broken.txt", {"link": link}).strip()
    subject, _, body = text.partition("\n")
    letter = {"subject": subject, "text": body.strip(), "language": SOURCE}
    await write_mail(
        tx,
        Letter(
            recipient=patient.email,
            language=SOURCE,
            subject=subject,
            body_text=body.strip() + "\n",
            body_html=_site().render(SOURCE, "documents/letters/letter.html", letter),
        ),
    )
