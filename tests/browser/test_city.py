"""A town in trial: a resident on a phone reports, the town answers and warns."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from lxml.etree import fromstring as read_xml
from playwright.sync_api import Browser, expect

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in
from tests.browser.test_services import act_for_region
from tests.unit.test_city_cap import SCHEMA
from tests.unit.test_city_gtfs import FILES, archive
from verticals.city.alerts import cap

pytestmark = pytest.mark.xdist_group("browser")


@pytest.fixture
def two(chromium: Browser, site: str) -> Iterator[tuple[Visitor, Visitor]]:
    """Somebody of the town at a wide screen, and a resident on a phone."""
    contexts = [
        chromium.new_context(viewport=size, locale="fr-FR", bypass_csp=True)
        for size in ({"width": 1280, "height": 900}, {"width": 390, "height": 844})
    ]
    desk, phone = (Visitor(context.new_page(), site) for context in contexts)
    yield desk, phone
    assert desk.errors == phone.errors == []
    for context in contexts:
        context.close()


def open_town(desk: Visitor) -> str:
    """The region launches a town for a trial, which says which commune it is; its public page."""
    sign_in(desk, "region@demo.example")
    act_for_region(desk)
    desk.go("/pro/our-services/new")
    card = desk.page.locator("#city")
    if not card.get_by_label("Nom du service").is_visible():
        card.locator("summary").click()
    card.get_by_label("Nom du service").fill("Ville de Mende")
    card.get_by_label(re.compile("Essai :")).check()
    until = today() + timedelta(days=60)
    card.get_by_label("Dernier jour de l'essai").fill(until.isoformat())
    with desk.page.expect_navigation():
        card.get_by_role("button", name="Lancer").click()
    desk.press("Entrer dans le service")
    desk.page.get_by_label("Code INSEE").fill("48095")
    desk.press("Enregistrer")
    desk.check()
    found = desk.page.get_by_role("link", name="Ouvrir la page publique").get_attribute("href")
    assert found
    return found


def test_a_resident_reports_on_a_map_and_the_town_answers_and_warns(
    two: tuple[Visitor, Visitor],
) -> None:
    desk, phone = two
    front = open_town(desk)
    phone.go(front)
    phone.check()
    phone.press(re.compile("Signaler un problème"), role="link")
    phone.check()
    phone.press(re.compile("Chaussée et trottoirs"), role="link")
    phone.page.get_by_label("Ce qui ne va pas").fill("Un nid-de-poule devant l'école")
    phone.page.locator("[data-pin-map]").click(position={"x": 150, "y": 90})
    expect(phone.page.get_by_label("Latitude")).to_have_value(re.compile(r"^44\.\d+$"))
    phone.check()
    phone.press("Envoyer")
    expect(phone.page.get_by_role("heading", level=1)).to_have_text("Signalement n° 1")
    phone.check()
    desk.go("/ville/signalements")
    desk.check()
    desk.press(re.compile("Chaussée et trottoirs"), role="link")
    desk.page.get_by_label("Ce qu'il devient").select_option(label="Réglé")
    desk.page.get_by_label("Réponse").fill("Rebouché ce matin.")
    desk.check()
    desk.press("Enregistrer")
    phone.page.reload()
    expect(phone.page.get_by_text("Rebouché ce matin.")).to_be_visible()
    take_open_data(phone, front)
    warn(desk)
    phone.go(f"{front}/alertes")
    expect(phone.page.get_by_text("Ceci est un exercice ou un essai")).to_be_visible()
    phone.check()


def test_an_alert_is_told_updated_and_lifted_and_a_subscriber_receives_each_once(
    two: tuple[Visitor, Visitor],
) -> None:
    desk, phone = two
    front = open_town(desk)
    desk.go("/ville/alertes/nouvelle")
    desk.page.get_by_label("Est-ce réel ?").select_option(label="Réel")
    desk.page.get_by_label("Gravité").select_option(label="Grave")
    desk.page.get_by_label("Ce qui se passe").fill("Le Lot monte.")
    desk.page.get_by_label("Ce qu'il faut faire").fill("Montez à l'étage.")
    tell(desk, "Crue du Lot")
    phone.go(f"{front}/alertes")
    cards = phone.page.locator("section.card")
    expect(cards.get_by_role("heading")).to_have_text(["Crue du Lot"])
    expect(cards).to_contain_text("Montez à l'étage.")
    expect(phone.page.get_by_text("Ceci est un exercice ou un essai")).to_have_count(0)
    phone.check()

    desk.press("Mettre à jour", role="link")
    expect(desk.page.get_by_label("Ce qui se passe")).to_have_value("Le Lot monte.")
    tell(desk, "Crue du Lot, second avis")
    phone.page.reload()
    expect(cards.get_by_role("heading")).to_have_text(["Crue du Lot, second avis"])
    expect(cards.locator(".chip")).to_have_text(["Grave", "Mise à jour"])
    phone.check()

    desk.page.get_by_label("Pourquoi elle ne vaut plus").fill("Le Lot baisse.")
    desk.press("Lever")
    desk.check()
    phone.page.reload()
    expect(cards.get_by_role("heading")).to_have_text(
        ["Fin de l'alerte : Crue du Lot, second avis"]
    )
    expect(cards).to_contain_text("Le Lot baisse.")
    phone.check()
    desk.go("/ville/alertes")
    rows = desk.page.locator("tbody tr")
    expect(rows.filter(has_text="Remplacée par une suite")).to_have_count(2)
    desk.check()
    last, second, first = follow(phone, front)
    assert [one.msg_type for one in (last, second, first)] == ["Cancel", "Update", "Alert"]
    assert [one.identifier for one in last.references] == [first.identifier, second.identifier]
    assert [one.identifier for one in second.references] == [first.identifier]


def test_residents_register_for_an_event_and_the_one_who_waits_moves_up(
    two: tuple[Visitor, Visitor],
) -> None:
    desk, phone = two
    front = open_town(desk)
    announce(desk)
    phone.go(front)
    phone.press(re.compile("Agenda"), role="link")
    phone.check()
    phone.press("Atelier de réparation de vélos", role="link")
    phone.check()
    page = phone.page.url.removeprefix(phone.site)
    links = [come(phone, page, name) for name in ("Lou Martin", "Sam Petit")]
    expect(phone.page.get_by_text("vous êtes en attente")).to_be_visible()
    phone.check()
    desk.go("/ville/agenda")
    desk.check()
    desk.press("Atelier de réparation de vélos", role="link")
    expect(desk.page.get_by_role("rowheader", name=re.compile("Lou Martin"))).to_be_visible()
    desk.check()
    desk.page.emulate_media(media="print")
    expect(desk.page.get_by_role("rowheader", name=re.compile("Sam Petit"))).to_be_visible()
    expect(desk.page.get_by_role("button", name=re.compile("Retirer")).first).to_be_hidden()
    expect(desk.page.get_by_label("Titre")).to_be_hidden()
    desk.page.emulate_media(media="screen")
    phone.go(links[0])
    phone.press("Je ne viens pas")
    phone.check()
    phone.go(links[1])
    expect(phone.page.get_by_text("Votre place est prise.")).to_be_visible()
    phone.check()


def test_a_traveller_reads_departures_and_what_is_disturbed(
    two: tuple[Visitor, Visitor], tmp_path: Path
) -> None:
    desk, phone = two
    front = open_town(desk)
    send_feed(desk, archive({**every_day(), "routes.txt": "route_id\nA\n"}), tmp_path)
    expect(desk.page.locator("#error-file")).to_contain_text("routes.txt")
    desk.check()
    send_feed(desk, archive(every_day()), tmp_path)
    expect(desk.page.get_by_text("Réseau Lozère")).to_be_visible()
    desk.check()

    phone.go(front)
    phone.press(re.compile("Prochains départs"), role="link")
    phone.page.get_by_label("Arrêt").fill("gare")
    phone.press("Chercher")
    phone.check()
    phone.press("Gare de Mende", role="link")
    times = phone.page.locator("tbody time")
    assert times.count() > 10  # a bus each half hour, also over midnight
    assert times.evaluate_all("all => all.every((t, i) => !i || all[i - 1].dateTime <= t.dateTime)")
    phone.check()

    desk.page.get_by_label("En une ligne").fill("Arrêt reporté devant la poste")
    desk.page.get_by_label("Arrêt").fill("GARE")
    soon = today() + timedelta(days=2)
    desk.page.get_by_label("Fin", exact=True).fill(f"{soon.isoformat()}T12:00")
    desk.press("Annoncer")
    desk.check()
    phone.page.reload()
    expect(phone.page.get_by_text("Arrêt reporté devant la poste")).to_be_visible()
    phone.check()
    desk.press(re.compile("^C'est fini"))
    phone.page.reload()
    expect(phone.page.get_by_text("Arrêt reporté devant la poste")).to_have_count(0)
    told = [one for one in desk.errors if "status of 400" not in one]  # refused on purpose
    desk.errors[:] = told


def take_open_data(phone: Visitor, front: str) -> None:
    """What was reported leaves as open data, under its licence; not what somebody wrote."""
    phone.go(f"{front}/signalements")
    expect(phone.page.get_by_text("Licence Ouverte 2.0")).to_be_visible()
    phone.check()
    with phone.page.expect_download() as taken:
        phone.page.get_by_role("link", name="CSV").click()
    rows = taken.value.path().read_text()
    assert "Rebouché ce matin." in rows
    assert "nid-de-poule" not in rows


def every_day() -> dict[str, str | bytes | None]:
    """The example's feed with a bus each half hour of every day around this one."""
    first, last = ((today() + timedelta(days=n)).strftime("%Y%m%d") for n in (-2, 60))
    head, trips = FILES["calendar.txt"].splitlines()[0], FILES["trips.txt"]
    return {
        "calendar.txt": f"{head}\nWEEK,1,1,1,1,1,1,1,{first},{last}\n",
        "calendar_dates.txt": None,
        "trips.txt": trips.replace("FAIR", "WEEK"),
        "frequencies.txt": "trip_id,start_time,end_time,headway_secs\nA2,00:00:00,24:00:00,1800\n",
    }


