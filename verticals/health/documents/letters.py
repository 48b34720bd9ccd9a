"""What a patient is told in the open: that something was opened, and where its reason is read."""

from hub.core.db import Tx
from hub.core.letters import address_of, write_letter
from verticals.health.patients import Patient


async def write_broken(tx: Tx, patient: Patient) -> None:
    """Something was opened without the patient's consent. Who gave no address reads it on their
    page."""
    if not patient.email:
        return
    link = address_of(f"/rendez-vous/{tx.tenant}/pieces")
    await write_letter(tx, "verticals.health.documents", "broken", patient.email, {"link": link})
