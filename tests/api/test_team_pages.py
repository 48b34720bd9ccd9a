"""Who acts for a house: added, given another role, let go, by the page; and who may decide it."""

import re

from litestar.testing import AsyncTestClient

from hub.core.settings import Settings
from tests.exits import ask_database
from tests.forms import Form, Mistake, check_mistakes
from tests.people import HTML, LONG_ENOUGH, read, send, sign_up, text_of

PAGE, CHOOSE = "/pro/team", "/organisations"
COLLEAGUE = "office@demo.example"
ADD = Form(
    key="tenancy/team.html /pro/team",
    typed={"email": COLLEAGUE, "role": "member"},
    mistakes=(
        Mistake("email", "personne@example.fr", "La personne ouvre d'abord un compte.", status=404),
        Mistake("email", "", "La personne ouvre d'abord un compte.", status=404),
        Mistake("email", "x" * 300, "La personne ouvre d'abord un compte.", status=404),
        Mistake(
            "email",
            "hotelier@demo.example",
            "Changez son rôle dans la liste des membres.",
            status=409,
        ),
        Mistake("role", "roi", "Choisissez un rôle de la liste."),
    ),
)


HOUSE = """select m.tenant from membership m join person p on p.id = m.person
            where p.email = 'hotelier@demo.example'"""


async def act_as(visitor: AsyncTestClient, email: str, settings: Settings) -> None:
    """Be signed in as somebody, for the house."""
    visitor.cookies.clear()
    body = {"email": email, "password": LONG_ENOUGH}
    assert (await visitor.post("/api/v1/sessions", json=body)).status_code in {200, 201}
    tenant = await ask_database(settings, HOUSE)
    chosen = await send(visitor, "/organisations", {"organisation": str(tenant)}, shown=CHOOSE)
    assert chosen.status_code == 303, chosen.text


def role_of(page: str, email: str) -> str:
    """The role chosen on the card of a member."""
    card = next(part for part in page.split("<article") if email in part)
    found = re.search(r'value="(\w+)" selected', card)
    assert found, card
    return found.group(1)


async def person_of(settings: Settings, email: str) -> int:
    found = await ask_database(settings, "select id from person where email = $1", email)
    assert isinstance(found, int)
    return found


async def letters_to(settings: Settings, email: str) -> list[str]:
    found = await ask_database(
        settings, "select array_agg(subject order by subject) from mail where recipient = $1", email
    )
    assert isinstance(found, list)
    return found


async def test_an_owner_adds_a_colleague_who_works_there_until_let_go(
    visitor: AsyncTestClient, sign_in, demo, demo_settings: Settings
) -> None:
    await sign_in("hotelier")
    status, page = await read(visitor, PAGE)
    assert status == 200
    assert "Ajouter quelqu'un" in page
    assert COLLEAGUE not in page
    added = await send(
        visitor, PAGE, {"email": f" {COLLEAGUE.title()}", "role": "member"}, shown=PAGE
    )
    assert (added.status_code, added.headers["location"]) == (303, PAGE)
    _, page = await read(visitor, PAGE)
    assert role_of(page, COLLEAGUE) == "member"
    person = await person_of(demo_settings, COLLEAGUE)
    changed = await send(visitor, f"{PAGE}/{person}/role", {"role": "manager"}, shown=PAGE)
    assert changed.status_code == 303
    _, page = await read(visitor, PAGE)
    assert role_of(page, COLLEAGUE) == "manager"
    assert (await send(visitor, f"{PAGE}/{person}/end", {}, shown=PAGE)).status_code == 303
    _, page = await read(visitor, PAGE)
    assert COLLEAGUE not in page
    name = await ask_database(demo_settings, f"select name from organisation where id = ({HOUSE})")
    letters = await letters_to(demo_settings, COLLEAGUE)
    assert letters == sorted(
        [
            f"{name} vous a ajouté à son équipe",
            f"{name} : votre rôle a changé",
            f"{name} : vous ne faites plus partie de l'équipe",
        ]
    )


