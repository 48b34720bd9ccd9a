"""Look a vertical over: first as it is written, then as it lives on a database of its own."""

from hub.core.clock import Clock
from hub.core.settings import Settings
from hub.kit.checks.bounds import check_bounds
from hub.kit.checks.classes import check_classes
from hub.kit.checks.contracts import check_imports
from hub.kit.checks.permissions import check_permissions
from hub.kit.checks.roundtrip import check_erasure, check_round_trip
from hub.kit.checks.served import check_served
from hub.kit.checks.shape import check_shape
from hub.kit.checks.templates import check_templates
from hub.kit.checks.translations import check_translations
from hub.kit.checks.walls import check_walls
from hub.kit.models import Conformance, Finding
from hub.kit.reading import Subject
from hub.kit.world import World, open_world

WRITTEN = (
    check_shape,
    check_imports,
    check_bounds,
    check_classes,
    check_translations,
    check_templates,
    check_permissions,
)
RULES = (
    "shape",
    "imports",
    "bounds",
    "data-classes",
    "translations",
    "accessibility",
    "permissions",
    "tenant-wall",
    "portability",
)


def check_written(subject: Subject) -> list[Finding]:
    """What can be seen of the vertical's files, without a database."""
    return [finding for check in WRITTEN for finding in check(subject)]


async def check_lived(subject: Subject, world: World, notes: list[str]) -> list[Finding]:
    """What can be seen of it in a world of its own; at the end an organisation is erased."""
    return [
        *[finding async for finding in check_walls(subject, world, notes)],
        *[finding async for finding in check_served(subject, world)],
        *[finding async for finding in check_round_trip(subject, world, notes)],
        *[finding async for finding in check_erasure(subject, world)],
    ]


async def check_vertical(
    subject: Subject, settings: Settings, elsewhere: str, *, clock: Clock | None = None
) -> Conformance:
    """The whole suite, on two databases that are for this only: the one that the settings name and
    an empty one `elsewhere`, both as administrator."""
    findings, notes = check_written(subject), list[str]()
    async with open_world(subject, settings, elsewhere, clock) as world:
        findings += await check_lived(subject, world, notes)
    return Conformance(
        vertical=subject.vertical.code,
        rules=RULES,
        findings=tuple(sorted(set(findings))),
        notes=tuple(notes),
    )
