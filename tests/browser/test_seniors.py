"""Seniors, as `hub vertical show seniors` serves it: an association, Odette's screen, her niece."""

import os
import re
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from loadtests.serving import STOPPED_S, Served, free_port, launch
from tests.browser.conftest import Visitor

pytestmark = pytest.mark.xdist_group("browser")
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a hub that shows the seniors' example."""
    home, port = tmp_path_factory.mktemp("seniors"), free_port()
    environment = {
        **{name: value for name, value in os.environ.items() if name != "DATABASE_URL"},
        "HUB_DATA": str(home / "data"),
        "HUB_PORT": str(port),
        "HUB_WORKERS": "1",
    }
    arguments = ["vertical", "show", "seniors"]
    served = Served(
        address=f"http://127.0.0.1:{port}",
        home=home,
        environment=environment,
        arguments=arguments,
        process=launch(arguments, environment, home / "log"),
    )
    try:
        served.wait_until_ready()
        yield served.address
    finally:
        served.process.send_signal(signal.SIGINT)
        assert served.process.wait(STOPPED_S) in {0, 130}, served.tail()


@pytest.fixture(params=list(SIZES))
def helper(request: pytest.FixtureRequest, chromium: Browser, shown: str) -> Iterator[Visitor]:
    """Somebody of the association."""
    width, height = SIZES[request.param]
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", bypass_csp=True
    )
    visitor = Visitor(context.new_page(), shown)
    yield visitor
    assert visitor.errors == []
    context.close()


def picture(visitor: Visitor, name: str) -> None:
    """Kept where a person asks for it, to be looked at."""
    folder = os.environ.get("HUB_PICTURES")
    if folder:
        size = visitor.page.viewport_size or {"width": 0}
        path = Path(folder) / f"{name}-{size['width']}.png"
        visitor.page.screenshot(path=str(path), full_page=True)


def test_an_association_closes_an_alert_and_the_person_calls_and_takes_consent_back(
    helper: Visitor,
) -> None:
    page = helper.page
    helper.go("/sign-in")
    page.locator("input[type=email]").fill("seniors@example.org")
    page.locator("input[type=password]").fill("demonstration")
    with page.expect_navigation():
        page.locator("main button[type=submit]").click()
    helper.go("/seniors")
    helper.check()
    picture(helper, "board")
    if page.get_by_label("Ce que c'était").count():
        page.get_by_label("Ce que c'était").first.fill("Grasse matinée")
        helper.press(re.compile("^Clore"))
    assert page.get_by_label("Ce que c'était").count() == 0
    helper.press("Odette Exemple", role="link")
    helper.check()
    picture(helper, "senior")
    helper.press("Ouvrir son écran", role="link")
    helper.check()
    assert "112" in page.locator("main").inner_text()
    picture(helper, "own")
    if page.get_by_role("button", name="Appeler à l'aide").is_enabled():
        helper.press("Appeler à l'aide")
    assert "Nous appelons vos contacts" in page.locator("main").inner_text()
    page.get_by_label("voit mes appels").check()
    helper.press("Enregistrer")
    assert page.get_by_label("voit mes appels").is_checked()
    page.get_by_label("voit mes appels").uncheck()
    helper.press("Enregistrer")
    assert not page.get_by_label("voit mes appels").is_checked()
    helper.check()
    picture(helper, "called")
