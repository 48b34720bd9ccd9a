"""Somebody sets up a second factor, signs in with it, and takes it away with a recovery code."""

import base64
import time

import pytest
from playwright.sync_api import expect

from hub.identity import sealing
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.xdist_group("browser")
PASSWORD = "une phrase de passe"


def test_a_telephone_is_set_up_asked_for_and_taken_away(visitor: Visitor) -> None:
    page = visitor.page
    size = page.viewport_size
    assert size
    email = f"claire.{size['width']}@example.fr"
    visitor.go("/sign-up")
    page.get_by_label("Nom").fill("Claire Roux")
    page.get_by_label("E-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Créer mon compte")

    visitor.go("/account/second-factor")
    visitor.check()
    letters = page.locator("ol code").inner_text().replace(" ", "")
    secret = base64.b32decode(letters)
    page.get_by_label("Code").fill("000000")
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    visitor.press("Mettre en place")
    expect(page.get_by_role("alert")).to_contain_text("Ce code n'est pas juste")
    visitor.check()
    visitor.errors.clear()  # the browser tells of the refused form
    assert page.locator("ol code").inner_text().replace(" ", "") == letters
    page.get_by_label("Code").fill(sealing.code_at(secret, int(time.time()) // 30))
    page.get_by_label("Mot de passe actuel").fill(PASSWORD)
    visitor.press("Mettre en place")
    expect(page.get_by_role("heading", name="Vos codes de secours")).to_be_visible()
    codes = page.locator(".codes code").all_inner_texts()
    assert len(set(codes)) == 10
    visitor.check()
    visitor.press("Je les ai notés", role="link")
    expect(page.get_by_text("Il vous reste 10 codes de secours.")).to_be_visible()
    visitor.check()

    page.context.clear_cookies()
    visitor.go("/sign-in?next=/account/second-factor")
    page.get_by_label("Adresse e-mail").fill(email)
    page.get_by_label("Mot de passe").fill(PASSWORD)
    visitor.press("Se connecter")
    expect(page.get_by_role("heading", name="Votre second facteur")).to_be_visible()
    visitor.check()
    # The next half minute's code is taken early: that of this one may be used already.
    page.get_by_label("Code").fill(sealing.code_at(secret, int(time.time()) // 30 + 1))
    visitor.press("Continuer")
    assert page.url.endswith("/account/second-factor")

    page.get_by_label("Code de votre téléphone, ou code de secours").fill(codes[0].lower())
    visitor.press("Retirer")
    expect(page.get_by_role("button", name="Mettre en place")).to_be_visible()
