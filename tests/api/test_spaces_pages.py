"""A space from its opening on: people, messages, moderation with reasons, complaints; no script."""

import re
from datetime import timedelta

import pytest
from litestar.testing import AsyncTestClient

from hub.core.clock import DrivenClock
from hub.core.db import Database
from hub.core.settings import Settings
from hub.core.vertical import Nothing
from hub.spaces import tasks
from hub.spaces.actions import keeping
from hub.spaces.models import OldDecisions
from tests.api.conftest import SignIn
from tests.api.test_services_pages import launch
from tests.exits import ask_database
from tests.forms import Form, Mistake, check_mistakes
from tests.people import read, send
from tests.spaces import (
    NEW,
    SAID,
    be,
    invite,
    key,
    letters_to,
    open_space,
    people,
    post_of,
    status_of,
    write,
)

ADA, LOU, ZOE, MAX = "Ada Roux", "Lou Martin", "Zoe Petit", "Max Faure"
OFTEN = "une phrase qui dit pourquoi"
SETTINGS_WRONG = (
    Mistake("name", "", "Donnez-lui un nom, en 120 lettres."),
    Mistake("name", "x" * 121, "Donnez-lui un nom, en 120 lettres."),
    Mistake("about", "x" * 1_001, "Écrivez au plus 1000 lettres."),
    Mistake("rules", "x" * 8_001, "Écrivez au plus 8000 lettres."),
    Mistake("moderation", "jamais", "Choisissez une des réponses."),
    Mistake("admits", "tous", "Choisissez une des réponses."),
)
NEW_SPACE = Form(key="spaces/new.html /spaces/new", typed=SAID, mistakes=SETTINGS_WRONG)
MESSAGE = Form(
    key="spaces/space.html {}/posts",
    typed={"title": "Bonjour", "body": "Tout va bien ?"},
    mistakes=(
        Mistake("title", "", "Dites en une ligne de quoi il s'agit, en 160 lettres."),
        Mistake("title", "x" * 161, "Dites en une ligne de quoi il s'agit, en 160 lettres."),
        Mistake("body", "", "Écrivez votre message."),
        Mistake("body", "x" * 8_001, "Écrivez au plus 8000 lettres."),
    ),
)
SIGNAL = Form(
    key="spaces/report.html {}/posts/{}/report",
    typed={"ground": "insult", "words": OFTEN},
    mistakes=(
        Mistake("ground", "ennui", "Choisissez une raison."),
        Mistake("words", "non", "Dites-le en une phrase, de 10 à 2000 lettres."),
        Mistake("words", "x" * 2_001, "Dites-le en une phrase, de 10 à 2000 lettres."),
    ),
)
INVITE = Form(
    key="spaces/members.html {}/members",
    typed={"email": "lou.martin@example.fr", "role": "member"},
    mistakes=(
        Mistake("email", "personne@example.fr", "La personne ouvre d'abord un compte."),
        Mistake("email", "ada.roux@example.fr", "Cette personne est déjà dans l'espace."),
        Mistake("role", "roi", "Choisissez une des réponses."),
    ),
)


@pytest.fixture
async def space(visitor: AsyncTestClient, sign_in: SignIn) -> str:
    """A space of the region in which Ada and Lou are members, and Max moderates; Zoé is not."""
    await people(visitor, ADA, LOU, ZOE, MAX)
    await sign_in("region")
    opened = await open_space(visitor)
    for name, role in ((ADA, "member"), (LOU, "member"), (MAX, "moderator")):
        assert (await invite(visitor, opened, name, role)).status_code == 303
    return opened


async def report(visitor: AsyncTestClient, post: str) -> None:
    fields = {"ground": "personal", "words": "Il donne l'adresse de ma voisine."}
    answer = await send(visitor, f"{post}/report", fields, shown=f"{post}/report")
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == f"{post}/report?sent=1"
    status, text = await read(visitor, f"{post}/report", sent="1")
    assert (status, "Votre signalement est reçu" in text) == (200, True)


async def decide(visitor: AsyncTestClient, space: str, post: str, verdict: str, **more: str) -> int:
    desk, id = f"{space}/desk", post.rpartition("/")[2]
    answer = await send(visitor, f"{desk}/{id}", {"verdict": verdict, **more}, shown=desk)
    return answer.status_code


