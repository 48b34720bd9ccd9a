"""What may be registered, placed, asked and told: tables."""

import ipaddress
import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from uuid import UUID

import msgspec
import pytest

from tests.lti import SITE, TYPED, pair
from verticals.education.lti_launch import claims, policy
from verticals.education.lti_launch.errors import ChoiceRefused, LaunchRefused, LinkInvalid
from verticals.education.lti_launch.models import (
    AGS_CLAIM,
    CLAIM,
    DEEP_CLAIM,
    Asked,
    Line,
    Link,
    PlaceLink,
)
from verticals.education.lti_services import wire
from verticals.education.lti_services.models import MemberRow
from verticals.education.lti_tools import policy as tools_policy
from verticals.education.lti_tools.actions.tools import read_pasted
from verticals.education.lti_tools.errors import OAuthRefused, ToolInvalid
from verticals.education.lti_tools.gateway import fetch_keys, may_ask
from verticals.education.lti_tools.models import SCOPES, Addresses, Register, Tool
from verticals.education.roster import Person, Place

NOW = datetime(2026, 12, 1, 9, 0, tzinfo=UTC)
KEYS = read_pasted(json.dumps(pair("k1")[1].as_jwk()))
AT = Addresses(site="https://hub.example", space=4)
CLASS, LINK, LINE, SUB = UUID(int=5), UUID(int=6), UUID(int=7), UUID(int=8)


def tool(**changes: Any) -> Tool:
    good = tools_policy.check_tool(Register(**TYPED), KEYS, loopback=False)
    own = {"id": UUID(int=1), "deployment": UUID(int=2), "made_at": NOW, "closed_at": None}
    own |= {"keys_at": None, "tried_at": None}
    return Tool(**{**msgspec.structs.asdict(good), **own, **changes})


# -- registration


def test_a_tool_is_read_as_it_is_typed() -> None:
    good = tool()
    assert good.redirect_uris == (f"{SITE}/launch", f"{SITE}/other")
    assert good.client == str(UUID(int=1))
    assert (good.gives_names, good.gives_email, good.keys_url) == (False, False, "")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "a" * 81}, "name"),
        ({"name": "a\0"}, "name"),
        ({"login_url": ""}, "login_url"),
        ({"login_url": "http://tool.example/login"}, "login_url"),
        ({"login_url": "javascript:alert(1)"}, "login_url"),
        ({"redirect_uris": " "}, "redirect_uris"),
        ({"redirect_uris": "\n".join(f"{SITE}/{n}" for n in range(11))}, "redirect_uris"),
        ({"redirect_uris": f"{SITE}/launch#part"}, "redirect_uris"),
        ({"redirect_uris": f"{SITE}/a;b"}, "redirect_uris"),
        ({"target_url": "https://user:word@tool.example/"}, "target_url"),
        ({"target_url": "https:///launch"}, "target_url"),
        ({"target_url": "https://tool.example:port/"}, "target_url"),
        ({"target_url": f"{SITE}/é"}, "target_url"),
        ({"deep_url": "ftp://tool.example/"}, "deep_url"),
        ({"keys_url": f"{SITE}/jwks"}, "keys_url"),
    ],
)
def test_a_tool_that_is_typed_badly_is_refused_by_its_field(
    changes: dict[str, str], field: str
) -> None:
    with pytest.raises(ToolInvalid) as refused:
        tools_policy.check_tool(Register(**{**TYPED, **changes}), KEYS, loopback=False)
    assert refused.value.extra["field"] == field


def test_keys_come_from_an_address_or_are_pasted() -> None:
    with pytest.raises(ToolInvalid) as refused:
        tools_policy.check_tool(Register(**TYPED), "", loopback=False)
    assert refused.value.extra["field"] == "keys_url"
    typed = Register(**TYPED, keys_url=f"{SITE}/jwks")
    assert tools_policy.check_tool(typed, "", loopback=False).keys_url == f"{SITE}/jwks"
    with pytest.raises(ToolInvalid) as refused:
        read_pasted("no key")
    assert refused.value.extra["field"] == "key"
    with pytest.raises(ToolInvalid):
        read_pasted(" " * 20_000 + KEYS)
    assert read_pasted(" \n") == ""


