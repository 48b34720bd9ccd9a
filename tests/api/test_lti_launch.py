"""From a pupil's page to a tool: the head registers it, a teacher places it, pupils open it; what a
tool may ask wrongly is refused on a page that says why."""

import json
import re
import uuid
from datetime import timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from tests.api.conftest import SignIn
from tests.api.test_education_classwork import NOON, School, open_school
from tests.api.test_education_pages import load, say_yes
from tests.lti import SITE, TYPED, ToolOfTests, pair, place, register
from tests.people import HTML, read, send, text_of
from tests.schools import delta
from verticals.education.lti_launch.models import AGS_CLAIM, CLAIM, DEEP_CLAIM, NRPS_CLAIM

LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
INSTRUCTOR = "http://purl.imsglobal.org/vocab/lis/v2/membership#Instructor"


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    return await open_school(visitor, sign_in)


async def move(school: School, seat: str) -> None:
    """Somebody is in another class, by the school's list."""
    assert (await load(school.visitor, delta(enrollments=seat))).status_code == 303
    assert (await say_yes(school.visitor)).status_code == 303


@pytest.fixture
async def tool(school: School, clock: DrivenClock) -> ToolOfTests:
    return await register(school, clock)


@pytest.fixture
async def link(school: School, tool: ToolOfTests) -> str:
    return await place(school, tool)


async def test_a_pupil_opens_an_activity_and_the_tool_is_told_no_more_than_it_needs(
    school: School, tool: ToolOfTests, link: str
) -> None:
    room = await school.room("Léa")
    assert "Les fractions" in await school.see("Léa", f"{room}/outils")
    said = await tool.launch("Léa", link)
    assert said["iss"] == tool.issuer
    assert said["aud"] == tool.id
    assert said["nonce"] == "nonce-1"
    assert said["exp"] - said["iat"] == 300
    assert said[CLAIM + "deployment_id"] == await tool.deployment()
    assert said[CLAIM + "message_type"] == "LtiResourceLinkRequest"
    assert said[CLAIM + "version"] == "1.3.0"
    assert said[CLAIM + "roles"] == [LEARNER]
    assert said[CLAIM + "target_link_uri"] == f"{SITE}/launch"
    assert said[CLAIM + "resource_link"] == {"id": link, "title": "Les fractions"}
    assert said[CLAIM + "context"]["id"] == room.rpartition("/")[2]
    assert "lineitem" in said[AGS_CLAIM]
    assert NRPS_CLAIM in said
    assert not {"name", "given_name", "family_name", "email"} & set(said)
    whole = json.dumps(said, ensure_ascii=False)
    assert not [word for word in ("Léa", "Martin", "CM1", "@") if word in whole]
    assert (await tool.launch("Agnès", link))[CLAIM + "roles"] == [INSTRUCTOR]


async def test_each_person_has_another_name_for_each_tool_and_keeps_it(
    school: School, tool: ToolOfTests, link: str, clock: DrivenClock
) -> None:
    other = await register(school, clock, name="Manuel")
    elsewhere = await place(school, other, title="Le chapitre 3")
    lea = (await tool.launch("Léa", link))["sub"]
    names = {
        lea,
        (await other.launch("Léa", elsewhere))["sub"],
        (await tool.launch("Tom", link))["sub"],
        (await other.launch("Tom", elsewhere))["sub"],
    }
    assert len(names) == 4
    assert (await tool.launch("Léa", link))["sub"] == lea


async def test_names_are_told_where_the_head_allowed_them(
    school: School, clock: DrivenClock
) -> None:
    tool = await register(school, clock, names="1", email="1")
    said = await tool.launch("Léa", await place(school, tool))
    assert said["given_name"] == "Léa"
    assert said["name"] == "Léa Martin-Exemple"
    assert said[CLAIM + "context"]["title"] == "CM1 Hirondelles"
    assert said.get("email", "").count("@") <= 1


async def test_the_form_may_go_to_the_tool_and_nowhere_else(tool: ToolOfTests, link: str) -> None:
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    assert told["target_link_uri"] == f"{SITE}/launch"
    assert told["iss"] == tool.issuer
    assert told["client_id"] == tool.id
    assert told["lti_deployment_id"] == await tool.deployment()
    answer = await tool.ask(tool.asks(told, state='<"state">'))
    policy = answer.headers["content-security-policy"]
    assert f"form-action 'self' {SITE};" in policy
    assert "default-src 'self'" in policy
    assert answer.headers["cache-control"] == "no-store"
    assert f'action="{SITE}/launch"' in answer.text
    assert "&lt;&#34;state&#34;&gt;" in answer.text


