"""What a town invites people to: events with hours and room, registered for, never overfull."""

from verticals.city.events.actions.publishing import list_sheets, publish_event
from verticals.city.events.actions.registering import ask
from verticals.city.events.models import Publish, Register

__all__ = ["Publish", "Register", "ask", "list_sheets", "publish_event"]
