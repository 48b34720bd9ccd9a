"""`hub vertical new NAME`, `hub vertical show NAME`, `hub vertical check NAME`."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

from hub.core.settings import Settings
from hub.kit.actions import check_vertical
from hub.kit.making import make_vertical
from hub.kit.models import Conformance
from hub.kit.reading import find_subject
from hub.kit.scratch import scratch_databases
from hub.kit.showing import show


def check(settings: Settings, name: str) -> tuple[bool, list[str]]:
    """Whether the vertical passes, and the lines to print. Raises `VerticalUnknown`."""
    subject = find_subject(name)
    with scratch_databases(settings) as (here, elsewhere):
        found = asyncio.run(check_vertical(subject, here, elsewhere))
    return found.good, list(_lines(found))


def new(name: str, folder: Path | None) -> list[str]:
    """Write a vertical that works; what to do next. Raises `NameInvalid`, `NameTaken`."""
    place = folder or Path(name)
    written = make_vertical(name, place)
    return [
        *(str(path) for path in written),
        f"next: cd {place}",
        "      pip install --no-deps --no-build-isolation --editable .",
        f"      pytest; hub vertical show {name}; hub vertical check {name}",
    ]


def show_it(settings: Settings, name: str) -> int:
    """Serve the vertical with its example. Raises `VerticalUnknown`."""
    return show(find_subject(name), settings)


def _lines(found: Conformance) -> Iterator[str]:
    for rule in found.rules:
        of_rule = [finding for finding in found.findings if finding.rule == rule]
        yield f"{rule:<14}{f'{len(of_rule)} found' if of_rule else 'good'}"
    yield from (f"note: {note}" for note in found.notes)
    yield from (str(finding) for finding in found.findings)
    says = "passes" if found.good else f"does not pass: {len(found.findings)} found"
    yield f"{found.vertical} {says}"
