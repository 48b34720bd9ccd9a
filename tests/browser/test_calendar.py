"""The hotelier's main screen, walked with mouse, keys, finger and without script."""

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page

from loadtests.serving import today
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.xdist_group("browser")
TODAY = today()


def month_ahead(months: int) -> date:
    """The first day of a month ahead; each test has months of its own."""
    first = TODAY.replace(day=1)
    for _ in range(months):
        first = (first + timedelta(days=32)).replace(day=1)
    return first


def sign_in(visitor: Visitor) -> None:
    visitor.go("/sign-in")
    visitor.page.locator("input[type=email]").fill("hotelier@demo.example")
    visitor.page.locator("input[type=password]").fill("demonstration")
    with visitor.page.expect_navigation():
        visitor.page.locator("main button[type=submit]").click()


def open_month(visitor: Visitor, month: date, show: str = "rooms") -> None:
    assert visitor.go(f"/pro/calendar?month={month}&show={show}") == 200


def cell(page: Page, day: date, row: int = 0) -> Locator:
    """A night of a drawn row."""
    return page.locator("table.ari tbody tr").nth(row).locator(f"td[data-day='{day}']")


def apply(visitor: Visitor) -> None:
    visitor.press("Voir ce qui va changer")
    visitor.check()
    visitor.press("Appliquer")


def test_drag_see_every_change_apply_and_take_it_back(
    visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    month = month_ahead(3 if "phone" in request.node.name else 4)
    first, last = month + timedelta(days=4), month + timedelta(days=6)
    sign_in(visitor)
    open_month(visitor, month)
    page = visitor.page
    visitor.check()
    before = cell(page, first).locator("b").inner_text()
    cell(page, first).scroll_into_view_if_needed()
    cell(page, first).hover()
    page.mouse.down()
    cell(page, last, row=1).hover()
    page.mouse.up()
    assert page.locator("td[aria-selected=true]").count() == 6
    chosen = page.locator("[data-grid-status]").inner_text()
    assert chosen.startswith("6 cases")
    assert "Chambre double, Chambre familiale" in chosen
    assert page.locator("#first").input_value() == str(first)
    assert page.locator("#last").input_value() == str(last)
    page.locator("#operation").select_option("percent")
    page.locator("#price").fill("12")
    page.get_by_text("Places et restrictions").click()
    page.locator("#min_stay").fill("2")
    visitor.press("Voir ce qui va changer")
    visitor.check()
    text = page.locator("main").inner_text()
    assert "12 cases changent" in text
    assert "Séjour minimum, à l'arrivée" in text
    assert page.locator("del").count() >= 4
    visitor.press("Appliquer")
    visitor.check()
    assert "12 cases changées" in page.locator(".notice.good").inner_text()
    after = cell(page, first).inner_text()
    assert before not in after.split("\n")[0]
    assert "≥2" in after
    visitor.press("Annuler cette modification")
    visitor.check()
    open_month(visitor, month)
    assert cell(page, first).locator("b").inner_text() == before
    assert "≥2" not in cell(page, first).inner_text()


def test_the_same_with_keys_alone(visitor: Visitor, request: pytest.FixtureRequest) -> None:
    month = month_ahead(5 if "phone" in request.node.name else 6)
    sign_in(visitor)
    open_month(visitor, month)
    page = visitor.page
    # The grid is one stop of the tab key, behind the region that scrolls.
    stops = page.locator("table.ari td[tabindex='0']")
    assert stops.count() == 1
    stops.focus()
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight", "Shift+ArrowDown"):
        page.keyboard.press(key)
    assert page.locator("td[aria-selected=true]").count() == 6
    page.keyboard.press("Escape")
    assert page.locator("td[aria-selected=true]").count() == 0
    for key in ("Home", "PageDown", "PageUp", "Shift+ArrowRight", "Enter"):
        page.keyboard.press(key)
    assert page.evaluate("document.activeElement.id") == "price"
    page.keyboard.type("123,45")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    assert "123,45" in page.locator("ins").first.inner_text()
    page.get_by_role("button", name="Appliquer").focus()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    shown = cell(page, month, row=1).locator("b").inner_text()
    assert shown.replace("\n", "") == "123,45"


def test_a_finger_chooses_the_first_night_then_the_last(chromium: Browser, site: str) -> None:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", has_touch=True, is_mobile=True
    )
    visitor = Visitor(context.new_page(), site)
    sign_in(visitor)
    month = month_ahead(7)
    open_month(visitor, month)
    cell(visitor.page, month).tap()
    cell(visitor.page, month + timedelta(days=2)).tap()
    assert visitor.page.locator("td[aria-selected=true]").count() == 3
    assert visitor.page.locator("#last").input_value() == str(month + timedelta(days=2))
    assert visitor.errors == []
    context.close()


