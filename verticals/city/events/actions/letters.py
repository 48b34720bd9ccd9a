"""Letters to who comes, waits, or has to confirm; each with the link that changes it."""

from hub.core import letters
from hub.core.db import Tx
from verticals.city import towns
from verticals.city.events import policy, store
from verticals.city.events.models import Event, Registration

REGISTRATION = "city-registration"  # the kind of signed links


async def write(tx: Tx, event: Event, registration: Registration, template: str) -> None:
    """Tell how a registration stands now. Who was erased has no address."""
    if not registration.email:
        return
    town = await towns.find_town(tx)
    slots = {one.id: one for one in await store.list_slots(tx, event.id)}
    begins, base = slots[registration.slot].begins_at, letters.address_of("")
    comes = template in {"registered", "moved_up", "called_off"}
    calendar = policy.write_calendar(event, town, base, begins) if comes else None
    told = {
        "town": town,
        "event": event,
        "registration": registration,
        "begins": begins,
        "link": letters.link_to(tx, "/inscription", REGISTRATION, registration.id),
    }
    await letters.write_letter(
        tx, "verticals.city.events", template, registration.email, told, calendar=calendar
    )
