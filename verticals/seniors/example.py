"""Invented rows of one association, for the conformance suite and for sandboxes."""

from datetime import timedelta

from hub.core.clock import local_date
from hub.core.db import Tx
from verticals.seniors import policy
from verticals.seniors.actions import calling, following, reading
from verticals.seniors.models import AddContact, AddSenior, AddSensor, Event, Events, MorningOver


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
    await following.end_morning(tx, MorningOver(senior=senior, day=today))
    await calling.call_help(tx, senior)
    await calling.answer_call(tx, contact, accepts=True)
    assert (await reading.see_home(tx, senior)).alerts