def test_everything_works_without_script(plain: Visitor) -> None:
    month = month_ahead(8)
    sign_in(plain)
    open_month(plain, month)
    page = plain.page
    page.locator("#first").fill(str(month))
    page.locator("#last").fill(str(month + timedelta(days=13)))
    page.locator("summary", has_text="Lignes").click()
    page.get_by_label("Chambre double", exact=True).check()
    page.get_by_label("sam.").check()
    page.locator("#price").fill("150")
    plain.press("Voir ce qui va changer")
    assert "2 cases changent" in page.locator("main").inner_text()
    plain.press("Appliquer")
    saturday = month + timedelta(days=(5 - month.weekday()) % 7)
    assert cell(page, saturday).locator("b").inner_text() == "150"
    assert cell(page, saturday + timedelta(days=1)).locator("b").inner_text() != "150"
    plain.press("Annuler cette modification")
    assert "Modification n°" in page.locator("h1").inner_text()


def test_two_people_do_not_overwrite_each_other_unknowingly(
    chromium: Browser, site: str, visitor: Visitor, request: pytest.FixtureRequest
) -> None:
    month = month_ahead(9 if "phone" in request.node.name else 10)
    day = month + timedelta(days=10)
    other_context = chromium.new_context(locale="fr-FR", bypass_csp=True)
    other = Visitor(other_context.new_page(), site)
    for person in (visitor, other):
        sign_in(person)
        open_month(person, month)

    def write(person: Visitor, price: str, last: date) -> None:
        page = person.page
        page.locator("#first").fill(str(month))
        page.locator("#last").fill(str(last))
        page.locator("summary", has_text="Lignes").click()
        page.get_by_label("Suite", exact=True).check()
        page.locator("#price").fill(price)
        person.press("Voir ce qui va changer")

    write(visitor, "300", month + timedelta(days=20))
    write(other, "260", day)
    other.press("Appliquer")
    visitor.press("Appliquer")
    text = visitor.page.locator(".notice.refusal").inner_text()
    assert "Quelqu'un a modifié ces nuits entre-temps" in text
    assert "aujourd'hui 260,00" in text
    visitor.check()
    visitor.errors.clear()  # the refusal is answered 409, which the browser notes
    open_month(visitor, month)
    suite = 2
    assert cell(visitor.page, day, suite).locator("b").inner_text() == "260"
    # Nothing was half applied: the nights that nobody else touched are as they were.
    assert cell(visitor.page, day + timedelta(days=1), suite).locator("b").inner_text() != "300"
    other_context.close()


def test_holidays_and_the_year_are_drawn(visitor: Visitor) -> None:
    sign_in(visitor)
    may = date(TODAY.year + 1, 5, 1)
    open_month(visitor, may)
    page = visitor.page
    assert page.locator(".bands .feast").count() >= 3
    assert "zone" in page.locator(".bands").inner_text()
    visitor.press("Année", role="link")
    visitor.check()
    assert page.locator("table.ari tbody tr").count() == 12
    page.get_by_label("Ligne", exact=True).select_option(index=1)
    visitor.press("Montrer")
    visitor.check()
    for show in ("Tarifs", "Toute la maison"):
        open_month(visitor, may)
        with page.expect_navigation():
            page.get_by_label("Lignes montrées").get_by_role("link", name=show).click()
        visitor.check()