async def test_a_form_may_also_go_where_the_tool_lets_people_choose(
    school: School, clock: DrivenClock
) -> None:
    # A browser holds a page's policy also against where the form's answer leads.
    tool = await register(school, clock, deep_url="https://choose.example/x")
    told = await tool.set_out("Léa", f"/outils/{await place(school, tool)}/ouvrir")
    answer = await tool.ask(tool.asks(told))
    policy = answer.headers["content-security-policy"]
    assert f"form-action 'self' {SITE} https://choose.example;" in policy


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"client_id": "00000000-0000-0000-0000-000000000000"}, 400),
        ({"client_id": "x"}, 400),
        ({"client_id": ""}, 400),
        ({"redirect_uri": f"{SITE}/launch/"}, 400),
        ({"redirect_uri": "https://elsewhere.example/launch"}, 400),
        ({"response_type": "code"}, 400),
        ({"response_mode": "fragment"}, 400),
        ({"scope": ""}, 400),
        ({"prompt": "login"}, 400),
        ({"nonce": ""}, 400),
        ({"login_hint": "x"}, 400),
        ({"login_hint": ""}, 400),
        ({"lti_message_hint": "x"}, 400),
        ({"lti_message_hint": ""}, 400),
    ],
)
async def test_what_a_tool_asks_wrongly_is_refused_with_words(
    tool: ToolOfTests, link: str, changes: dict[str, str], status: int
) -> None:
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    answer = await tool.ask(tool.asks(told, **changes))
    assert answer.status_code == status
    assert 'name="id_token"' not in answer.text
    assert "Cette activité ne peut pas s'ouvrir ainsi" in text_of(answer)
    assert (await tool.ask(tool.asks(told))).status_code == 200


async def test_a_hint_is_good_for_one_page_one_tool_and_a_few_minutes(
    school: School, tool: ToolOfTests, link: str, clock: DrivenClock
) -> None:
    other = await register(school, clock, name="Manuel")
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    assert (await tool.ask(tool.asks(told, client_id=other.id))).status_code == 400
    await school.open("Tom")  # another pupil in the same browser
    assert (await tool.ask(tool.asks(told))).status_code == 400
    await school.open("Léa")
    assert (await tool.ask(tool.asks(told))).status_code == 200
    clock.forward(timedelta(minutes=5, seconds=1))
    assert (await tool.ask(tool.asks(told))).status_code == 400
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    tool.visitor.cookies.clear()
    assert (await tool.ask(tool.asks(told))).status_code == 404


async def test_a_request_that_comes_by_a_form_is_sent_on(
    school: School, tool: ToolOfTests, link: str
) -> None:
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    path = f"{school.home}/lti/autorisation"
    sent = await tool.visitor.post(path, data=tool.asks(told, more="x"), headers=HTML)
    assert sent.status_code == 303
    again = await tool.visitor.get(sent.headers["location"], headers=HTML)
    assert (await tool.read(again))["nonce"] == "nonce-1"
    assert "more=" not in sent.headers["location"]


async def test_who_is_not_of_the_class_opens_nothing(
    school: School, tool: ToolOfTests, link: str
) -> None:
    for name in ("Claire", "Marc"):  # parents
        assert await school.status(name, f"/outils/{link}/ouvrir") == 404
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    await move(school, f"e3,active,{NOON},k2,o1,p1,student,false,,\n")
    assert (await tool.ask(tool.asks(told))).status_code == 404


async def test_a_closed_tool_and_an_activity_taken_back_open_no_more(
    school: School, tool: ToolOfTests, link: str
) -> None:
    second = await place(school, tool, title="Les angles")
    told = await tool.set_out("Léa", f"/outils/{second}/ouvrir")
    assert await school.status("Léa", f"/outils/{second}/retirer") in {404, 405}
    room = await school.room("Agnès")
    taken = await school.send("Agnès", f"/outils/{second}/retirer", shown=f"{room}/outils")
    assert taken.status_code == 303
    assert await school.status("Léa", f"/outils/{second}/ouvrir") == 404
    assert (await tool.ask(tool.asks(told))).status_code == 404
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    closed = f"/ecole/outils/{tool.id}/fermer"
    assert (await send(school.visitor, closed, {}, shown="/ecole/outils")).status_code == 303
    assert await school.status("Léa", f"/outils/{link}/ouvrir") == 404
    assert (await tool.ask(tool.asks(told))).status_code == 400
    assert "L'école a fermé cet outil." in await school.see("Léa", f"{room}/outils")


async def test_only_a_teacher_places_and_takes_back(
    school: School, tool: ToolOfTests, link: str
) -> None:
    room = await school.room("Léa")
    fields = {"tool": tool.id, "title": "x", "idempotency_key": link}
    refused = await school.send("Léa", f"{room}/outils", shown=f"{room}/outils", **fields)
    assert refused.status_code == 404
    gone = await school.send("Léa", f"/outils/{link}/retirer", shown=f"{room}/outils")
    assert gone.status_code == 404
    assert await school.status("Léa", f"/outils/{link}/ouvrir") == 303
    assert "Placer une activité" not in await school.see("Léa", f"{room}/outils")


