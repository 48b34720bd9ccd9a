"""A hotelier takes everything away, and looks at the house's figures."""

import zipfile

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor
from tests.browser.test_journey import sign_in

pytestmark = pytest.mark.xdist_group("browser")


def test_everything_in_one_click(visitor: Visitor) -> None:
    page = visitor.page
    sign_in(visitor, "hotelier@demo.example")
    visitor.go("/pro/take-away")
    visitor.check()
    visitor.press("Préparer l'archive")
    # The page looks again by itself until the archive is made.
    expect(page.locator("[data-reload-after]")).to_have_count(0, timeout=60_000)
    fetch = page.get_by_role("link", name="Prendre l'archive (ZIP)").first
    expect(fetch).to_be_visible(timeout=60_000)
    page.locator("summary", has_text="Ce qu'elle contient").first.click()
    visitor.check()
    with page.expect_download() as download:
        fetch.click()
    archive = zipfile.ZipFile(download.value.path())
    assert archive.testzip() is None
    assert {"manifest.json", "README.fr.md", "json/house.json"} <= set(archive.namelist())
    visitor.go("/pro/figures")
    expect(page.get_by_role("heading", name="Demande perdue")).to_be_visible()
    visitor.check()
