"""A federation proposes, simulates, votes in three colleges and two calls; the split changes."""

import contextlib
import json
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error

from tests.browser.conftest import Visitor
from tests.browser.driving import Driven, driven_site
from tests.browser.test_journey import cents, fill_guest, sign_in

pytestmark = pytest.mark.xdist_group("browser")
EFFECTIVE_ON = date(2027, 3, 1)
VOTERS = ("hotelier", "office", "region")
PLATFORM = "La centrale (frais de service)"


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Driven]:
    with driven_site(tmp_path, past_bookings=10_000) as driven:
        yield driven


@pytest.fixture
def people(driven: Driven, chromium: Browser) -> Iterator[dict[str, Visitor]]:
    """The federation, a traveller, and a voter of each college; the office has a phone."""
    contexts = {
        who: chromium.new_context(
            viewport={"width": 390, "height": 844}
            if who == "office"
            else {"width": 1280, "height": 900},
            locale="fr-FR",
            bypass_csp=True,
        )
        for who in ("federation", *VOTERS, "guest")
    }
    visitors = {
        who: Visitor(context.new_page(), driven.address) for who, context in contexts.items()
    }
    enter(visitors)
    yield visitors
    assert [error for visitor in visitors.values() for error in visitor.errors] == []
    for context in contexts.values():
        context.close()


def enter(people: dict[str, Visitor]) -> None:
    for who in ("federation", *VOTERS):
        people[who].page.context.clear_cookies()
        sign_in(people[who], f"{who}@demo.example")


def move(driven: Driven, people: dict[str, Visitor], at: datetime) -> None:
    """Another day: everybody signs in again, as sessions end."""
    driven.set_clock(at)
    enter(people)


def wait_for(visitor: Visitor, words: str, path: str) -> None:
    for _ in range(120):
        # A page that waits for a simulation loads itself again: that may cut off our own visit.
        with contextlib.suppress(Error):
            visitor.go(path)
            if words in visitor.page.locator("main").inner_text():
                return
        visitor.page.wait_for_timeout(250)
    raise AssertionError(f"{words!r} did not appear: {visitor.page.locator('main').inner_text()}")


def vote(visitor: Visitor, path: str, choice: str) -> None:
    visitor.go(path)
    visitor.page.get_by_label(choice, exact=True).first.check()
    visitor.press("Voter")
    assert visitor.page.get_by_label(choice, exact=True).first.is_checked()


def book(visitor: Visitor, arrival: date) -> str:
    """A stay in the invented house; the address of its page."""
    page = visitor.page
    visitor.go(
        f"/recherche?place=commune:74010&arrival={arrival}&departure={arrival + timedelta(days=2)}"
        "&adults=2"
    )
    visitor.press(re.compile("Belvédère"), role="link")
    visitor.press(re.compile("Tarif flexible"))
    visitor.press(re.compile("Retenir"))
    fill_guest(visitor)
    visitor.press(re.compile("Réserver et payer"))
    assert page.locator(".chip").first.inner_text().startswith("Confirmée")
    return page.url.removeprefix(visitor.site)


def shares(visitor: Visitor, path: str) -> dict[str, int]:
    visitor.go(path)
    lines = visitor.page.locator(".euro li:not(.total)").all_inner_texts()
    return {line.split("\n")[0].strip(): cents(line) for line in lines}


def propose(federation: Visitor) -> str:
    """Write the proposal with the live check beside it; the address of its page."""
    page = federation.page
    federation.go("/pro/members")
    federation.check()
    federation.go("/pro/votes")
    federation.press("Proposer un accord", role="link")
    source = page.get_by_label("Le texte, une phrase par ligne")
    text = source.input_value()
    assert "sinon" in text
    source.fill(text.replace("3 % de l'hébergement", "3 de l'hébergement", 1))
    page.get_by_text("À corriger : 1").wait_for()
    assert "Ligne" in page.locator("#checked").inner_text()
    at = text.rindex("la centrale : 3 %")
    source.fill(text[:at] + text[at:].replace("la centrale : 3 %", "la centrale : 2 %", 1))
    page.get_by_text("ne parle d'aucun prix de chambre").wait_for()
    page.get_by_label("Pourquoi ce changement").fill("Rendre un point aux hébergeurs.")
    page.get_by_label("S'appliquerait à partir du").fill(EFFECTIVE_ON.isoformat())
    federation.check()
    federation.press("Garder ce brouillon")
    assert page.locator(".diff ins").count() == page.locator(".diff del").count() == 1
    return page.url.removeprefix(federation.site)


