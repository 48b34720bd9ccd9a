"""Somebody takes away everything that is held about them, then has their account erased."""

import os
import re
import zipfile
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor

pytestmark = pytest.mark.xdist_group("browser")
PASSWORD = "une phrase de passe"
PICTURES = os.environ.get("PICTURES")


def picture(visitor: Visitor, name: str) -> None:
    if PICTURES:
        size = visitor.page.viewport_size
        assert size
        path = f"{PICTURES}/{name}-{size['width']}.png"
        visitor.page.screenshot(path=path, full_page=True)


def test_a_copy_is_taken_and_an_account_erased(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    size = page.viewport_size
    assert size
    email = f"ada.{size['width']}@example.fr"
    visitor.go("/sign-up")
    page.get_by_label("Nom").fill("Ada Martin")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Créer mon compte")

    visitor.go("/account/data")
    visitor.check()
    picture(visitor, "before")
    visitor.press("Préparer ma copie")
    ready = page.get_by_role("link", name="Prendre ma copie (ZIP)")
    expect(ready).to_be_visible(timeout=60_000)
    page.get_by_text("Ce qu'elle contient").first.click()
    visitor.check()
    picture(visitor, "ready")
    with page.expect_download() as fetched:
        ready.click()
    kept = tmp_path / "copy.zip"
    fetched.value.save_as(kept)
    with zipfile.ZipFile(kept) as copy:
        assert copy.testzip() is None
        assert email in copy.read("json/person.json").decode()

    visitor.go("/account/data/erasure")
    visitor.check()
    picture(visitor, "erasure")
    page.get_by_label("Votre e-mail, pour être sûr").fill("autre@example.fr")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Effacer mon compte pour toujours")
    expect(page.get_by_role("alert")).to_contain_text("Tapez l'e-mail de votre compte")
    visitor.check()
    visitor.errors.clear()  # the browser tells of the refused form
    page.get_by_label("Votre e-mail, pour être sûr").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Effacer mon compte pour toujours")
    expect(page.get_by_role("heading", name="Votre compte est effacé")).to_be_visible()
    page.get_by_text("Le certificat, pour les machines (JSON)").click()
    expect(page.get_by_text(re.compile("usage-hub/person-erasure"))).to_be_visible()
    visitor.check()
    picture(visitor, "erased")
    visitor.go("/account/data")
    expect(page).to_have_url(re.compile("/sign-in"))
