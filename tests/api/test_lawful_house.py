"""A house on sale keeps what the law asks of it, whatever its hotelier changes."""

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.db import Database
from hub.exits.actions import deciding
from tests.api.test_onboarding_pages import (
    GOOD,
    NEW,
    PAGE,
    confirm,
    do_all,
    open_season,
    owner,
    save,
    sign,
)
from tests.people import read, send, sign_up, text_of

__all__ = ["owner"]
TWO = {"occupancy_standard": "2", "occupancy_max": "2", "adults_max": "2", "children_max": "0"}


@pytest.fixture
async def hotel(visitor: AsyncTestClient, demo: Database) -> AsyncTestClient:
    """Somebody who sells twenty rooms of a hotel."""
    await sign_up(visitor)
    await send(visitor, "/pro/claim/houses", {**NEW, "kind": "hotel"})
    await save(visitor, "identity", kind="hotel")
    for step in ("place", "control", "words", "services", "rates"):
        await save(visitor, step)
    await save(visitor, "rooms", units="20", **TWO)
    await open_season(visitor)
    await save(visitor, "declarations", vat_regime="HOTEL_10", services=["LINEN"])
    await sign(visitor)
    await confirm(demo)
    assert (await send(visitor, f"{PAGE}/publish", {})).status_code == 303
    return visitor


async def see(owner: asyncpg.Connection) -> tuple[str, str, str]:
    row = await owner.fetchrow(
        "select kind, listing, commune_code from property where name = 'Le petit gîte'"
    )
    assert row
    return tuple(row)


async def test_a_house_on_sale_is_no_furnished_let_before_it_has_its_number(
    hotel: AsyncTestClient, owner: asyncpg.Connection
) -> None:
    answer = await save(hotel, "identity", kind="furnished", phone="04 66 11 11 11")
    assert answer.status_code == 409
    text = text_of(answer)
    assert f'href="{PAGE}/declarations"' in text
    assert 'name="withdraw" value="1"' in text
    assert 'value="04 66 11 11 11"' in text  # what was typed is kept
    assert '<option value="furnished" selected' in text
    assert await see(owner) == ("hotel", "published", "48095")  # and nothing was saved

    said = await save(hotel, "identity", kind="furnished", withdraw="1")
    assert said.headers["location"] == f"{PAGE}/declarations"
    assert await see(owner) == ("furnished", "draft", "48095")
    assert (await send(hotel, f"{PAGE}/publish", {})).status_code == 409
    await save(hotel, "declarations")
    assert (await send(hotel, f"{PAGE}/publish", {})).status_code == 303
    assert await see(owner) == ("furnished", "published", "48095")


@pytest.mark.parametrize("withdraw", ["", "1"])
async def test_twenty_rooms_are_no_guest_house(
    hotel: AsyncTestClient, owner: asyncpg.Connection, withdraw: str
) -> None:
    answer = await save(hotel, "identity", kind="guest_house", withdraw=withdraw)
    assert answer.status_code == 400
    assert 'id="error-kind"' in answer.text
    assert await see(owner) == ("hotel", "published", "48095")


async def test_a_furnished_let_on_sale_stays_where_its_number_is_from(
    visitor: AsyncTestClient, demo: Database, owner: asyncpg.Connection
) -> None:
    await sign_up(visitor)
    await send(visitor, "/pro/claim/houses", dict(NEW))
    await do_all(visitor, demo)
    await send(visitor, f"{PAGE}/publish", {})
    moved = {"commune": "Annecy", "place": "commune:74010", "lat": "45.9", "lng": "6.12"}
    answer = await save(visitor, "place", **moved)
    assert answer.status_code == 409
    assert 'name="withdraw" value="1"' in answer.text
    assert await see(owner) == ("furnished", "published", "48095")
    assert (await save(visitor, "place", withdraw="1", **moved)).status_code == 303
    assert await see(owner) == ("furnished", "draft", "74010")
    _, text = await read(visitor, PAGE)
    # Its declarations are to be made anew, and who knows the place confirms it there.
    assert text.count('<li class="done">') == len(GOOD)


async def test_the_choice_to_withdraw_does_nothing_to_a_house_that_stays_lawful(
    hotel: AsyncTestClient, owner: asyncpg.Connection
) -> None:
    assert (await save(hotel, "words", withdraw="1")).status_code == 303
    assert await see(owner) == ("hotel", "published", "48095")


async def test_a_house_whose_notice_is_over_does_not_publish_itself_again(
    hotel: AsyncTestClient, owner: asyncpg.Connection, demo: Database
) -> None:
    house = await owner.fetchval("select tenant from property where name = 'Le petit gîte'")
    async with demo.transaction(await deciding.find_keeper(demo), actor="person:1") as tx:
        given = await deciding.give(tx, house, "lodging", "Le petit gîte", 0, ())
    await send(hotel, f"{PAGE}/withdraw", {})
    refused = await send(hotel, f"{PAGE}/publish", {})
    assert refused.status_code == 409
    assert "Retirez d'abord votre préavis : d'ici là, rien n'est vendu ici." in text_of(refused)
    assert await see(owner) == ("hotel", "draft", "48095")
    async with demo.transaction(given.tenant, actor="person:1") as tx:
        await deciding.take_back(tx, given.id, given.version)
    assert (await send(hotel, f"{PAGE}/publish", {})).status_code == 303
    assert await see(owner) == ("hotel", "published", "48095")
