"""A crowd at the door, seen by a person's browser: a place in line, and back at the same step."""

import asyncio
import re
import shutil
import tempfile
import threading
from collections.abc import AsyncIterator, Coroutine, Iterator
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote as quote_url

import msgspec
import pytest
from httpx import Response
from litestar.testing import AsyncTestClient
from structlog.testing import capture_logs

from hub.app import create_app
from hub.core import postgres
from hub.core.admission import Admission
from hub.core.clock import DrivenClock, SeededIds
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.waiting_room import WaitingRoom
from loadtests.proxy import Line, Proxy
from tests.houses import House, find_house, quote
from tourism.quoting.views import quote_token

HTML = {"accept": "text/html", "accept-language": "fr"}
HIDDEN = re.compile(r'type="hidden" name="(\w+)" value="([^"]*)"')
SEARCH = "/recherche?place=commune:48095&arrival=2027-02-27&departure=2027-03-02&adults=2"

TYPED = {
    "first_name": 'Ada "la belle"', "last_name": "Martin é", "email": "ada@demo.example",
    "payment_method": "pm_card_visa", "phone": "",
}  # fmt: skip


@pytest.fixture
def door() -> Admission:
    return Admission()


@pytest.fixture
async def guest(
    demo_settings: Settings, clock: DrivenClock, door: Admission
) -> AsyncIterator[AsyncTestClient]:
    app = create_app(demo_settings, clock=clock, ids=SeededIds(3), door=door)
    async with AsyncTestClient(app, base_url="http://testserver.local") as client:
        client.follow_redirects = False
        yield client


async def fill_checkout(
    guest: AsyncTestClient, demo: Database, settings: Settings
) -> tuple[str, dict[str, str]]:
    """The page of a stay that is held, and all that its form sends."""
    house: House = await find_house(demo)
    made = await quote(demo, house.wish())
    offer = f"/devis/{quote_token(settings, made)}"
    page = await guest.get(offer, headers=HTML)
    token = dict(HIDDEN.findall(page.text))["_csrf_token"]
    held = await guest.post(f"{offer}/retenir", data={"_csrf_token": token}, headers=HTML)
    stay = held.headers["location"]
    checkout = (await guest.get(stay, headers=HTML)).text
    form = checkout.partition(f'action="{stay}/payer"')[2].partition("</form>")[0]
    return stay, {**dict(HIDDEN.findall(form)), **TYPED}


def text_of(page: str) -> str:
    return unescape(" ".join(re.sub("<[^>]*>", " ", page).split()))


async def test_a_search_in_a_crowd_waits_in_line_and_comes_back_by_itself(
    guest: AsyncTestClient, door: Admission, clock: DrivenClock
) -> None:
    door._giving_way = 0
    told = await guest.get(SEARCH, headers=HTML)
    assert told.status_code == 503
    assert (told.headers["refresh"], told.headers["retry-after"]) == ("4", "4")
    assert told.headers["cache-control"] == "no-store"
    assert "Personne n'est devant vous" in text_of(told.text)
    first = told.cookies["place"]
    clock.forward(timedelta(seconds=1))
    guest.cookies.clear()
    second = await guest.get(SEARCH, headers=HTML)
    assert "1 personne est devant vous" in text_of(second.text)
    door._giving_way = 1
    guest.cookies.clear()
    newcomer = await guest.get(SEARCH, headers=HTML)  # there is a place, but two wait for it
    assert newcomer.status_code == 503
    guest.cookies.clear()
    guest.cookies.set("place", first, domain="testserver.local")
    assert (await guest.get(SEARCH, headers=HTML)).status_code == 200


async def test_a_place_is_kept_whichever_process_answers(
    demo_settings: Settings, clock: DrivenClock, tmp_path: Path
) -> None:
    doors = [Admission(room=WaitingRoom(tmp_path / "line")) for _ in range(2)]
    apps = [
        create_app(demo_settings, clock=clock, ids=SeededIds(n), door=door)
        for n, door in enumerate(doors)
    ]
    async with AsyncTestClient(apps[0]) as one, AsyncTestClient(apps[1]) as other:

        async def ask(process: AsyncTestClient, place: str = "") -> Response:
            headers = HTML | ({"cookie": f"place={place}"} if place else {})
            process.cookies.clear()
            return await process.get(SEARCH, headers=headers)

        for door in doors:
            door._giving_way = 0
        first = (await ask(one)).cookies["place"]
        clock.forward(timedelta(seconds=1))
        second = await ask(other)
        assert "1 personne est devant vous" in text_of(second.text)
        again = await ask(other, first)  # looks again, and another process answers
        assert "Personne n'est devant vous" in text_of(again.text)
        assert again.cookies["place"] == first
        doors[1]._giving_way = 1
        clock.forward(timedelta(seconds=1))
        assert (await ask(other)).status_code == 503  # who comes new, where nobody has waited
        assert (await ask(other, second.cookies["place"])).status_code == 503
        assert (await ask(other, first)).status_code == 200
        assert (await ask(other, second.cookies["place"])).status_code == 200


async def test_a_program_gets_a_problem_and_no_place(
    guest: AsyncTestClient, door: Admission
) -> None:
    door._giving_way = 0
    for path, accept in (("/api/v1/search", "text/html"), (SEARCH, "application/json")):
        told = await guest.get(path, headers={"accept": accept})
        assert told.status_code == 503
        assert told.headers["content-type"].startswith("application/problem+json")
        assert "refresh" not in told.headers
        assert "place" not in told.cookies