async def test_an_activity_that_is_typed_badly_is_said_beside_its_field(
    school: School, tool: ToolOfTests
) -> None:
    room = await school.room("Agnès")
    fields = {"tool": tool.id, "title": "Les fractions", "out_of": "0", "body": "À lire"}
    sent = await school.send("Agnès", f"{room}/outils", idempotency_key=tool.id, **fields)
    assert sent.status_code == 400
    assert 'id="error-out_of"' in sent.text
    assert ">À lire</textarea>" in sent.text
    for wrong in ("", str(uuid.UUID(int=9))):
        fields = {"tool": wrong, "title": "x"}
        sent = await school.send("Agnès", f"{room}/outils", idempotency_key=tool.id, **fields)
        assert sent.status_code == 400
        assert 'id="error-tool"' in sent.text


async def test_the_head_alone_registers_and_what_is_wrong_is_said_beside_its_field(
    school: School, clock: DrivenClock
) -> None:
    fields = {**TYPED, "key": "no key", "idempotency_key": "x"}
    sent = await send(school.visitor, "/ecole/outils", fields, shown="/ecole/outils")
    assert sent.status_code == 400
    fields["idempotency_key"] = "00000000-0000-0000-0000-000000000001"
    sent = await send(school.visitor, "/ecole/outils", fields, shown="/ecole/outils")
    assert sent.status_code == 400
    assert 'id="error-key"' in sent.text
    assert f'value="{TYPED["target_url"]}"' in sent.text
    tool = await register(school, clock)
    await register(school, clock)  # sent twice
    status, page = await read(school.visitor, "/ecole/outils")
    assert status == 200
    assert page.count(TYPED["name"]) == 1
    status, page = await read(school.visitor, f"/ecole/outils/{tool.id}")
    for shown in (tool.id, f"{tool.issuer}/token", f"{tool.issuer}/jwks", "lti/autorisation"):
        assert shown in page


async def test_another_school_s_tools_are_unknown_here(
    school: School, tool: ToolOfTests, sign_in: SignIn
) -> None:
    await sign_in("exploitant")
    status, _ = await read(school.visitor, f"/ecole/outils/{tool.id}")
    assert status in {403, 404}
    space = int(tool.space) + 1
    keys = await school.visitor.get(f"/api/lti/{space}/jwks")
    assert keys.json() == {"keys": []}
    for far in (0, 2**31):
        assert (await school.visitor.get(f"/api/lti/{far}/jwks")).status_code == 404


async def test_the_keys_of_a_school_are_published_and_changed(
    school: School, tool: ToolOfTests, link: str, clock: DrivenClock
) -> None:
    [first] = (await school.visitor.get(f"{tool.base}/jwks")).json()["keys"]
    assert set(first) == {"kty", "n", "e", "alg", "use", "kid"}
    assert (first["kty"], first["alg"], first["use"]) == ("RSA", "RS256", "sig")
    told = await tool.set_out("Léa", f"/outils/{link}/ouvrir")
    before = await tool.ask(tool.asks(told))
    clock.forward(timedelta(seconds=1))
    _, shown = await read(school.visitor, "/ecole/outils")
    assert f'name="seen" value="{first["kid"]}"' in shown
    for _ in range(2):  # pressed twice
        fields = {"seen": first["kid"]}
        changed = await send(school.visitor, "/ecole/outils/cle", fields, shown="/ecole/outils")
        assert changed.status_code == 303
    refused = await send(school.visitor, "/ecole/outils/cle", {}, shown="/ecole/outils")
    assert refused.status_code == 400
    kids = [one["kid"] for one in (await school.visitor.get(f"{tool.base}/jwks")).json()["keys"]]
    assert len(kids) == 2
    assert kids[1] == first["kid"]
    assert await tool.read(before)
    assert await tool.launch("Léa", link)
    clock.forward(timedelta(days=1, seconds=1))
    left = (await school.visitor.get(f"{tool.base}/jwks")).json()["keys"]
    assert [one["kid"] for one in left] == kids[:1]


# -- deep linking

ITEM = {
    "type": "ltiResourceLink",
    "title": "Les fractions",
    "url": f"{SITE}/fractions",
    "custom": {"level": "2"},
    "lineItem": {"scoreMaximum": 10, "label": "Fractions", "tag": "f"},
}


