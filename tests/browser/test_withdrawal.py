"""An operator withdraws a provider, by two persons; a hotelier reads it above their pages, chooses
where to go, looks at the proof, accepts, and keeps the certificate."""

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, expect

from hub.core import postgres
from loadtests.serving import ROOT, Served, served_demo
from tests.browser.conftest import Visitor
from tests.conftest import quick_folder
from tourism.demo.people import PASSWORD

pytestmark = pytest.mark.xdist_group("browser")
PICTURES = os.environ.get("PICTURES")
REASON = "Deux fuites en un mois, et aucune réponse à nos questions."
ZONES = """
[[zone]]
code = "nuage"
title = "Nuage"
country = "FR"
operator = "Nuage SAS"
level = "silver"
database = "here"
service = "nuage"
[[zone]]
code = "lyon"
title = "Lyon, deux sites"
country = "FR"
operator = "Rhône SAS"
level = "silver"
database = "{lyon}"
[[zone]]
code = "far"
title = "Loin"
country = "US"
operator = "Example Inc."
level = "gold"
database = "$NO_SUCH_ADDRESS"
"""
BEFORE = """
insert into trust_service (code, title, provider, provider_id, country, scope, referential,
                           operator, registered_at)
select 'nuage', 'Nuage', 'Nuage SAS', '552100554', 'FR', 'Tout', 'secure-cloud', id, now()
  from organisation where kind = 'operator' order by id limit 1;
insert into approval (id, service, operator, state, wanted, submitted_at, decide_by, rank,
                      granted_at, expires_on, changed_at)
select gen_random_uuid(), code, operator, 'warned', 2, now(), now(), 2, now(),
       current_date + 300, now() from trust_service where code = 'nuage';
insert into membership
select operator, p.id, 'manager', now()
  from trust_service, person p where code = 'nuage' and p.email = 'office@demo.example';
"""


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """A demonstration of its own: its hosting is about to be withdrawn."""
    folder, home = quick_folder("hub-zones-"), quick_folder("hub-lyon-")
    lyon = postgres.start(home, settings={"fsync": "off", "shared_buffers": "32MB"})
    there = {**os.environ, "DATABASE_URL": lyon.dsn(), "HUB_DATA": str(folder / "lyon")}
    run_hub(there, "migrate")
    (folder / "zones.toml").write_text(ZONES.format(lyon=lyon.dsn()))
    more = {"HUB_ZONES": str(folder / "zones.toml")}
    with served_demo("48", workers=1, more=more) as served:
        hub(served, "psql", "--", "-v", "ON_ERROR_STOP=1", "-c", BEFORE)
        yield served
    lyon.stop()
    for one in (folder, home):
        shutil.rmtree(one, ignore_errors=True)


def hub(served: Served, *words: str) -> str:
    return run_hub(served.environment, *words)


def run_hub(environment: dict[str, str], *words: str) -> str:
    done = subprocess.run(
        [sys.executable, "-m", "hub.cli", *words], env=environment, cwd=ROOT,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def open_context(chromium: Browser, width: int) -> BrowserContext:
    return chromium.new_context(
        viewport={"width": width, "height": 900}, locale="fr-FR", bypass_csp=True
    )


def sign_in(visitor: Visitor, who: str, organisation: str | None, path: str) -> None:
    visitor.page.context.clear_cookies()
    visitor.go(f"/sign-in?next={path}")
    visitor.page.get_by_label("Adresse e-mail").fill(f"{who}@demo.example")
    visitor.page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Se connecter")
    if organisation:
        visitor.go("/organisations")
        visitor.press(organisation)
    visitor.go(path)


def picture(visitor: Visitor, name: str) -> None:
    if PICTURES:
        for width in (390, 1280):
            visitor.page.set_viewport_size({"width": width, "height": 900})
            file = Path(PICTURES) / f"{name}-{width}.png"
            visitor.page.screenshot(path=str(file), full_page=True)


def decide(visitor: Visitor, verb: str) -> None:
    page = visitor.page
    form = page.locator("details", has=page.get_by_text(verb, exact=True)).first
    form.evaluate("one => one.open = true")
    form.get_by_label("Raison, qui sera publiée").fill(REASON)
    with page.expect_navigation():
        form.get_by_role("button", name=verb).click()


def test_an_operator_withdraws_a_provider_and_a_house_leaves_it(
    chromium: Browser, served: Served
) -> None:
    context = open_context(chromium, 1280)
    visitor = Visitor(context.new_page(), served.address)
    page = visitor.page
    sign_in(visitor, "exploitant", None, "/pro/approvals/nuage")
    decide(visitor, "Suspendre maintenant")
    expect(page.get_by_text("quelqu'un d'autre retire l'agrément")).to_be_visible()
    visitor.check()
    operator = hub(served, "psql", "--", "-At", "-c",
                   "select name from organisation where kind = 'operator' limit 1")  # fmt: skip
    sign_in(visitor, "office", operator.strip(), "/pro/approvals/nuage")
    decide(visitor, "Retirer l'agrément")
    until = time.monotonic() + 60
    visitor.go("/pro/withdrawals")
    while not page.locator("li.card").count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    visitor.check()
    picture(visitor, "withdrawals")
    told = hub(served, "move-out")
    assert '"told"' in told, told
    assert '"untold"' not in told, told
    visitor.press("Nuage", role="link")
    expect(page.get_by_role("heading", name="Retrait : Nuage")).to_be_visible()
    visitor.check()
    picture(visitor, "withdrawal")

    sign_in(visitor, "hotelier", None, "/pro/today")
    notice = page.get_by_text("choisissez avant le")
    until = time.monotonic() + 30  # a web process asks every ten seconds whether anybody leaves
    while not notice.count() and time.monotonic() < until:
        page.wait_for_timeout(500)
        page.reload()
    expect(notice).to_be_visible()
    visitor.press("Voir", role="link")
    visitor.check()
    picture(visitor, "choose")
    own = page.url.removeprefix(served.address)
    page.get_by_label("Lyon, deux sites").check()
    visitor.press("Choisir")
    expect(page.get_by_text("La copie vient.")).to_be_visible()
    visitor.check()
    picture(visitor, "chosen")
    assert '"copied":1' in hub(served, "move-out")
    visitor.go(own)
    expect(page.get_by_text("Les deux côtés sont égaux, ligne par ligne.")).to_be_visible()
    visitor.check()
    picture(visitor, "proof")
    visitor.press("Tout est arrivé : j'accepte")
    picture(visitor, "accepted")
    assert '"gone":1' in hub(served, "move-out")

    # The link of the letter is enough, now that the house is not here any more.
    context.clear_cookies()
    visitor.go(own)
    expect(page.get_by_role("heading", name="Votre certificat")).to_be_visible()
    visitor.check()
    picture(visitor, "certificate")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="Le certificat, pour les machines (JSON)").click()
    assert b"export_sha256" in fetched.value.path().read_bytes()
    sign_in(visitor, "exploitant", None, "/pro/withdrawals")
    visitor.press("Nuage", role="link")
    expect(page.get_by_role("row", name="partie, avec son certificat 1 1")).to_be_visible()
    picture(visitor, "residual")
    assert visitor.errors == []
    context.close()
