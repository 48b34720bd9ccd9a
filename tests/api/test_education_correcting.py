"""A teacher puts right, or takes back, what a class was given."""

import re
from datetime import UTC, datetime, timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from tests.api.conftest import SignIn
from tests.api.test_education_classwork import School, open_school
from tests.people import text_of

EARLY = {"title": "Rédaction", "body": "Un voyage", "due": "2026-12-04T18:00", "out_of": "20"}


@pytest.fixture
async def school(visitor: AsyncTestClient, sign_in: SignIn) -> School:
    return await open_school(visitor, sign_in)


def form_of(task: str) -> str:
    return task.replace("/devoirs/", "/donnes/")


async def seen_in(school: School, task: str) -> str:
    """The version of what is shown with the form."""
    [seen] = re.findall(r'name="seen" value="([^"]+)"', await school.see("Agnès", form_of(task)))
    return seen


async def test_what_was_given_reads_otherwise_and_works_are_late_by_the_new_hour(
    school: School, clock: DrivenClock
) -> None:
    task = await school.give(body="Racontez un voyage.")
    await school.send("Léa", task, body="Voilà.")
    page = await school.see("Agnès", form_of(task))
    assert ">Racontez un voyage.</textarea>" in page
    assert 'value="2026-12-04T18:00"' in page
    seen = await seen_in(school, task)
    clock.set(datetime(2026, 12, 4, 17, 0, 1, tzinfo=UTC))  # a second after 18:00 in Paris
    await school.send("Inès", task, shown=task, body="Pardon.")
    said = {**EARLY, "seen": seen, "title": "Récit"}  # the hour is over, and stays
    for _ in range(2):
        assert (await school.send("Agnès", form_of(task), **said)).status_code == 303
    pupil = await school.see("Léa", task)
    assert "Récit" in pupil
    assert "Racontez" not in pupil
    assert (await school.see("Agnès", task)).count("en retard") == 1
    longer = {**said, "due": "2026-12-05T18:00", "seen": await seen_in(school, task)}
    assert (await school.send("Agnès", form_of(task), **longer)).status_code == 303
    assert (await school.see("Agnès", task)).count("en retard") == 0
    assert "corrigé le" in await school.see("Léa", await school.room("Léa"))


async def test_a_form_that_is_wrong_or_old_changes_nothing_and_loses_nothing(
    school: School, clock: DrivenClock
) -> None:
    task = await school.give()
    seen = await seen_in(school, task)
    for wrong, field in (
        ({"title": " "}, "title"),
        ({"due": "2026-01-01T10:00"}, "due"),
        ({"out_of": "0"}, "out_of"),
    ):
        refused = await school.send("Agnès", form_of(task), **{**EARLY, **wrong}, seen=seen)
        assert refused.status_code == 400, wrong
        assert f'id="error-{field}"' in refused.text
        assert ">Un voyage</textarea>" in refused.text
    clock.forward(timedelta(minutes=1))
    assert (await school.send("Agnès", form_of(task), **EARLY, seen=seen)).status_code == 303
    old = await school.send("Agnès", form_of(task), **{**EARLY, "title": "Autre"}, seen=seen)
    assert old.status_code == 409
    assert 'value="Autre"' in text_of(old)
    assert "Ce qui est écrit maintenant" in text_of(old)
    [now] = re.findall(r'name="seen" value="([^"]+)"', old.text)
    wrong = {**EARLY, "out_of": "0", "seen": seen}  # a mistake makes no old form a new one
    refused = await school.send("Agnès", form_of(task), **wrong)
    assert re.findall(r'name="seen" value="([^"]+)"', refused.text) == [seen]
    assert now != seen
    assert "Autre" not in await school.see("Léa", task)
    for seen in ("", "hier"):
        refused = await school.send("Agnès", form_of(task), **{**EARLY, "title": "X"}, seen=seen)
        assert refused.status_code == 400, seen


async def test_the_points_stay_once_a_work_is_marked_and_all_else_may_change(
    school: School,
) -> None:
    task = await school.give()
    await school.send("Léa", task, body="Voilà.")
    told = {**EARLY, "out_of": "10"}
    assert (
        await school.send("Agnès", form_of(task), **told, seen=await seen_in(school, task))
    ).status_code == 303
    assert (await school.mark(task, score="8")).status_code == 303
    told["out_of"] = "20"
    refused = await school.send("Agnès", form_of(task), **told, seen=await seen_in(school, task))
    assert refused.status_code == 400
    assert 'id="error-out_of"' in refused.text
    told |= {"out_of": "10", "title": "Récit"}
    said = await school.send("Agnès", form_of(task), **told, seen=await seen_in(school, task))
    assert said.status_code == 303
    assert "noté 8 sur 10" in await school.see("Léa", task)


async def test_only_its_teacher_puts_it_right_and_a_work_keeps_it_from_being_taken_back(
    school: School,
) -> None:
    task = await school.give()
    await school.give(title="Par erreur")
    for name in ("Karim", "Léa", "Claire"):
        assert await school.status(name, form_of(task)) == 404, name
        for path in ("", "/reprendre"):
            answer = await school.send(name, form_of(task) + path, **EARLY, seen="x")
            assert answer.status_code == 404, (name, path)
    room = await school.room("Léa")
    shown = re.findall(r'(/devoirs/[0-9a-f-]+)">([^<]*)</a>', await school.see("Léa", room))
    ids = {title: path for path, title in shown}
    assert sorted(ids) == ["Par erreur", "Rédaction"]
    await school.send("Léa", ids["Rédaction"], body="Voilà.")
    kept = await school.send("Agnès", form_of(ids["Rédaction"]) + "/reprendre")
    assert kept.status_code == 409
    assert "déjà rendu" in text_of(kept)
    [seen] = re.findall(r'name="seen" value="([^"]+)"', kept.text)  # put right instead, as it says
    said = await school.send("Agnès", form_of(ids["Rédaction"]), **EARLY, seen=seen)
    assert said.status_code == 303
    for _ in range(2):
        gone = await school.send("Agnès", form_of(ids["Par erreur"]) + "/reprendre")
        assert gone.status_code == 303
    assert await school.status("Léa", ids["Par erreur"]) == 404
    assert await school.status("Agnès", form_of(ids["Par erreur"])) == 404
    lost = await school.send("Agnès", form_of(ids["Par erreur"]), **EARLY, seen="x")
    assert lost.status_code == 409  # a colleague took it back meanwhile
    assert ">Un voyage</textarea>" in lost.text
    late = await school.send("Léa", ids["Par erreur"], body="Un texte.")
    assert late.status_code == 409
    assert ">Un texte.</textarea>" in text_of(late)
    await school.give(title="Par erreur")  # the same form, sent again
    assert "Par erreur" not in await school.see("Léa", room)
    assert "Voilà." in await school.see("Léa", ids["Rédaction"])
