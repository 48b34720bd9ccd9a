"""A treasurer follows a share from the guest's card to a line of the office's bank."""

import re
import time
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.conftest import Visitor
from tests.browser.driving import Driven, driven_site
from tests.browser.test_journey import REFERENCE, cents, choose_first_hotel, fill_guest, sign_in
from tests.conftest import NOW

pytestmark = pytest.mark.xdist_group("browser")
ARRIVAL = NOW.date() + timedelta(days=42)
PATIENCE_S = 60
IBAN = "FR14 2004 1010 0505 0001 3M02 606"


@pytest.fixture
def driven(tmp_path: Path) -> Iterator[Driven]:
    with driven_site(tmp_path, past_bookings=0, stand_in=True) as driven:
        yield driven


@pytest.fixture
def visitor(driven: Driven, chromium: Browser) -> Iterator[Visitor]:
    context = chromium.new_context(
        viewport={"width": 390, "height": 844}, locale="fr-FR", bypass_csp=True
    )
    yield Visitor(context.new_page(), driven.address)
    context.close()


def book_with_a_confirmed_card(guest: Visitor) -> str:
    page = guest.page
    guest.go("/")
    page.get_by_label("Où").fill("annecy")
    page.get_by_role("option").first.click()
    page.get_by_label("Arrivée").fill(ARRIVAL.isoformat())
    page.get_by_label("Départ").fill((ARRIVAL + timedelta(days=2)).isoformat())
    guest.press("Rechercher")
    choose_first_hotel(guest)
    guest.press(re.compile("Retenir"))
    fill_guest(guest)
    guest.press(re.compile("Réserver et payer"))
    page.wait_for_url(re.compile("/checkout/"))
    page.get_by_label("Numéro de carte").fill("4000 0000 0000 3220")
    guest.press(re.compile("^Payer"))
    guest.press("Confirmer")
    page.wait_for_url(re.compile("/reservation/"))
    found = REFERENCE.search(page.locator("main").inner_text())
    assert found
    return found.group(0)


def become_payable(visitor: Visitor, email: str) -> None:
    page = visitor.page
    page.context.clear_cookies()
    sign_in(visitor, email)
    visitor.go("/pro/payments")
    visitor.press("Ouvrir le compte")
    visitor.press("Continuer chez le service de paiement", role="link")
    page.get_by_label("Représentant").fill("Alix Garnier")
    page.get_by_label("IBAN", exact=True).fill(IBAN)
    page.get_by_label("J'accepte").check()
    visitor.press("Terminer")
    assert "Vous pouvez être payé" in page.locator("main").inner_text()


def see(visitor: Visitor, email: str, path: str, good: Callable[[], bool]) -> None:
    """Look at a page until the worker and the stand-in have done their part."""
    page = visitor.page
    page.context.clear_cookies()  # sessions end while the clock moves on
    sign_in(visitor, email)
    deadline = time.monotonic() + PATIENCE_S
    while True:
        visitor.go(path)
        if good():
            return
        assert time.monotonic() < deadline, page.locator("main").inner_text()
        page.wait_for_timeout(500)


def amounts_of(page: Page, reference: str) -> tuple[int, ...]:
    """A stay's share, what was moved of it, what the bank has (the cost of its payment stands
    before them); nothing while it is not there."""
    row = page.get_by_role("row").filter(has_text=reference)
    if not row.count():
        return ()
    return tuple(cents(cell) for cell in row.first.locator("td.amount").all_inner_texts()[1:])


def moved_and_paid(page: Page, reference: str) -> tuple[bool, bool]:
    amounts = amounts_of(page, reference)
    if not amounts:
        return False, False
    share, moved, paid = amounts
    return share == moved > 0, share == paid > 0


def least_gap(page: Page) -> float:
    """The pixels between those buttons of the statement's form that are nearest to each other."""
    boxes = [one.bounding_box() for one in page.locator("form.card :is(button, .button)").all()]
    gaps: list[float] = []
    for place, one in enumerate(boxes):
        for other in boxes[place + 1 :]:
            assert one
            assert other
            beside = max(
                other["x"] - one["x"] - one["width"], one["x"] - other["x"] - other["width"]
            )
            above = max(
                other["y"] - one["y"] - one["height"], one["y"] - other["y"] - other["height"]
            )
            gaps.append(max(beside, above))
    assert len(gaps) == 3  # of three buttons
    return min(gaps)


def test_a_treasurer_follows_one_share_from_the_card_to_the_line_of_the_bank(
    driven: Driven, visitor: Visitor
) -> None:
    page = visitor.page
    reference = book_with_a_confirmed_card(visitor)
    for email in ("hotelier@demo.example", "federation@demo.example", "office@demo.example"):
        become_payable(visitor, email)
    span = f"?since={ARRIVAL}&until={ARRIVAL}"
    morning = datetime.combine(ARRIVAL + timedelta(days=1), NOW.timetz())
    office, statement = "office@demo.example", f"/pro/settlement{span}"
    driven.set_clock(morning)
    see(visitor, office, statement, lambda: moved_and_paid(page, reference) == (True, False))
    for days in (1, 2, 3):  # the service pays out once a day; a bank takes two
        driven.set_clock(morning + timedelta(days=days, minutes=days))
        see(visitor, office, "/pro/payments", lambda: "po_" in page.locator("main").inner_text())
    see(visitor, office, statement, lambda: moved_and_paid(page, reference) == (True, True))
    visitor.check()
    assert least_gap(page) >= 8
    share = amounts_of(page, reference)[0]
    payout = re.search(
        r"po_\w+", page.get_by_role("row").filter(has_text=reference).first.inner_text()
    )
    assert payout
    line = page.get_by_role("table").nth(1).get_by_role("row").filter(has_text=payout.group(0))
    assert reference in line.inner_text()
    assert cents(line.locator("td.amount").inner_text()) == share
    # The operator sees the three books agree.
    visitor.page.context.clear_cookies()
    sign_in(visitor, "exploitant@demo.example")
    visitor.go("/pro/reconciliation")
    visitor.press("Rapprocher maintenant")
    assert "Tout s'accorde" in page.locator("main").inner_text()
    visitor.check()
    assert visitor.errors == []
