"""Invented rows of one association, for the conformance suite and for sandboxes."""

from datetime import date, timedelta
from uuid import UUID

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.seniors import policy
from verticals.seniors.actions import calling, following, reading
from verticals.seniors.models import AddContact, AddSenior, AddSensor, Event, Events, MorningOver
from verticals.seniors.outings import actions as outings
from verticals.seniors.outings.models import AddVolunteer, OfferVisit, PublishOuting


async def fill(tx: Tx) -> None:
    """A person with a contact, a sensor, a silent morning and a call that was accepted."""
    senior, contact, sensor = tx.uuid(), tx.uuid(), tx.uuid()
    await following.add_senior(tx, senior, AddSenior(name="Odette Exemple"))
    named = AddContact(name="Lucie Exemple", email="lucie@example.org")
    await following.add_contact(tx, senior, contact, named)
    await following.add_sensor(tx, senior, sensor, AddSensor(place="Couloir"))
    last = Event(id="1", kind="motion", at=tx.now - timedelta(hours=40))
    await following.hear(tx, sensor, Events(events=(last,)))
    today = local_date(tx.now, str(policy.ZONE))
    await _fill_outings(tx, senior, today + timedelta(days=3))
    await following.end_morning(tx, MorningOver(senior=senior, day=today))
    await calling.call_help(tx, senior)
    await calling.answer_call(tx, contact, accepts=True)
    await reading.note_reading(tx, senior, f"contact:{contact}")
    assert (await reading.see_home(tx, senior)).alerts


async def _fill_outings(tx: Tx, senior: UUID, day: date) -> None:
    """A walk that the person joins, and the visit of a volunteer who is vouched for."""
    walk, visitor, at = tx.uuid(), tx.uuid(), {"day": day.isoformat(), "time": "14:30"}
    await outings.set_home(tx, senior, "Mende")
    stroll = PublishOuting(
        title="Promenade au bord du Lot", place="Place du Foirail", commune="Mende", seats=8, **at
    )
    await outings.publish_outing(tx, walk, stroll)
    named = AddVolunteer(name="Samir Exemple", email="samir@example.org", commune="Badaroux")
    await outings.add_volunteer(tx, visitor, named)
    await outings.validate_volunteer(tx, visitor, "W481000001")
    visit = OfferVisit(title="Lecture et conversation", **at)
    await outings.offer_visit(tx, visitor, tx.uuid(), visit)
    await outings.join_outing(tx, senior, walk)
