"""An office takes everything that it has, without giving notice; a second time on the same day it
is told when it may ask again."""

import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in

pytestmark = pytest.mark.xdist_group("browser")
WAITING_MS = 90_000


def test_everything_of_an_office_in_one_click(visitor: Visitor) -> None:
    page = visitor.page
    sign_in(visitor, "office@demo.example")
    visitor.go("/pro/export")
    visitor.check()
    fetch = page.get_by_role("link", name="Prendre l'export (ZIP)").first
    if page.get_by_role("article").count() == 0:  # another size of window may have asked today
        visitor.press("Préparer l'export")
    # The page looks again by itself until the archive is made.
    expect(page.locator("[data-reload-after]")).to_have_count(0, timeout=WAITING_MS)
    expect(fetch).to_be_visible(timeout=WAITING_MS)
    visitor.check()
    with page.expect_download() as download:
        fetch.click()
    archive = zipfile.ZipFile(download.value.path())
    assert archive.testzip() is None
    assert {"manifest.json", "SHA256SUMS", "schemas/tables/membership.schema.json"} <= set(
        archive.namelist()
    )
    visitor.press("Préparer l'export")
    expect(page.get_by_role("alert")).to_contain_text("Tout a été préparé il y a moins d'un jour")
    visitor.errors.clear()  # the refusal's status is told by the browser
    visitor.check()
    visitor.go("/pro/export")
    expect(page.get_by_text("Pris le").first).to_be_visible()
