"""A hotelier sends photos, says what they show, orders them with keyboard and mouse; a traveller
sees them."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests import pictures
from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in

pytestmark = pytest.mark.xdist_group("browser")


def prepare_files(folder: Path, first: int) -> list[Path]:
    """Three photos that no other run has sent, and a page that calls itself one."""
    files = []
    for number in range(first, first + 3):
        files.append(folder / f"photo-{number}.jpg")
        files[-1].write_bytes(pictures.file(width=1000, height=700, seed=number))
    bad = folder / "page.jpg"
    bad.write_bytes(b"<!doctype html><script>alert(1)</script>")
    return [*files, bad]


def ids(visitor: Visitor) -> list[str]:
    cards = visitor.page.locator("[data-photo]")
    return [card.get_attribute("data-photo") or "" for card in cards.all()]


def test_photos_from_the_upload_to_the_travellers_page(visitor: Visitor, tmp_path: Path) -> None:
    page = visitor.page
    phone = (page.viewport_size or {})["width"] < 500
    sign_in(visitor, "hotelier@demo.example")
    visitor.go("/pro/photos")
    visitor.check()
    page.get_by_label("Photos", exact=True).set_input_files(prepare_files(tmp_path, 3 * phone))
    visitor.press("Envoyer ces photos")
    visitor.errors.clear()  # the browser notes the answer 400, which is right
    expect(page.locator("#error-files")).to_contain_text("page.jpg")
    visitor.check()
    for number, area in enumerate(page.locator("textarea[lang=fr]:visible").all()):
        area.fill(f"La terrasse, vue {number}")
    visitor.press("Enregistrer")
    before = ids(visitor)
    page.get_by_role("button", name=re.compile("^Avancer : La terrasse, vue 1$")).focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert ids(visitor)[:2] == [before[1], before[0]]
    if phone:
        visitor.press(re.compile("^Reculer : La terrasse, vue 1$"))
    else:
        frames = page.locator(".photo-frame")
        frames.nth(1).drag_to(frames.nth(0))
        expect(page.locator("[data-order-status]")).to_have_text("L'ordre est enregistré.")
    visitor.go("/pro/photos")
    assert ids(visitor) == before
    visitor.press(re.compile("^Retirer : La terrasse, vue 2$"))
    assert len(ids(visitor)) == len(before) - 1
    visitor.press("Annuler le retrait")
    assert sorted(ids(visitor)) == sorted(before)
    visitor.check()


def test_the_page_of_photos_works_without_a_script(plain: Visitor, tmp_path: Path) -> None:
    page = plain.page
    sign_in(plain, "hotelier@demo.example")
    plain.go("/pro/photos")
    (tmp_path / "one.jpg").write_bytes(pictures.file(width=1000, height=700, seed=15))
    page.get_by_label("Photos", exact=True).set_input_files(tmp_path / "one.jpg")
    plain.press("Envoyer ces photos")
    last = page.locator("[data-photo]").last
    last.get_by_label("Ce qu'on y voit, en français").fill("Le jardin")
    plain.press("Enregistrer")
    expect(page.get_by_text("C'est enregistré.")).to_be_visible()
    expect(page.locator("[data-photo]").last.get_by_role("img")).to_have_accessible_name(
        "Le jardin"
    )
