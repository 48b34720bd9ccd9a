"""What a tool does in a class: it shows who it is, keeps columns, tells scores, reads who is there;
each thing that it may do wrongly is refused with a problem."""

import io
import json
import zipfile
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from tests.api.conftest import SignIn
from tests.api.test_education_classwork import NOON, School, open_school
from tests.api.test_lti_launch import LEARNER, move
from tests.lti import ToolOfTests, pair, place, register
from tests.people import send
from verticals.education.lti_launch.models import AGS_CLAIM, NRPS_CLAIM
from verticals.education.lti_tools.models import LINES, LINES_READ, MEMBERS, RESULTS, SCORES

PROBLEM = "application/problem+json"


class Scene:
    """A tool that is placed in Agnès' class, and what it was told when Léa opened it."""

    def __init__(self, tool: ToolOfTests, told: dict[str, Any]) -> None:
        self.tool, self.sub = tool, told["sub"]
        self.lines: str = told[AGS_CLAIM]["lineitems"]
        self.line: str = told[AGS_CLAIM]["lineitem"]
        self.members: str = told[NRPS_CLAIM]["context_memberships_url"]

    async def tell(self, **changes: Any) -> int:
        answer = await self.tool.call(
            "POST", f"{self.line}/scores", body=self.tool.score(self.sub, **changes)
        )
        return answer.status_code

    async def results(self, **params: str) -> list[dict[str, Any]]:
        answer = await self.tool.call("GET", f"{self.line}/results", **params)
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/vnd.ims.lis.v2.result")
        return answer.json()

    async def walk(self, path: str, **params: str) -> list[Any]:
        """Every page, as the Link headers lead."""
        found: list[Any] = []
        for _ in range(10):
            answer = await self.tool.call("GET", path, **params)
            assert answer.status_code == 200, answer.text
            rows = answer.json()
            found.append(rows if isinstance(rows, list) else rows["members"])
            link = answer.headers.get("link")
            if link is None:
                return found
            address, _, rel = link.partition(";")
            assert rel.strip() == 'rel="next"'
            assert address.lower() == address  # some tools read it so
            params = dict(parse_qsl(urlsplit(address.strip("<>")).query))
        raise AssertionError("it never ends")


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    return await open_school(visitor, sign_in)


@pytest.fixture
async def scene(school: School, clock: DrivenClock) -> Scene:
    tool = await register(school, clock)
    return Scene(tool, await tool.launch("Léa", await place(school, tool)))


# -- the token


async def test_a_tool_that_signs_who_it_is_has_a_token_for_an_hour(
    scene: Scene, clock: DrivenClock
) -> None:
    given = await scene.tool.ask_token(f"{SCORES} openid {LINES}")
    assert given.status_code == 200
    assert given.headers["cache-control"] == "no-store"
    body = given.json()
    assert (body["token_type"], body["expires_in"]) == ("Bearer", 3_600)
    assert body["scope"] == f"{LINES} {SCORES}"
    headers = {"authorization": f"Bearer {body['access_token']}"}
    path = urlsplit(scene.lines).path
    assert (await scene.tool.visitor.get(path, headers=headers)).status_code == 200
    clock.forward(timedelta(hours=1, seconds=1))
    assert (await scene.tool.visitor.get(path, headers=headers)).status_code == 401