def test_in_the_year_a_drag_over_a_months_end_changes_the_nights_that_it_marks(
    visitor: Visitor,
) -> None:
    sign_in(visitor)
    year = TODAY.year + 1
    first, last = date(year, 1, 25), date(year, 2, 5)
    assert visitor.go(f"/pro/calendar?view=year&year={year}") == 200
    page = visitor.page
    night = page.locator(f"td[data-day='{first}']")
    night.scroll_into_view_if_needed()
    night.hover()
    page.mouse.down()
    page.locator(f"td[data-day='{last}']").hover()
    page.mouse.up()
    marked = page.locator("td[aria-selected=true]")
    days = marked.evaluate_all("cells => cells.map((cell) => cell.dataset.day)")
    assert days == [str(first + timedelta(days=n)) for n in range(12)]
    assert page.locator("[data-grid-status]").inner_text().startswith("12 nuits")
    assert page.locator("#first").input_value() == str(first)
    assert page.locator("#last").input_value() == str(last)
    night.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowRight")
    assert page.evaluate("document.activeElement.dataset.day") == f"{year}-02-01"
    page.locator("#price").fill("101")
    visitor.press("Voir ce qui va changer")
    assert "1 case change" in page.locator("main").inner_text()
    visitor.check()


def test_a_season_is_copied_and_a_file_goes_out_and_comes_back(
    visitor: Visitor, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    shift = 0 if "phone" in request.node.name else 7
    sign_in(visitor)
    month = month_ahead(1)
    open_month(visitor, month)
    page = visitor.page
    page.get_by_text("Copier une saison").click()
    page.locator("#copy_first").fill(str(month + timedelta(days=shift)))
    page.locator("#copy_last").fill(str(month + timedelta(days=shift + 6)))
    page.locator("#copy_to").fill(str(month + timedelta(days=shift + 14 * 26)))
    with page.expect_navigation():
        page.locator("form[action='/pro/calendar/copy'] button").click()
    visitor.check()
    assert "Nuits" in page.locator("main").inner_text() or "Rien ne change" in (
        page.locator("main").inner_text()
    )
    open_month(visitor, month)
    page.get_by_text("Fichier CSV").click()
    with page.expect_download() as started:
        page.get_by_role("link", name="Télécharger un an de calendrier").click()
    file = tmp_path / "calendrier.csv"
    started.value.save_as(file)
    lines = file.read_text(encoding="utf-8-sig").splitlines()
    assert lines[0] == "row;date;field;value"
    assert len(lines) > 365 * 3
    priced = next(line for line in lines if f";{month + timedelta(days=20 + shift)};price;" in line)
    file.write_text("\n".join([lines[0], re.sub(r"[\d,]+$", "77,00", priced)]))
    upload(visitor, file)
    assert "1 case change" in page.locator("main").inner_text()
    assert "77,00" in page.locator("ins").inner_text()
    file.write_text("row;date;field;value\nnot a row;2027-01-01;price;12\n")
    open_month(visitor, month)
    page.get_by_text("Fichier CSV").click()
    upload(visitor, file)
    assert "Ligne 2 du fichier" in page.locator("#error-file").inner_text()
    visitor.check()
    visitor.errors.clear()


def upload(visitor: Visitor, file: Path) -> None:
    visitor.page.locator("#file").set_input_files(file)
    with visitor.page.expect_navigation():
        visitor.page.locator("form[action='/pro/calendar/file'] button").click()


def test_a_mistake_is_told_beside_its_field_and_what_was_typed_is_kept(visitor: Visitor) -> None:
    sign_in(visitor)
    open_month(visitor, month_ahead(2))
    page = visitor.page
    page.locator("summary", has_text="Lignes").click()
    page.get_by_label("Suite", exact=True).check()
    page.locator("#price").fill("cent euros")
    page.get_by_text("Places et restrictions").click()
    page.locator("#min_stay").fill("3")
    visitor.press("Voir ce qui va changer")
    assert page.locator("#error-price").inner_text() == "Écrivez un montant comme 98 ou 98,50."
    assert page.locator("#price").input_value() == "cent euros"
    assert page.locator("#min_stay").input_value() == "3"
    assert page.get_by_label("Suite", exact=True).is_checked()
    visitor.check()
    visitor.errors.clear()
