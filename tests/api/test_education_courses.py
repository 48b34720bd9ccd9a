"""A short course: written, given, followed to its certificate; nothing is told too early."""

import io
import json
import re
import zipfile
from datetime import timedelta
from uuid import UUID, uuid5

import asyncpg
import httpx
import pypdf
import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.settings import Settings
from tests.api.conftest import SignIn
from tests.api.test_education_classwork import School, open_school
from tests.api.test_education_pages import load, say_yes
from tests.courses import CAPTIONS
from tests.people import HTML, read, send, text_of
from tests.schools import without

TEXT, FILM, TEST = (UUID(int=number) for number in (101, 102, 103))
ONE, WORD = UUID(int=111), UUID(int=112)
SECRETS = ("hirundo rustica", "Bien vu", "Trop tôt", "Relisez")
STEPS = {
    TEXT: {"kind": "text", "title": "Partir", "body": "Elles partent en septembre."},
    FILM: {
        "kind": "video", "title": "Un vol", "address": "https://tube.exemple.fr/vol.mp4",
        "transcript": "On voit un vol.", "captions": CAPTIONS,
    },
    TEST: {"kind": "quiz", "title": "Et vous ?", "tries": "2", "passing": "60"},
}  # fmt: skip
QUESTIONS = {
    ONE: {
        "kind": "single", "text": "Quand partent-elles ?", "points": "2",
        "choice_1": "En mai", "says_1": "Trop tôt", "choice_2": "En septembre", "right": "2",
        "says_right": "Bien vu",
    },
    WORD: {
        "kind": "short", "text": "Son nom savant ?", "points": "3",
        "accepted": "Hirundo rustica", "says_wrong": "Relisez",
    },
}  # fmt: skip
RIGHT = {f"answer-{ONE}": "b", f"answer-{WORD}": "hirundo  Rustica"}
WRONG = {f"answer-{ONE}": "a", f"answer-{WORD}": "hirondelle"}


class Author:
    """Agnès, who writes a course for her class, and the school's head in the same browser."""

    def __init__(self, school: School, id: str) -> None:
        self.school = school
        self.write, self.follow = f"/ecrire-cours/{id}", f"/cours/{id}"
        self.id = id

    async def allow(self, hosts: str = "tube.exemple.fr", **fields: str) -> httpx.Response:
        sent: dict[str, object] = {"hosts": hosts, **fields}
        return await send(self.school.visitor, "/ecole/cours", sent, shown="/ecole/cours")

    async def fill(self) -> None:
        """A text, a video and a quiz of two questions."""
        for step, fields in STEPS.items():
            sent = await self.school.send("Agnès", f"{self.write}/etapes/{step}", **fields)
            assert sent.status_code == 303, text_of(sent)
        for question, fields in QUESTIONS.items():
            path = f"{self.write}/etapes/{TEST}/questions/{question}"
            sent = await self.school.send("Agnès", path, **fields)
            assert sent.status_code == 303, text_of(sent)

    async def give(self) -> None:
        sent = await self.school.send("Agnès", f"{self.write}/publier")
        assert sent.status_code == 303, text_of(sent)

    async def begin(self, name: str) -> httpx.Response:
        return await self.school.send(name, f"{self.follow}/commencer")

    async def answer(self, name: str, key: int, **typed: str) -> httpx.Response:
        path = f"{self.follow}/etapes/3/reponses"
        return await self.school.send(name, path, idempotency_key=str(UUID(int=key)), **typed)

    async def finish(self, name: str) -> None:
        """Everything is read, watched and answered."""
        await self.begin(name)
        for number, watched in ((1, {}), (2, {"watched": "yes"})):
            sent = await self.school.send(name, f"{self.follow}/etapes/{number}/fait", **watched)
            assert sent.status_code == 303, text_of(sent)
        key = uuid5(UUID(self.id), name).int
        assert (await self.answer(name, key, **RIGHT)).status_code == 303

    async def get(self, name: str, path: str) -> httpx.Response:
        await self.school.open(name)
        return await self.school.visitor.get(f"{self.school.home}{path}", headers=HTML)


async def begin_to_write(school: School, **fields: str) -> httpx.Response:
    page = await school.see("Agnès", "/ecrire-cours")
    [room] = re.findall(r'name="class-([0-9a-f-]{36})"', page)
    head = {"title": "Les oiseaux", "about": "Ils partent.", "language": "fr", "hours": "1,5"}
    sent = {"idempotency_key": str(UUID(int=77)), f"class-{room}": "yes", **head, **fields}
    return await school.send("Agnès", "/ecrire-cours", shown="/ecrire-cours", **sent)


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    return await open_school(visitor, sign_in)