@pytest.mark.parametrize(
    ("changes", "word"),
    [
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": ""}, "unsupported_grant_type"),
        ({"client_assertion_type": "x"}, "invalid_request"),
        ({"scope": "openid"}, "invalid_scope"),
        ({"scope": ""}, "invalid_scope"),
        ({"client_assertion": ""}, "invalid_client"),
        ({"client_assertion": "x.y.z"}, "invalid_client"),
    ],
)
async def test_a_token_is_refused_in_the_standard_s_words(
    scene: Scene, changes: dict[str, str], word: str
) -> None:
    refused = await scene.tool.ask_token(**changes)
    assert refused.status_code == (401 if word == "invalid_client" else 400)
    assert refused.json()["error"] == word
    assert refused.json()["error_description"]


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "00000000-0000-0000-0000-000000000000"},
        {"iss": "x"},
        {"iss": 7},
        {"sub": "another"},
        {"sub": None},
        {"aud": "https://elsewhere.example/token"},
        {"aud": None},
        {"exp": 1},
        {"exp": None},
        {"exp": 9_999_999_999},
        {"iat": None},
        {"jti": ""},
        {"jti": None},
        {"jti": 7},
        {"jti": "x" * 501},
    ],
)
async def test_an_assertion_with_a_wrong_claim_is_refused(
    scene: Scene, changes: dict[str, Any]
) -> None:
    signed = scene.tool.sign(scene.tool.assertion(**changes))
    refused = await scene.tool.ask_token(signed=signed)
    assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
    listed = scene.tool.assertion(aud=[f"{scene.tool.issuer}/token"])
    assert (await scene.tool.ask_token(signed=scene.tool.sign(listed))).status_code == 200


async def test_a_tool_whose_clock_is_ten_minutes_off_is_let_in_and_no_other(
    scene: Scene, clock: DrivenClock
) -> None:
    now = int(clock.now().timestamp())
    for late, status in ((599, 200), (-599, 200), (601, 401), (-661, 401)):
        told = scene.tool.assertion(iat=now + late, exp=now + late + 60, jti=f"at-{late}")
        answer = await scene.tool.ask_token(signed=scene.tool.sign(told))
        assert answer.status_code == status, late


async def test_an_assertion_is_good_once(scene: Scene, clock: DrivenClock) -> None:
    signed = scene.tool.sign(scene.tool.assertion())
    assert (await scene.tool.ask_token(signed=signed)).status_code == 200
    assert (await scene.tool.ask_token(signed=signed)).status_code == 401
    for passed in (timedelta(seconds=100), timedelta(minutes=9)):  # within what clocks may differ
        clock.forward(passed)
        refused = await scene.tool.ask_token(signed=signed)
        assert (refused.status_code, refused.json()["error"]) == (401, "invalid_client")
        assert "jti" in refused.json()["error_description"]
    again = scene.tool.sign(scene.tool.assertion())
    assert (await scene.tool.ask_token(signed=again)).status_code == 200


async def test_a_tool_is_not_another_one(school: School, scene: Scene, clock: DrivenClock) -> None:
    key = json.dumps(pair("k2")[1].as_jwk())
    other = await register(school, clock, name="Manuel", key=key)
    other.kid = "k2"
    stolen = other.sign(scene.tool.assertion())
    assert (await scene.tool.ask_token(signed=stolen)).status_code == 401
    elsewhere = await other.call("GET", scene.lines)
    assert elsewhere.status_code == 404  # not placed in this class
    await place(school, other, title="Le chapitre 3")
    assert (await other.call("GET", scene.line)).status_code == 404
    assert len((await other.call("GET", scene.lines)).json()) == 1
    score = other.score(scene.sub)
    [own] = (await other.call("GET", scene.lines)).json()
    told = await other.call("POST", f"{own['id']}/scores", body=score)
    assert told.status_code == 404  # the other tool's name of Léa


async def test_a_closed_tool_is_let_in_no_more(school: School, scene: Scene) -> None:
    given = (await scene.tool.ask_token()).json()["access_token"]
    path = f"/ecole/outils/{scene.tool.id}/fermer"
    assert (await send(school.visitor, path, {}, shown="/ecole/outils")).status_code == 303
    headers = {"authorization": f"Bearer {given}"}
    answer = await school.visitor.get(urlsplit(scene.lines).path, headers=headers)
    assert answer.status_code == 401
    assert (await scene.tool.ask_token()).status_code == 401


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer x", "Bearer x.y", "Basic eDp5", "Bearer é.é"]
)
async def test_no_service_answers_without_a_token(scene: Scene, header: str) -> None:
    raw = {"authorization": header.encode("latin-1")} if header else {}
    for method, address in (
        ("GET", scene.lines),
        ("POST", scene.lines),
        ("GET", scene.line),
        ("PUT", scene.line),
        ("DELETE", scene.line),
        ("POST", f"{scene.line}/scores"),
        ("GET", f"{scene.line}/results"),
        ("GET", scene.members),
    ):
        answer = await scene.tool.visitor.request(method, urlsplit(address).path, headers=raw)
        assert answer.status_code == 401, (method, address)
        assert answer.headers["content-type"].startswith(PROBLEM)


