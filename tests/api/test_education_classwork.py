"""A class at work: a teacher gives, a pupil hands in, a parent looks; nobody sees more."""

import io
import json
import re
import uuid
import zipfile
from datetime import UTC, datetime, timedelta

import asyncpg
import httpx
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.api.test_education_pages import LIST, load, say_yes
from tests.people import HTML, read, send, text_of
from tests.schools import bundle, delta, without

NOON = "2026-11-02T12:00:00.000Z"
TASK = {"kind": "assignment", "title": "Rédaction", "due": "2026-12-04T18:00", "out_of": "20"}


class School:
    """A school with its list, and everybody's link by their first name."""

    def __init__(self, visitor: AsyncTestClient, links: dict[str, str]) -> None:
        self.visitor, self.links = visitor, links

    async def see(self, name: str, path: str = "") -> str:
        status, text = await read(self.visitor, f"{self.links[name]}{path}")
        assert status == 200, text
        return text

    async def status(self, name: str, path: str = "") -> int:
        return (await self.visitor.get(f"{self.links[name]}{path}", headers=HTML)).status_code

    async def send(
        self, name: str, path: str, *, shown: str = "", **fields: object
    ) -> httpx.Response:
        here = self.links[name]
        return await send(self.visitor, f"{here}{path}", fields, shown=f"{here}{shown}")

    async def mark(self, task: str, page: str = "", **typed: str) -> httpx.Response:
        """Agnès marks the first work, as she reads it or as she read it in a `page`."""
        page = page or await self.see("Agnès", task)
        [path, seen] = re.findall(
            rf'action="/mon-ecole/[\w-]+({task}/[0-9a-f-]{{36}})"(.*?)<div', page, re.DOTALL
        )[0]
        fields = dict(re.findall(r'name="(handed_at|returned_at)" value="([^"]*)"', seen))
        return await self.send("Agnès", path, **fields, **typed)

    async def room(self, name: str) -> str:
        """The path of the first class of somebody, below their link."""
        found = re.search(r'href="/mon-ecole/[\w-]+(/classes/[0-9a-f-]{36})"', await self.see(name))
        assert found
        return found.group(1)

    async def give(self, **fields: str) -> str:
        """Agnès gives her class an assignment; its path."""
        room = await self.room("Agnès")
        key = str(uuid.uuid5(uuid.NAMESPACE_URL, str(fields)))
        answer = await self.send("Agnès", room, idempotency_key=key, **{**TASK, **fields})
        assert answer.status_code == 303, text_of(answer)
        found = re.search(r"(/devoirs/[0-9a-f-]{36})", await self.see("Agnès", room))
        assert found
        return found.group(1)


async def links_of(visitor: AsyncTestClient) -> dict[str, str]:
    """Everybody's link, as the head reads them."""
    _, board = await read(visitor, "/ecole")
    links: dict[str, str] = {}
    for page in re.findall(r'href="(/ecole/classes/[0-9a-f-]{36})"', board):
        _, text = await read(visitor, f"{page}/liens")
        found = re.findall(r'href="(/mon-ecole/[\w-]+)">Ouvrir<[^>]*> : (\S+)', text)
        links |= {name: link for link, name in found}
    return links


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    await sign_in("exploitant")
    opened = await visitor.post(
        "/api/v1/organisations",
        json={"kind": "school", "name": "École des Tilleuls"},
        headers={"idempotency-key": str(uuid.UUID(int=7))},
    )
    await visitor.put("/api/v1/sessions/current", json={"organisation": opened.json()["id"]})
    await load(visitor, bundle())
    assert (await say_yes(visitor)).status_code == 303
    return School(visitor, await links_of(visitor))


