"""Data keys that this process has opened, for a short time: a page asks its host once."""

import time
from collections import OrderedDict
from collections.abc import Callable
from typing import Generic, TypeVar

K = TypeVar("K")


class Kept(Generic[K]):
    """At most so many keys, the one unused longest goes first, each for so many seconds. `passed`
    tells the seconds since some moment."""

    def __init__(
        self, most: int = 1_000, seconds: float = 300, passed: Callable[[], float] = time.monotonic
    ) -> None:
        self._most, self._seconds, self._passed = most, seconds, passed
        self._keys: OrderedDict[K, tuple[bytes, float]] = OrderedDict()

    def find(self, name: K) -> bytes | None:
        found = self._keys.get(name)
        if found is None:
            return None
        if self._passed() >= found[1]:
            del self._keys[name]
            return None
        self._keys.move_to_end(name)
        return found[0]

    def put(self, name: K, key: bytes) -> None:
        self._keys[name] = (key, self._passed() + self._seconds)
        self._keys.move_to_end(name)
        while len(self._keys) > self._most:
            self._keys.popitem(last=False)

    def clear(self) -> None:
        self._keys.clear()

    def __len__(self) -> int:
        return len(self._keys)