async def test_a_token_opens_what_its_scopes_say_and_nothing_else(scene: Scene) -> None:
    allowed = {
        ("GET", scene.lines): {LINES, LINES_READ},
        ("POST", scene.lines): {LINES},
        ("GET", scene.line): {LINES, LINES_READ},
        ("PUT", scene.line): {LINES},
        ("POST", f"{scene.line}/scores"): {SCORES},
        ("GET", f"{scene.line}/results"): {RESULTS},
        ("GET", scene.members): {MEMBERS},
        ("DELETE", scene.line): {LINES},
    }
    for (method, address), scopes in allowed.items():
        for scope in (LINES_READ, SCORES, RESULTS, MEMBERS, LINES):
            answer = await scene.tool.call(method, address, scope)
            assert (answer.status_code == 403) is (scope not in scopes), (method, address, scope)


# -- line items


async def test_a_tool_keeps_its_columns(school: School, scene: Scene) -> None:
    new = {"scoreMaximum": 5, "label": "Essai", "tag": "t1", "resourceId": "r1"}
    made = await scene.tool.call("POST", scene.lines, body=new)
    assert made.status_code == 201, made.text
    assert made.headers["content-type"].startswith("application/vnd.ims.lis.v2.lineitem+json")
    assert {**new, "id": made.json()["id"]} == made.json()
    own = made.json()["id"]
    assert own.startswith(scene.lines + "/")
    found = await scene.tool.call("GET", scene.lines, tag="t1")
    assert [one["id"] for one in found.json()] == [own]
    assert (await scene.tool.call("GET", scene.lines, tag="t2")).json() == []
    found = await scene.tool.call("GET", scene.lines, resource_id="r1")
    assert [one["id"] for one in found.json()] == [own]
    linked = (await scene.tool.call("GET", scene.line)).json()
    found = await scene.tool.call("GET", scene.lines, resource_link_id=linked["resourceLinkId"])
    assert [one["id"] for one in found.json()] == [scene.line]
    changed = await scene.tool.call("PUT", own, body={"scoreMaximum": 10, "label": "Mieux"})
    assert changed.json() == {"id": own, "scoreMaximum": 10.0, "label": "Mieux"}
    assert "Mieux" in await school.see("Agnès", await school.room("Agnès"))
    assert (await scene.tool.call("DELETE", own)).status_code == 204
    assert (await scene.tool.call("GET", own)).status_code == 404
    assert (await scene.tool.call("DELETE", own)).status_code == 404


async def test_a_line_item_that_is_sent_again_is_one(scene: Scene, clock: DrivenClock) -> None:
    new = {"scoreMaximum": 5, "label": "Essai", "tag": "t1", "startDateTime": "2026-12-01T08:00Z"}

    async def send(**changes: Any) -> str:
        made = await scene.tool.call("POST", scene.lines, body={**new, **changes})
        assert made.status_code == 201, made.text
        return made.json()["id"]

    first = await send()
    assert await send() == first
    others = [await send(tag="t2"), await send(scoreMaximum=6), await send(startDateTime=None)]
    assert len({first, *others}) == 4
    told = await scene.tool.call("POST", f"{first}/scores", body=scene.tool.score(scene.sub))
    assert told.status_code == 200
    second = await send()  # what has a mark is another trial's
    assert second not in {first, *others}
    clock.forward(timedelta(minutes=10))
    assert await send() not in {first, second, *others}


async def test_line_items_come_page_by_page(scene: Scene) -> None:
    for number in range(4):
        new = {"scoreMaximum": 5, "label": f"Essai {number}", "tag": "t"}
        await scene.tool.call("POST", scene.lines, body=new)
    pages = await scene.walk(scene.lines, limit="2")
    assert [len(one) for one in pages] == [2, 2, 1]
    assert len({row["id"] for page in pages for row in page}) == 5
    pages = await scene.walk(scene.lines, limit="3", tag="t")
    assert [len(one) for one in pages] == [3, 1]