@pytest.mark.parametrize(
    ("address", "near", "good"),
    [
        ("http://127.0.0.1:5000/x", True, True),
        ("http://localhost:5000/x", True, True),
        ("http://[::1]:5000/x", True, True),
        ("http://127.0.0.1:5000/x", False, False),
        ("http://192.168.0.1/x", True, False),
        ("http://tool.example/x", True, False),
        ("https://tool.example", False, True),
        ("https://tool.example/x?a=b", False, True),
        ("https://tool.example/x y", False, False),
        ("https://tool.example/'", False, False),
        ("https://tool.example/#", False, False),
        ("//tool.example/x", False, False),
        ("https://*/x", False, False),
        ("https://*.example/x", False, False),
        ("https://tool.example*/x", False, False),
        ("https://[2606:2800::1]/x", False, True),
        ("https://tool.example/" + "x" * 500, False, False),
    ],
)
def test_an_address_is_https_or_of_this_machine_where_that_is_set(
    address: str, near: bool, good: bool
) -> None:
    assert tools_policy.is_address(address, loopback=near) is good


def test_values_are_put_behind_those_that_an_address_has() -> None:
    address = tools_policy.with_query("https://tool.example/login?a=1&b=", {"iss": "x y"})
    assert dict(parse_qsl(urlsplit(address).query, keep_blank_values=True)) == {
        "a": "1",
        "b": "",
        "iss": "x y",
    }


@pytest.mark.parametrize(
    ("changes", "known", "needs"),
    [
        ({}, False, False),  # pasted
        ({"keys_url": f"{SITE}/jwks"}, False, True),
        ({"keys_url": f"{SITE}/jwks", "tried_at": NOW - timedelta(seconds=59)}, False, False),
        ({"keys_url": f"{SITE}/jwks", "tried_at": NOW - timedelta(seconds=60)}, False, True),
        ({"keys_url": f"{SITE}/jwks", "keys_at": NOW - timedelta(hours=12)}, True, False),
        ({"keys_url": f"{SITE}/jwks", "keys_at": NOW - timedelta(hours=13)}, True, True),
    ],
)
def test_keys_are_read_anew_after_a_pause(
    changes: dict[str, Any], known: bool, needs: bool
) -> None:
    assert tools_policy.needs_keys(tool(**changes), known, NOW) is needs


@pytest.mark.parametrize(
    ("ips", "scheme", "near", "may"),
    [
        (["93.184.216.34"], "https", False, True),
        (["93.184.216.34"], "http", False, False),
        (["93.184.216.34"], "http", True, False),
        (["2606:2800:220:1:248:1893:25c8:1946"], "https", False, True),
        (["93.184.216.34", "10.0.0.1"], "https", False, False),
        (["127.0.0.1"], "https", False, False),
        (["127.0.0.1"], "https", True, False),
        (["127.0.0.1"], "http", True, True),
        (["127.0.0.1", "10.0.0.1"], "http", True, False),
        (["169.254.169.254"], "https", False, False),
        (["100.64.0.1"], "https", False, False),
        (["0.0.0.0"], "https", False, False),  # noqa: S104  an address to refuse
        (["224.0.0.1"], "https", False, False),
        (["::1"], "https", False, False),
        (["fc00::1"], "https", False, False),
        (["::ffff:10.0.0.1"], "https", False, False),
        (["64:ff9b::a00:1"], "https", False, False),
        (["2002:a00:1::1"], "https", False, False),
        ([], "https", False, False),
    ],
)
def test_only_public_addresses_are_asked_for_keys(
    ips: list[str], scheme: str, near: bool, may: bool
) -> None:
    found = [ipaddress.ip_address(one) for one in ips]
    assert may_ask(scheme, found, loopback=near) is may


@pytest.mark.parametrize(
    "address",
    ["https://127.0.0.1/jwks", "http://127.0.0.1:1/jwks", "https://localhost/", "https://", "x",
     "https://[::1/"],
)  # fmt: skip
async def test_what_cannot_be_asked_gives_nothing(address: str) -> None:
    assert await fetch_keys(address) is None
    assert await fetch_keys("http://127.0.0.1:1/jwks", loopback=True) is None  # nobody is there


