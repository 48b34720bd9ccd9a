"""The front desk: somebody walks in, signs the police sheet, leaves; another calendar is read."""

import re
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from loadtests.serving import today
from tests.browser.conftest import Visitor
from tests.browser.driving import Driven, driven_site
from tests.browser.test_calendar import sign_in
from tests.conftest import NOW

pytestmark = pytest.mark.xdist_group("browser")


def test_somebody_walks_in_signs_the_police_sheet_and_leaves(visitor: Visitor) -> None:
    sign_in(visitor)
    page = visitor.page
    visitor.go("/pro/bookings/new")
    visitor.check()
    page.locator("#departure").fill(str(today() - timedelta(days=1)))
    visitor.press("Voir le prix")
    assert page.locator("[aria-invalid]").count() == 1
    assert page.locator("#departure").input_value() == str(today() - timedelta(days=1))
    visitor.errors.clear()  # the refusal is answered 400, which the browser notes
    page.locator("#departure").fill(str(today() + timedelta(days=1)))
    visitor.press("Voir le prix")
    visitor.check()
    page.locator("#first_name").fill("Ingrid")
    page.locator("#last_name").fill("Halvorsen")
    visitor.press(re.compile("^Réserver : "))
    reference = page.locator("h1").inner_text().split(" · ")[0]
    assert "à encaisser par la maison" in page.locator("main").inner_text()
    visitor.press("Le voyageur est arrivé")
    visitor.check()
    assert "En séjour" in page.locator("main .chip").first.inner_text()
    sign_a_sheet(visitor, reference)
    visitor.go("/pro/today")
    visitor.press(reference, role="link")
    visitor.press("Le voyageur est parti")
    assert "Plus rien à faire" in page.locator("main").inner_text()


def sign_a_sheet(visitor: Visitor, reference: str) -> None:
    """The traveller is Norwegian: a sheet of her own, signed by her name, which then stands."""
    page = visitor.page
    visitor.go("/pro/police")
    visitor.check()
    visitor.press(re.compile(f"Préparer une fiche.*{reference}"))
    typed = {"born_on": "1990-04-02", "birth_place": "Bergen", "address": "Strandgaten 1, Bergen"}
    for name, value in typed.items():
        page.locator(f"#{name}").fill(value)
    page.locator("#signed_name").fill("Ingrid Halvorsen")
    visitor.press(re.compile("^Signer$"))
    assert page.locator("#error-nationality").count() == 1
    assert {name: page.locator(f"#{name}").input_value() for name in typed} == typed
    visitor.check()
    visitor.errors.clear()
    page.locator("#nationality").select_option("NO")
    page.locator("#signed_name").fill("Ingrid Halvorsen")
    visitor.press(re.compile("^Signer$"))
    visitor.check()
    text = page.locator("main").inner_text()
    assert "Signée" in text
    assert "conforme à ce qui a été signé" in text
    assert page.locator("#last_name").count() == 0


def test_the_calendar_of_another_platform_is_read_and_taken_away(visitor: Visitor) -> None:
    sign_in(visitor)
    page = visitor.page
    visitor.go("/pro/channels")
    visitor.check()
    page.locator("#label").fill("Autre plateforme")
    page.locator("#address").fill("https://127.0.0.1/x.ics")  # not on the public internet
    visitor.press("Ajouter ce calendrier")
    assert page.locator("#address[aria-invalid]").count() == 1
    assert page.locator("#label").input_value() == "Autre plateforme"
    visitor.check()
    visitor.errors.clear()
    page.locator("#address").fill("https://calendar.invalid/x.ics")  # no such host, ever (RFC 2606)
    visitor.press("Ajouter ce calendrier")
    feed = page.get_by_role("region", name=re.compile("^Autre plateforme")).last
    assert feed.is_visible()
    # Where names are not asked at all, nobody answers.
    failed = re.compile("injoignable|n'a pas répondu")
    until = time.monotonic() + 60
    while not failed.search(feed.inner_text()) and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    assert failed.search(feed.inner_text())
    visitor.check()
    feed.get_by_text("Retirer ce calendrier").click()
    with page.expect_navigation():
        feed.get_by_role("button", name="Retirer").click()
    assert page.get_by_role("region", name=re.compile("^Autre plateforme")).count() == 0


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Driven]:
    with driven_site(tmp_path, past_bookings=0) as driven:
        yield driven


def test_a_guest_who_never_came_is_noted_and_the_house_gives_up_what_is_due(
    driven: Driven, chromium: Browser
) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", bypass_csp=True
    )
    visitor = Visitor(context.new_page(), driven.address)
    page = visitor.page
    sign_in(visitor)
    visitor.go("/pro/today")
    reference = page.locator("table a").first.inner_text()
    visitor.press(reference, role="link")
    main = page.locator("main")
    assert "Une non-présentation peut être notée à partir du" in main.inner_text()
    assert page.get_by_text("Le voyageur ne s'est pas présenté").count() == 0
    # The next morning.
    driven.set_clock(datetime.combine(NOW.date(), datetime.min.time(), UTC) + timedelta(hours=32))
    address = page.url.removeprefix(driven.address)
    page.context.clear_cookies()  # a session ends meanwhile
    sign_in(visitor)
    visitor.go("/pro/today")
    assert reference in page.locator(".alerts").inner_text()
    visitor.go(address)
    page.get_by_text("Le voyageur ne s'est pas présenté").click()
    page.locator("#note-no_show").fill("Appelé à 20 h, sans réponse")
    visitor.press("Noter la non-présentation")
    visitor.check()
    assert "restent dus" in main.inner_text()
    page.get_by_text("Renoncer à ce qui est dû").click()
    page.locator("#note-waive").fill("Accident sur la route")
    visitor.press("Renoncer et rembourser")
    visitor.check()
    for words in ("La maison a renoncé le", "Appelé à 20 h, sans réponse", "Accident sur la route"):
        assert words in main.inner_text()
    assert visitor.errors == []
    context.close()