@pytest.mark.parametrize(
    ("method", "body", "status"),
    [
        ("POST", {"label": "x"}, 400),
        ("POST", [], 400),
        ("POST", None, 400),
        ("POST", {"label": "x", "scoreMaximum": 1, "resourceLinkId": "x"}, 400),
        (
            "POST",
            {
                "label": "x",
                "scoreMaximum": 1,
                "resourceLinkId": "00000000-0000-0000-0000-000000000001",
            },
            400,
        ),
    ],
)
async def test_a_line_item_that_is_not_good_is_refused(
    scene: Scene, method: str, body: object, status: int
) -> None:
    refused = await scene.tool.call(method, scene.lines, body=body)
    assert refused.status_code == status
    assert refused.headers["content-type"].startswith(PROBLEM)
    assert len((await scene.tool.call("GET", scene.lines)).json()) == 1


async def test_a_line_item_stays_with_its_activity(school: School, scene: Scene) -> None:
    other = await place(school, scene.tool, title="Les angles", out_of="")
    body = {"label": "x", "scoreMaximum": 1, "resourceLinkId": other}
    assert (await scene.tool.call("PUT", scene.line, body=body)).status_code == 400
    assert (await scene.tool.call("POST", scene.lines, body=body)).status_code == 201


@pytest.mark.parametrize("params", [{"limit": "0"}, {"limit": "x"}, {"after": "x"}])
async def test_a_page_that_is_asked_for_badly_is_refused(
    scene: Scene, params: dict[str, str]
) -> None:
    for address in (scene.lines, f"{scene.line}/results", scene.members):
        assert (await scene.tool.call("GET", address, **params)).status_code == 400


async def test_another_class_is_none_of_the_tool_s(school: School, scene: Scene) -> None:
    room = (await school.room("Karim")).rpartition("/")[2]
    mine = urlsplit(scene.lines).path.split("/")[5]
    for address in (scene.lines, scene.line, scene.members, f"{scene.line}/results"):
        other = address.replace(mine, room)
        assert (await scene.tool.call("GET", other)).status_code == 404, address


# -- scores


async def test_a_score_stands_among_the_marks_of_teacher_pupil_and_parent(
    school: School, scene: Scene
) -> None:
    assert await scene.tell() == 200
    room = await school.room("Agnès")
    seen = await school.see("Agnès", room)
    assert "Léa Martin-Exemple" in seen
    for page in (
        seen,
        await school.see("Léa", room),
        await school.see("Léa"),
        await school.see("Claire"),
    ):
        assert "noté 16 sur 20" in page
        assert "Presque tout." in page
    for name in ("Tom", "Marc"):
        assert "Presque tout." not in await school.see(name)
    assert "Presque tout." not in await school.see("Tom", room)
    [result] = await scene.results()
    assert result["resultScore"] == 16
    assert result["resultMaximum"] == 20
    assert (result["userId"], result["comment"]) == (scene.sub, "Presque tout.")
    assert result["scoreOf"] == scene.line


async def test_a_mark_leaves_with_its_pupil(school: School, scene: Scene) -> None:
    await scene.tell(comment="=cmd")
    home = await school.see("Léa")
    path = home.partition(f'href="{school.home}/emporter/')[2][:36]
    packed = await school.visitor.get(f"{school.home}/emporter/{path}")
    with zipfile.ZipFile(io.BytesIO(packed.content)) as archive:
        space = json.loads(archive.read("space.json"))
        lines = archive.read("marks.csv").decode().splitlines()
    assert [(one["title"], one["score"]) for one in space["marks"]] == [("Les fractions", 16.0)]
    assert lines[1].startswith("CM1 Hirondelles,Les fractions,16.0,20.0,Completed,FullyGraded,'=")


