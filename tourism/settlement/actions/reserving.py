"""The mutual reserve as its federation sees it: what it may bear, has borne, and would have."""

from datetime import timedelta

import msgspec

from hub import agreements
from hub.agreements.policy import decides
from hub.core.clock import local_date
from hub.core.db import Reads, Tx
from hub.rules import Absorption, Role
from tourism.settlement import bearing, store
from tourism.settlement.models import Borne, Fund

PARIS, YEAR = "Europe/Paris", timedelta(days=365)
LOSSES_MOST = 5_000


class Reserve(msgspec.Struct, frozen=True, kw_only=True):
    """A scheme's reserve: the version in force, what it keeps, and what it has borne this year by
    cause."""

    version: agreements.Version | None
    clauses: tuple[Absorption, ...]
    left_cents: int
    borne: dict[str, int]


async def find_reserve(tx: Tx, reads: Reads) -> Reserve:
    """The caller's own."""
    assert tx.tenant is not None
    versions = await agreements.list_versions(reads, tx.tenant)
    suspensions = await agreements.list_suspensions(reads, tx.tenant)
    version = decides(versions, suspensions, local_date(tx.now, PARIS))
    behind = await agreements.find_beneficiaries(reads, tx.tenant, {})
    holder = behind.get(Role.RESERVE, tx.tenant)
    funds: dict[str, Fund] = {
        cause: await store.find_fund(
            tx, tx.tenant, holder, Role.RESERVE.value, cause, bearing.year_of(tx.now)
        )
        for cause in (bearing.DISPUTE, bearing.DEBT)
    }
    return Reserve(
        version=version,
        clauses=version.text.absorbs if version else (),
        left_cents=funds[bearing.DISPUTE].left_cents,
        borne={cause: fund.borne_cents for cause, fund in funds.items()},
    )


async def simulate(tx: Tx, clause: Absorption) -> Borne:
    """What a clause would have borne of the losses of the last twelve months."""
    assert tx.tenant is not None
    losses = await store.list_losses(tx, tx.tenant, tx.now - YEAR, LOSSES_MOST)
    return bearing.simulate(clause, losses)