def send_feed(desk: Visitor, content: bytes, folder: Path) -> None:
    file = folder / "gtfs.zip"
    file.write_bytes(content)
    desk.go("/ville/departs")
    desk.page.get_by_label("Fichier GTFS (.zip)").set_input_files(file)
    desk.press("Envoyer")


def announce(desk: Visitor) -> None:
    """The town announces a workshop with two hours of one place each."""
    desk.go("/ville/agenda/nouveau")
    desk.check()
    day = (today() + timedelta(days=7)).isoformat()
    desk.page.get_by_label("Titre").fill("Atelier de réparation de vélos")
    desk.page.get_by_label("De quoi il s'agit").fill("Apportez le vôtre.")
    desk.page.get_by_label("Où").fill("Halle Saint-Jean")
    desk.page.get_by_label("Début").fill(f"{day}T14:00")
    desk.page.get_by_label("Fin").fill(f"{day}T18:00")
    desk.page.get_by_label("Créneaux").fill("14:00 1\n16:00 1")
    desk.press("Publier")
    expect(desk.page.get_by_role("heading", level=1)).to_have_text("Atelier de réparation de vélos")
    desk.check()


def come(phone: Visitor, page: str, name: str) -> str:
    """A resident asks for a place at two and confirms by the link of the letter."""
    phone.go(page)
    phone.page.get_by_label(re.compile("14:00")).check()
    phone.page.get_by_label("Nom").fill(name)
    phone.page.get_by_label("E-mail").fill(f"{name.split(maxsplit=1)[0].lower()}@example.org")
    phone.check()
    phone.press(re.compile("S'inscrire|Se mettre"))
    expect(phone.page.get_by_text("Un courrier part")).to_be_visible()
    phone.check()
    link = link_for(phone, name)
    phone.go(link)
    phone.check()
    phone.press("Confirmer")
    return link