async def test_what_a_form_has_sent_is_kept_and_sent_again_it_does_its_work_once(
    guest: AsyncTestClient, door: Admission, demo: Database, demo_settings: Settings
) -> None:
    stay, typed = await fill_checkout(guest, demo, demo_settings)
    door._most = 0
    told = await guest.post(f"{stay}/payer", data=typed, headers=HTML)
    assert told.status_code == 503
    assert "refresh" not in told.headers
    assert f'action="{stay}/payer" data-again="4"' in told.text
    kept = {name: unescape(value) for name, value in HIDDEN.findall(told.text)}
    assert kept == typed
    door._most = 100
    for _ in range(2):
        paid = await guest.post(f"{stay}/payer", data=kept, headers=HTML)
        assert (paid.status_code, paid.headers["location"]) == (303, stay)
    assert "Confirmée" in (await guest.get(stay, headers=HTML)).text


async def test_a_secret_is_not_written_into_the_page(
    guest: AsyncTestClient, door: Admission
) -> None:
    page = await guest.get("/sign-in", headers=HTML)
    token = dict(HIDDEN.findall(page.text))["_csrf_token"]
    door._most = 0
    typed = {"_csrf_token": token, "email": "a@b.fr", "password": "une phrase de passe"}
    told = await guest.post("/sign-in", data=typed, headers=HTML)
    assert told.status_code == 503
    assert "une phrase de passe" not in told.text
    assert "Revenez à la page précédente" in told.text


class CutLine:
    """A line to the database that can be cut, with a thread of its own."""

    def __init__(self, server: postgres.Server) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="hub-line-"))
        name = f".s.PGSQL.{server.port}"
        self._proxy, self._loop = Proxy(str(server.socket_dir / name)), asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        listen = asyncio.start_unix_server(self._proxy.meet, self.folder / name)
        self._server = self._do(listen)

    def become(self, line: Line) -> None:
        async def turn() -> None:
            self._proxy.become(line)

        self._do(turn())

    def close(self) -> None:
        async def end() -> None:
            self._server.close()
            self._proxy.become(Line(closed=True))
            mine = asyncio.current_task()
            carrying = [task for task in asyncio.all_tasks() if task is not mine]
            await asyncio.gather(*carrying, return_exceptions=True)

        self._do(end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()
        shutil.rmtree(self.folder)

    def _do(self, work: Coroutine[Any, Any, Any]) -> Any:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


@pytest.fixture
def line(server: postgres.Server) -> Iterator[CutLine]:
    line = CutLine(server)
    yield line
    line.close()


async def test_while_the_database_is_away_everybody_is_told_when_to_come_and_keeps_what_they_wrote(
    demo: Database,
    demo_settings: Settings,
    clock: DrivenClock,
    server: postgres.Server,
    line: CutLine,
) -> None:
    url = demo_settings.database_url or ""
    cut = url.replace(
        quote_url(str(server.socket_dir), safe=""), quote_url(str(line.folder), safe="")
    )
    settings = msgspec.structs.replace(demo_settings, database_url=cut)
    app = create_app(settings, clock=clock, ids=SeededIds(3))
    async with AsyncTestClient(app, base_url="http://testserver.local") as guest:
        guest.follow_redirects = False
        await leave_and_come_back(guest, line, *await fill_checkout(guest, demo, settings))


async def leave_and_come_back(
    guest: AsyncTestClient, line: CutLine, stay: str, typed: dict[str, str]
) -> None:
    api = f"/api/v1/bookings/{stay.rpartition('/')[2]}"
    line.become(Line(closed=True))
    with capture_logs():  # each failure's trace would take seconds to be drawn
        kept = await be_refused(guest, stay, typed)
        await be_refused_as_a_program(guest, api, int(typed["total_cents"]))
    line.become(Line())
    assert (await guest.get(api)).json()["state"] == "held"
    paid = await guest.post(f"{stay}/payer", data=kept, headers=HTML)
    assert (paid.status_code, paid.headers["location"]) == (303, stay)
    assert (await guest.get(api)).json()["state"] == "confirmed"


async def be_refused(guest: AsyncTestClient, stay: str, typed: dict[str, str]) -> dict[str, str]:
    """The page and its form; what the answer keeps of it."""
    page = await guest.get(stay, headers=HTML)
    assert page.status_code == 503
    assert page.headers["retry-after"] == page.headers["refresh"] == "4"
    assert page.headers["cache-control"] == "no-store"
    sent = await guest.post(f"{stay}/payer", data=typed, headers=HTML)
    assert (sent.status_code, sent.headers["retry-after"]) == (503, "4")
    assert "refresh" not in sent.headers
    kept = {name: unescape(value) for name, value in HIDDEN.findall(sent.text)}
    assert kept == typed
    return kept


async def be_refused_as_a_program(guest: AsyncTestClient, api: str, total_cents: int) -> None:
    body = {
        "guest": {"first_name": "Ada", "last_name": "Martin", "email": "ada@demo.example"},
        "payment_method": "pm_card_visa",
        "total_cents": total_cents,
    }
    pay = guest.post(f"{api}/payment", json=body, headers={"idempotency-key": "one"})
    for answer in (await guest.get(api), await pay):
        assert answer.status_code == 503
        assert answer.headers["content-type"].startswith("application/problem+json")
        assert int(answer.headers["retry-after"]) > 0