@pytest.fixture
async def author(school: School) -> Author:
    """A course that is written and given."""
    made = await begin_to_write(school)
    assert made.status_code == 303, text_of(made)
    found = Author(school, made.headers["location"].rpartition("/")[2])
    assert (await found.allow()).status_code == 303
    await found.fill()
    await found.give()
    return found


def words(content: bytes) -> str:
    text = "\n".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(content)).pages)
    return text.replace("\N{NO-BREAK SPACE}", " ")


async def test_a_pupil_goes_on_where_they_stopped_and_gets_a_certificate(
    author: Author, clock: DrivenClock
) -> None:
    school = author.school
    assert "à commencer" in await school.see("Léa", "/cours")
    begun = await author.begin("Léa")
    assert begun.headers["location"].endswith("/etapes/1")
    assert (await author.begin("Léa")).status_code == 303  # twice
    sent = await school.send("Léa", f"{author.follow}/etapes/1/fait")
    assert sent.headers["location"].endswith("/etapes/2")
    page = await school.see("Léa", author.follow)
    assert "Continuer à l'étape 2" in page
    assert "Avancement : 33 sur 100" in page
    assert (await author.get("Léa", f"{author.follow}/certificat.pdf")).status_code == 409
    clock.forward(timedelta(hours=1))
    await author.finish("Léa")
    assert "Vous avez achevé ce cours" in await school.see("Léa", author.follow)
    paper = await author.get("Léa", f"{author.follow}/certificat.pdf")
    assert paper.headers["content-type"] == "application/pdf"
    assert paper.headers["cache-control"] == "no-store"
    text = words(paper.content)
    for said in ("Léa Martin-Exemple", "Les oiseaux", "École des Tilleuls", "1,5 h", "2026-"):
        assert said in text, said
    again = await author.get("Léa", f"{author.follow}/certificat.pdf")
    assert again.content == paper.content


async def test_anybody_verifies_a_certificate_and_sees_what_stands_on_it_only(
    author: Author,
) -> None:
    await author.finish("Léa")
    text = words((await author.get("Léa", f"{author.follow}/certificat.pdf")).content)
    found = re.search(r"/certificats/([\w-]{43})", "".join(text.split()))
    assert found, text
    visitor = author.school.visitor
    visitor.cookies.clear()
    status, page = await read(visitor, f"/certificats/{found.group(1)}")
    assert status == 200
    number = re.search(r"2026-[0-9A-F]{4}-[0-9A-F]{4}-[0-9A-F]{4}", text)
    assert number
    for said in ("Léa Martin-Exemple", "Les oiseaux", "École des Tilleuls", number.group()):
        assert said in page, said
    for said in ("CM1", "sur 5", "Agnès", author.id):
        assert said not in page, said
    answer = await visitor.get(f"/certificats/{found.group(1)}", headers=HTML)
    assert answer.headers["x-robots-tag"] == "noindex, nofollow"
    assert answer.headers["cache-control"] == "no-store"
    for token in ("A" * 43, found.group(1)[:-2] + "AA", "x"):
        assert (await visitor.get(f"/certificats/{token}", headers=HTML)).status_code == 404


async def test_no_page_tells_what_is_right_before_it_is_answered(author: Author) -> None:
    school = author.school
    await author.begin("Léa")
    for path in ("", "/etapes/1", "/etapes/2", "/etapes/3"):
        page = (await school.see("Léa", f"{author.follow}{path}")).lower()
        assert [one for one in SECRETS if one.lower() in page] == [], path
    quiz = await school.see("Léa", f"{author.follow}/etapes/3")
    assert "Quand partent-elles ?" in quiz
    assert "checked" not in quiz
    assert (await author.answer("Léa", 1, **WRONG)).status_code == 303
    page = await school.see("Léa", f"{author.follow}/etapes/3")
    assert "Trop tôt" in page
    assert "Relisez" in page
    assert "Bien vu" not in page
    assert "hirundo" not in page.lower()
    told = await author.get("Léa", f"/cours/de/{await member(author, 'Léa')}/xapi")
    assert "hirundo" not in told.text.lower()
    assert "correctResponsesPattern" not in told.text


