"""What agreements bring."""

from hub.agreements import describe, pages
from hub.core.vertical import Kept, NavItem, Personal, Portability, Slice
from hub.rules.says import Says

slice = Slice(
    package="hub.agreements",
    handlers=pages.handlers,
    nav=(
        NavItem(
            label="Accords", path="/pro/agreement", organisation_kinds=("federation",), rank=10
        ),
    ),
    messages=(*describe.MESSAGES, *Says),
    portability=Portability(
        kept={
            name: Kept(years=10, why="how each euro was shared (Code de commerce, L123-22)")
            for name in ("agreement_version", "allocation", "allocation_reversal")
        },
        belongs_by={"beneficiary": ("scheme", "tenant")},
        named={
            "agreement_version": (
                "id",
                "tenant",
                "agreement",
                "title",
                "number",
                "effective_on",
                "text",
                "hash",
                "minutes",
                "ratified_at",
            )
        },
        same_by={"agreement_version": ("tenant", "agreement", "number", "hash")},
    ),
    personal=Personal(
        nobody={
            "derogation": "exceptions of member organisations",
            "allocation": "how an organisation shares what it earned",
            "allocation_reversal": "how an organisation shares what it earned",
        },
    ),
)