async def test_each_mistake_stands_beside_its_field(
    visitor: AsyncTestClient, sign_in, demo
) -> None:
    await sign_in("hotelier")
    await check_mistakes(visitor, ADD, PAGE, PAGE)


async def test_a_member_sees_the_team_and_decides_nothing(
    visitor: AsyncTestClient, sign_in, demo, demo_settings: Settings
) -> None:
    await sign_in("hotelier")
    await sign_up(visitor, "Lou Martin")
    member = await person_of(demo_settings, "lou.martin@example.fr")
    owner = await person_of(demo_settings, "hotelier@demo.example")
    await sign_in("hotelier")
    said = {"email": "lou.martin@example.fr", "role": "member"}
    assert (await send(visitor, PAGE, said, shown=PAGE)).status_code == 303
    await act_as(visitor, "lou.martin@example.fr", demo_settings)
    status, page = await read(visitor, PAGE)
    assert status == 200
    assert "hotelier@demo.example" in page
    assert "Ajouter quelqu'un" not in page
    assert "/end" not in page
    for path, fields in (
        (PAGE, {"email": COLLEAGUE, "role": "member"}),
        (f"{PAGE}/{member}/role", {"role": "owner"}),
        (f"{PAGE}/{owner}/end", {}),
    ):
        refused = await send(visitor, path, fields, shown="/organisations")
        assert refused.status_code == 403, path
        assert "Seuls les propriétaires et les gérants" in text_of(refused)


async def test_a_manager_leaves_the_owners_alone_and_may_go(
    visitor: AsyncTestClient, sign_in, demo, demo_settings: Settings
) -> None:
    await sign_up(visitor, "Lou Martin")
    manager = await person_of(demo_settings, "lou.martin@example.fr")
    owner = await person_of(demo_settings, "hotelier@demo.example")
    await sign_in("hotelier")
    said = {"email": "lou.martin@example.fr", "role": "manager"}
    assert (await send(visitor, PAGE, said, shown=PAGE)).status_code == 303
    await act_as(visitor, "lou.martin@example.fr", demo_settings)
    _, page = await read(visitor, PAGE)
    assert f"{PAGE}/{owner}/" not in page
    assert 'value="owner"' not in page
    for path, fields in (
        (f"{PAGE}/{owner}/end", {}),
        (f"{PAGE}/{owner}/role", {"role": "member"}),
        (f"{PAGE}/{manager}/role", {"role": "owner"}),
    ):
        assert (await send(visitor, path, fields, shown=PAGE)).status_code == 403, path
    gone = await send(visitor, f"{PAGE}/{manager}/end", {}, shown=PAGE)
    assert (gone.status_code, gone.headers["location"]) == (303, "/organisations")
    assert (await visitor.get(PAGE, headers=HTML)).status_code == 403


async def test_the_last_owner_stays_one(
    visitor: AsyncTestClient, sign_in, demo, demo_settings: Settings
) -> None:
    await sign_in("hotelier")
    owner = await person_of(demo_settings, "hotelier@demo.example")
    for path, fields in ((f"{PAGE}/{owner}/end", {}), (f"{PAGE}/{owner}/role", {"role": "member"})):
        refused = await send(visitor, path, fields, shown=PAGE)
        assert refused.status_code == 409
        assert "Nommez d'abord un autre propriétaire." in text_of(refused)
    again = await send(visitor, f"{PAGE}/{owner}/role", {"role": "owner"}, shown=PAGE)
    assert again.status_code == 303
    assert not await ask_database(
        demo_settings, "select array_agg(subject) from mail where subject like '%rôle a changé'"
    )


async def test_who_is_no_member_is_not_found(visitor: AsyncTestClient, sign_in, demo) -> None:
    await sign_in("hotelier")
    for path in (f"{PAGE}/999999/end", f"{PAGE}/{2**31}/end"):
        answer = await send(visitor, path, {}, shown=PAGE)
        assert answer.status_code == 404, path