async def member(author: Author, name: str) -> str:
    """The number of somebody's space, as their own page has it."""
    [found] = re.findall(r"/emporter/([0-9a-f-]{36})", await author.school.see(name))
    return found


async def test_a_quiz_is_tried_as_often_as_allowed_and_once_a_form(author: Author) -> None:
    school = author.school
    await author.begin("Léa")
    assert "Essais restants : 2." in await school.see("Léa", f"{author.follow}/etapes/3")
    for _ in range(2):
        assert (await author.answer("Léa", 1, **WRONG)).status_code == 303
    page = await school.see("Léa", f"{author.follow}/etapes/3")
    assert "Résultat : 0 sur 5" in page
    assert "Essais restants : 1." in page
    await author.answer("Léa", 2, **WRONG)
    assert "Vous n'avez plus d'essai" in await school.see("Léa", f"{author.follow}/etapes/3")
    assert (await author.answer("Léa", 3, **RIGHT)).status_code == 409
    learners = await school.see("Agnès", f"{author.write}/eleves")
    [tries] = re.findall(r'action="/mon-ecole/\d+([^"]+/essais)"', learners)
    for wrong in ("", "6", "-1", "x", "00009999"):
        assert (await school.send("Agnès", tries, tries=wrong)).status_code == 400, wrong
    assert (await school.send("Léa", tries, tries="5")).status_code == 404
    assert (await school.send("Agnès", tries, tries="1")).status_code == 303
    assert (await author.answer("Léa", 3, **RIGHT)).status_code == 303
    page = await school.see("Léa", f"{author.follow}/etapes/3")
    assert "Résultat : 5 sur 5" in page
    assert "Bien vu" in page
    assert (await author.answer("Léa", 4, **WRONG)).status_code == 409


@pytest.mark.parametrize(
    ("change", "field"),
    [({f"answer-{ONE}": ""}, ONE), ({f"answer-{ONE}": "z"}, ONE), ({f"answer-{WORD}": ""}, WORD)],
)
async def test_an_answer_that_is_missing_is_told_beside_it_and_nothing_is_lost(
    author: Author, change: dict[str, str], field: UUID
) -> None:
    await author.begin("Léa")
    typed = {f"answer-{ONE}": "b", f"answer-{WORD}": "ma réponse", **change}
    refused = await author.answer("Léa", 1, **typed)
    assert refused.status_code == 400
    page = text_of(refused)
    assert f'id="error-answer-{field}"' in page
    if field == ONE:
        assert 'value="ma réponse"' in page
    else:
        assert 'value="b" required checked' in page
    assert "Essais restants : 2." in page


async def test_who_began_goes_on_in_their_version_and_who_begins_has_the_new_one(
    author: Author,
) -> None:
    school = author.school
    await author.begin("Léa")
    change = {**STEPS[TEXT], "body": "Elles partent en octobre."}
    await school.send("Agnès", f"{author.write}/etapes/{TEXT}", **change)
    page = await school.see("Agnès", author.write)
    assert "n'est pas encore donné" in page
    await author.begin("Tom")
    assert "septembre" in await school.see("Tom", f"{author.follow}/etapes/1")
    await author.give()
    assert "donné, version 2" in await school.see("Agnès", author.write)
    await author.give()  # nothing has changed
    assert "donné, version 2" in await school.see("Agnès", author.write)
    await author.begin("Inès")
    assert "octobre" in await school.see("Inès", f"{author.follow}/etapes/1")
    for name in ("Léa", "Tom"):
        assert "septembre" in await school.see(name, f"{author.follow}/etapes/1"), name
    await author.finish("Léa")
    assert "Vous avez achevé" in await school.see("Léa", author.follow)


async def test_a_course_that_is_closed_is_begun_by_nobody_and_gone_on_with(author: Author) -> None:
    await author.begin("Léa")
    for _ in range(2):
        sent = await author.school.send("Agnès", f"{author.write}/fermer")
        assert sent.status_code == 303
    assert await author.school.status("Inès", author.follow) == 404
    assert (await author.begin("Inès")).status_code == 404
    await author.finish("Léa")
    assert "Vous avez achevé" in await author.school.see("Léa", author.follow)


