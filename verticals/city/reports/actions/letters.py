"""Letters to who sent a report and gave an address: where to follow it, and what is answered."""

from functools import cache
from uuid import UUID

from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from verticals.city import towns
from verticals.city.reports import store
from verticals.city.reports.errors import ReportUnknown

REPORT = "city-report"  # the kind of signed links


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "verticals.city.reports"])
    return Site(folders, [], demo=_settings().demo)


async def write_step(tx: Tx, id: UUID, template: str) -> None:
    """Tell who sent a report what became of it, if they gave an address."""
    report, sender = await store.find_report(tx, id), await store.find_sender(tx, id)
    if report is None or sender is None:
        raise ReportUnknown()
    if not sender.email:
        return
    assert tx.tenant is not None
    token = sign_reference(_settings().secret_key, REPORT, tx.tenant, id)
    said = {
        "town": await towns.find_town(tx),
        "report": report,
        "link": f"{_settings().public_url}/suivi/{token}",
    }
    text = _site().render(SOURCE, f"reports/letters/{template}.txt", said).strip()
    subject, _, body = text.partition("\n")
    letter = {"subject": subject, "text": body.strip(), "language": SOURCE}
    await write_mail(
        tx,
        Letter(
            recipient=sender.email,
            language=SOURCE,
            subject=subject,
            body_text=body.strip() + "\n",
            body_html=_site().render(SOURCE, "reports/letters/letter.html", letter),
        ),
    )