def test_scopes_are_given_as_far_as_there_are_some() -> None:
    assert tools_policy.check_scopes(f"openid {SCOPES[3]} {SCOPES[0]}") == (SCOPES[0], SCOPES[3])
    with pytest.raises(OAuthRefused) as refused:
        tools_policy.check_scopes("openid")
    assert refused.value.extra["error"] == "invalid_scope"


# -- placing


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"title": ""}, "title"),
        ({"title": "a" * 201}, "title"),
        ({"body": "a" * 2_001}, "body"),
        ({"url": "https://elsewhere.example/x"}, "url"),
        ({"url": f"{SITE}:444/x"}, "url"),
        ({"out_of": "0"}, "out_of"),
        ({"out_of": "1001"}, "out_of"),
        ({"out_of": "10,5"}, "out_of"),
    ],
)
def test_an_activity_that_is_typed_badly_is_refused_by_its_field(
    changes: dict[str, str], field: str
) -> None:
    typed = PlaceLink(**{"title": "Fractions", **changes})
    with pytest.raises(LinkInvalid) as refused:
        policy.check_placing(typed, tool(), loopback=False)
    assert refused.value.extra["field"] == field


def test_an_activity_has_a_column_of_marks_when_it_is_out_of_points() -> None:
    typed = PlaceLink(title=" Fractions ", url=f"{SITE}/x", out_of="20")
    good = policy.check_placing(typed, tool(), loopback=False)
    assert (good.title, good.url) == ("Fractions", f"{SITE}/x")
    assert good.line is not None
    assert (good.line.label, good.line.out_of) == ("Fractions", 20)
    assert policy.check_placing(PlaceLink(title="x"), tool(), loopback=False).line is None


# -- the authentication request

ASKED = Asked(
    client_id=str(UUID(int=1)),
    redirect_uri=f"{SITE}/launch",
    scope="openid",
    response_type="id_token",
    response_mode="form_post",
    prompt="none",
    nonce="n",
)


@pytest.mark.parametrize(
    "changes",
    [
        {"redirect_uri": f"{SITE}/launch/"},
        {"redirect_uri": f"{SITE}/LAUNCH"},
        {"redirect_uri": f"{SITE}/launch?x=1"},
        {"redirect_uri": ""},
        {"response_type": "code"},
        {"response_type": "id_token token"},
        {"response_mode": "query"},
        {"response_mode": ""},
        {"scope": "profile"},
        {"scope": ""},
        {"prompt": "login"},
        {"prompt": ""},
        {"nonce": ""},
        {"nonce": "n" * 501},
        {"state": "s" * 4_001},
    ],
)
def test_a_request_that_lti_does_not_know_is_refused(changes: dict[str, str]) -> None:
    policy.check_asked(ASKED, tool())
    with pytest.raises(LaunchRefused):
        policy.check_asked(msgspec.structs.replace(ASKED, **changes), tool())


# -- what is said

PERSON = Person(
    id=UUID(int=9),
    given_name="Léa",
    family_name="Martin",
    email="lea@example.fr",
    roles=("student",),
    door=UUID(int=10),
    left_at=None,
)
PLACE = Place(classroom=CLASS, title="CM1 de Mme Duval", role="student")


@pytest.mark.parametrize(
    ("allowed", "told"),
    [
        ({}, {"sub"}),
        ({"gives_names": True}, {"sub", "name", "given_name", "family_name"}),
        ({"gives_email": True}, {"sub", "email"}),
    ],
)
def test_a_tool_is_told_no_more_of_a_person_than_the_head_allowed(
    allowed: dict[str, bool], told: set[str]
) -> None:
    one = tool(**allowed)
    said = claims.person_claims(one, PERSON, SUB)
    assert set(said) == told
    common = claims.common_claims(one, AT, PLACE, nonce="n", now=NOW, language="fr")
    assert ("Duval" in json.dumps(common)) is one.gives_names
    row = MemberRow(
        member=PERSON.id,
        sub=SUB,
        roles=("student",),
        given_name="Léa",
        family_name="Martin",
        email="lea@example.fr",
    )
    container: Any = wire.write_members(one, AT, CLASS, PLACE.title, [row])
    assert set(container["members"][0]) == (told - {"sub"}) | {"status", "user_id", "roles"}
    assert ("title" in container["context"]) is one.gives_names


