"""A hotelier takes everything away and reads the certificate: notice, guests to come, the archive,
the erasure, the link of the letter; on a phone and at a wide screen."""

import os
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from loadtests.serving import Served, served_demo
from tests.browser.conftest import Visitor
from tests.browser.test_withdrawal import hub, open_context, sign_in
from tourism.demo.people import PASSWORD

pytestmark = pytest.mark.xdist_group("browser")
PICTURES = os.environ.get("PICTURES")
HOUSE = """(select m.tenant from membership m join person p on p.id = m.person
            where p.email = 'hotelier@demo.example' and m.role = 'owner' order by 1 limit 1)"""
CLEAR = f"""update booking set state = 'cancelled', cancelled_at = now()
             where tenant = {HOUSE} and guest is not null
               and state in ('requested', 'paying', 'confirmed', 'in_house')"""
STAY = f"""update booking set state = 'confirmed', cancelled_at = null,
                  departure = current_date + 40, arrival = current_date + 38
            where id = (select id from booking where tenant = {HOUSE} and guest is not null
                         order by id limit 1)"""
WAITING_S = 90


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A demonstration of its own: its house is about to be erased."""
    with served_demo("48", workers=1) as served:
        yield served


def sql(served: Served, statement: str) -> str:
    return hub(served, "psql", "--", "-v", "ON_ERROR_STOP=1", "-At", "-c", statement).strip()


def picture(visitor: Visitor, name: str) -> None:
    if PICTURES:
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            file = Path(PICTURES) / f"exit-{name}-{width}.png"
            visitor.page.screenshot(path=str(file), full_page=True)


def sure(visitor: Visitor, name: str, button: str) -> None:
    form = visitor.page.locator("form", has=visitor.page.get_by_role("button", name=button))
    form.get_by_label("Le nom de l'organisation, pour être sûr").fill(name)
    form.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press(button)


def test_a_hotelier_takes_everything_away_and_reads_the_certificate(
    chromium: Browser, served: Served
) -> None:
    name = sql(served, f"select name from organisation where id = {HOUSE}")
    sql(served, CLEAR)
    sql(served, STAY)
    context = open_context(chromium, 390)
    visitor = Visitor(context.new_page(), served.address)
    page = visitor.page
    sign_in(visitor, "hotelier", None, "/pro/leave")
    expect(page.get_by_text("Séjours réservés : 1")).to_be_visible()
    visitor.check()
    picture(visitor, "before")
    page.set_viewport_size({"width": 390, "height": 844})
    page.get_by_label("Aucun : les ventes s'arrêtent maintenant").check()
    sure(visitor, "autre chose", "Donner le préavis")
    expect(page.locator("#error-name")).to_be_visible()
    visitor.errors.clear()  # the refusal's status is told by the browser
    visitor.check()
    picture(visitor, "refused")
    sure(visitor, name, "Donner le préavis")
    expect(page.get_by_text("tant que ceci n'est pas terminé")).to_be_visible()
    fetch = page.get_by_role("link", name="Prendre l'archive (ZIP)")
    # The page looks again by itself until the archive is made.
    expect(fetch).to_be_visible(timeout=WAITING_S * 1000)
    expect(page.get_by_text("Terminer le service tout de suite")).to_have_count(0)
    visitor.check()
    picture(visitor, "noticed")

    sql(served, CLEAR)
    page.set_viewport_size({"width": 1280, "height": 900})
    visitor.go("/pro/leave")
    page.locator("summary", has_text="Terminer le service tout de suite").click()
    visitor.check()
    picture(visitor, "end")
    sure(visitor, name, "Terminer le service")
    expect(page.get_by_text("Le service est terminé")).to_be_visible()
    picture(visitor, "ended")
    expect(fetch).to_be_visible(timeout=WAITING_S * 1000)
    with page.expect_download() as fetched:
        fetch.click()
    assert fetched.value.path().read_bytes()[:2] == b"PK"
    visitor.go("/pro/leave")
    expect(page.get_by_text("Prise le")).to_be_visible()
    page.locator("summary", has_text="Tout effacer sans attendre").click()
    visitor.check()
    picture(visitor, "fetched")
    sure(visitor, name, "Tout effacer pour toujours")
    picture(visitor, "erasing")

    link = ""
    until = time.monotonic() + WAITING_S
    letter = "select body_text from mail where subject like '% votre certificat' limit 1"
    while not link and time.monotonic() < until:
        page.wait_for_timeout(1000)
        found = re.search(r"/exits/\S+", sql(served, letter))
        link = found.group() if found else ""
    assert link, served.tail()
    # The page that was open looks again by itself, and is nobody's any more: what it was answered
    # may be told at any time. Whoever has the letter reads it elsewhere, without an account.
    context.close()
    context = open_context(chromium, 1280)
    visitor = Visitor(context.new_page(), served.address)
    page = visitor.page
    assert visitor.go(link) == 200
    expect(page.get_by_role("heading", name="Certificat d'effacement")).to_be_visible()
    expect(page.get_by_text(name)).to_be_visible()
    visitor.check()
    picture(visitor, "certificate")
    with page.expect_download() as given:
        page.get_by_role("link", name="Le certificat, pour les machines (JSON)").click()
    assert b"export_sha256" in given.value.path().read_bytes()
    assert visitor.errors == []
    context.close()
