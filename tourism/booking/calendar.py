"""The stay as a calendar file (RFC 5545): whole days on the property's own calendar."""

from icalendar import Calendar, Event

from tourism.booking.models import Booking


def make_calendar(booking: Booking, *, summary: str, description: str, link: str) -> str:
    """One all-day event from arrival to departure; a later revision replaces an earlier one."""
    quote = booking.quote
    event = Event()
    event.add("uid", f"{booking.id}@usage-hub")
    event.add("sequence", booking.revision)
    event.add("dtstamp", booking.confirmed_at or booking.held_at)
    event.add("dtstart", booking.arrival)
    event.add("dtend", booking.departure)
    event.add("summary", summary)
    event.add("description", description)
    event.add("location", f"{quote.property_name}, {quote.commune}")
    event.add("url", link)
    event.add("status", "CANCELLED" if booking.cancelled_at else "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    calendar = Calendar()
    calendar.add("prodid", "-//usage-hub//TourismInFrance//FR")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(event)
    return calendar.to_ical().decode()
