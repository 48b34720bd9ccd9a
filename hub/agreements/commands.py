"""What the command `hub agreements` does: check, format, explain, replay."""

from collections.abc import Awaitable, Callable
from pathlib import Path

import msgspec

from hub.agreements import actions, policy
from hub.agreements.models import Explained, Replay, Version
from hub.agreements.references import read_allocation
from hub.agreements.vocabularies import vocabularies
from hub.core.clock import Clock, local_date
from hub.core.db import Database
from hub.core.errors import Invalid
from hub.core.money import BPS
from hub.rules import Checked, Language, check, hash_text, write_text

ZONE = "Europe/Paris"
Lines = tuple[bool, list[str]]


def check_file(path: Path, vocabulary: str, clock: Clock) -> Lines:
    """Whether the text may be an agreement; each fault as `file:line:column: words`."""
    checked = _check(path, vocabulary, clock)
    if not checked.faults:
        return True, [f"{path}: {len(checked.text.rules)} rules, hash {hash_text(checked.text)}"]
    return False, [f"{path}:{fault.line}:{fault.column}: {fault.say()}" for fault in checked.faults]


def format_file(path: Path, vocabulary: str, language: Language, clock: Clock) -> Lines:
    """The text in its one form, in French or English."""
    checked = _check(path, vocabulary, clock)
    if checked.faults:
        return check_file(path, vocabulary, clock)
    text = write_text(checked.text, vocabularies()[vocabulary], language, {})
    return True, text.splitlines()


def _check(path: Path, vocabulary: str, clock: Clock) -> Checked:
    known = vocabularies().get(vocabulary)
    if known is None:
        raise Invalid("There is no such vocabulary.")
    today = local_date(clock.now(), ZONE)
    return check(path.read_text(encoding="utf-8"), known, as_of=today)


async def explain(open_it: Callable[[], Awaitable[Database]], secret: bytes, token: str) -> Lines:
    """What a booking shared, and the same computed again from the record."""
    reference = read_allocation(secret, token.rstrip("/").rpartition("/")[2])
    database = await open_it()
    try:
        async with database.transaction(reference.tenant) as tx:
            found = await actions.explain_allocation(tx, database.reader, reference.id)
    finally:
        await database.close()
    return found.same, _explained(found)


def _explained(found: Explained) -> list[str]:
    kept, version = found.kept.allocation, found.version
    lines = [
        f"{found.kept.subject}, shared on {found.kept.made_at:%Y-%m-%d %H:%M} UTC",
        f"agreement {version.agreement} no. {version.number}, in force from {version.effective_on}",
        f"rule      {kept.rule!r}",
        f"hash      {kept.hash}",
        *(f"fact      {name} = {fact}" for name, fact in kept.facts.items()),
        *(f"base      {base.value:<18}{cents / 100:>12.2f}" for base, cents in kept.bases.items()),
        *_rule_lines(version, kept.rule),
        *(
            f"share     {share.role.value:<18}{share.amount_cents / 100:>12.2f}"
            f"  VAT {share.vat_cents / 100:.2f}"
            for share in kept.shares
        ),
        f"reversed  {found.kept.reversed_cents / 100:>30.2f}",
    ]
    said = "the same to the cent" if found.same else "DIFFERENT"
    return [*lines, f"computed again from the record: {said}"]


def _rule_lines(version: Version, name: str) -> list[str]:
    rule = next(rule for rule in version.text.rules if rule.name == name)
    return [
        f"says      {part.beneficiary.value:<18}"
        + (f"{part.percent_bps / BPS:.2%} of {part.base.value}" if part.percent_bps else "")
        + (f"{part.fixed_cents / 100:.2f} per {part.per}" if part.fixed_cents else "")
        for part in rule.components
    ]


def replay(path: Path) -> Lines:
    """Compute a replay file again, offline: each booking's shares, and their sums by role."""
    replayed = msgspec.json.decode(path.read_bytes(), type=Replay)
    own_hash = hash_text(replayed.text)
    version = msgspec.convert(
        {
            "id": 0, "tenant": 0, "agreement": "", "title": "", "number": 0, "minutes": "",
            "effective_on": "2000-01-01", "ratified_at": "2000-01-01T00:00:00Z",
            "hash": own_hash, "text": msgspec.to_builtins(replayed.text),
        },
        Version,
    )  # fmt: skip
    sums: dict[str, int] = {}
    different = 0
    for booking in replayed.bookings:
        made = policy.allocate(version, booking.facts, booking.bases)
        different += bool(booking.shares) and made.shares != booking.shares
        for share in made.shares:
            sums[share.role.value] = sums.get(share.role.value, 0) + share.amount_cents
    same = not different and own_hash == replayed.hash
    lines = [
        f"hash of the rules: {own_hash}{'' if own_hash == replayed.hash else '  NOT THE ONE NAMED'}"
    ]
    lines += [f"{role:<18}{cents / 100:>14.2f}" for role, cents in sums.items()]
    return same, [*lines, f"{len(replayed.bookings)} bookings, {different} different"]
