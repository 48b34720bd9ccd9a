"""The photos of a house, from the upload to the traveller's page, and who may see which."""

import re
from datetime import timedelta
from uuid import UUID

import asyncpg
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from tests import pictures
from tests.houses import House, find_house
from tests.orders import legal_hold
from tourism import lodging, photos
from tourism.lodging import Listing
from tourism.photos.actions import changing, taking
from tourism.photos.models import PHOTOS_MAX, Photo
from tourism.photos.tasks import announce_old_photos_later, destroy_old_photos_later

HTML = {"accept": "text/html", "accept-language": "fr"}
PAGE = "/pro/photos"
UNKNOWN = UUID("6f1f4f5e-7c1d-4c1c-9d53-0a5f0c3c8d11")


@pytest.fixture
async def house(demo: Database) -> House:
    return await find_house(demo)


@pytest.fixture
async def hotelier(visitor: AsyncTestClient, sign_in) -> AsyncTestClient:
    await sign_in("hotelier")
    return visitor


async def token(client: AsyncTestClient) -> str:
    shown = await client.get(PAGE, headers=HTML)
    found = re.search(r'name="_csrf_token" value="([^"]*)"', shown.text)
    assert found
    return found.group(1)


async def send(client: AsyncTestClient, *files: tuple[str, bytes], room: str = ""):
    sent = [("files", (name, content, "image/jpeg")) for name, content in files]
    data = {"_csrf_token": await token(client), "room": room}
    return await client.post(f"{PAGE}/upload", data=data, files=sent, headers=HTML)


async def change(client: AsyncTestClient, act: str, **fields: str):
    data = {"_csrf_token": await token(client), "act": act, **fields}
    return await client.post(PAGE, data=data, headers=HTML)


async def own(demo: Database, house: House) -> list[Photo]:
    async with demo.transaction(house.tenant) as tx:
        return await photos.list_photos(tx, house.id)


async def add(client: AsyncTestClient, demo: Database, house: House, count: int) -> list[Photo]:
    files = [(f"{n}.jpg", pictures.file(width=640, height=480, seed=n)) for n in range(count)]
    assert (await send(client, *files)).status_code == 303
    return await own(demo, house)


async def describe(client: AsyncTestClient, found: list[Photo], **texts: str):
    fields = {f"alt-{photo.id}-fr": f"La vue {n}" for n, photo in enumerate(found)}
    names = ",".join(str(photo.id) for photo in found)
    return await change(client, "save", photos=names, **{**fields, **texts})


async def test_a_photo_is_shown_once_it_is_described_smaller_and_in_both_formats(
    hotelier: AsyncTestClient, demo: Database, house: House, visitor: AsyncTestClient
) -> None:
    answer = await send(hotelier, ("lac.jpg", pictures.with_position()))
    assert (answer.status_code, answer.headers["location"]) == (303, f"{PAGE}?added=1")
    (photo,) = await own(demo, house)
    assert await photos.list_photos(demo.reader, house.id) == []
    assert "À décrire" in (await hotelier.get(PAGE, headers=HTML)).text
    await describe(hotelier, [photo], **{f"alt-{photo.id}-de": "Der See"})
    for width in (400, 800):
        await taking.make_rendition(demo, house.tenant, photo.id, width)
        await taking.make_rendition(demo, house.tenant, photo.id, width)
    (shown,) = await photos.list_photos(demo.reader, house.id)
    assert [file.width for file in shown.of("avif")] == [400, 800]
    assert [(file.width, file.height) for file in shown.of("webp")] == [(400, 600), (800, 1200)]
    visitor.cookies.clear()
    page = (await visitor.get(f"/hebergements/{house.id}", headers=HTML)).text
    assert 'alt="La vue 0"' in page
    assert 'width="800" height="1200"' in page
    assert f"{shown.of('avif')[1].address} 800w" in page
    german = {**HTML, "accept-language": "de"}
    assert 'alt="Der See"' in (await visitor.get(f"/hebergements/{house.id}", headers=german)).text
    spanish = {**HTML, "accept-language": "es"}
    other = (await visitor.get(f"/hebergements/{house.id}", headers=spanish)).text
    assert 'alt="La vue 0" lang="fr"' in other
    file = await visitor.get(shown.largest.address)
    assert file.status_code == 200
    assert file.headers["content-type"] == "image/webp"
    assert file.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert b"CAMERA-MAKER" not in file.content


