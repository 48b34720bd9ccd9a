"""The statements of search; they read public listings only."""

from collections.abc import Sequence

import msgspec

from hub.core.db import Reads
from hub.core.sql import load_queries
from tourism.search.models import Candidate, PlanOf, Stay

q = load_queries(__name__)


class CommuneCode(msgspec.Struct, frozen=True, kw_only=True):
    """A commune of an area."""

    code: str


async def list_candidates(
    reads: Reads, area_kind: str, codes: Sequence[str], stay: Stay, property: int | None = None
) -> list[Candidate]:
    return await reads.all(
        Candidate,
        q.list_candidates,
        area_kind=area_kind,
        codes=list(codes),
        property=property,
        month=stay.arrival.replace(day=1),
        first=stay.arrival.day,
        nights=stay.nights,
    )


async def list_plans(reads: Reads, properties: Sequence[int]) -> list[PlanOf]:
    return await reads.all(PlanOf, q.list_plans, properties=list(properties))


async def list_commune_codes(reads: Reads, code: str) -> list[CommuneCode]:
    return await reads.all(CommuneCode, q.list_commune_codes, code=code)
