"""The demonstration of one department, served as a user would serve it, and a real Chromium."""

import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
DEPARTMENT = "74"
READY_S = 120


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_until_ready(address: str, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        assert process.poll() is None, log.read_text()[-3000:]
        try:
            with urllib.request.urlopen(f"{address}/health/ready", timeout=2) as answer:  # noqa: S310
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(log.read_text()[-3000:])


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """The address of a running `hub demo`; it must stop cleanly on Ctrl-C."""
    home = Path(tempfile.mkdtemp(prefix="hub-browser-"))
    port, log = free_port(), home / "log"
    environment = {
        **os.environ,
        "HUB_DATA": str(home / "data"),
        "HUB_PORT": str(port),
        "HUB_WORKERS": "1",
    }
    environment.pop("DATABASE_URL", None)
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "hub.cli", "demo", "--departments", DEPARTMENT],
            env=environment,
            stdout=out,
            stderr=subprocess.STDOUT,
            cwd=ROOT,
        )
        address = f"http://127.0.0.1:{port}"
        try:
            wait_until_ready(address, process, log)
            yield address
        finally:
            process.send_signal(signal.SIGINT)
            code = process.wait(60)
    assert code == 0, log.read_text()[-3000:]


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
