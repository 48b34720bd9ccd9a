"""What became of every request and of every act, as the driver saw it."""

import msgspec


class Asked(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """A request: when it was sent, its answer's status (0: none), why it was not the wanted one."""

    at: float
    name: str
    ms: float
    status: int
    problem: str
    bytes: int


class Outcome(msgspec.Struct, frozen=True, kw_only=True, array_like=True):
    """An act: when it was due, how late it began, how long it took, what became of it."""

    at: float
    late: float
    seconds: float
    kind: str
    outcome: str
    reference: str = ""


class Results(msgspec.Struct, frozen=True, kw_only=True):
    """All of a run: when it began by the monotonic clock, how long it took, and the processor
    seconds that the driver itself used."""

    began: float
    seconds: float
    cpu_s: float
    asked: list[Asked]
    outcomes: list[Outcome]
