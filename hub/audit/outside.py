"""The chain of the record of acts as a file, and its verification from outside: without the hub and
its database, by whoever has the file.

A line a link, in order. An organisation's own acts stand in it word for word; of those of others
only the hash, which tells nothing. The last hash, kept elsewhere, or an older file shows whether
anything before it was written anew since.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Literal

import msgspec

from hub.audit import policy, store
from hub.audit.models import AuditEntry, AuditLink
from hub.core.db import Tx
from hub.core.errors import HubError

BATCH = 1_000


class NotAChain(HubError):
    """This file is no chain of acts"""

    code = "not-a-chain"


class Head(msgspec.Struct, frozen=True, kw_only=True):
    """The first line: whose acts stand in the file; None for everybody's."""

    format: Literal["usage-hub/audit-chain"] = "usage-hub/audit-chain"
    version: Literal[1] = 1
    organisation: int | None


class Line(msgspec.Struct, frozen=True, kw_only=True):
    """A link; `entry` where it is the organisation's. Hashes in hexadecimal."""

    seq: int
    hash: Annotated[str, msgspec.Meta(pattern="^[0-9a-f]{64}$")]
    entry: AuditEntry | None = None


class Checked(msgspec.Struct, frozen=True, kw_only=True):
    """What the file says: links, own acts, and the last hash. `broken` is the first line that is
    not as it was sealed, and why."""

    links: int
    own: int
    head: str
    broken: str | None


async def write_chain(tx: Tx, file: Path, organisation: int | None) -> int:
    """Write the chain as it stands, with an organisation's acts or everybody's; how many links."""
    after = 0
    beside = file.with_name(f"{file.name}.part")  # an older file stays until this one is whole
    with beside.open("wb") as out:
        out.write(msgspec.json.encode(Head(organisation=organisation)) + b"\n")
        while linked := await store.list_linked(tx, after=after, wanted=BATCH):
            for one in linked:
                own = one.entry is not None and organisation in (None, one.entry.tenant)
                line = Line(
                    seq=one.link.seq, hash=one.link.hash.hex(), entry=one.entry if own else None
                )
                out.write(msgspec.json.encode(line) + b"\n")
            after = linked[-1].link.seq
    beside.replace(file)
    return after


def check_chain(file: Path, older: Path | None = None) -> Checked:
    """Whether every act in the file is sealed where it stands, and whether every link of an older
    file is still the same. Raises `NotAChain`."""
    known = {line.seq: line.hash for line in _read(older)} if older else {}
    head, own = policy.GENESIS, 0
    broken: str | None = None
    for line in _read(file):
        broken = _fault(head, line, known.pop(line.seq, line.hash))
        if broken is not None:
            break
        own += line.entry is not None
        head = AuditLink(
            seq=line.seq, entry=0, hash=bytes.fromhex(line.hash), previous_hash=head.hash
        )
    if broken is None and known:
        broken = f"link {min(known)} of the older file is gone"
    return Checked(links=head.seq, own=own, head=head.hash.hex(), broken=broken)


def _fault(head: AuditLink, line: Line, known: str) -> str | None:
    if line.seq != head.seq + 1:
        return f"link {head.seq + 1} is gone"
    if line.hash != known:
        return f"link {line.seq} is another one than in the older file"
    if line.entry is not None and policy.seal(line.entry, head.hash).hex() != line.hash:
        return f"act {line.entry.id} (link {line.seq}) is not as it was sealed"
    return None


def _read(file: Path) -> Iterator[Line]:
    try:
        with file.open("rb") as lines:
            msgspec.json.decode(next(lines, b""), type=Head)
            for line in lines:
                yield msgspec.json.decode(line, type=Line)
    except msgspec.MsgspecError as error:
        raise NotAChain() from error
