"""A hotelier reads what a service promises, signs it, and takes the contract away."""

import os
import re

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tourism.demo.people import PASSWORD

pytestmark = pytest.mark.xdist_group("browser")
PICTURES = os.environ.get("PICTURES")


def picture(visitor: Visitor, name: str) -> None:
    if PICTURES:
        size = visitor.page.viewport_size
        assert size
        path = f"{PICTURES}/{name}-{size['width']}.png"
        visitor.page.screenshot(path=path, full_page=True)


def test_a_contract_is_read_signed_and_taken_away(visitor: Visitor) -> None:
    page = visitor.page
    visitor.go("/sign-in?next=/pro/contracts")
    page.get_by_label("Adresse e-mail").fill("hotelier@demo.example")
    page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Se connecter")
    expect(page.get_by_role("heading", name="Contrats")).to_be_visible()
    visitor.check()
    picture(visitor, "contracts")
    with page.expect_navigation():
        page.locator("article h2 a").first.click()
    sign = page.get_by_role("button", name="Signer", exact=True)
    if sign.count():  # the other screen may have signed it already
        visitor.check()
        picture(visitor, "contract")
        page.get_by_label("Prénom et nom").fill("Jeanne Roux")
        page.get_by_label("En qualité de").fill("gérante")
        page.get_by_label("J'ai lu les clauses ci-dessus.").check()
        visitor.press(re.compile("^Signer$"))
    expect(page.get_by_text("Signé par Jeanne Roux")).to_be_visible()
    visitor.check()
    picture(visitor, "signed")
    with page.expect_download() as fetched:
        page.get_by_role("link", name="PDF").first.click()
    assert fetched.value.path().read_bytes().startswith(b"%PDF")
    if PICTURES:
        fetched.value.save_as(f"{PICTURES}/contract.pdf")