async def test_a_teacher_gives_a_pupil_hands_in_and_gets_it_back_with_a_mark(
    school: School,
) -> None:
    task = await school.give(body="Racontez un voyage.")
    assert "à rendre" in await school.see("Léa")
    assert (await school.send("Léa", task, body="Nous sommes partis.")).status_code == 303
    assert (await school.send("Léa", task, body="Nous sommes rentrés.")).status_code == 303
    marks = await school.see("Agnès", task)
    assert "Nous sommes rentrés." in marks
    assert "Pas encore rendu." in marks  # Inès and Tom
    refused = await school.mark(task, score="105", comment="Bravo")
    assert refused.status_code == 400
    assert 'id="error-score"' in refused.text
    assert ">Bravo</textarea>" in refused.text
    good = await school.mark(task, score="16,5", comment="Beau début.")
    assert good.status_code == 303
    page = await school.see("Léa", task)
    assert "noté 16,5 sur 20" in page
    assert "Beau début." in page
    late = await school.send("Léa", task, body="Autre chose.")
    assert late.status_code == 409
    assert "Nous sommes rentrés." in await school.see("Agnès", task)


async def test_a_mark_lands_on_the_text_that_was_read_only(
    school: School, clock: DrivenClock, demo_settings: Settings
) -> None:
    task = await school.give()
    await school.send("Léa", task, body="Ce qui est lu")
    read_first = await school.see("Agnès", task)
    clock.forward(timedelta(minutes=1))
    await school.send("Léa", task, body="Ce que personne n'a lu")
    refused = await school.mark(task, read_first, score="12", comment="Bien lu")
    assert refused.status_code == 409
    shown = text_of(refused)
    assert "relisez-le" in shown
    assert "Ce que personne n'a lu" in shown
    assert 'value="12"' in shown
    assert ">Bien lu</textarea>" in shown
    assert "chip good" not in await school.see("Léa", task)
    read_now = await school.see("Agnès", task)
    for score, wanted in (("12", 303), ("12", 303), ("13", 409)):  # twice, then from an old page
        assert (await school.mark(task, read_now, score=score)).status_code == wanted, score
        clock.forward(timedelta(minutes=1))
    assert (await school.mark(task, score="14,5")).status_code == 303
    look = await asyncpg.connect(demo_settings.database_url)
    told = "select detail from audit_entry where action = $1 and actor like $2 order by id"
    rows = await look.fetch(told, "school.returned", "school-%")
    await look.close()
    details = [json.loads(row["detail"]) for row in rows]
    assert [(one["before"], one["after"]) for one in details] == [(None, 1200), (1200, 1450)]


async def test_a_mark_without_what_was_read_is_refused(school: School) -> None:
    task = await school.give()
    await school.send("Léa", task, body="Un texte")
    given = re.findall(rf"({task}/[0-9a-f-]{{36}})", await school.see("Agnès", task))
    for seen in ("", "hier", "2026-11-02T12:00:00"):
        refused = await school.send("Agnès", given[0], score="12", handed_at=seen)
        assert refused.status_code == 400, seen


async def test_nobody_sees_a_class_or_a_work_that_is_not_theirs(school: School) -> None:
    task, room = await school.give(), await school.room("Léa")
    await school.send("Léa", task, body="Un secret de Léa")
    for name in ("Noé", "Karim", "Claire", "Marc"):  # another class, and parents
        assert await school.status(name, room) == 404, name
        assert await school.status(name, task) == 404, name
        assert (await school.send(name, task, body="x")).status_code == 404, name
    assert (await school.send("Léa", room, idempotency_key=str(uuid.UUID(int=1)), **TASK)
            ).status_code == 404  # fmt: skip
    assert "Un secret de Léa" not in await school.see("Inès", task)
    given = re.findall(rf"({task}/[0-9a-f-]{{36}})", await school.see("Agnès", task))
    for name in ("Karim", "Léa", "Claire"):
        assert (await school.send(name, given[0], score="20")).status_code == 404, name


async def test_a_parent_sees_their_children_and_no_other(school: School) -> None:
    await school.give(body="Racontez un voyage.")
    claire, marc = await school.see("Claire"), await school.see("Marc")
    assert "Léa Martin-Exemple" in claire
    assert "Noé Martin-Exemple" in claire
    assert "Inès" not in claire
    assert "Inès Petit-Exemple" in marc
    assert "Martin-Exemple" not in marc
    [one] = re.findall(r"/emporter/([0-9a-f-]{36})", marc)
    assert await school.status("Marc", f"/emporter/{one}") == 200
    for name in ("Claire", "Léa", "Agnès"):
        assert await school.status(name, f"/emporter/{one}") == 404, name