def simulate(federation: Visitor, path: str) -> None:
    """Replay a year of bookings in the background; every house is a row of the file."""
    page = federation.page
    federation.press("Simuler")
    wait_for(federation, "Rejoué sur 10", path)
    assert "41 membres gagnent, 0 perdent" in page.locator("main").inner_text()
    federation.check()
    with page.expect_download() as download:
        page.get_by_role("link", name="Télécharger").click()
    assert len(download.value.path().read_text().splitlines()) == 42


def decide(driven: Driven, people: dict[str, Visitor], path: str) -> None:
    """One host of four and no region: the quorum fails; the second call adopts."""
    federation, office = people["federation"], people["office"]
    federation.press("Annoncer le vote")
    assert "Vote annoncé" in federation.page.locator(".chip").first.inner_text()
    move(driven, people, datetime(2026, 12, 16, 23, 30, tzinfo=UTC))
    wait_for(federation, "Vote ouvert", path)
    vote(people["hotelier"], path, "Oui")
    vote(office, path, "Non")
    office.check()
    assert office.page.evaluate("document.documentElement.scrollWidth") == 390

    move(driven, people, datetime(2026, 12, 23, 18, 0, tzinfo=UTC))
    wait_for(federation, "Seconde convocation annoncée", path)
    federation.check()
    move(driven, people, datetime(2027, 1, 1, 0, 0, tzinfo=UTC))
    wait_for(federation, "Second vote ouvert", path)
    vote(people["hotelier"], path, "Oui")
    vote(office, path, "Non")
    vote(people["region"], path, "Oui")
    move(driven, people, datetime(2027, 1, 7, 18, 0, tzinfo=UTC))
    wait_for(federation, "Adoptée", path)
    assert "70 % de oui, pondéré · il faut plus de 50 %" in (
        federation.page.locator("main").inner_text()
    )
    federation.check()
    federation.press("Procès-verbal", role="link")
    federation.check()


def open_proof(guest: Visitor, path: str) -> None:
    guest.go(path)
    guest.press("Vérifier ce partage", role="link")
    assert "identique au centime" in guest.page.locator(".chip").first.inner_text()


def verify(driven: Driven, guest: Visitor, path: str) -> None:
    """Anybody computes the split again: on the public page, from its file, from the record."""
    open_proof(guest, path)
    guest.check()
    with guest.page.expect_download() as download:
        guest.page.get_by_role("link", name="Télécharger de quoi recalculer").click()
    file = driven.folder / "partage.json"
    file.write_bytes(download.value.path().read_bytes())
    replayed = driven.command("replay", str(file))
    assert replayed.returncode == 0, replayed.stderr
    assert replayed.stdout.endswith("1 bookings, 0 different\n")

    changed = json.loads(file.read_text())
    changed["bookings"][0]["shares"][0]["amount_cents"] += 1
    file.write_text(json.dumps(changed))
    replayed = driven.command("replay", str(file))
    assert (replayed.returncode, replayed.stdout.splitlines()[-1]) == (1, "1 bookings, 1 different")

    explained = driven.command("explain", guest.page.url)
    assert explained.returncode == 0, explained.stderr
    assert explained.stdout.endswith("computed again from the record: the same to the cent\n")


def test_from_the_proposal_to_another_split(driven: Driven, people: dict[str, Visitor]) -> None:
    federation, guest = people["federation"], people["guest"]
    before = book(guest, date(2027, 4, 10))
    old = shares(guest, before)
    path = propose(federation)
    simulate(federation, path)
    decide(driven, people, path)

    # Until its day, the old agreement shares; from its day on, the new one; the past never changes.
    assert shares(guest, before) == old
    eve = book(guest, date(2027, 4, 17))
    move(driven, people, datetime(2027, 3, 1, 9, 0, tzinfo=UTC))
    after = book(guest, date(2027, 4, 24))
    assert shares(guest, after)[PLATFORM] < shares(guest, eve)[PLATFORM] == old[PLATFORM]
    assert shares(guest, before) == old
    verify(driven, guest, before)
    open_proof(guest, after)
