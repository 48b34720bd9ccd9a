"""What leaves with a tenant: by the catalogue, and by what each slice says of its tables."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import msgspec

from hub.core.vertical import Kept, Slice
from hub.portability.models import Table, TableFile


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What all slices say together; see `hub.core.vertical.Portability`."""

    belongs_by: Mapping[str, tuple[str, ...]]
    named: Mapping[str, tuple[str, ...]]
    same_by: Mapping[str, tuple[str, ...]]
    stays: Mapping[str, str]
    sealed: Mapping[str, tuple[str, ...]]
    kept: Mapping[str, Kept]
    with_triggers: tuple[str, ...]
    arrivals: tuple[str, ...]
    departures: tuple[str, ...]
    ends: tuple[str, ...]
    settles: tuple[str, ...]

    def by(self, table: Table) -> tuple[str, ...]:
        """The columns that make a row a tenant's; none when its rows are nobody's."""
        if table.name in self.belongs_by:
            return self.belongs_by[table.name]
        return ("tenant",) if "tenant" in table.written else ()

    def leaves(self, table: Table) -> bool:
        return bool(self.by(table)) and table.name not in self.stays

    def erases(self, table: Table) -> bool:
        """Whether its rows go when their tenant is erased."""
        return self.leaves(table) and table.name not in self.kept


def rules_of(slices: Iterable[Slice]) -> Rules:
    """What the installed slices say of their tables."""
    said = [slice.portability for slice in slices]
    return Rules(
        belongs_by={name: by for one in said for name, by in one.belongs_by.items()},
        named={name: columns for one in said for name, columns in one.named.items()},
        same_by={name: columns for one in said for name, columns in one.same_by.items()},
        stays={name: why for one in said for name, why in one.stays.items()},
        sealed={name: columns for one in said for name, columns in one.sealed.items()},
        kept=longest(law for one in said for law in one.kept.items()),
        with_triggers=tuple(name for one in said for name in one.with_triggers),
        arrivals=tuple(name for one in said for name in one.arrivals),
        departures=tuple(name for one in said for name in one.departures),
        ends=tuple(name for one in said for name in one.ends),
        settles=tuple(name for one in said for name in one.settles),
    )


def longest(laws: Iterable[tuple[str, Kept]]) -> dict[str, Kept]:
    """What keeps each table when several laws do, each said by the slice that it binds: the longest
    time, with its reason; a table that one of them seals stays."""
    found: dict[str, Kept] = {}
    for table, law in laws:
        before = found.get(table, law)
        longer = before if before.years >= law.years else law
        found[table] = msgspec.structs.replace(longer, sealed=before.sealed or law.sealed)
    return found


def sums_of_going(rules: Rules, files: Iterable[TableFile]) -> dict[str, str]:
    """What the rows of an export weigh by table, but for those that an erasure keeps: they may go
    on where they were made."""
    return {file.table: file.sha256 for file in files if file.table not in rules.kept}


def kept_until(erased_on: date, law: Kept) -> date:
    """The end of the year in which the time is over, as accounts are kept by whole years."""
    return date(erased_on.year + law.years, 12, 31)


def ending(rules: Rules, tables: Sequence[Table], erased_on: date, today: date) -> list[Table]:
    """The kept tables whose time is over for who was erased that day, children first."""
    over = {
        name
        for name, law in rules.kept.items()
        if not law.sealed and today > kept_until(erased_on, law)
    }
    return children_first([one for one in tables if one.name in over])


def next_ending(rules: Rules, erased_on: date, today: date) -> date | None:
    """The next day on which the time of a kept table is over; None when all are."""
    days = (kept_until(erased_on, law) for law in rules.kept.values() if not law.sealed)
    return min((day + timedelta(days=1) for day in days if day >= today), default=None)


def children_first(tables: Sequence[Table]) -> list[Table]:
    """Tables in an order in which each stands before those that it names."""
    waiting = {table.name: table for table in tables}
    named_by = {
        name: {t.name for t in tables if t.name != name and any(k.table == name for k in t.links)}
        for name in waiting
    }
    ordered: list[Table] = []
    while waiting:
        free = [name for name in waiting if not named_by[name] & waiting.keys()]
        if not free:
            raise ValueError(f"tables name each other in a circle: {sorted(waiting)}")
        ordered += [waiting.pop(name) for name in free]
    return ordered


def forgotten(rules: Rules, tables: Sequence[Table]) -> list[str]:
    """Tables that neither leave with a tenant, nor are named, nor are said to stay."""
    return [
        table.name
        for table in tables
        if not rules.leaves(table)
        and table.name not in rules.stays
        and table.name not in rules.named
    ]


def blocking(rules: Rules, tables: Sequence[Table]) -> list[str]:
    """Foreign keys of rows that the law keeps to rows that are erased: by them no erasure would
    end, or a kept row would go with the erased one. A kept row names it by its number only."""
    going = {table.name for table in tables if rules.erases(table)}
    return [
        f"{table.name} ({', '.join(link.columns)}) names {link.table}"
        for table in tables
        if table.name in rules.kept
        for link in table.links
        if link.table in going
    ]


def shown(rules: Rules, table: Table) -> Table:
    """A table of somebody else, with the columns that may go along."""
    columns = tuple(one for one in table.columns if one.name in rules.named[table.name])
    return msgspec.structs.replace(table, columns=columns)


def is_own(rules: Rules, table: Table, row: Mapping[str, object], tenant: int) -> bool:
    """Whether a named row is the tenant's own and leaves anyway."""
    return rules.leaves(table) and any(row.get(column) == tenant for column in rules.by(table))


def who(rules: Rules, table: Table, row: Mapping[str, object]) -> tuple[str, ...]:
    """What says who a named row is, beside its number. An e-mail is the same in small letters."""
    return tuple(str(row.get(column)).lower() for column in rules.same_by[table.name])
