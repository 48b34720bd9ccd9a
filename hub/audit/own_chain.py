"""An organisation's own chain of acts as a file, and its verification from outside: its acts word
for word, and nothing of others.

A line a link, in order. Each link seals its act in the hub's chain (`link`, after `previous`), and
that in the organisation's own (`hash`, after the own link before): no act can be changed, left out
or put between others without another hash from there on. The last hash, kept elsewhere, or an older
file shows whether anything before it was written anew since.
"""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hub.audit import actions, policy, store
from hub.audit.models import AuditEntry, OwnLink
from hub.audit.outside import Checked, NotAChain, check_chain
from hub.core.db import Database, Tx

PAGE = 1_000
MEDIA_TYPE = "application/jsonl"
FORM = "usage-hub/audit-own-chain"
NONE = bytes(32)
Hash = Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]


class OwnHead(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: whose acts these are."""

    format: Literal["usage-hub/audit-own-chain"] = FORM
    version: Literal[1] = 1
    organisation: int


class OwnLine(msgspec.Struct, frozen=True, kw_only=True):
    """A link: its number from 1 on, its own hash, the hub's link number `seq` with its hash and the
    one before it, and the act. Hashes in hexadecimal; null where a row is gone."""

    number: int
    hash: Hash
    seq: int
    link: Hash | None
    previous: Hash | None
    entry: AuditEntry | None


class _Form(msgspec.Struct, frozen=True):
    format: str = ""


async def write_page(tx: Tx, *, after: int, wanted: int) -> bytes:
    """So many of the links of the transaction's organisation after a number, as lines; the head
    stands before the first."""
    assert tx.tenant is not None
    linked = await store.list_own(tx, after=after, wanted=wanted)
    head = b"" if after else msgspec.json.encode(OwnHead(organisation=tx.tenant)) + b"\n"
    return head + b"".join(_line(one) for one in linked)


def _line(one: OwnLink) -> bytes:
    line = OwnLine(
        number=one.number,
        hash=one.hash.hex(),
        seq=one.seq,
        link=None if one.link is None else one.link.hex(),
        previous=None if one.previous is None else one.previous.hex(),
        entry=one.entry,
    )
    return msgspec.json.encode(line) + b"\n"


async def write_own_chain(tx: Tx, file: Path) -> int:
    """Write the chain of the transaction's organisation as it stands; how many links."""
    number = 0
    beside = file.with_name(f"{file.name}.part")  # an older file stays until this one is whole
    with beside.open("wb") as out:
        while page := await write_page(tx, after=number, wanted=PAGE):
            out.write(page)
            links = page.count(b"\n") - (not number)
            number += links
            if not links:
                break
    beside.replace(file)
    return number


async def take_own_chain(database: Database, tenant: int, file: Path) -> int:
    """Seal what waits, and write the chain of an organisation, also of one that is held; how many
    links."""
    linked = actions.BATCH
    while linked == actions.BATCH:
        async with database.transaction() as tx:
            linked = await actions.link_waiting(tx)
    async with database.transaction(tenant) as tx:
        return await write_own_chain(tx, file)


def check_file(file: Path, older: Path | None = None) -> Checked:
    """Whether every act in the file is sealed where it stands, and whether every link of an older
    file of the same form is still the same: of an organisation's own chain, or of the hub's
    (`outside`). Raises `NotAChain`."""
    if _form_of(file) != FORM:
        return check_chain(file, older)
    known = {line.number: line.hash for line in _read(older)[1]} if older else {}
    head, lines = _read(file)
    number, seq, own = 0, 0, NONE
    for line in lines:
        fault = _fault(line, head.organisation, number + 1, seq, own)
        if fault is None and line.hash != known.pop(line.number, line.hash):
            fault = f"link {line.number} is another one than in the older file"
        if fault is not None:
            return Checked(links=number, own=number, head=own.hex(), broken=fault)
        number, seq, own = line.number, line.seq, bytes.fromhex(line.hash)
    gone = f"link {min(known)} of the older file is gone" if known else None
    return Checked(links=number, own=number, head=own.hex(), broken=gone)


def _fault(line: OwnLine, organisation: int, number: int, after: int, own: bytes) -> str | None:
    if line.number != number:
        return f"link {number} is gone"
    if line.entry is None or line.link is None or line.previous is None:
        return f"the act of link {number} is gone"
    if line.entry.tenant != organisation or line.seq <= after:
        return f"act {line.entry.id} (link {number}) does not belong here"
    link = policy.seal(line.entry, bytes.fromhex(line.previous))
    if link.hex() != line.link or policy.chain_own(link, own).hex() != line.hash:
        return f"act {line.entry.id} (link {number}) is not as it was sealed"
    return None


def _form_of(file: Path) -> str:
    try:
        with file.open("rb") as lines:
            return msgspec.json.decode(next(lines, b""), type=_Form).format
    except msgspec.MsgspecError as error:
        raise NotAChain() from error


def _read(file: Path) -> tuple[OwnHead, Iterable[OwnLine]]:
    try:
        with file.open("rb") as lines:
            head = msgspec.json.decode(next(lines, b""), type=OwnHead)
    except msgspec.MsgspecError as error:
        raise NotAChain() from error
    return head, _lines(file)


def _lines(file: Path) -> Iterator[OwnLine]:
    try:
        with file.open("rb") as lines:
            next(lines)
            for line in lines:
                yield msgspec.json.decode(line, type=OwnLine)
    except msgspec.MsgspecError as error:
        raise NotAChain() from error
