"""The result page as a browser on a slow line sees it: `python -m loadtests.bench result_page`."""

import statistics
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from playwright.sync_api import Browser, Page, Request, sync_playwright

from loadtests.report import tell
from loadtests.serving import served_demo

# The "3G fast" profile of web page tests: 1.6 Mbit/s down, 768 kbit/s up, 150 ms there and back.
FAST_3G = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 768_000 / 8,
}
PAINT_MS, HTML_BYTES, VISITS = 1_000, 60_000, 7
PATIENCE_MS = 20_000
SIZES = {"phone": (390, 844), "desktop": (1280, 900)}
VITALS = """
window.vitals = { lcp: 0, shift: 0 };
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.vitals.lcp = entry.startTime;
}).observe({ type: "largest-contentful-paint", buffered: true });
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.vitals.shift += entry.value;
}).observe({ type: "layout-shift", buffered: true });
"""
# Everything that the page brought, as it came over the line.
ALL_BYTES = """
performance.getEntriesByType('navigation').concat(performance.getEntriesByType('resource'))
  .reduce((sum, entry) => sum + entry.transferSize, 0)
"""


def slow_page(browser: Browser, address: str, size: tuple[int, int]) -> Page:
    """A page on a slow line without a cache, whose server has answered the address once."""
    width, height = size
    context = browser.new_context(viewport={"width": width, "height": height}, locale="fr-FR")
    page = context.new_page()
    page.goto(address)
    page.goto("about:blank")
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    session.send("Network.emulateNetworkConditions", FAST_3G)
    page.add_init_script(VITALS)
    return page


def painted(figures: dict[str, float]) -> float:
    """When the largest paint was, the server's own time apart, in milliseconds."""
    return figures["lcp"] - figures["waited"]


def visit(page: Page, address: str, *, patient: bool = False) -> dict[str, float]:
    """One visit: when the largest paint was, how long the server itself took, how heavy the page
    was; one style sheet, two scripts at most, and no other server asked. A `patient` visit waits
    until the browser has told of a paint, however busy the machine is."""
    kinds: dict[str, list[str]] = {}

    def notice(request: Request) -> None:
        kinds.setdefault(request.resource_type, []).append(request.url)

    page.on("request", notice)
    page.goto(address, wait_until="networkidle")
    page.wait_for_timeout(300)
    if patient:
        page.wait_for_function("window.vitals.lcp > 0", timeout=PATIENCE_MS)
    page.remove_listener("request", notice)
    site = "/".join(address.split("/")[:3])
    assert len(kinds["stylesheet"]) == 1
    assert len(kinds["script"]) <= 2
    assert all(url.startswith(site) for urls in kinds.values() for url in urls)
    timing: dict[str, Any] = page.evaluate("performance.getEntriesByType('navigation')[0].toJSON()")
    answered = timing["responseStart"] - timing["requestStart"]
    return {
        **page.evaluate("window.vitals"),
        "html": timing["encodedBodySize"],
        "all": page.evaluate(ALL_BYTES),
        # The network's own 150 ms are no excuse.
        "waited": max(answered - FAST_3G["latency"], 0),
    }


def result_page() -> bool:
    """Largest Contentful Paint, weight and calm of a department's results on fast 3G, on a phone
    and at a desk, against the budget of pages: the median of some visits, each of other dates, so
    that the server (`server_ms` of it) has each to make."""
    arrivals = (datetime.now(UTC).date() + timedelta(days=days) for days in count(60))
    with served_demo("74", workers=1) as served, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path="/usr/bin/chromium", args=["--no-sandbox", "--disable-gpu"]
        )
        place, good = f"{served.address}/recherche?place=department:74", True
        addresses = (
            f"{place}&arrival={day}&departure={day + timedelta(days=3)}&adults=2"
            for day in arrivals
        )
        for name, size in SIZES.items():
            page = slow_page(browser, next(addresses), size)
            visits = [visit(page, next(addresses), patient=True) for _ in range(VISITS)]
            good &= _tell(name, visits)
            page.context.close()
        browser.close()
    return good


def _tell(name: str, visits: list[dict[str, float]]) -> bool:
    paint = statistics.median(figures["lcp"] for figures in visits)
    html = max(figures["html"] for figures in visits)
    shift = max(figures["shift"] for figures in visits)
    return tell(
        figure=f"result_page_{name}", lcp_ms=round(paint), goal_ms=PAINT_MS,
        server_ms=round(statistics.median(figures["waited"] for figures in visits)),
        html_bytes=html, goal_bytes=HTML_BYTES,
        all_bytes=max(figures["all"] for figures in visits), layout_shift=round(shift, 4),
        ok=paint <= PAINT_MS and html <= HTML_BYTES and shift <= 0.01,
    )  # fmt: skip


FIGURES: dict[str, Callable[[], bool]] = {"result_page": result_page}
