"""Letters to who comes. A letter travels in the open: it says that something is noted, when, and
where to sign in; not with whom, not where, not why (DOMAIN 7.2)."""

from datetime import datetime
from functools import cache

from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from verticals.health.agenda.actions.opening import find_practice
from verticals.health.patients import Patient


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "verticals.health.agenda"])
    return Site(folders, [], demo=_settings().demo)


async def write(tx: Tx, template: str, patient: Patient, begins_at: datetime) -> None:
    """Tell how an appointment stands now. Who gave no address is told by the practice."""
    if not patient.email:
        return
    practice = await find_practice(tx)
    said = {
        "begins": begins_at,
        "zone": practice.zone,
        "link": f"{_settings().public_url}/rendez-vous/{practice.tenant}/miens",
    }
    text = _site().render(SOURCE, f"agenda/letters/{template}.txt", said).strip()
    subject, _, body = text.partition("\n")
    letter = {"subject": subject, "text": body.strip(), "language": SOURCE}
    await write_mail(
        tx,
        Letter(
            recipient=patient.email,
            language=SOURCE,
            subject=subject,
            body_text=body.strip() + "\n",
            body_html=_site().render(SOURCE, "agenda/letters/letter.html", letter),
        ),
    )
