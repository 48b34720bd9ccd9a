"""A class at work: a teacher gives, a pupil hands in, a parent looks; nobody sees more."""

import io
import json
import re
import uuid
import zipfile
from datetime import datetime, timedelta

import asyncpg
import httpx
import pytest
import structlog
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
        self.home = re.findall(r"/mon-ecole/\d+", str(links))[0]

    async def open(self, name: str) -> httpx.Response:
        """Follow the link of somebody, in the one browser."""
        return await self.visitor.get(self.links[name], headers=HTML)

    async def see(self, name: str, path: str = "") -> str:
        await self.open(name)
        status, text = await read(self.visitor, f"{self.home}{path}")
        assert status == 200, text
        return text

    async def status(self, name: str, path: str = "") -> int:
        opened = await self.open(name)
        if opened.status_code != 303:
            return opened.status_code
        return (await self.visitor.get(f"{self.home}{path}", headers=HTML)).status_code

    async def send(
        self, name: str, path: str, *, shown: str = "", **fields: object
    ) -> httpx.Response:
        await self.open(name)
        return await send(self.visitor, f"{self.home}{path}", fields, shown=f"{self.home}{shown}")

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
        found = re.search(r'href="/mon-ecole/\d+(/classes/[0-9a-f-]{36})"', await self.see(name))
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
        links |= shown_in(await give_links(visitor, page, uuid.uuid4()))
    return links


async def give_links(visitor: AsyncTestClient, page: str, key: uuid.UUID) -> httpx.Response:
    """The head makes the links of a class that are missing."""
    sent = {"idempotency_key": str(key)}
    return await send(visitor, f"{page}/liens", sent, shown=LIST)


def shown_in(answer: httpx.Response) -> dict[str, str]:
    """The links that a page shows, by first name."""
    assert answer.status_code == 200, answer.text
    found = re.findall(r'href="(/mon-ecole/[^"]+)">[^<]*<[^>]*> : (\S+?)[ <]', text_of(answer))
    return {name: link for link, name in found}


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    return await open_school(visitor, sign_in)


async def open_school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    """A school of the tests with the sample's list, and a link for everybody."""
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


@pytest.mark.parametrize(
    ("kind", "code", "due"),
    [
        pytest.param("department", "48", "2026-12-04T17:00:00+00:00", id="Lozère"),
        pytest.param(
            "department", "974", "2026-12-04T14:00:00+00:00", id="7.1 overseas: La Réunion"
        ),
        pytest.param(
            "department", "972", "2026-12-04T22:00:00+00:00", id="7.1 overseas: Martinique"
        ),
        pytest.param(
            "region", "04", "2026-12-04T14:00:00+00:00", id="7.1 overseas: the region La Réunion"
        ),
    ],
)
async def test_late_work_is_taken_and_said_to_be_late_by_the_clock_of_the_school(
    school: School, clock: DrivenClock, demo_settings: Settings, kind: str, code: str, due: str
) -> None:
    look = await asyncpg.connect(demo_settings.database_url)
    await look.execute(
        "update organisation set territory_kind = $1, territory_code = $2 where kind = 'school'",
        kind,
        code,
    )
    await look.close()
    task = await school.give()  # until 18:00 there
    clock.set(datetime.fromisoformat(due))
    assert (await school.send("Tom", task, shown=task, body="À l'heure")).status_code == 303
    assert "en retard" not in await school.see("Agnès", task)
    clock.forward(timedelta(seconds=1))
    assert (await school.send("Léa", task, shown=task, body="Pardon")).status_code == 303
    assert (await school.see("Agnès", task)).count("en retard") == 1


async def test_a_post_sent_twice_is_there_once(school: School) -> None:
    room, key = await school.room("Agnès"), str(uuid.UUID(int=5))
    for _ in range(2):
        sent = await school.send("Agnès", room, idempotency_key=key, **TASK)
        assert sent.status_code == 303
    assert (await school.see("Léa", room)).count("Rédaction</a>") == 1