def link(**changes: Any) -> Link:
    own = {"id": LINK, "classroom": CLASS, "course": "CM1", "tool": UUID(int=1), "title": "x"}
    own |= {"tool_name": "y", "body": "", "url": "", "custom": {}, "placed_at": NOW}
    return Link(**{**own, "taken_back_at": None, "closed": False, **changes})


def line(**changes: Any) -> Line:
    own = {"id": LINE, "classroom": CLASS, "label": "x", "out_of": 20.0, "link": LINK}
    return Line(**{**own, **changes})


def test_a_launch_names_the_line_item_of_its_link_when_there_is_one() -> None:
    one: Any = claims.launch_claims(tool(), AT, link(), [line(), line(link=None)])
    assert one[AGS_CLAIM]["lineitem"] == AT.line(CLASS, LINE)
    for lines in ([], [line(), line()], [line(link=None)]):
        none: Any = claims.launch_claims(tool(), AT, link(), lines)
        assert "lineitem" not in none[AGS_CLAIM]
    assert one[CLAIM + "target_link_uri"] == f"{SITE}/launch"
    there = claims.launch_claims(tool(), AT, link(url=f"{SITE}/x"), [])
    assert there[CLAIM + "target_link_uri"] == f"{SITE}/x"


# -- what a tool chose


def chosen(*items: object) -> dict[str, object]:
    return {DEEP_CLAIM + "content_items": list(items)}


def test_activities_of_the_tool_are_taken_and_other_things_left() -> None:
    good = {
        "type": "ltiResourceLink",
        "title": "Fractions",
        "text": "t" * 3_000,
        "url": f"{SITE}/x",
        "custom": {"level": "2", "wrong": 3},
        "lineItem": {"scoreMaximum": 10, "label": "", "resourceId": "r", "tag": "t"},
    }
    items = (
        good,
        {"type": "link", "url": f"{SITE}/x"},
        {"type": "ltiResourceLink", "url": "https://elsewhere.example/"},
        {"type": "ltiResourceLink", "url": 7},
        "nothing",
        {"type": "ltiResourceLink", "lineItem": {"scoreMaximum": 0}},
    )
    links, left = policy.read_items(chosen(*items), tool(), loopback=False)
    assert (len(links), left) == (2, 4)
    assert links[0].custom == {"level": "2"}
    assert len(links[0].body) == 2_000
    assert links[0].line is not None
    assert (links[0].line.label, links[0].line.out_of) == ("Fractions", 10)
    assert (links[1].title, links[1].url, links[1].line) == (tool().name, "", None)


def test_too_many_at_a_time_are_refused() -> None:
    with pytest.raises(ChoiceRefused):
        policy.read_items(chosen(*[{}] * 21), tool(), loopback=False)
    with pytest.raises(ChoiceRefused):
        policy.read_items({DEEP_CLAIM + "content_items": {}}, tool(), loopback=False)
    assert policy.read_items({}, tool(), loopback=False) == ([], 0)


@pytest.mark.parametrize(
    "changes",
    [
        {CLAIM + "message_type": "LtiResourceLinkRequest"},
        {CLAIM + "version": "1.1"},
        {CLAIM + "deployment_id": "another"},
        {DEEP_CLAIM + "data": None},
        {DEEP_CLAIM + "data": {"x": 1}},
    ],
)
def test_an_answer_that_is_no_choice_for_this_school_is_refused(changes: dict[str, Any]) -> None:
    good = {
        CLAIM + "message_type": "LtiDeepLinkingResponse",
        CLAIM + "version": "1.3.0",
        CLAIM + "deployment_id": str(UUID(int=2)),
        DEEP_CLAIM + "data": "d",
    }
    assert policy.check_chosen(good, tool()) == "d"
    with pytest.raises(ChoiceRefused):
        policy.check_chosen({**good, **changes}, tool())


def test_what_was_chosen_has_one_print_whatever_the_order_of_its_parameters() -> None:
    item = {"type": "ltiResourceLink", "url": f"{SITE}/a", "custom": {"a": "1", "b": "2"}}
    turned = {**item, "custom": {"b": "2", "a": "1"}}
    prints = [
        policy.print_of(*policy.read_items(chosen(*items), tool(), loopback=False))
        for items in ((item,), (turned,), (item, item), (), ({**item, "title": "x"},), (item, {}))
    ]
    assert prints[0] == prints[1]
    assert len(set(prints)) == 5
