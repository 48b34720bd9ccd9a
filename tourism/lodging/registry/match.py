"""Which commune a registry row lies in: exact rules first, then those that read human hands.

A rule applies only when it gives exactly one commune. There is no "largest commune of the
postcode": it was wrong for two rows in five.
"""

import csv
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from difflib import SequenceMatcher
from importlib import resources

from hub.territory import Commune, communes, fold, fold_saints, fold_whole, former_communes
from tourism.lodging.registry.models import Match, Row

SIMILAR_ENOUGH = 0.80
CITIES = {"75056", "69123", "13055"}


class Matcher:
    """The indexes of the territory, and the rules in the order they are tried."""

    def __init__(self) -> None:
        self._communes = {c.code: c for c in communes() if c.code not in CITIES}
        self._by_postcode: dict[str, list[Commune]] = defaultdict(list)
        self._by_department: dict[str, list[Commune]] = defaultdict(list)
        self._by_name: dict[str, list[Commune]] = defaultdict(list)
        for commune in self._communes.values():
            self._by_department[commune.department].append(commune)
            self._by_name[fold_saints(commune.name)].append(commune)
            for postcode in commune.postcodes:
                self._by_postcode[postcode].append(commune)
        self._names = {code: {fold(c.name)} for code, c in self._communes.items()}
        self._former: dict[str, set[str]] = defaultdict(set)
        for former in former_communes():
            if former.present == former.code:
                self._names[former.code].add(fold(former.name))
            if former.present in self._communes:
                self._former[fold_saints(former.name)].add(former.present)
        self._aliases = _read_aliases()
        self._rules: tuple[tuple[str, Callable[[Row], Iterable[str]]], ...] = (
            ("2", self._by_arrondissement),
            ("1", self._by_exact_name),
            ("3", self._by_folded_name),
            ("4", self._by_former_name),
            ("9", self._by_alias),
            ("5", self._by_name_in_department),
            ("7", self._by_spelling),
            ("8", self._by_single_postcode),
            ("11", self._by_name_in_france),
            ("13", self._by_trade_name),
        )
        self._known: dict[tuple[str | None, str | None], Match | None] = {}

    def match(self, row: Row) -> Match | None:
        """The commune of a row, or None when no rule gives exactly one."""
        if row.commune is None:
            return self._try(row)
        key = (row.postcode, row.commune)
        if key not in self._known:
            self._known[key] = self._try(row)
        return self._known[key]

    def _try(self, row: Row) -> Match | None:
        for rule, find in self._rules:
            found = set(find(row))
            if len(found) == 1:
                return Match(commune_code=found.pop(), rule=rule)
        return None

    def _near(self, row: Row) -> Sequence[Commune]:
        return self._by_postcode.get(row.postcode or "", ())

    def _by_exact_name(self, row: Row) -> Iterable[str]:
        if row.commune is None:
            return ()
        name = fold(row.commune)
        return [c.code for c in self._near(row) if name in self._names[c.code]]

    def _by_arrondissement(self, row: Row) -> Iterable[str]:
        postcode = row.postcode or ""
        label = fold_saints(row.commune or "")
        city = label.split(" ")[0] if label else ""
        if postcode.startswith("75"):
            return [f"751{postcode[-2:]}"]
        if city == "LYON" and postcode.startswith("6900"):
            return [f"6938{postcode[-1]}"]
        if city == "MARSEILLE" and postcode.startswith("130"):
            return [f"132{postcode[-2:]}"]
        return ()

    def _by_folded_name(self, row: Row) -> Iterable[str]:
        if row.commune is None:
            return ()
        near = self._near(row)
        once = [c.code for c in near if fold_saints(c.name) == fold_saints(row.commune)]
        return once or [c.code for c in near if fold_whole(c.name) == fold_whole(row.commune)]

    def _by_former_name(self, row: Row) -> Iterable[str]:
        present = self._former.get(fold_saints(row.commune or ""), set())
        return [c.code for c in self._near(row) if c.code in present]

    def _by_alias(self, row: Row) -> Iterable[str]:
        return [
            code
            for postcodes, code in self._aliases.get(fold(row.commune or ""), ())
            if row.postcode in postcodes or (not postcodes and _same_department(row, code))
        ]

    def _by_name_in_department(self, row: Row) -> Iterable[str]:
        if row.commune is None or row.postcode is None:
            return ()
        name = fold_saints(row.commune)
        same = self._by_department.get(department_of(row.postcode), ())
        return [c.code for c in same if fold_saints(c.name) == name]

    def _by_spelling(self, row: Row) -> Iterable[str]:
        if row.commune is None:
            return ()
        label = fold_saints(row.commune)
        scored = [(_likeness(label, fold_saints(c.name)), c.code) for c in self._near(row)]
        best = max(scored, default=(0.0, ""))
        return [best[1]] if best[0] >= SIMILAR_ENOUGH else ()

    def _by_single_postcode(self, row: Row) -> Iterable[str]:
        return [c.code for c in self._near(row)] if row.commune else ()

    def _by_name_in_france(self, row: Row) -> Iterable[str]:
        if row.commune is None:
            return ()
        return [c.code for c in self._by_name.get(fold_saints(row.commune), ())]

    def _by_trade_name(self, row: Row) -> Iterable[str]:
        words = f" {fold_saints(row.name)} {fold(row.site or '')} "
        whole = words.replace(" ", "")
        near = self._near(row)
        named = [c.code for c in near if f" {fold_saints(c.name)} " in words]
        return named or [c.code for c in near if fold_whole(c.name) in whole]


def department_of(postcode: str) -> str:
    """The department of a postcode; Corsica is cut in two, overseas has three digits."""
    if postcode.startswith("20"):
        return "2A" if postcode[:3] in {"200", "201"} else "2B"
    return postcode[:3] if postcode[:2] in {"97", "98"} else postcode[:2]


def _same_department(row: Row, code: str) -> bool:
    return row.postcode is not None and code.startswith(department_of(row.postcode))


def _likeness(label: str, name: str) -> float:
    ratio = SequenceMatcher(None, label, name).ratio()
    words, others = set(label.split()), set(name.split())
    if words <= others or others <= words:
        return 0.80 + 0.19 * ratio
    return ratio


def _read_aliases() -> dict[str, list[tuple[frozenset[str], str]]]:
    text = resources.files("tourism.lodging").joinpath("data/aliases.csv").read_text("utf-8")
    found: dict[str, list[tuple[frozenset[str], str]]] = defaultdict(list)
    for row in csv.DictReader(text.splitlines(), delimiter=";"):
        postcodes = frozenset(code.rjust(5, "0") for code in row["postcodes"].split())
        found[fold(row["label"])].append((postcodes, row["commune_code"]))
    return found