async def test_nobody_sees_a_course_that_is_not_for_them(author: Author) -> None:
    school = author.school
    await author.finish("Léa")
    mine = await member(author, "Léa")
    for name in ("Noé", "Karim", "Claire", "Marc"):  # another class, its teacher, parents
        for path in ("", "/etapes/1", "/etapes/3", "/certificat.pdf"):
            assert await school.status(name, f"{author.follow}{path}") == 404, (name, path)
        assert (await author.begin(name)).status_code == 404, name
        assert await school.status(name, author.write) == 404, name
    for name in ("Léa", "Karim"):
        for path, fields in (
            ("", {"title": "x"}), ("/publier", {}), ("/fermer", {}),
            (f"/etapes/{TEXT}", STEPS[TEXT]), (f"/etapes/{TEXT}/retirer", {}),
            (f"/etapes/{TEXT}/place", {"number": "2"}),
            (f"/etapes/{TEST}/questions/{ONE}", QUESTIONS[ONE]),
            (f"/etapes/{TEST}/questions/{ONE}/retirer", {}),
        ):  # fmt: skip
            sent = await school.send(name, f"{author.write}{path}", **fields)
            assert sent.status_code == 404, (name, path)
    await author.begin("Inès")
    for number in (0, 4, 99):
        assert await school.status("Inès", f"{author.follow}/etapes/{number}") == 404, number
    assert (await school.send("Inès", f"{author.follow}/etapes/3/fait")).status_code == 404
    assert (await school.send("Inès", f"{author.follow}/etapes/1/reponses",
                              idempotency_key=str(UUID(int=5)))).status_code == 404  # fmt: skip
    assert await school.status("Inès", f"{author.follow}/certificat.pdf") == 409
    for name, status in (("Léa", 200), ("Claire", 200), ("Marc", 404), ("Inès", 404)):
        assert await school.status(name, f"/cours/de/{mine}/xapi") == status, name
    assert await school.status("Agnès", f"/cours/de/{mine}/xapi") == 404


async def test_a_video_plays_from_allowed_hosts_only_and_is_said_to_be_watched(
    author: Author,
) -> None:
    await author.begin("Léa")
    step = f"{author.follow}/etapes/2"
    shown = await author.get("Léa", step)
    policy = shown.headers["content-security-policy"]
    assert "media-src 'self' https://tube.exemple.fr" in policy
    assert "script-src" not in policy
    assert '<source src="https://tube.exemple.fr/vol.mp4">' in shown.text
    assert 'preload="none"' in shown.text
    assert "On voit un vol." in shown.text
    track = await author.get("Léa", f"{step}/sous-titres.vtt")
    assert track.headers["content-type"].startswith("text/vtt")
    assert track.text == CAPTIONS
    other = await author.get("Léa", f"{author.follow}/etapes/1")
    assert "media-src" not in other.headers["content-security-policy"]
    refused = await author.school.send("Léa", f"{step}/fait")
    assert refused.status_code == 400
    assert 'id="error-watched"' in refused.text
    assert (await author.allow("video.exemple.fr")).status_code == 303
    shown = await author.get("Léa", step)
    assert "<video" not in shown.text
    assert "tube.exemple.fr" not in shown.text
    assert "L'école n'autorise plus cette vidéo" in text_of(shown)
    told = await author.school.send("Agnès", f"{author.write}/publier")
    assert told.status_code == 400
    assert "ne permet plus son site" in text_of(told)


async def test_forms_of_a_course_say_what_is_wrong_beside_it_and_lose_nothing(
    author: Author,
) -> None:
    school = author.school
    refused = await begin_to_write(school, title=" ", about="Gardez ceci")
    assert refused.status_code == 400
    assert 'id="error-title"' in refused.text
    assert ">Gardez ceci</textarea>" in refused.text
    step = f"{author.write}/etapes/{FILM}"
    bad = {**STEPS[FILM], "address": "https://ailleurs.fr/x.mp4", "transcript": "Gardez ceci"}
    refused = await school.send("Agnès", step, **bad)
    assert refused.status_code == 400
    assert 'id="error-address"' in refused.text
    assert ">Gardez ceci</textarea>" in refused.text
    question = f"{author.write}/etapes/{TEST}/questions/{ONE}"
    refused = await school.send("Agnès", question, **{**QUESTIONS[ONE], "right": ""})
    assert refused.status_code == 400
    assert 'id="error-choice_1"' in refused.text
    assert 'value="En septembre"' in refused.text
    assert 'value="Trop tôt"' in refused.text
    refused = await author.allow("pas un site", opens="yes")
    assert refused.status_code == 400
    assert 'id="error-hosts"' in refused.text
    assert ">pas un site</textarea>" in refused.text
    nobody = await begin_to_write(school, opened="yes", idempotency_key=str(UUID(int=78)))
    assert nobody.status_code == 403
    form = await author.get("Agnès", f"{author.write}/etapes/{UUID(int=9)}?kind=quiz")
    assert "Points sur 100 pour réussir" in text_of(form)
    assert await school.status("Agnès", f"{author.write}/etapes/{UUID(int=9)}?kind=game") == 404