async def test_a_work_is_reached_and_taken_along_however_much_came_after_it(
    school: School, demo_settings: Settings
) -> None:
    task, room = await school.give(), await school.room("Léa")
    await school.send("Léa", task, body="Le premier travail")
    look = await asyncpg.connect(demo_settings.database_url)
    for kind, many in (("resource", 230), ("assignment", 210)):
        await look.execute(
            "insert into school_post (id, tenant, classroom, kind, title, body, link, due_at,"
            " out_of, posted_at) select gen_random_uuid(), p.tenant, p.classroom, $1,"
            " $1 || '-' || n, 'x', '', case when $1 = 'assignment' then p.due_at end,"
            " case when $1 = 'assignment' then 20 end, p.posted_at + (n / 3) * interval '1 second'"
            " from school_post p, generate_series(3, $2 + 2) n where p.title = 'Rédaction'",
            kind,
            many,
        )
    await look.close()
    assert "Le premier travail" in await school.see("Léa", task)
    home = await school.see("Léa")
    [lea] = re.findall(r"/emporter/([0-9a-f-]{36})", home)
    titles = ["Rédaction", *(f"assignment-{n}" for n in range(3, 213))]
    assert sorted(await walk(school, "Léa", "", r"/devoirs/[0-9a-f-]{36}\">([^<]+)<")) == sorted(
        titles
    )
    claire = await walk(school, "Claire", "", r"<h\d>((?:Réd|ass)[^<]+)</h\d>")
    assert sorted({*claire}) == sorted(titles)
    given = await walk(school, "Léa", room, r"<h2>(?:<a[^>]*>)?([^<]+)<")
    assert len(given) == len({*given}) == 441
    await school.open("Léa")
    packed = await school.visitor.get(f"{school.home}/emporter/{lea}")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        space = json.loads(archive.read("space.json"))
    assert [one["body"] for one in space["works"]] == ["Le premier travail"]
    assert await school.status("Marc", f"/devoirs/de/{lea}") == 404


async def walk(school: School, name: str, path: str, pattern: str) -> list[str]:
    """What somebody reads on a page and on those that follow it."""
    found: list[str] = []
    for _ in range(20):
        await school.open(name)
        text = text_of(await school.visitor.get(f"{school.home}{path}", headers=HTML))
        found += re.findall(pattern, text)
        more = re.search(r'rel="next" href="/mon-ecole/\d+([^"]+)"', text)
        if more is None:
            return found
        path = more.group(1)
    raise AssertionError("it never ends")


async def test_what_two_forms_of_one_page_give_is_there_twice(school: School) -> None:
    room = await school.room("Agnès")
    shown = await school.see("Agnès", room)
    keys = re.findall(r'name="idempotency_key" value="([^"]+)"', shown)
    for key, fields in zip(
        keys, (TASK, {"kind": "resource", "title": "Lire", "body": "Ceci"}), strict=True
    ):
        sent = await school.send("Agnès", room, idempotency_key=key, **fields)
        assert sent.status_code == 303
    seen = await school.see("Léa", room)
    assert "Rédaction</a>" in seen
    assert "Lire" in seen


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
    packed = await school.visitor.get(f"{school.home}/emporter/{lea}")
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
    page, renew = await class_of(school, "Léa")
    assert await school.status("Léa") == 200  # and her page stays open in this browser
    key = {"idempotency_key": str(uuid.UUID(int=3))}
    twice = [shown_in(await send(school.visitor, renew, key, shown=LIST)) for _ in range(2)]
    assert twice[0] == twice[1]
    assert list(twice[0]) == ["Léa"]
    assert (await school.visitor.get(school.home, headers=HTML)).status_code == 404
    assert await school.status("Léa") == 404
    school.links |= twice[0]
    assert await school.status("Léa") == 200
    assert (await send(school.visitor, f"{renew}/fermer", {}, shown=LIST)).status_code == 303
    assert (await school.visitor.get(school.home, headers=HTML)).status_code == 404
    assert await school.status("Léa") == 404
    _, text = await read(school.visitor, f"{page}/liens")
    assert "aucun lien" in text


async def class_of(school: School, name: str) -> tuple[str, str]:
    """The page of CM1 as the head has it, and where a link of somebody is replaced."""
    _, board = await read(school.visitor, "/ecole")
    page = next(iter(re.findall(r'href="(/ecole/classes/[0-9a-f-]{36})">CM1', board)))
    _, text = await read(school.visitor, f"{page}/liens")
    forms = re.findall(rf'action="({page}/liens/[0-9a-f-]{{36}})".*?hidden"> : (\w+)', text)
    return page, next(action for action, whose in forms if whose == name)


async def test_a_link_is_no_address_of_a_page_and_stands_in_no_log_and_no_table(
    school: School, demo_settings: Settings
) -> None:
    link = school.links["Léa"]
    secret = link.rpartition("/")[2]
    assert len(secret) == 43
    with structlog.testing.capture_logs() as lines:
        opened = await school.open("Léa")
    assert opened.status_code == 303
    assert opened.headers["location"] == school.home
    [cookie] = opened.headers.get_list("set-cookie")
    assert "HttpOnly" in cookie
    assert f"Path={school.home}" in cookie
    assert secret not in cookie
    shown = await school.visitor.get(school.home, headers=HTML)
    assert secret not in shown.text
    for answer in (opened, shown):
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
    assert [one["path"] for one in lines if one["event"] == "answered"] == [
        f"{school.home}/entrer/***"
    ]
    look = await asyncpg.connect(demo_settings.database_url)
    rows = await look.fetch("select m::text as row from school_member m")
    await look.close()
    assert not [row for row in rows if secret in row["row"]]


