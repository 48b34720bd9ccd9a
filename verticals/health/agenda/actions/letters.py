"""Letters to who comes. A letter travels in the open: it says that something is noted, when, and
where to sign in; not with whom, not where, not why (DOMAIN 7.2)."""

from datetime import datetime

from hub.core.db import Tx
from hub.core.letters import address_of, write_letter
from verticals.health.agenda.actions.opening import find_practice
from verticals.health.patients import Patient


async def write(tx: Tx, template: str, patient: Patient, begins_at: datetime) -> None:
    """Tell how an appointment stands now. Who gave no address is told by the practice."""
    if not patient.email:
        return
    practice = await find_practice(tx)
    link = address_of(f"/rendez-vous/{practice.tenant}/miens")
    told = {"begins": begins_at, "zone": practice.zone, "link": link}
    await write_letter(tx, "verticals.health.agenda", template, patient.email, told)