async def test_steps_change_places_and_go_and_a_form_sent_twice_does_it_once(
    author: Author,
) -> None:
    school = author.school

    async def order() -> list[str]:
        page = await school.see("Agnès", author.write)
        return re.findall(rf'href="[^"]*{author.write}/etapes/[0-9a-f-]{{36}}">([^<]+)</a>', page)

    assert await order() == ["Partir", "Un vol", "Et vous ?"]
    for _ in range(2):
        sent = await school.send("Agnès", f"{author.write}/etapes/{TEST}/place", number="1")
        assert sent.status_code == 303
    assert await order() == ["Et vous ?", "Partir", "Un vol"]
    for _ in range(2):
        sent = await school.send("Agnès", f"{author.write}/etapes/{TEXT}/retirer")
        assert sent.status_code == 303
    assert await order() == ["Et vous ?", "Un vol"]
    path = f"{author.write}/etapes/{TEST}/questions/{WORD}/retirer"
    assert (await school.send("Agnès", path)).status_code == 303
    assert "Son nom savant" not in await school.see("Agnès", f"{author.write}/etapes/{TEST}")


async def open_link(author: Author) -> str:
    """The head allows it, Agnès opens her course: the path that anybody may follow."""
    assert (await author.allow(opens="yes")).status_code == 303
    page = await author.school.see("Agnès", author.write)
    [room] = re.findall(r'name="class-([0-9a-f-]{36})"', page)
    head = {"title": "Les oiseaux", "language": "fr", "hours": "1,5", "opened": "yes"}
    sent = await author.school.send("Agnès", author.write, **head, **{f"class-{room}": "yes"})
    assert sent.status_code == 303, text_of(sent)
    found = re.search(r"(/cours-ouverts/[\w-]{43})", await author.school.see("Agnès", author.write))
    assert found
    return found.group(1)


async def test_an_open_course_is_followed_by_anybody_under_the_name_they_give(
    author: Author, clock: DrivenClock, demo_settings: Settings
) -> None:
    link, visitor = await open_link(author), author.school.visitor
    visitor.cookies.clear()
    status, page = await read(visitor, link)
    assert status == 200
    assert "Le nom à écrire sur le certificat" in page
    key = {"idempotency_key": str(UUID(int=41))}
    refused = await send(visitor, link, {**key, "name": " "}, shown=link)
    assert refused.status_code == 400
    assert 'id="error-name"' in refused.text
    sent = [await send(visitor, link, {**key, "name": "Zoé Martin"}, shown=link) for _ in range(2)]
    assert [one.status_code for one in sent] == [303, 303]
    mine = sent[0].headers["location"]
    assert mine == sent[1].headers["location"]
    other = await send(visitor, link, {**key, "name": "Une autre"}, shown=link)
    assert other.status_code == 404
    visitor.cookies.clear()  # another device
    assert (await send(visitor, f"{mine}/etapes/1/fait", {}, shown=mine)).status_code == 303
    await send(visitor, f"{mine}/etapes/2/fait", {"watched": "yes"}, shown=mine)
    answers = {**RIGHT, "idempotency_key": str(UUID(int=42))}
    assert (await send(visitor, f"{mine}/etapes/3/reponses", answers, shown=mine)
            ).status_code == 303  # fmt: skip
    paper = await visitor.get(f"{mine}/certificat.pdf")
    assert "Zoé Martin" in words(paper.content)
    told = await visitor.get(f"{mine}/xapi", params={"form": "lines"})
    assert "Zoé" not in told.text
    assert json.loads(told.text.splitlines()[0])["verb"]["display"] == {"en": "launched"}
    named = await visitor.get(f"{mine}/xapi", params={"named": "yes"})
    assert {one["actor"]["name"] for one in named.json()} == {"Zoé Martin"}
    learners = await author.school.see("Agnès", f"{author.write}/eleves")
    assert "Zoé Martin" in learners
    for _ in range(2):
        gone = await send(visitor, f"{mine}/effacer", {})
        assert gone.status_code in {303, 404}
    assert (await visitor.get(mine, headers=HTML)).status_code == 404
    look = await asyncpg.connect(demo_settings.database_url)
    left = await look.fetchval("select count(*) from school_enrolment where member is null")
    await look.close()
    assert left == 0