async def test_links_are_shown_once_to_who_asks_for_them_with_one_form(school: School) -> None:
    page, _ = await class_of(school, "Léa")
    _, text = await read(school.visitor, f"{page}/liens")
    assert "/mon-ecole/" not in text
    assert "lien remis le" in text
    assert shown_in(await give_links(school.visitor, page, uuid.UUID(int=4))) == {}
    _, renew = await class_of(school, "Léa")
    await send(school.visitor, f"{renew}/fermer", {}, shown=LIST)
    twice = [shown_in(await give_links(school.visitor, page, uuid.UUID(int=5))) for _ in range(2)]
    assert twice[0] == twice[1]
    assert list(twice[0]) == ["Léa"]


async def test_a_form_that_is_sent_again_opens_no_link_that_was_closed(school: School) -> None:
    page, renew = await class_of(school, "Léa")
    await send(school.visitor, f"{renew}/fermer", {}, shown=LIST)
    first = shown_in(await give_links(school.visitor, page, uuid.UUID(int=5)))
    await send(school.visitor, f"{renew}/fermer", {}, shown=LIST)
    assert shown_in(await give_links(school.visitor, page, uuid.UUID(int=5))) == {}
    school.links |= first
    assert await school.status("Léa") == 404
    keys = [{"idempotency_key": str(uuid.UUID(int=number))} for number in (6, 7)]
    second = shown_in(await send(school.visitor, renew, keys[0], shown=LIST))
    assert shown_in(await send(school.visitor, renew, keys[1], shown=LIST)) != second
    again = await send(school.visitor, renew, keys[0], shown=LIST)  # a page sent again, a link late
    assert again.status_code == 409
    school.links |= second
    assert await school.status("Léa") == 404


async def test_a_page_is_open_for_half_a_day_and_a_link_for_a_year(
    school: School, clock: DrivenClock
) -> None:
    await school.open("Léa")
    clock.forward(timedelta(hours=11, minutes=59))
    assert (await school.visitor.get(school.home, headers=HTML)).status_code == 200
    clock.forward(timedelta(minutes=2))
    assert (await school.visitor.get(school.home, headers=HTML)).status_code == 404
    assert await school.status("Léa") == 200
    clock.forward(timedelta(days=365))
    assert await school.status("Léa") == 404


async def test_a_page_is_closed_in_its_browser(school: School) -> None:
    assert await school.status("Léa") == 200
    await send(school.visitor, f"{school.home}/fermer", {}, shown=school.home)
    assert (await school.visitor.get(school.home, headers=HTML)).status_code == 404


async def test_what_is_done_behind_a_link_is_recorded_as_of_its_person(
    school: School, demo_settings: Settings
) -> None:
    task = await school.give()
    await school.send("Léa", task, body="Un texte")
    await school.mark(task, score="12")
    look = await asyncpg.connect(demo_settings.database_url)
    told = (
        "select a.action, m.given_name from audit_entry a"
        " join school_member m on a.actor = 'school-member:' || m.id order by a.id"
    )
    rows = [tuple(row) for row in await look.fetch(told)]
    await look.close()
    assert rows == [
        ("school.posted", "Agnès"),
        ("school.handed_in", "Léa"),
        ("school.returned", "Agnès"),
    ]


async def test_a_made_up_link_and_another_school_s_page_open_nothing(school: School) -> None:
    for path in (f"/entrer/{'A' * 43}", "/entrer/x"):
        answer = await school.visitor.get(school.home + path, headers=HTML)
        assert answer.status_code == 404
        assert "ce lien est fermé" in text_of(answer).lower()
        assert answer.headers["cache-control"] == "no-store"
        assert answer.headers.get_list("referrer-policy") == ["no-referrer"]
    await school.open("Léa")
    [kept] = [one.value for one in school.visitor.cookies.jar if one.name == "school"]
    until, _, token = (kept or "").partition(".")
    far = f"/mon-ecole/{2**40}"
    for space, cookie in (
        (school.home + "9", kept),
        (school.home, f"{int(until) + 1}.{token}"),
        (school.home, f"{until}.{token[:-2]}AA"),
        (school.home, "x"),
        (far, kept),
    ):
        school.visitor.cookies.clear()
        told = {**HTML, "cookie": f"school={cookie}"}
        assert (await school.visitor.get(space, headers=told)).status_code == 404, cookie
    told = {**HTML, "cookie": f"school={kept}"}
    assert (await school.visitor.get(school.home, headers=told)).status_code == 200
