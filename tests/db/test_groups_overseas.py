"""A group's last day ends when it ends at the house, wherever the house is."""

from collections.abc import Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import asyncpg
import pytest

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests.db.test_groups import CUT_OFF, change_to, held, keep, mend, show, take, wedding
from tests.houses import House, find_house, pay
from tests.served import Queue
from tourism.groups.errors import BlockOver
from tourism.groups.models import BlockState

ZONES = ("America/Guadeloupe", "Europe/Paris", "Indian/Reunion", "Pacific/Noumea")


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def queue(demo: Database, demo_settings: Settings):
    """An empty queue."""
    connection = await asyncpg.connect(demo_settings.database_url)
    await connection.execute("delete from pgmq.q_celery")
    yield Queue(demo, connection)
    await connection.close()


@pytest.fixture
def ends(clock: DrivenClock) -> Callable[[str, timedelta], None]:
    """Set the clock to so long from the end of the group's last day in a zone."""

    def go_to(zone: str, past: timedelta) -> None:
        over = datetime.combine(CUT_OFF + timedelta(days=1), time(), ZoneInfo(zone))
        clock.set(over.astimezone(UTC) + past)

    return go_to


@pytest.mark.parametrize("zone", ZONES)
async def test_rooms_wait_for_a_group_until_midnight_at_the_house(
    demo: Database, house: House, queue: Queue, ends: Callable[..., None], zone: str
) -> None:
    await queue.admin.execute("update property set zone = $1 where id = $2", zone, house.id)
    block = await keep(demo, house, wedding(house))
    stay = await pay(demo, await take(demo, house, block, nights=1))
    ends(zone, -timedelta(minutes=1))
    await mend(demo, queue)
    assert (await show(demo, block)).block.state is BlockState.OPEN
    longer = await change_to(demo, house, stay, (0, 2))
    assert await held(demo, block) == [2, 2, 3]
    shorter = await change_to(demo, house, longer, (0, 1), key="shorter")
    assert await held(demo, block) == [2, 3, 3]
    ends(zone, timedelta(minutes=1))
    with pytest.raises(BlockOver):
        await change_to(demo, house, shorter, (0, 2), key="longer")
    with pytest.raises(BlockOver):
        await take(demo, house, block)
    await mend(demo, queue)
    assert (await show(demo, block)).block.state is BlockState.RELEASED
    assert await held(demo, block) == [0, 0, 0]
