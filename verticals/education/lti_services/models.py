"""What tools read and write of the classes where they are placed (AGS 2.0, NRPS 2.0)."""

from uuid import UUID

import msgspec


class MemberRow(msgspec.Struct, frozen=True, kw_only=True):
    """Somebody of a class as a tool knows them: `sub` is theirs for this tool only."""

    member: UUID
    sub: UUID
    roles: tuple[str, ...]
    given_name: str
    family_name: str
    email: str
