"""Faults on demand: one by one for a test, or drawn from a seed for a drill."""

import random
from fnmatch import fnmatch
from typing import Literal

import msgspec

What = Literal[
    "delay",
    "error_before",
    "error_after",
    "cut_before",
    "cut_after",
    "rate_limit",
    "poor",
    "restricted",
]
Event = Literal["lose", "duplicate", "late", "reorder"]


class Fault(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """What happens to the next `times` requests whose `METHOD /path` matches `on`.

    `cut` means that the caller hears nothing, before or after the work was done."""

    what: What
    on: str = "POST *"
    times: int = 1
    seconds: float = 0


class Chaos(msgspec.Struct, kw_only=True, forbid_unknown_fields=True):
    """Faults drawn from a seed: parts of a thousand of requests and of webhook deliveries."""

    seed: int
    requests: int = 0
    webhooks: int = 0
    late_s: int = 3 * 86_400


class Faults:
    """The faults that are planned, and those that chance brings."""

    def __init__(self) -> None:
        self.planned: list[Fault] = []
        self.lost: list[Event] = []
        self.chaos: Chaos | None = None
        self._random = random.Random(0)  # noqa: S311  replay, not secrecy

    def begin(self, chaos: Chaos | None) -> None:
        self.chaos = chaos
        self._random = random.Random(chaos.seed if chaos else 0)  # noqa: S311

    def next_for(self, method: str, path: str) -> Fault | None:
        """The fault that this request meets, if any."""
        for fault in self.planned:
            if fault.times > 0 and fnmatch(f"{method} {path}", fault.on):
                fault.times -= 1
                return fault
        if self.chaos and method == "POST" and self._random.randrange(1_000) < self.chaos.requests:
            drawn: list[What] = [
                "error_before",
                "error_after",
                "cut_before",
                "cut_after",
                "rate_limit",
            ]
            return Fault(what=self._random.choice(drawn))
        return None

    def next_delivery(self) -> tuple[Event, int] | None:
        """What happens to this delivery of a webhook, and after how many seconds it comes."""
        if self.lost:
            return self.lost.pop(0), self.chaos.late_s if self.chaos else 60
        if self.chaos and self._random.randrange(1_000) < self.chaos.webhooks:
            drawn: list[Event] = ["lose", "duplicate", "late", "reorder"]
            return self._random.choice(drawn), self._random.randrange(1, self.chaos.late_s)
        return None