async def test_an_older_score_changes_nothing(scene: Scene, clock: DrivenClock) -> None:
    now = clock.now()
    assert await scene.tell(at=now) == 200
    assert await scene.tell(at=now) == 200  # sent twice
    assert await scene.tell(at=now - timedelta(milliseconds=1), scoreGiven=0) == 409
    assert [one["resultScore"] for one in await scene.results()] == [16]
    assert await scene.tell(at=now + timedelta(minutes=10, seconds=1), scoreGiven=0) == 400
    assert await scene.tell(at=now + timedelta(milliseconds=1), scoreGiven=5) == 200
    assert [one["resultScore"] for one in await scene.results()] == [10]


async def test_a_score_that_is_not_whole_shows_no_mark(school: School, scene: Scene) -> None:
    assert await scene.tell(gradingProgress="Pending") == 200
    assert await scene.results() == []
    assert "pas encore noté" in await school.see("Léa")
    assert await scene.tell(scoreGiven=None, gradingProgress="FullyGraded") == 200
    assert await scene.results() == []


async def test_marks_count_for_the_points_that_a_column_has_now(scene: Scene) -> None:
    await scene.tell()
    await scene.tool.call("PUT", scene.line, body={"scoreMaximum": 5, "label": "Fractions"})
    assert [one["resultScore"] for one in await scene.results()] == [4]


async def test_only_pupils_of_the_class_have_scores(school: School, scene: Scene) -> None:
    unknown = "00000000-0000-0000-0000-000000000001"
    score = scene.tool.score(unknown)
    path = f"{scene.line}/scores"
    assert (await scene.tool.call("POST", path, body=score)).status_code == 404
    link = (await scene.tool.call("GET", scene.line)).json()["resourceLinkId"]
    teacher = (await scene.tool.launch("Agnès", link))["sub"]
    score = scene.tool.score(teacher)
    assert (await scene.tool.call("POST", path, body=score)).status_code == 404
    await move(school, f"e3,active,{NOON},k2,o1,p1,student,false,,\n")
    assert await scene.tell() == 404


async def test_results_come_page_by_page_and_of_one_person(school: School, scene: Scene) -> None:
    link = (await scene.tool.call("GET", scene.line)).json()["resourceLinkId"]
    await scene.tell()
    for name in ("Tom", "Inès"):
        sub = (await scene.tool.launch(name, link))["sub"]
        score = scene.tool.score(sub)
        told = await scene.tool.call("POST", f"{scene.line}/scores", body=score)
        assert told.status_code == 200
        [one] = await scene.results(user_id=sub)
        assert one["userId"] == sub
    pages = await scene.walk(f"{scene.line}/results", limit="2")
    assert [len(one) for one in pages] == [2, 1]
    assert len({row["userId"] for page in pages for row in page}) == 3
    assert await scene.results(user_id="00000000-0000-0000-0000-000000000001") == []


# -- who is there


async def test_a_tool_reads_who_is_in_the_class_and_nobody_else(scene: Scene) -> None:
    answer = await scene.tool.call("GET", scene.members)
    assert answer.headers["content-type"].startswith(
        "application/vnd.ims.lti-nrps.v2.membershipcontainer+json"
    )
    body = answer.json()
    assert body["id"] == scene.members
    assert len(body["members"]) == 4  # Agnès, Léa, Inès, Tom
    assert scene.sub in {one["user_id"] for one in body["members"]}
    assert {key for one in body["members"] for key in one} == {"status", "user_id", "roles"}
    for role, many in (("Learner", 3), (LEARNER, 3), ("Instructor", 1)):
        found = await scene.tool.call("GET", scene.members, role=role)
        assert len(found.json()["members"]) == many
    assert (await scene.tool.call("GET", scene.members, role="Mentor")).status_code == 404


async def test_members_come_page_by_page(scene: Scene) -> None:
    pages = await scene.walk(scene.members, limit="1", role="Learner")
    assert [len(one) for one in pages] == [1, 1, 1]
    assert len({row["user_id"] for page in pages for row in page}) == 3
    [all_of_them] = await scene.walk(scene.members)
    assert len(all_of_them) == 4
