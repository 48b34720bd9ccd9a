"""Letters to who comes, waits, or has to confirm; each with the link that changes it."""

from functools import cache

from hub.core.db import Tx
from hub.core.i18n import SOURCE
from hub.core.mail import Letter, write_mail
from hub.core.pages import Site, template_folders
from hub.core.settings import Settings, read_settings
from hub.core.tokens import sign_reference
from verticals.city import towns
from verticals.city.events import policy, store
from verticals.city.events.models import Event, Registration

REGISTRATION = "city-registration"  # the kind of signed links


@cache
def _settings() -> Settings:
    return read_settings()


@cache
def _site() -> Site:
    folders = template_folders(["hub.core", "verticals.city.events"])
    return Site(folders, [], demo=_settings().demo)


async def write(tx: Tx, event: Event, registration: Registration, template: str) -> None:
    """Tell how a registration stands now. Who was erased has no address."""
    if not registration.email:
        return
    assert tx.tenant is not None
    town = await towns.find_town(tx)
    slots = {one.id: one for one in await store.list_slots(tx, event.id)}
    begins = slots[registration.slot].begins_at
    token = sign_reference(_settings().secret_key, REGISTRATION, tx.tenant, registration.id)
    said = {
        "town": town,
        "event": event,
        "registration": registration,
        "begins": begins,
        "link": f"{_settings().public_url}/inscription/{token}",
    }
    text = _site().render(SOURCE, f"events/letters/{template}.txt", said).strip()
    subject, _, body = text.partition("\n")
    letter = {"subject": subject, "text": body.strip(), "language": SOURCE}
    comes = template in {"registered", "moved_up", "called_off"}
    base = _settings().public_url
    await write_mail(
        tx,
        Letter(
            recipient=registration.email,
            language=SOURCE,
            subject=subject,
            body_text=body.strip() + "\n",
            body_html=_site().render(SOURCE, "events/letters/letter.html", letter),
            calendar=policy.write_calendar(event, town, base, begins) if comes else None,
        ),
    )
