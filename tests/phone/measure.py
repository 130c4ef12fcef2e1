"""The pages a patient meets, in a browser made slow: 1.6 Mbit/s, 150 ms away, at a fourth of its speed."""

from dataclasses import asdict, dataclass
from typing import Any

from playwright.sync_api import Browser, CDPSession, Page

BYTES_A_SECOND = 1_600_000 / 8
ROUND_TRIP_MS = 150
SLOWDOWN = 4
VIEWPORT = {"width": 390, "height": 844}

_WATCH = """
window.shifts = 0;
new PerformanceObserver(list => { for (const entry of list.getEntries()) window.shifts += entry.value; })
  .observe({type: "layout-shift", buffered: true});
"""
_TIMES = """() => ({
  paint: performance.getEntriesByName("first-contentful-paint")[0].startTime,
  ready: performance.getEntriesByType("navigation")[0].domContentLoadedEventEnd,
  shifts: window.shifts,
})"""


@dataclass(frozen=True)
class Visit:
    """One page load. A page is usable once it is painted and its scripts have run (milliseconds)."""

    name: str
    kilobytes: float
    usable_ms: int
    layout_shift: float

    def as_json(self) -> dict[str, object]:
        """Return the figures as plain values."""
        return asdict(self)


def measure_first_page(browser: Browser, base: str, language: str) -> Visit:
    """Open the home page as somebody who was never here, and scroll to its end."""
    prefix, locale = ("/th/", "th-TH") if language == "th" else ("/", "en-GB")
    context = browser.new_context(viewport=VIEWPORT, locale=locale)  # type: ignore[arg-type]
    try:
        return _load(context.new_page(), f"first page, {language}", base + prefix)
    finally:
        context.close()


def measure_journey(browser: Browser, base: str, language: str) -> list[Visit]:
    """Walk from the first page to choosing a time, with whatever the browser has kept by then."""
    prefix, locale = ("/th", "th-TH") if language == "th" else ("", "en-GB")
    context = browser.new_context(viewport=VIEWPORT, locale=locale)  # type: ignore[arg-type]
    try:
        page = context.new_page()
        paths = {
            "first page": "/",
            "choose a time": "/book/",
            "why sensitive skin needs care": "/sensitive-skin/",
        }
        return [_load(page, f"{name}, {language}", base + prefix + path) for name, path in paths.items()]
    finally:
        context.close()


def _load(page: Page, name: str, address: str) -> Visit:
    session = _slow_down(page)
    sizes: list[float] = []
    session.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    page.add_init_script(_WATCH)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(500)
    times: dict[str, Any] = page.evaluate(_TIMES)
    page.evaluate("window.scrollTo(0, document.body.scrollHeight)")
    page.wait_for_load_state("networkidle")
    session.detach()
    usable = round(max(times["paint"], times["ready"]))
    return Visit(name, round(sum(sizes) / 1024, 1), usable, round(times["shifts"], 4))


def _slow_down(page: Page) -> CDPSession:
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    network = {"offline": False, "latency": ROUND_TRIP_MS, "downloadThroughput": BYTES_A_SECOND}
    session.send("Network.emulateNetworkConditions", {**network, "uploadThroughput": BYTES_A_SECOND / 2})
    session.send("Emulation.setCPUThrottlingRate", {"rate": SLOWDOWN})
    return session
