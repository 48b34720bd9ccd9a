"""The main pages in six languages on a phone: in the language asked, whole, and never too wide."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.conftest import Visitor
from tests.browser.test_journey import ARRIVAL, DEPARTURE, sign_in

pytestmark = pytest.mark.xdist_group("browser")
FOREIGN = ("en", "de", "es", "it", "nl")
# Words of our own sentences that no other language has, and hardly any house's name.
FRENCH = re.compile(
    r"\b(vous|votre|vos|nous|cette|ces|sont|avec|pour|aucune?|chaque|toutes?|tous|être|"
    r"réserv\w+|séjours?|nuits?|nuitées?|voyageurs?|chambres?|prix|arrivées?|départs?|jusqu|"
    r"maison|payé|annul(?:er|ée?)|taxe|compris|enfants?|adultes|ans)\b",
    re.IGNORECASE,
)
# French on purpose: the law's own words beside ours, and the names of houses.
KEPT = re.compile(
    r"\((?:taxe de séjour|acompte|fiches? de police|maison inventée)\)|[A-ZÀ-Ý]{2}[A-ZÀ-Ý' -]*"
)
# What a page says: its title, its texts, and what its labels and pictures say, but for what is
# marked as another language.
SAID = """() => {
  const said = [document.title];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const parent = walker.currentNode.parentElement;
    if (!parent.closest("script, style, [lang]:not(html)"))
      said.push(walker.currentNode.data.trim());
  }
  for (const one of document.querySelectorAll("[aria-label], [title], [placeholder], [alt]"))
    if (!one.closest("[lang]:not(html)"))
      for (const name of ["aria-label", "title", "placeholder", "alt"])
        said.push(one.getAttribute(name) ?? "");
  return said.filter(Boolean);
}"""
TOO_WIDE = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll("body *")]
    .filter((one) => one.getBoundingClientRect().right > room + 1)
    .filter((one) => !one.parentElement.closest(".grid-scroll, .table-scroll"))
    .map((one) => `${one.tagName}.${one.className}: ${one.textContent.trim().slice(0, 60)}`);
}"""


@pytest.fixture(params=["fr", *FOREIGN])
def reader(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator["Reader"]:
    """Somebody with a phone that asks for a language."""
    context = chromium.new_context(viewport={"width": 390, "height": 844}, locale=request.param)
    yield Reader(Visitor(context.new_page(), site), request.param)
    context.close()


class Reader:
    """Reads each page that it opens, and minds what it says and how wide it is."""

    def __init__(self, visitor: Visitor, language: str) -> None:
        self.visitor = visitor
        self.page = visitor.page
        self.language = language

    def open(self, path: str) -> None:
        self.visitor.go(path)
        self.read()

    def press(self, selector: str) -> None:
        with self.page.expect_navigation():
            self.page.locator(selector).first.click()
        self.read()

    def read(self) -> None:
        assert self.page.locator("html").get_attribute("lang") == self.language
        assert self.page.evaluate(TOO_WIDE) == [], self.page.url
        if self.language != "fr":
            said = (KEPT.sub("", text) for text in self.page.evaluate(SAID))
            assert [text for text in said if FRENCH.search(text)] == [], self.page.url


def test_a_traveller_reads_every_page_of_a_stay(reader: Reader) -> None:
    page = reader.page
    reader.open("/")
    reader.open("/classement")
    reader.open(
        f"/recherche?place=commune:74010&arrival={ARRIVAL}&departure={DEPARTURE}&adults=2"
        "&kind=hotel&free_cancellation=1"
    )
    reader.open(f"/dates?place=commune:74010&nights=2&first={ARRIVAL}")
    reader.press(".days button:not(.shut)")
    reader.open(f"/dates?place=commune:74010&arrival={ARRIVAL}&adults=30&rooms=1")
    reader.open(f"/dates?place=commune:74010&arrival={ARRIVAL}&price_max=1")
    reader.open(
        f"/dates-souples?place=commune:74010&arrival={ARRIVAL}&departure={DEPARTURE}&adults=2"
        "&length=long_weekend"
    )
    reader.open("/dates-souples?place=commune:74010&price_max=1")
    reader.open(
        f"/recherche?place=commune:74010&arrival={ARRIVAL}&departure={DEPARTURE}&adults=2"
        "&kind=hotel&free_cancellation=1"
    )
    reader.press(".hit a")
    reader.press("main form[method=post] button")
    reader.press("main form[method=post] button")
    page.locator("[name=first_name]").fill("Ada")
    page.locator("[name=last_name]").fill("Lovelace")
    page.locator("[name=email]").fill("ada@demo.example")
    reader.press("main form[method=post] button[type=submit]")
    stay = page.url.removeprefix(reader.visitor.site)
    reader.open(f"{stay}/messages")
    reader.open(f"{stay}/annuler")
    reader.press("main form[method=post] button[type=submit]")
    reader.open(stay)


def test_a_mistake_is_explained_in_the_language(reader: Reader) -> None:
    reader.open("/hebergements/99999999")
    reader.open("/nothing-here")
    reader.open(f"/recherche?place=commune:74010&arrival={DEPARTURE}&departure={ARRIVAL}&adults=2")
    reader.open(f"/dates?place=commune:74010&arrival={DEPARTURE}&departure={ARRIVAL}")
    reader.open("/dates-souples?place=commune:74010&adults=60")
    reader.open(f"/recherche?text=zzzzqqqq&arrival={ARRIVAL}&departure={DEPARTURE}&adults=2")
    reader.visitor.go("/sign-in")
    reader.page.locator("input[type=email]").fill("nobody@demo.example")
    reader.page.locator("input[type=password]").fill("not the password")
    reader.press("main button[type=submit]")


@pytest.mark.parametrize(
    ("email", "paths"),
    [
        (
            "hotelier@demo.example",
            (
                "/pro",
                "/pro/today",
                "/pro/calendar",
                "/pro/calendar?view=year",
                "/pro/calendar/changes",
                "/pro/bookings",
                "/pro/bookings/new",
                "/pro/police",
                "/pro/channels",
                "/pro/figures",
                "/pro/statement",
            ),
        ),
        ("federation@demo.example", ("/pro/agreement", "/pro/ledger")),
        ("exploitant@demo.example", ("/pro/operations",)),
    ],
)
def test_a_professional_reads_every_page(
    reader: Reader, email: str, paths: tuple[str, ...]
) -> None:
    sign_in(reader.visitor, email)
    for path in paths:
        reader.open(path)