async def test_a_course_is_open_only_as_long_as_head_and_teacher_want_it(author: Author) -> None:
    link, visitor = await open_link(author), author.school.visitor
    assert (await author.allow()).status_code == 303  # without `opens`
    assert (await visitor.get(link, headers=HTML)).status_code == 403
    assert (await author.allow(opens="yes")).status_code == 303
    assert (await visitor.get(link, headers=HTML)).status_code == 200
    await author.school.send("Agnès", f"{author.write}/fermer")
    assert (await visitor.get(link, headers=HTML)).status_code == 409
    for bad in ("/cours-ouverts/" + "A" * 43, "/mon-cours/" + "A" * 43, link[:-2] + "AA"):
        assert (await visitor.get(bad, headers=HTML)).status_code == 404, bad


async def test_a_pupil_s_statements_are_an_array_or_lines_with_or_without_the_name(
    author: Author,
) -> None:
    await author.finish("Léa")
    path = f"/cours/de/{await member(author, 'Léa')}/xapi"
    array = await author.get("Léa", path)
    assert 'filename="xapi.json"' in array.headers["content-disposition"]
    assert "Léa" not in array.text
    verbs = [one["verb"]["display"]["en"] for one in array.json()]
    assert verbs.count("answered") == 2
    assert {"launched", "initialized", "experienced", "played", "passed", "completed"} < {*verbs}
    lines = await author.get("Claire", f"{path}?form=lines&named=yes")
    told = [json.loads(one) for one in lines.text.splitlines()]
    assert {one["actor"]["name"] for one in told} == {"Léa Martin-Exemple"}
    assert [one["id"] for one in told] == [one["id"] for one in array.json()]


async def test_the_head_exports_what_was_done_in_a_course_and_nobody_else(
    author: Author, sign_in: SignIn
) -> None:
    for name in ("Léa", "Tom"):
        await author.finish(name)
    visitor, path = author.school.visitor, f"/ecole/cours/{author.id}/xapi"
    told = await visitor.get(path)
    statements = [json.loads(one) for one in told.text.splitlines()]
    assert len({one["actor"]["account"]["name"] for one in statements}) == 2
    assert not [one for one in statements if "name" in one["actor"]]
    assert "correctResponsesPattern" in told.text
    assert (await visitor.get(f"/ecole/cours/{UUID(int=1)}/xapi")).status_code == 404
    await sign_in("region")
    assert (await visitor.get(path, headers=HTML)).status_code in {403, 404}
    visitor.cookies.clear()
    assert (await visitor.get(path, headers=HTML)).status_code == 303  # to the sign-in


async def test_what_a_pupil_did_leaves_with_the_pupil_and_is_erased_with_them(
    author: Author, demo_settings: Settings
) -> None:
    await author.finish("Tom")
    text = words((await author.get("Tom", f"{author.follow}/certificat.pdf")).content)
    found = re.search(r"/certificats/[\w-]{43}", "".join(text.split()))
    assert found
    packed = await author.get("Tom", f"/emporter/{await member(author, 'Tom')}")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        [course] = json.loads(archive.read("courses.json"))
        lines = archive.read("xapi.jsonl").decode().splitlines()
        paper = archive.read("certificates/001.pdf")
        readme = archive.read("README.txt").decode()
    assert (course["title"], course["percent"]) == ("Les oiseaux", 100)
    assert all(name in readme for name in course)
    assert json.loads(lines[-1])["verb"]["display"] == {"en": "passed"}
    assert "Tom" in words(paper)
    visitor = author.school.visitor
    await load(visitor, without("p4", "e6"))
    await say_yes(visitor)
    _, board = await read(visitor, "/ecole")
    [erase] = re.findall(r'action="(/ecole/partis/[0-9a-f-]{36}/effacer)"', board)
    assert (await send(visitor, erase, {}, shown="/ecole")).status_code == 303
    assert (await visitor.get(found.group(), headers=HTML)).status_code == 404
    look = await asyncpg.connect(demo_settings.database_url)
    for table in ("school_enrolment", "school_course_done", "school_course_try"):
        assert await look.fetchval(f"select count(*) from {table}") == 0, table
    await look.close()