async def choose(school: School, tool: ToolOfTests) -> str:
    """Agnès goes to the tool to choose; the `data` that it is to give back."""
    room = await school.room("Agnès")
    told = await tool.set_out("Agnès", f"{room}/outils/{tool.id}/choisir")
    assert told["target_link_uri"] == f"{SITE}/choose"
    said = await tool.read(await tool.ask(tool.asks(told)))
    assert said[CLAIM + "message_type"] == "LtiDeepLinkingRequest"
    settings = said[DEEP_CLAIM + "deep_linking_settings"]
    assert settings["accept_types"] == ["ltiResourceLink"]
    assert settings["deep_link_return_url"].endswith(f"{school.home}/lti/choix")
    return settings["data"]


async def test_what_a_teacher_chose_in_a_tool_is_placed_once(
    school: School, tool: ToolOfTests
) -> None:
    data = await choose(school, tool)
    other = {"type": "link", "url": "https://elsewhere.example/"}
    token = tool.sign(await tool.chosen(data, ITEM, other))
    for _ in range(2):
        sent = await tool.send_chosen(token)
        assert sent.status_code == 303, text_of(sent)
        page = await tool.visitor.get(sent.headers["location"], headers=HTML)
        assert "1 activité placée." in text_of(page)
        assert "1 élément laissé" in text_of(page)
        assert page.text.count("/ouvrir") == 1
    [link] = re.findall(r"/outils/([0-9a-f-]{36})/ouvrir", page.text)
    said = await tool.launch("Léa", link)
    assert said[CLAIM + "target_link_uri"] == f"{SITE}/fractions"
    assert said[CLAIM + "custom"] == {"level": "2"}
    assert "lineitem" in said[AGS_CLAIM]
    # Another answer to the same choice places nothing, and says so.
    more = {**ITEM, "title": "Les angles", "url": f"{SITE}/angles"}
    for items in ((ITEM, more, other), (ITEM,), ()):
        again = await tool.send_chosen(tool.sign(await tool.chosen(data, *items)))
        assert again.status_code == 400, items
        assert "la page de votre classe" in text_of(again)
    # Taken back, it does not come again by the same answer.
    room = await school.room("Agnès")
    await school.send("Agnès", f"/outils/{link}/retirer", shown=f"{room}/outils")
    await tool.send_chosen(token)
    assert "/ouvrir" not in await school.see("Agnès", f"{room}/outils")


@pytest.mark.parametrize(
    "changes",
    [
        {"iss": "00000000-0000-0000-0000-000000000000"},
        {"iss": "x"},
        {"iss": 7},
        {"aud": "https://elsewhere.example"},
        {"exp": 1},
        {"exp": 9_999_999_999},
        {CLAIM + "message_type": "LtiResourceLinkRequest"},
        {CLAIM + "deployment_id": "x"},
        {DEEP_CLAIM + "data": "x"},
        {DEEP_CLAIM + "data": None},
        {DEEP_CLAIM + "content_items": [ITEM] * 21},
        {DEEP_CLAIM + "content_items": 7},
    ],
)
async def test_an_answer_that_is_not_good_places_nothing(
    school: School, tool: ToolOfTests, changes: dict[str, object]
) -> None:
    data = await choose(school, tool)
    claims = await tool.chosen(data, ITEM)
    sent = await tool.send_chosen(tool.sign({**claims, **changes}))
    assert sent.status_code in {400, 404}
    room = await school.room("Agnès")
    assert "/ouvrir" not in await school.see("Agnès", f"{room}/outils")
    assert (await tool.send_chosen(tool.sign(claims))).status_code == 303


async def test_an_answer_of_another_key_tool_time_or_teacher_places_nothing(
    school: School, tool: ToolOfTests, clock: DrivenClock
) -> None:
    data = await choose(school, tool)
    claims = await tool.chosen(data, ITEM)
    other_key = json.dumps(pair("k2")[1].as_jwk())
    other = await register(school, clock, name="Manuel", key=other_key)
    other.kid = "k2"
    for token in (
        "",
        "x",
        other.sign(claims),
        tool.sign(claims, kid="k9"),
        other.sign(await other.chosen(data, ITEM)),
    ):
        assert (await tool.send_chosen(token)).status_code == 400, token
    clock.forward(timedelta(hours=2, seconds=1))
    late = tool.sign(await tool.chosen(data, ITEM))
    assert (await tool.send_chosen(late)).status_code == 400
    data = await choose(school, tool)
    answer = tool.sign(await tool.chosen(data, ITEM))
    await move(school, f"e1,active,{NOON},k2,o1,t1,teacher,true,,\n")
    assert (await tool.send_chosen(answer)).status_code == 404


async def test_a_pupil_chooses_nothing(school: School, tool: ToolOfTests) -> None:
    room = await school.room("Léa")
    assert await school.status("Léa", f"{room}/outils/{tool.id}/choisir") == 404
