"""The life of a booking as a page of the documentation: `python -m tourism.booking.lifetable`."""

import sys
from pathlib import Path

from hub.core.errors import HubError
from tourism.booking.models import Event, State
from tourism.booking.policy.life import PEOPLE, decide

PAGE = Path("docs/booking-states.md")
_HEAD = """# The life of a booking

Written by `python -m tourism.booking.lifetable` from `tourism/booking/policy/life.py`; a test
compares. Each move is one numbered revision, with its event, its reason, its author and its instant
(table `booking_revision`), made under the booking's row lock: of two who come at once, one moves it
and the other meets what the first has made of it.

A cell says where an event leads from a state. `=` means that nothing changes: it is done already,
or the service tells itself something too late (a time that has passed, a bank's late answer). `no`
means that a person is refused, with words that say where the booking stands: problem `wrong-state`,
and `hold-expired` to who would pay for rooms that are back on sale.

"""


def cell(state: State | None, event: Event) -> str:
    """One cell: where it leads, `=` or `no`."""
    try:
        found = decide(state, event)
    except HubError:
        return "no"
    return f"**{found.value}**" if found else "="


def describe_life() -> str:
    """The whole page."""
    columns: list[State | None] = [None, *State]
    names = ["*(a quote)*", *(state.value for state in State)]
    lines = [f"| event | by | {' | '.join(names)} |", "|---" * (len(names) + 2) + "|"]
    for event in Event:
        by = "person" if event in PEOPLE else "service"
        cells = " | ".join(cell(state, event) for state in columns)
        lines.append(f"| {event.value} | {by} | {cells} |")
    return _HEAD + "\n".join(lines) + "\n"


def main() -> int:
    PAGE.write_text(describe_life(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
