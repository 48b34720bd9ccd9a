"""What all slices say together about persons. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import msgspec

from hub.core.vertical import About, Keeps, Proof, Slice
from hub.own_data.models import KeptRows

YEARS = 10
LAWS = {
    Keeps.ACCOUNTS: "contracts and accounts, ten years (Code de commerce, article L123-22; Code de "
    "la consommation, article L213-1)",
    Keeps.ACTS: "who did what for an organisation, under a number and without a name, as long as "
    "its accounts",
    Keeps.POLICE: "police sheets, six months after the arrival (CESEDA, article R814-3)",
    Keeps.OTHERS: "held by an organisation for a purpose of its own, no longer tied to an account",
}

# A column by such a name may hold something about somebody.
_TELLING = re.compile(
    r"e?mail$|recipient|^name$|_name$|author|actor|_by$|guest|holder|address|phone|message|words"
    r"|^body|^content$|^document$|person|contact|^scope$|^statement$|^buyer$|^who$|iban"
)


class Rules(msgspec.Struct, frozen=True, kw_only=True):
    """What the installed slices say of their tables; see `hub.core.vertical.Personal`."""

    about: Mapping[str, About]
    nobody: Mapping[str, str]
    tenants: tuple[str, ...]
    proofs: tuple[Proof, ...]
    forgets: tuple[str, ...]
    forgets_last: tuple[str, ...]

    def said(self) -> dict[str, object]:
        """The same for the function that looks."""
        return {name: msgspec.to_builtins(about) for name, about in self.about.items()}

    def kept(self, rows: Mapping[str, int], today: date) -> tuple[KeptRows, ...]:
        """What a law keeps of these rows, and until when at most."""
        found = (
            (name, self.about[name].keeps, many) for name, many in sorted(rows.items()) if many
        )
        return tuple(
            KeptRows(table=name, rows=many, why=keeps, law=LAWS[keeps], until=_until(keeps, today))
            for name, keeps, many in found
            if keeps is not None
        )

    def left(self, rows: Mapping[str, int]) -> dict[str, int]:
        """What no law keeps of these rows."""
        return {name: many for name, many in rows.items() if many and not self.about[name].keeps}

    def left_out(self, of_bytes: Iterable[str]) -> dict[str, str]:
        """What is held back of tables that are given, for the manifest; `of_bytes` are the columns
        (`TABLE.COLUMN`) that no text can give."""
        held = {
            f"{name}.{column}": "a secret, or what others wrote for others"
            for name, about in sorted(self.about.items())
            for column in about.hides
        }
        files = dict.fromkeys(of_bytes, "a secret, or a picture or paper: ask whoever holds it")
        return dict(sorted({**files, **held}.items()))


def rules_of(slices: Iterable[Slice]) -> Rules:
    """What the installed slices say of persons."""
    said = [slice.personal for slice in slices]
    return Rules(
        about={name: about for one in said for name, about in one.about.items()},
        nobody={name: why for one in said for name, why in one.nobody.items()},
        tenants=tuple(name for one in said for name in one.tenants),
        proofs=tuple(proof for one in said for proof in one.proofs),
        forgets=tuple(name for one in said for name in one.forgets),
        forgets_last=tuple(name for one in reversed(said) for name in one.forgets_last),
    )


def _until(keeps: Keeps, today: date) -> date | None:
    """The end of the year in which the time is over, as accounts are kept by whole years."""
    if keeps in {Keeps.ACCOUNTS, Keeps.ACTS}:
        return date(today.year + YEARS, 12, 31)
    return None


class Known(msgspec.Struct, frozen=True, kw_only=True):
    """A table as the catalogue knows it: columns of text or documents, and the tables it names."""

    name: str
    texts: tuple[str, ...]
    names: tuple[str, ...]


def forgotten(rules: Rules, tables: Sequence[Known]) -> list[str]:
    """Tables that may hold something about a person, of which no slice says whose it is or why
    nobody gets it: those with a telling column, and those whose rows name a person, or a row that
    is about one."""
    return [
        table.name
        for table in tables
        if table.name not in rules.about
        and table.name not in rules.nobody
        and (
            any(_TELLING.search(text) for text in table.texts)
            or any(other == "person" or other in rules.about for other in table.names)
        )
    ]
