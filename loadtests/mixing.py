"""What a search may say while several changes are being written one after the other: each house as
it was at one of some moments."""

from collections.abc import Iterator, Sequence
from itertools import islice, product
from typing import Any

from loadtests.truth import Truth

MOST_WAYS = 512


def mix(truths: Sequence[Truth]) -> Iterator[Truth]:
    """Every way to take each house, its overlays, and the nights of each room type from one of some
    moments: those that are the same in all are no choice. The first few hundred ways."""
    parts = {
        name: {key for truth in truths for key in getattr(truth, name)}
        for name in ("nights", "overlays")
    }
    choices = dict[tuple[str, int], list[int]]()
    for id in {house.id for truth in truths for house in truth.houses}:
        choices["records", id] = _different([truth.record(id) for truth in truths])
    for name, keys in parts.items():
        for key in keys:
            choices[name, key] = _different([getattr(t, name).get(key) for t in truths])
    open_ = {choice: among for choice, among in choices.items() if len(among) > 1}
    for way in islice(product(*open_.values()), MOST_WAYS):
        yield _pick(truths, dict(zip(open_, way, strict=True)))


def _different(values: Sequence[Any]) -> list[int]:
    """The places of values that are not among those before."""
    return [n for n, value in enumerate(values) if value not in values[:n]]


def _pick(truths: Sequence[Truth], way: dict[tuple[str, int], int]) -> Truth:
    made = Truth(truths[0].ask)
    for name in ("nights", "overlays"):
        setattr(made, name, dict(getattr(truths[0], name)))
    records = {h.id: truths[0].record(h.id) for h in truths[0].houses}
    for (name, key), place in way.items():
        if name == "records":
            records[key] = truths[place].record(key)
        elif (part := getattr(truths[place], name).get(key)) is None:
            getattr(made, name).pop(key, None)
        else:
            getattr(made, name)[key] = part
    for id, record in sorted(records.items()):
        if record is not None:
            house, *lists = record
            made.houses.append(house)
            made.rooms[id], made.plans[id], made.lets[id], made.promotions[id] = lists
    return made