async def test_who_is_in_a_space_writes_answers_puts_right_and_takes_back(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    await be(visitor, ADA)
    _, mine = await read(visitor, "/spaces")
    assert space in mine
    sent = {"idempotency_key": key(), "title": "Vélos", "body": "Qui <b>prête</b> ?"}
    for _ in range(2):  # sent twice
        assert (await send(visitor, f"{space}/posts", sent, shown=space)).status_code == 303
    post = await post_of(visitor, space, "Vélos")
    await be(visitor, LOU)
    _, text = await read(visitor, space)
    assert text.count("Vélos</a>") == 1
    assert "Qui &lt;b&gt;prête&lt;/b&gt; ?" in text
    answer = {"idempotency_key": key(), "body": "Moi, deux."}
    assert (await send(visitor, post, answer, shown=post)).status_code == 303
    fields = {"revision": "1", "title": "A", "body": "B"}
    foreign = await send(visitor, f"{post}/edit", fields, shown=post)
    assert foreign.status_code == 403
    assert (await send(visitor, f"{post}/take-back", {}, shown=post)).status_code == 403
    await be(visitor, ADA)
    _, text = await read(visitor, post)
    assert "Moi, deux." in text
    edit = f"{post}/edit"
    changed = {"revision": "1", "title": "Vélos", "body": "Qui en prête un ?"}
    assert (await send(visitor, edit, changed, shown=edit)).status_code == 303
    assert (await send(visitor, edit, changed, shown=edit)).status_code == 303  # sent twice
    stale = await send(visitor, edit, {**changed, "body": "Autre chose"}, shown=edit)
    assert stale.status_code == 409
    assert "Autre chose" in stale.text  # nothing typed is lost
    _, text = await read(visitor, post)
    assert "Qui en prête un ?" in text
    assert "modifié" in text
    for shown in (edit, "/spaces"):  # sent twice
        assert (await send(visitor, f"{post}/take-back", {}, shown=shown)).status_code == 303
    for name in (ADA, LOU):  # the answer stays, below nothing
        await be(visitor, name)
        for page in (space, post):
            _, text = await read(visitor, page)
            assert "Qui en prête un ?" not in text
            assert "(message qui n'est plus là)" in text
        assert "Moi, deux." in text
        assert ("Le premier message n'est plus là" in text, "/edit" in text) == (True, name == LOU)
    assert (await send(visitor, post, answer, shown=space)).status_code == 404
    own = re.search(r'href="([^"]+)/edit"', text)
    assert own
    back = f"{own.group(1)}/take-back"
    assert (await send(visitor, back, {}, shown=space)).status_code == 303
    assert await status_of(visitor, post) == 404
    kept = await ask_database(
        demo_settings, "select body from space_post where title = '' and answers is null"
    )
    assert kept == ""


async def test_nobody_else_reads_a_space_or_does_anything_in_it(
    visitor: AsyncTestClient, space: str, sign_in: SignIn
) -> None:
    await be(visitor, ADA)
    post = await write(visitor, space, "Entre nous")
    await be(visitor, ZOE)
    for path in ("", "/members", "/desk", "/settings", post.removeprefix(space)):
        assert await status_of(visitor, space + path) == 404, path
    id = post.rpartition("/")[2]
    for path, fields in (
        ("/posts", {"idempotency_key": key(), "title": "Moi", "body": "aussi"}),
        ("/enter", {}),
        (f"/posts/{id}/report", {"ground": "insult", "words": OFTEN}),
        (f"/posts/{id}/take-back", {}),
        (f"/desk/{id}", {"verdict": "keep"}),
        ("/members", {"email": "zoe.petit@example.fr", "role": "moderator"}),
        ("/settings", SAID),
        ("/settings/close", {}),
    ):
        answer = await send(visitor, space + path, fields, shown="/spaces")
        assert answer.status_code in {403, 404}, path
    await be(visitor, ADA)  # a member decides nothing
    assert await status_of(visitor, f"{space}/desk") == 403
    assert await status_of(visitor, f"{space}/settings") == 403
    assert (await invite(visitor, space, ZOE)).status_code == 403
    _, members = await read(visitor, f"{space}/members")
    assert "lou.martin@example.fr" not in members
    assert LOU in members
    await sign_in("hotelier")
    assert await status_of(visitor, space) == 404
    visitor.cookies.clear()
    assert await status_of(visitor, space) == 303


async def test_a_space_is_of_its_organisation_only(
    visitor: AsyncTestClient, space: str, sign_in: SignIn
) -> None:
    await be(visitor, ADA)
    tenant, id = space.split("/")[2:]
    assert await status_of(visitor, f"/spaces/{int(tenant) + 1}/{id}") == 404
    assert await status_of(visitor, f"/spaces/0/{id}") == 404
    assert await status_of(visitor, f"/spaces/99999999999/{id}") == 404
    await sign_in("hotelier")
    other = await open_space(visitor, name="Le nôtre")
    await be(visitor, ADA)
    assert await status_of(visitor, other) == 404
    post = await write(visitor, space, "Chez nous")
    assert await status_of(visitor, post.replace(tenant, other.split("/")[2])) == 404


async def test_who_belongs_to_a_service_of_the_community_enters_by_themselves(
    visitor: AsyncTestClient, space: str, sign_in: SignIn
) -> None:
    await sign_in("region")
    open_to_all = await open_space(visitor, name="Place publique", admits="community")
    await be(visitor, ZOE)
    assert await status_of(visitor, open_to_all) == 404
    await sign_in("region")
    service = await launch(visitor)
    fields = {"email": "zoe.petit@example.fr"}
    added = await send(visitor, f"{service}/people", fields, shown=service)
    assert added.status_code == 303, added.text
    await be(visitor, ZOE)
    _, mine = await read(visitor, "/spaces")
    assert "Place publique" in mine
    assert SAID["name"] not in mine  # only who is invited
    status, door = await read(visitor, open_to_all)
    assert (status, "Entrer dans l'espace" in door) == (200, True)
    assert (await send(visitor, f"{space}/enter", {}, shown="/spaces")).status_code == 404
    for _ in range(2):
        entered = await send(visitor, f"{open_to_all}/enter", {}, shown=open_to_all)
        assert entered.status_code == 303
    await write(visitor, open_to_all, "Me voici")
    assert (await send(visitor, f"{open_to_all}/leave", {}, shown=open_to_all)).status_code == 303
    _, door = await read(visitor, open_to_all)
    assert "Me voici" not in door


async def test_a_reported_message_is_removed_with_reasons_contested_and_shown_again(
    visitor: AsyncTestClient, space: str, sign_in: SignIn, demo_settings: Settings
) -> None:
    await be(visitor, ADA)
    post = await write(visitor, space, "Ma voisine", "Elle habite au 3.")
    own = {"ground": "insult", "words": OFTEN}
    assert (await send(visitor, f"{post}/report", own, shown=space)).status_code == 403
    await be(visitor, LOU)
    for _ in range(2):
        await report(visitor, post)
    await be(visitor, ADA)
    edit = f"{post}/edit"
    fields = {"revision": "1", "title": "Ma voisine", "body": "Rien."}
    assert (await send(visitor, edit, fields, shown=edit)).status_code == 409
    await be(visitor, MAX)
    _, desk = await read(visitor, f"{space}/desk")
    assert desk.count("Il donne l'adresse de ma voisine.") == 1
    assert LOU not in desk
    assert await decide(visitor, space, post, "remove", ground="personal", words="Non.") == 400
    why = "Le message donne une adresse privée."
    assert await decide(visitor, space, post, "remove", ground="personal", words=why) == 303
    assert await decide(visitor, space, post, "remove", ground="personal", words=why) == 409
    assert await letters_to(demo_settings, LOU) == {
        "vous êtes de l'espace",
        "votre signalement est reçu",
        "le message signalé est retiré",
    }
    await be(visitor, LOU)
    assert await status_of(visitor, post) == 404
    await be(visitor, ADA)
    _, text = await read(visitor, post)
    found = re.search(r'href="([^"]*/decisions/[^"]*)"', text)
    assert found, text
    decision = found.group(1)
    _, text = await read(visitor, decision)
    assert why in text
    assert "données personnelles ou vie privée" in text
    assert "sans traitement automatique" in text
    letter = await ask_database(
        demo_settings,
        "select body_text from mail where recipient = 'ada.roux@example.fr'"
        " and subject like '%est retiré'",
    )
    assert why in str(letter)
    assert decision in str(letter)
    fields = {"appeal": "C'est ma propre adresse, et je la donne."}
    for _ in range(2):
        assert (await send(visitor, decision, fields, shown=decision)).status_code == 303
    again = await send(visitor, decision, {"appeal": "Et encore autre chose."}, shown=decision)
    assert again.status_code == 409
    answer = {"outcome": "reversed", "words": "C'est son adresse à elle."}
    assert (await send(visitor, decision, answer, shown=decision)).status_code == 403
    await be(visitor, MAX)  # who decided does not answer where somebody else can
    assert (await send(visitor, decision, answer, shown=decision)).status_code == 403
    await be(visitor, LOU)
    assert await status_of(visitor, decision) == 404
    await sign_in("region")
    _, desk = await read(visitor, f"{space}/desk")
    assert "C'est ma propre adresse" in desk
    wrong = await send(visitor, decision, {**answer, "words": "Oui."}, shown=decision)
    assert wrong.status_code == 400
    assert (await send(visitor, decision, answer, shown=decision)).status_code == 303
    assert (await send(visitor, decision, answer, shown=decision)).status_code == 409
    await be(visitor, LOU)
    assert await status_of(visitor, post) == 200
    assert "votre message est de nouveau visible" in await letters_to(demo_settings, ADA)


async def test_a_report_that_is_not_followed_leaves_the_message_and_one_taken_back_ends_it(
    visitor: AsyncTestClient, space: str, demo_settings: Settings
) -> None:
    await be(visitor, ADA)
    kept, gone = await write(visitor, space, "Gardé"), await write(visitor, space, "Repris")
    await be(visitor, LOU)
    await report(visitor, kept)
    await report(visitor, gone)
    await be(visitor, MAX)
    assert await decide(visitor, space, kept, "keep") == 303
    assert await decide(visitor, space, kept, "keep") == 409
    await be(visitor, ADA)
    assert (await send(visitor, f"{gone}/take-back", {}, shown=gone)).status_code == 303
    await be(visitor, MAX)
    _, desk = await read(visitor, f"{space}/desk")
    assert "Rien n'attend." in desk
    told = {"le message signalé reste", "le message signalé n'est plus là"}
    assert told <= await letters_to(demo_settings, LOU)


async def test_where_messages_are_looked_at_first_they_wait_also_when_put_right(
    visitor: AsyncTestClient, sign_in: SignIn, demo_settings: Settings
) -> None:
    await people(visitor, ADA, LOU)
    await sign_in("region")
    space = await open_space(visitor, moderation="before")
    for name in (ADA, LOU):
        await invite(visitor, space, name)
    await be(visitor, ADA)
    post = await write(visitor, space, "Vélos")
    refused = await write(visitor, space, "Montres", "Achetez mes montres.")
    _, text = await read(visitor, space)
    assert text.count("Attend une relecture") == 2
    await be(visitor, LOU)
    assert await status_of(visitor, post) == 404
    await sign_in("region")
    assert await decide(visitor, space, post, "show") == 303
    why = "Cet espace n'est pas un marché."
    assert await decide(visitor, space, refused, "remove", ground="advertising", words=why) == 303
    await be(visitor, LOU)
    assert await status_of(visitor, post) == 200
    assert await status_of(visitor, refused) == 404
    await be(visitor, ADA)
    _, text = await read(visitor, space)
    assert "Pas publié" in text
    assert "votre message n'est pas publié" in await letters_to(demo_settings, ADA)
    edit = f"{post}/edit"
    _, text = await read(visitor, edit)
    revision = re.search(r'name="revision" value="(\d+)"', text)
    assert revision
    fields = {"revision": revision.group(1), "title": "Vélos", "body": "Deux vélos."}
    assert (await send(visitor, edit, fields, shown=edit)).status_code == 303
    await be(visitor, LOU)
    assert await status_of(visitor, post) == 404


async def test_answers_stay_below_a_message_that_was_removed(
    visitor: AsyncTestClient, space: str
) -> None:
    await be(visitor, ADA)
    post = await write(visitor, space, "Montres", "Achetez mes montres.")
    await be(visitor, LOU)
    answer = {"idempotency_key": key(), "body": "Non merci."}
    assert (await send(visitor, post, answer, shown=post)).status_code == 303
    await report(visitor, post)
    await be(visitor, MAX)
    why = "Cet espace n'est pas un marché."
    assert await decide(visitor, space, post, "remove", ground="advertising", words=why) == 303
    for name, words, reasons in ((LOU, False, False), (ADA, True, True), (MAX, True, True)):
        await be(visitor, name)
        _, text = await read(visitor, post)
        assert "Non merci." in text
        assert ("mes montres" in text, "/decisions/" in text) == (words, reasons), name
        found = (await visitor.get(f"/api/v1{space}/posts")).json()
        [row] = found["rows"]
        assert (row["title"] != "", row["author"] is not None, row["replies"]) == (words, words, 1)
    await be(visitor, LOU)
    thread = post.rpartition("/")[2]
    found = (await visitor.get(f"/api/v1{space}/posts", params={"thread": thread})).json()
    assert [one["body"] for one in found["rows"]] == ["Non merci."]


async def test_what_waited_is_new_when_its_author_may_show_it(
    visitor: AsyncTestClient, sign_in: SignIn, demo_settings: Settings
) -> None:
    await people(visitor, ADA)
    await sign_in("region")
    space = await open_space(visitor, moderation="before")
    await invite(visitor, space, ADA)
    await be(visitor, ADA)
    post = await write(visitor, space, "Vélos")
    shown_at = "select shown_at from space_post"
    assert await ask_database(demo_settings, shown_at) is None
    await sign_in("region")
    fields = {**SAID, "revision": "1"}
    settings = f"{space}/settings"
    assert (await send(visitor, settings, fields, shown=settings)).status_code == 303
    await be(visitor, ADA)
    fields = {"revision": "1", "title": "Vélos", "body": "Deux vélos."}
    edit = f"{post}/edit"
    assert (await send(visitor, edit, fields, shown=edit)).status_code == 303
    assert await ask_database(demo_settings, shown_at) is not None


async def test_a_closed_space_is_read_and_not_written(
    visitor: AsyncTestClient, space: str, sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    await be(visitor, ADA)
    post = await write(visitor, space, "Avant")
    await be(visitor, MAX)  # a moderator who does not run the organisation
    settings = f"{space}/settings"
    assert (await send(visitor, f"{settings}/close", {}, shown=settings)).status_code == 403
    await sign_in("region")
    assert (await send(visitor, f"{settings}/close", {}, shown=settings)).status_code == 303
    await be(visitor, ADA)
    status, text = await read(visitor, space)
    assert (status, "Cet espace est fermé" in text) == (200, True)
    fields = {"idempotency_key": key(), "title": "Après", "body": "x"}
    assert (await send(visitor, f"{space}/posts", fields, shown="/spaces")).status_code == 409
    assert (await send(visitor, f"{post}/take-back", {}, shown=f"{post}/edit")).status_code == 303
    await sign_in("region")
    with monkeypatch.context() as narrow:
        narrow.setattr(keeping, "MOST_SPACES", 0)
        full = await send(visitor, f"{settings}/reopen", {}, shown=settings)
    assert (full.status_code, "Rouvrir l'espace" in full.text.replace("&#39;", "'")) == (409, True)
    assert (await send(visitor, f"{settings}/reopen", {}, shown=settings)).status_code == 303
    await be(visitor, ADA)
    await write(visitor, space, "De retour")


async def test_settings_change_once_and_say_when_somebody_was_quicker(
    visitor: AsyncTestClient, space: str
) -> None:
    await be(visitor, MAX)
    settings = f"{space}/settings"
    fields = {**SAID, "revision": "1", "name": "Voisins"}
    assert (await send(visitor, settings, fields, shown=settings)).status_code == 303
    assert (await send(visitor, settings, fields, shown=settings)).status_code == 303
    late = await send(visitor, settings, {**fields, "name": "Amis"}, shown=settings)
    assert late.status_code == 409
    assert 'value="Amis"' in late.text
    _, text = await read(visitor, space)
    assert "<h1>Voisins</h1>" in text


async def test_a_member_becomes_a_moderator_and_is_let_go(
    visitor: AsyncTestClient, space: str, sign_in: SignIn, demo_settings: Settings
) -> None:
    ada = await ask_database(
        demo_settings, "select id from person where email = 'ada.roux@example.fr'"
    )
    members = f"{space}/members"
    await be(visitor, LOU)
    for what in ("role", "end"):
        path = f"{members}/{ada}/{what}"
        assert (await send(visitor, path, {"role": "moderator"}, shown=members)).status_code == 403
    await be(visitor, MAX)
    path = f"{members}/{ada}/role"
    assert (await send(visitor, path, {"role": "moderator"}, shown=members)).status_code == 303
    await be(visitor, ADA)
    assert await status_of(visitor, f"{space}/desk") == 200
    await be(visitor, MAX)
    assert (await send(visitor, f"{members}/{ada}/end", {}, shown=members)).status_code == 303
    await be(visitor, ADA)
    assert await status_of(visitor, space) == 404
    assert "vous n'êtes plus de l'espace" in await letters_to(demo_settings, ADA)


async def test_each_mistake_stands_beside_its_field(
    visitor: AsyncTestClient, space: str, sign_in: SignIn
) -> None:
    await be(visitor, ADA)
    await check_mistakes(visitor, MESSAGE, space, f"{space}/posts")
    post = await write(visitor, space, "Un mot")
    await be(visitor, LOU)
    await check_mistakes(visitor, SIGNAL, f"{post}/report", f"{post}/report")
    await sign_in("region")
    await check_mistakes(visitor, NEW_SPACE, NEW, NEW)
    await check_mistakes(visitor, INVITE, f"{space}/members", f"{space}/members")
    settings = Form(key="spaces/settings.html {}/settings", typed=SAID, mistakes=SETTINGS_WRONG)
    await check_mistakes(visitor, settings, f"{space}/settings", f"{space}/settings")


async def test_a_member_writes_at_most_so_much_an_hour(
    visitor: AsyncTestClient, space: str, clock: DrivenClock, demo_settings: Settings
) -> None:
    await be(visitor, ADA)
    await write(visitor, space, "Premier")
    await ask_database(
        demo_settings,
        "insert into space_post (tenant, id, space, author, attached, title, body, state,"
        " posted_at)"
        " select tenant, gen_random_uuid(), space, author, 'nothing', 'Encore', 'x', 'shown',"
        "   posted_at from space_post, generate_series(1, 29) returning 1",
    )
    fields = {"idempotency_key": key(), "title": "De trop", "body": "x"}
    assert (await send(visitor, f"{space}/posts", fields, shown=space)).status_code == 429
    clock.forward(timedelta(hours=1, minutes=1))
    assert (await send(visitor, f"{space}/posts", fields, shown=space)).status_code == 303


async def test_what_was_removed_is_forgotten_when_nobody_may_contest_it_any_more(
    visitor: AsyncTestClient,
    space: str,
    demo: Database,
    clock: DrivenClock,
    demo_settings: Settings,
) -> None:
    await be(visitor, ADA)
    post = await write(visitor, space, "Ma voisine")
    await be(visitor, LOU)
    await report(visitor, post)
    await be(visitor, MAX)
    await decide(visitor, space, post, "remove", ground="personal", words=OFTEN)
    tenant = int(space.split("/")[2])
    left = """select array[(select count(*) from space_post where body <> ''),
                    (select count(*) from space_decision), (select count(*) from space_report)]"""

    async def forget() -> tuple[int, ...]:
        await tasks.announce_old_later.run(demo, None, Nothing())
        await tasks.forget_old_later.run(demo, tenant, OldDecisions())
        found = await ask_database(demo_settings, left)
        assert isinstance(found, list)
        return tuple(found)

    clock.forward(timedelta(days=182))
    assert await forget() == (1, 1, 1)
    clock.forward(timedelta(days=2))
    assert await forget() == (0, 1, 1)
    clock.forward(timedelta(days=183))
    assert await forget() == (0, 0, 0)


async def test_a_program_reads_and_writes_once(visitor: AsyncTestClient, space: str) -> None:
    await be(visitor, ADA)
    [mine] = (await visitor.get("/api/v1/me/spaces")).json()
    assert mine["name"] == SAID["name"]
    path = f"/api/v1{space}/posts"
    body = {"title": "Par programme", "body": "Bonjour."}
    headers = {"idempotency-key": key()}
    first = await visitor.post(path, json=body, headers=headers)
    second = await visitor.post(path, json=body, headers=headers)
    assert (first.status_code, first.text) == (201, second.text)
    assert second.headers["idempotency-replayed"] == "true"
    answer = {"body": "Oui.", "answers": first.json()["id"]}
    answered = await visitor.post(path, json=answer, headers={"idempotency-key": key()})
    assert answered.status_code == 201
    found = (await visitor.get(path)).json()
    assert [one["title"] for one in found["rows"]] == ["Par programme"]
    assert found["rows"][0]["replies"] == 1
    answers = await visitor.get(path, params={"thread": first.json()["id"]})
    assert [one["body"] for one in answers.json()["rows"]] == ["Oui."]
    bad = await visitor.post(path, json={"body": ""}, headers={"idempotency-key": key()})
    assert bad.status_code == 400
    await be(visitor, ZOE)
    for answer in (
        await visitor.get(path),
        await visitor.post(path, json=body, headers={"idempotency-key": key()}),
    ):
        assert answer.status_code == 404