async def test_late_work_is_taken_and_said_to_be_late(school: School, clock: DrivenClock) -> None:
    task = await school.give()
    clock.set(datetime(2026, 12, 4, 17, 0, 1, tzinfo=UTC))  # a second after 18:00 in Paris
    assert (await school.send("Léa", task, shown=task, body="Pardon")).status_code == 303
    assert "en retard" in await school.see("Agnès", task)


async def test_a_post_sent_twice_is_there_once(school: School) -> None:
    room, key = await school.room("Agnès"), str(uuid.UUID(int=5))
    for _ in range(2):
        sent = await school.send("Agnès", room, idempotency_key=key, **TASK)
        assert sent.status_code == 303
    assert (await school.see("Léa", room)).count("Rédaction</a>") == 1


async def test_a_pupil_who_changes_class_sees_the_new_one_and_keeps_their_work(
    school: School,
) -> None:
    task, room = await school.give(), await school.room("Léa")
    await school.send("Léa", task, body="Avant de partir")
    moved = delta(enrollments=f"e3,active,{NOON},k2,o1,p1,student,false,,\n")
    assert (await load(school.visitor, moved)).status_code == 303
    await say_yes(school.visitor)
    assert await school.status("Léa", room) == 404
    assert "CM2 Mésanges" in await school.see("Léa")
    assert "Avant de partir" in await school.see("Léa", task)
    assert (await school.send("Léa", task, body="Après")).status_code == 404


async def test_a_pupil_s_space_leaves_with_the_pupil(school: School) -> None:
    task = await school.give(title="=cmd")
    await school.send("Léa", task, body="Nous sommes partis.")
    [lea] = re.findall(r"/emporter/([0-9a-f-]{36})", await school.see("Léa"))
    packed = await school.visitor.get(f"{school.links['Léa']}/emporter/{lea}")
    assert packed.headers["content-type"] == "application/zip"
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        space = json.loads(archive.read("space.json"))
        lines = archive.read("works.csv").decode().splitlines()
        readme = archive.read("README.txt").decode()
        [text] = [name for name in archive.namelist() if name.startswith("works/")]
        assert archive.read(text).decode() == "Nous sommes partis.\n"
    assert space["name"] == "Léa Martin-Exemple"
    assert space["classes"] == ["CM1 Hirondelles"]
    assert [(w["class"], w["body"]) for w in space["works"]] == [
        ("CM1 Hirondelles", "Nous sommes partis.")
    ]
    assert lines[1].startswith("CM1 Hirondelles,'=cmd,2026-12-04T17:00:00Z,")
    assert all(column in readme for column in lines[0].split(","))


async def test_who_leaves_or_has_another_link_is_not_let_in_by_the_old_one(
    school: School,
) -> None:
    await load(school.visitor, without("p4", "e6"))
    await say_yes(school.visitor)
    assert await school.status("Tom") == 404
    _, board = await read(school.visitor, "/ecole")
    page = next(iter(re.findall(r'href="(/ecole/classes/[0-9a-f-]{36})">CM1', board)))
    _, text = await read(school.visitor, f"{page}/liens")
    forms = re.findall(rf'action="({page}/liens/[\w-]+)".*?hidden"> : (\w+)', text)
    renew = next(action for action, name in forms if name == "Léa")
    assert (await send(school.visitor, renew, {}, shown=LIST)).status_code == 303
    assert await school.status("Léa") == 404
    assert (await links_of(school.visitor))["Léa"] != school.links["Léa"]


async def test_a_made_up_link_opens_nothing(visitor: AsyncTestClient) -> None:
    assert (await visitor.get(f"/mon-ecole/{'A' * 43}", headers=HTML)).status_code == 404
