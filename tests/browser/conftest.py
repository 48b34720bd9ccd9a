"""The demonstration of one department, served as a user would serve it, and a real Chromium."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from loadtests.serving import ROOT, served_demo

AXE = ROOT / "node_modules/axe-core/axe.min.js"
DEPARTMENT = "74"


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a running `hub demo`, beside which tools may stand."""
    with served_demo(DEPARTMENT, workers=1, more={"HUB_ALLOW_LOOPBACK": "1"}) as served:
        yield served.address


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        yield browser
        browser.close()


class Visitor:
    """A page that notices every console error, and looks for faults of accessibility."""

    def __init__(self, page: Page, site: str) -> None:
        self.page = page
        self.site = site
        self.errors: list[str] = []
        page.on("console", self._notice)
        page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _notice(self, message) -> None:
        if message.type == "error":
            self.errors.append(f"{self.page.url}: {message.text}")

    def go(self, path: str) -> int:
        answer = self.page.goto(self.site + path)
        assert answer is not None
        return answer.status

    def press(self, name: str | re.Pattern[str], role: str = "button") -> None:
        """Press the first control of this name, and wait for the page that follows."""
        with self.page.expect_navigation():
            self.page.get_by_role(role, name=name).first.click()  # pyright: ignore[reportArgumentType]

    def check(self) -> None:
        """Nothing for axe to find (WCAG 2.2 AA and best practices), in both themes."""
        for scheme in ("light", "dark"):
            self.page.emulate_media(color_scheme=scheme)
            self.page.evaluate(AXE.read_text())
            found = self.page.evaluate("axe.run()")
            faults = [
                (fault["id"], [node["target"] for node in fault["nodes"]][:3])
                for fault in found["violations"]
            ]
            assert faults == [], f"{self.page.url} ({scheme}): {faults}"
        self.page.emulate_media(color_scheme="light")


@pytest.fixture(params=["phone", "desktop"])
def visitor(request: pytest.FixtureRequest, chromium: Browser, site: str) -> Iterator[Visitor]:
    """A French visitor on a phone or at a wide screen; no console error may happen."""
    sizes = {"phone": (390, 844), "desktop": (1280, 900)}
    width, height = sizes[request.param]
    # axe is put into the page by the test: the page's own policy would rightly refuse it.
    context = chromium.new_context(
        viewport={"width": width, "height": height}, locale="fr-FR", bypass_csp=True
    )
    visitor = Visitor(context.new_page(), site)
    yield visitor
    assert visitor.errors == []
    context.close()


@pytest.fixture
def plain(chromium: Browser, site: str) -> Iterator[Visitor]:
    """A visitor whose browser runs no script."""
    context = chromium.new_context(locale="fr-FR", java_script_enabled=False)
    yield Visitor(context.new_page(), site)
    context.close()
