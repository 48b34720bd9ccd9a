"""A complete deep link, launch, grade and roster against an independent LTI 1.3 tool library
(PyLTI1p3 on Flask), each in a server process of its own."""

import contextlib
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from loadtests.serving import served_demo
from tests.lti_serving import PlainBrowser, ServedTool, served_tool

pytestmark = pytest.mark.xdist_group("served")
LEARNER = "http://purl.imsglobal.org/vocab/lis/v2/membership#Learner"
CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"


@pytest.fixture(scope="module")
def school() -> Iterator[tuple[PlainBrowser, ServedTool, dict[str, str]]]:
    """A school in a demonstration of its own, with a tool that its head has registered."""
    more = {"HUB_ALLOW_LOOPBACK": "1"}
    with (
        served_demo("74", workers=1, more=more) as served,
        served_tool() as tool,
        contextlib.closing(PlainBrowser(served.address)) as browser,
    ):
        links = browser.open_school()
        browser.register(tool)
        yield browser, tool, links


def launched(browser: PlainBrowser, link: str) -> dict[str, Any]:
    """What the tool did with somebody who opened an activity."""
    answer = browser.press(browser.read(link))
    assert answer.status_code == 200, answer.text
    [done] = re.findall(r'id="done">(.*?)</script>', answer.text, re.DOTALL)
    return json.loads(done)


def enter(browser: PlainBrowser, link: str) -> tuple[str, str]:
    """Somebody's page, and the path of the tools of their first class."""
    page = browser.read(link)
    [room, *_] = re.findall(r'href="(/mon-ecole/\d+/classes/[0-9a-f-]{36})"', page)
    return page, f"{room}/outils"


def test_a_tool_of_another_library_is_chosen_launched_graded_and_reads_who_is_there(
    school: tuple[PlainBrowser, ServedTool, dict[str, str]],
) -> None:
    browser, _, links = school
    # A teacher chooses in the tool, whose signed answer is placed.
    _, tools = enter(browser, links["Agnès"])
    [choose] = re.findall(r'href="(/mon-ecole/[^"]+/choisir)"', browser.read(tools))
    offered = browser.press(browser.read(choose))
    assert "lti13_deep_link_auto_submit" in offered.text, offered.text
    placed = browser.press(offered.text)
    assert placed.status_code == 200, placed.text
    assert "1 activité placée." in placed.text
    [activity] = re.findall(r'href="(/mon-ecole/[^"]+/ouvrir)"', placed.text)

    # A pupil opens it: the tool checks everything, gives a score, reads results and the class.
    enter(browser, links["Léa"])
    done = launched(browser, activity)
    claims, score = done["claims"], done["score"]
    assert claims[CLAIM + "roles"] == [LEARNER]
    assert claims[CLAIM + "custom"] == {"level": "2"}
    assert "name" not in claims
    assert sorted(score["lines"]) == ["Essais", "Les fractions"]
    assert score["linked"] == "Les fractions"
    [result] = score["results"]
    assert (result["resultScore"], result["resultMaximum"]) == (8, 10)
    assert result["userId"] == claims["sub"]
    assert [one["resultScore"] for one in score["own"]] == [4]
    assert len(done["members"]) == 4
    assert claims["sub"] in {one["user_id"] for one in done["members"]}
    home, _ = enter(browser, links["Léa"])
    assert "noté 8 sur 10" in home
    assert "Huit réponses sur dix." in home

    # Opened again, it is the same person; another pupil is another one.
    assert launched(browser, activity)["claims"]["sub"] == claims["sub"]
    enter(browser, links["Tom"])
    assert launched(browser, activity)["claims"]["sub"] != claims["sub"]
    page, _ = enter(browser, links["Agnès"])
    [room, *_] = re.findall(r'href="(/mon-ecole/\d+/classes/[0-9a-f-]{36})"', page)
    marks = browser.read(room)
    assert marks.count("noté 8 sur 10") == 2


def test_the_library_refuses_a_message_that_was_changed(
    school: tuple[PlainBrowser, ServedTool, dict[str, str]],
) -> None:
    browser, _, links = school
    _, tools = enter(browser, links["Agnès"])
    [choose] = re.findall(r'href="(/mon-ecole/[^"]+/choisir)"', browser.read(tools))
    page = browser.read(choose)
    [token] = re.findall(r'name="id_token" value="([^"]+)"', page)
    head, body, mark = token.split(".")
    other = "A" if mark[0] != "A" else "B"
    answer = browser.press(page.replace(token, f"{head}.{body}.{other}{mark[1:]}"))
    assert (answer.status_code, answer.text[:8]) == (403, "refused:")


def test_a_message_of_the_tool_that_was_changed_places_nothing(
    school: tuple[PlainBrowser, ServedTool, dict[str, str]],
) -> None:
    browser, _, links = school
    _, tools = enter(browser, links["Agnès"])
    before = browser.read(tools).count("/ouvrir")
    [choose] = re.findall(r'href="(/mon-ecole/[^"]+/choisir)"', browser.read(tools))
    offered = browser.press(browser.read(choose)).text
    [token] = re.findall(r'name="JWT" value="([^"]+)"', offered)
    head, body, mark = token.split(".")
    other = "A" if mark[0] != "A" else "B"
    answer = browser.press(offered.replace(token, f"{head}.{body}.{other}{mark[1:]}"))
    assert answer.status_code == 400
    assert "Ce que l'outil a renvoyé ne peut pas être pris" in answer.text.replace("&#39;", "'")
    assert browser.read(tools).count("/ouvrir") == before
