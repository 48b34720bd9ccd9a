"""A zone is as good as its provider's file proves it now, whatever the operator's own file says."""

from datetime import date, timedelta

import msgspec

from hub import approvals, trust
from hub.approvals import Submit
from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.hosting import Certified, Zone, find_reasons, weigh
from hub.trust.models import Found
from tests.trusted import SERVICE, find_operator, prove_all

REFERENTIAL = trust.read_referential("secure-cloud", date(2026, 12, 1))
ZONE = Zone(
    code="lyon", title="Lyon", country="FR", operator="Rhône SAS", level="gold", database="$LYON",
    certificates=(Certified(kind="hds", until=date(2028, 1, 31)),), service="cloud",
)  # fmt: skip
UNTIL = date(2027, 1, 15)


async def weighed(database: Database, zone: Zone = ZONE) -> tuple[Zone, list[str]]:
    async with database.transaction() as tx:
        found = await weigh(tx, zone, REFERENTIAL)
    return found.zone, found.halts


async def reasons(database: Database) -> list[str]:
    """Why data of health, of a service that asks for silver, may not live there."""
    zone, halts = await weighed(database)
    today = database.clock.now().date()
    return [*halts, *find_reasons(zone, {"health"}, {"silver"}, REFERENTIAL, today)]


async def grant(database: Database, level: str = "silver") -> int:
    """Its file proves everything; two persons granted a level. Who keeps the file."""
    operator = await find_operator(database)
    async with database.transaction(operator, actor="person:1") as tx:
        cloud = msgspec.structs.replace(SERVICE, code="cloud", title="Nuage")
        await prove_all(tx, await trust.register_service(tx, cloud))
        await approvals.submit(tx, "cloud", Submit(level=level), role="owner")
        await approvals.open_review(tx, "cloud", role="owner")
        wish = approvals.ProposeGrant(level=level, expires_on=UNTIL, reason="Tout est prouvé.")
        proposed = (await approvals.propose_grant(tx, "cloud", wish, role="owner")).approval
    assert proposed is not None
    async with database.transaction(operator, actor="person:2") as tx:
        said = approvals.Decision(reason="Vu toutes les pièces.", version=proposed.version)
        await approvals.confirm_grant(tx, "cloud", said, role="owner")
    return operator


async def test_a_zone_reaches_the_level_that_is_shown_of_its_provider(demo: Database) -> None:
    await grant(demo)
    zone, halts = await weighed(demo)
    assert (zone.level, halts) == ("silver", []), "the file says gold, silver was granted"
    assert zone.certificates == (Certified(kind="hds", until=date(2027, 1, 31)),), "its document's"
    assert (await weighed(demo, msgspec.structs.replace(ZONE, level="bronze")))[0].level == "bronze"
    assert await reasons(demo) == []


async def test_a_measurement_that_fails_takes_the_level_at_once(demo: Database) -> None:
    operator = await grant(demo)
    async with demo.transaction(operator) as tx:
        service = await trust.find_service(tx, "cloud")
        await trust.record_finding(tx, service, "isolation", Found(rank=0, says="Troué."))
    assert await reasons(demo) == [
        "a service needs silver, the zone reaches no level",
        "health needs silver, the zone reaches no level",
    ]


async def test_a_certificate_that_is_no_more_keeps_health_out(
    demo: Database, clock: DrivenClock
) -> None:
    operator = await grant(demo)
    async with demo.transaction(operator, actor="person:1") as tx:
        papers = (await trust.assess(tx, "cloud")).papers
        [hds] = [one.evidence.id for one in papers if one.evidence.kind == "hds"]
        await trust.withdraw_evidence(tx, hds, "Retiré par son émetteur.")
    assert (await weighed(demo))[0].certificates == ()
    assert any("HDS-01" in one for one in await reasons(demo))
    clock.forward(timedelta(days=90))
    assert any("is expired" in one or "no level" in one for one in await reasons(demo))


async def test_a_provider_without_an_approval_takes_nobody(demo: Database) -> None:
    zone, halts = await weighed(demo)
    assert (zone, halts) == (ZONE, ["the approval of cloud, which runs it, is missing"])


async def test_of_a_zone_without_a_provider_the_file_says_everything(demo: Database) -> None:
    own = msgspec.structs.replace(ZONE, service="")
    assert await weighed(demo, own) == (own, [])
