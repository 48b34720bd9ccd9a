"""What all slices say together about persons. Pure."""

import re
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from hub.core.vertical import About, Proof, Slice

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

    def said(self) -> dict[str, object]:
        """The same for the function that looks."""
        return {name: msgspec.to_builtins(about) for name, about in self.about.items()}

    def left_out(self) -> dict[str, str]:
        """What is held back of tables that are given, for the manifest."""
        return {
            f"{name}.{column}": "a secret, or what others wrote for others"
            for name, about in sorted(self.about.items())
            for column in about.hides
        }


def rules_of(slices: Iterable[Slice]) -> Rules:
    """What the installed slices say of persons."""
    said = [slice.personal for slice in slices]
    return Rules(
        about={name: about for one in said for name, about in one.about.items()},
        nobody={name: why for one in said for name, why in one.nobody.items()},
        tenants=tuple(name for one in said for name in one.tenants),
        proofs=tuple(proof for one in said for proof in one.proofs),
    )


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
