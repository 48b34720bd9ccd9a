"""Letters to who sent a report and gave an address: where to follow it, and what is answered."""

from uuid import UUID

from hub.core.db import Tx
from hub.core.letters import link_to, write_letter
from verticals.city import towns
from verticals.city.reports import store
from verticals.city.reports.errors import ReportUnknown

REPORT = "city-report"  # the kind of signed links


async def write_step(tx: Tx, id: UUID, template: str) -> None:
    """Tell who sent a report what became of it, if they gave an address."""
    report, sender = await store.find_report(tx, id), await store.find_sender(tx, id)
    if report is None or sender is None:
        raise ReportUnknown()
    if not sender.email:
        return
    town, link = await towns.find_town(tx), link_to(tx, "/suivi", REPORT, id)
    told = {"town": town, "report": report, "link": link}
    await write_letter(tx, "verticals.city.reports", template, sender.email, told)