async def test_the_good_photos_of_an_upload_stay_and_each_other_is_named_beside_the_field(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    good, second = pictures.file(seed=1), pictures.file("PNG", seed=2)
    answer = await send(
        hotelier,
        ("good.jpg", good),
        ("page<b>.jpg", b"<!doctype html><script>alert(1)</script>"),
        ("cut.jpg", good[:-3000]),
        ("second.png", second),
        ("again.jpg", good),
        ("moves.webp", pictures.animation("WEBP")),
        room=str(house.types["double"]),
    )
    assert answer.status_code == 400
    text = answer.text.replace("&#39;", "'")
    assert "2 photos ajoutées" in text
    assert 'aria-invalid="true"' in text
    for name in ("page&lt;b&gt;.jpg", "cut.jpg", "again.jpg", "moves.webp"):
        assert f"<li><strong>{name}</strong>" in text
    assert "Cette image bouge" in text
    assert "Cette photo est déjà là" in text
    kept = await own(demo, house)
    assert len(kept) == 2
    assert {photo.room_type for photo in kept} == {house.types["double"]}


@pytest.mark.parametrize("files", [(), (("", b""),)], ids=["nothing", "an empty field"])
async def test_a_form_without_a_photo_asks_for_one(hotelier: AsyncTestClient, files) -> None:
    answer = await send(hotelier, *files)
    assert answer.status_code == 400
    assert "Choisissez au moins une photo" in answer.text


async def test_more_than_ten_at_once_are_told_to_come_next(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    small = [(f"{n}.png", pictures.file(width=640, height=480, seed=n)) for n in range(12)]
    answer = await send(hotelier, *small)
    assert answer.status_code == 400
    assert answer.text.count("10 photos à la fois au plus") == 2
    assert len(await own(demo, house)) == 10


async def test_too_heavy_a_body_is_refused_before_it_is_read(hotelier: AsyncTestClient) -> None:
    answer = await send(hotelier, *((f"{n}.jpg", b"0" * 14_000_000) for n in range(6)))
    assert answer.status_code == 413


async def test_order_cover_and_keyboard_moves(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    a, b, c = [photo.id for photo in await describe_all(hotelier, demo, house, 3)]

    async def ids() -> list[UUID]:
        return [photo.id for photo in await own(demo, house)]

    answer = await change(hotelier, f"up:{c}")
    assert answer.headers["location"] == f"{PAGE}#photo-{c}"
    assert await ids() == [a, c, b]
    await change(hotelier, f"down:{a}")
    assert await ids() == [c, a, b]
    await change(hotelier, f"cover:{b}")
    assert await ids() == [b, c, a]
    assert (await photos.covers_of(demo.reader, [house.id, 0]))[house.id].id == b
    await change(hotelier, "order", order=f"{a},x,{UNKNOWN},{c}")
    assert await ids() == [a, c, b]
    assert (await change(hotelier, "up:x")).status_code == 404
    assert (await change(hotelier, f"fly:{a}")).status_code == 404


async def describe_all(client, demo: Database, house: House, count: int) -> list[Photo]:
    found = await add(client, demo, house, count)
    assert (await describe(client, found)).status_code == 303
    return found


async def test_a_missing_description_stands_beside_its_photo_and_the_others_are_kept(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    first, second = await describe_all(hotelier, demo, house, 2)
    texts = {
        f"alt-{first.id}-fr": "",
        f"alt-{first.id}-en": "The lake",
        f"alt-{second.id}-fr": "La chambre bleue",
        f"room-{second.id}": str(house.types["double"]),
    }
    answer = await describe(hotelier, [first, second], **texts)
    assert answer.status_code == 400
    assert f'id="error-alt-{first.id}-fr"' in answer.text
    assert "The lake" in answer.text
    kept = {photo.id: photo for photo in await own(demo, house)}
    assert kept[first.id].alt == {"fr": "La vue 0"}
    assert kept[second.id].alt == {"fr": "La chambre bleue"}
    assert kept[second.id].room_type == house.types["double"]


async def test_a_button_keeps_what_was_typed_beside_the_photos(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    first, second = await add(hotelier, demo, house, 2)
    typed = {f"alt-{first.id}-fr": "Le jardin", "photos": f"{first.id},{second.id}"}
    await change(hotelier, f"up:{second.id}", **typed)
    assert [photo.alt for photo in await own(demo, house)] == [{}, {"fr": "Le jardin"}]


async def test_a_removed_photo_is_seen_by_nobody_can_be_put_back_and_goes_in_a_week(
    hotelier: AsyncTestClient, demo: Database, house: House, clock: DrivenClock, sign_in
) -> None:
    first, second = await describe_all(hotelier, demo, house, 2)
    answer = await change(hotelier, f"remove:{first.id}")
    assert answer.headers["location"] == f"{PAGE}?removed={first.id}"
    assert [photo.id for photo in await photos.list_photos(demo.reader, house.id)] == [second.id]
    page = (await hotelier.get(answer.headers["location"], headers=HTML)).text
    assert "Annuler le retrait" in page
    assert (await change(hotelier, f"restore:{first.id}")).status_code == 303
    assert [photo.id for photo in await own(demo, house)] == [second.id, first.id]
    await change(hotelier, f"remove:{first.id}")
    assert (await change(hotelier, f"remove:{first.id}")).status_code == 404
    clock.forward(timedelta(days=7))
    await sign_in("hotelier")
    await destroy(demo, house)
    assert (await change(hotelier, f"restore:{first.id}")).status_code == 303
    await change(hotelier, f"remove:{first.id}")
    clock.forward(timedelta(days=7, seconds=1))
    await sign_in("hotelier")
    await destroy(demo, house)
    assert (await change(hotelier, f"restore:{first.id}")).status_code == 404


async def destroy(demo: Database, house: House) -> None:
    await announce_old_photos_later.run(demo, None, announce_old_photos_later.message_type())
    message = destroy_old_photos_later.message_type()
    await destroy_old_photos_later.run(demo, house.tenant, message)


async def test_the_announcement_wakes_the_houses_with_old_photos_and_no_other(
    hotelier: AsyncTestClient,
    demo: Database,
    house: House,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    (photo,) = await add(hotelier, demo, house, 1)
    await change(hotelier, f"remove:{photo.id}")
    async with demo.transaction() as tx:
        assert await changing.announce_old_photos(tx) == 0
    clock.forward(timedelta(days=8))
    admin = await asyncpg.connect(demo_settings.database_url)
    async with legal_hold(admin, house.tenant), demo.transaction(house.tenant) as tx:
        assert await changing.announce_old_photos(tx) == 0
        assert await changing.destroy_old_photos(tx) == 0
    await admin.close()
    async with demo.transaction() as tx:
        assert await changing.announce_old_photos(tx) == 1


async def test_a_photo_sent_again_after_its_removal_comes_back_with_its_words(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    (photo,) = await describe_all(hotelier, demo, house, 1)
    await change(hotelier, f"remove:{photo.id}")
    assert (
        await send(hotelier, ("0.jpg", pictures.file(width=640, height=480, seed=0)))
    ).is_redirect
    (back,) = await own(demo, house)
    assert (back.id, back.alt) == (photo.id, {"fr": "La vue 0"})


async def test_a_house_has_at_most_sixty_photos(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    insert = """
        with new as (
          insert into photo (id, tenant, property, rank, source_sha256, added_at)
          select gen_random_uuid(), $1, $2, n, lpad(n::text, 64, '0'), now()
            from generate_series(1, $3) n returning id)
        insert into photo_file (tenant, photo, format, width, height, sha256, content)
        select $1, id, 'webp', 400, 300, repeat('0', 64), 'x' from new"""
    async with demo.transaction(house.tenant) as tx:
        con = await tx.connection()
        await con.execute(insert, house.tenant, house.id, PHOTOS_MAX)
    answer = await send(hotelier, ("one.jpg", pictures.file()))
    assert answer.status_code == 400
    assert "autant de photos" in answer.text


async def test_nobody_else_sees_a_photo_of_a_house_that_is_not_published(
    hotelier: AsyncTestClient, demo: Database, house: House, sign_in, visitor: AsyncTestClient
) -> None:
    (photo,) = await describe_all(hotelier, demo, house, 1)
    async with demo.transaction(house.tenant) as tx:
        found = await lodging.own_house(tx)
        await lodging.change_listing(tx, found, Listing.DRAFT)
    address = photo.largest.address
    seen = await hotelier.get(address)
    assert seen.headers["cache-control"].startswith("private")
    for who in ("federation", "office", "exploitant"):
        await sign_in(who)
        assert (await visitor.get(address)).status_code == 404, who
    visitor.cookies.clear()
    assert (await visitor.get(address)).status_code == 404
    assert await photos.covers_of(demo.reader, [house.id]) == {}


async def test_the_master_and_guesses_are_not_served(
    hotelier: AsyncTestClient, demo: Database, house: House
) -> None:
    (photo,) = await describe_all(hotelier, demo, house, 1)
    async with demo.transaction(house.tenant) as tx:
        (master,) = await photos.list_masters(tx, house.id)
        assert await photos.read_master(tx, photo.id)
        assert await photos.count_photos(tx, house.id) == 1
    for name in (f"{master.sha256}.webp", f"{master.sha256}.master", "0" * 64 + ".webp", "x.webp"):
        assert (await hotelier.get(f"/photos/{name}")).status_code == 404


@pytest.mark.parametrize("path", [PAGE])
async def test_only_a_house_has_photos(visitor: AsyncTestClient, sign_in, path: str) -> None:
    assert (await visitor.get(path)).status_code == 401
    for who in ("federation", "office", "region", "exploitant"):
        await sign_in(who)
        assert (await visitor.get(path)).status_code == 403
