"""Data classes: what a vertical keeps of people, and the hosting that this needs."""

import re
from collections.abc import Iterator

from hub import trust
from hub.core.clock import SystemClock
from hub.kit.models import Finding
from hub.kit.reading import Subject, line_at

RULE = "data-classes"
REFERENTIAL = "secure-cloud"
# What a vertical may say that it keeps.
KNOWN = frozenset(
    "public identity contact booking payment location minors education wellbeing health".split()
)
# Columns that tell by their names; one of these classes must be declared.
TELLTALES = (
    (r"email|phone|first_name|last_name|person", ("identity", "contact")),
    (r"\w+_cents|iban", ("payment", "booking")),
    (r"diagnos\w+|symptom\w*|treatment\w*|allerg\w+|prescription\w*", ("health",)),
    (r"pupil\w*|guardian\w*", ("minors",)),
)


def check_classes(subject: Subject) -> Iterator[Finding]:
    vertical, at = subject.vertical, subject.manifest
    declared = set(vertical.data_classes)
    if not declared:
        says = "declare `data_classes`: what is kept decides where it may be hosted"
        yield subject.find(at.path, at.line, RULE, says)
    for unknown in sorted(declared - KNOWN):
        says = f"there is no data class {unknown}; there are {', '.join(sorted(KNOWN))}"
        yield subject.find(at.path, at.line, RULE, says)
    yield from _level(subject, declared)
    for path in subject.schemas:
        text = path.read_text(encoding="utf-8")
        for names, classes in TELLTALES:
            match = re.search(rf"^  ({names})\s+(?:text|int|bigint|date|uuid|citext)\b", text, re.M)
            if match and not declared & set(classes):
                says = f"the column {match.group(1)} is kept: declare {' or '.join(classes)}"
                yield subject.find(path, line_at(text, match.start()), RULE, says)


def _level(subject: Subject, declared: set[str]) -> Iterator[Finding]:
    referential = trust.read_referential(REFERENTIAL, SystemClock().now().date())
    level, at = subject.vertical.hosting_level, subject.manifest
    if not referential.rank(level):
        known = ", ".join(one.code for one in referential.levels)
        yield subject.find(at.path, at.line, RULE, f"there is no hosting level {level}: {known}")
        return
    for one in referential.data_classes:
        if one.code in declared and referential.rank(level) < one.floor:
            says = f"{one.code} data may not run on {level}: {referential.name(one.floor)} or above"
            yield subject.find(at.path, at.line, RULE, says)