def link_for(phone: Visitor, name: str) -> str:
    """The link, as whoever reads the resident's mail finds it; that is no step on our pages."""
    page = phone.page.context.new_page()
    page.goto(f"{phone.site}/demo/mail")
    for letter in page.locator("article").all():
        text = letter.text_content() or ""
        found = re.search(r"/inscription/[\w-]+", text)
        if f"{name}, vous avez demandé" in text and found:
            page.close()
            return found.group(0)
    raise AssertionError("no letter came")


def warn(desk: Visitor) -> None:
    """The town sends a test of its alerts."""
    desk.go("/ville/alertes/nouvelle")
    desk.page.get_by_label("Est-ce réel ?").select_option(label="Essai")
    tell(desk, "Essai des alertes")


def tell(desk: Visitor, headline: str) -> None:
    """Send the message that is being written, to hold until tomorrow's noon."""
    desk.page.get_by_label("En une ligne").fill(headline)
    soon = datetime.now(ZoneInfo("Europe/Paris")) + timedelta(days=1)
    desk.page.get_by_label("Jusqu'à quand").fill(soon.strftime("%Y-%m-%dT12:00"))
    desk.check()
    desk.press("Diffuser")
    desk.check()


def follow(phone: Visitor, front: str) -> list[cap.Message]:
    """What a subscriber's program receives, the newest first: each entry of the feed as CAP."""
    feed = read_xml(phone.page.request.get(f"{phone.site}{front}/alertes.atom").body())
    links = [one.get("href", "") for one in feed.iterfind(".//{*}entry/{*}link")]
    assert len(links) == len(set(links))
    told = [phone.page.request.get(link).body() for link in links]
    for content in told:
        SCHEMA.assertValid(read_xml(content))
    return [cap.read(content) for content in told]
