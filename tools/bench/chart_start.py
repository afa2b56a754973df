"""How soon charts come alive as a reader scrolls through a page, and how long the browser is busy with them."""

import itertools
import statistics

from playwright.sync_api import sync_playwright
from sphinx_plotly_figures import pictures

# Lighthouse's slow phone: a processor four times slower, and its network.
_SLOWER = 4
_NETWORK = {"offline": False, "latency": 150, "downloadThroughput": 1.6e6 / 8, "uploadThroughput": 0.75e6 / 8}
_PHONE = {"viewport": {"width": 412, "height": 823}, "device_scale_factor": 1.75, "is_mobile": True, "has_touch": True}
# Seconds that somebody reads before the first act, while the browser fetches the chart library ahead.
_READING = 8
_DESKTOP = {"viewport": {"width": 1280, "height": 900}}
# The page's own clock: asking again and again from outside would keep a slow processor from the chart.
_REACH = """chart => new Promise((alive, failed) => {
    const reached = performance.now();
    const look = () => chart.classList.contains("is-live") && alive(performance.now() - reached);
    new MutationObserver(look).observe(chart, { attributeFilter: ["class"] });
    chart.scrollIntoView({ block: "center", behavior: "instant" });
    dispatchEvent(new Event("wheel"));
    look();
    setTimeout(() => failed(new Error(`${chart.dataset.chart} has not come alive in a minute`)), 60_000);
})"""
_TASKS = """() => new PerformanceObserver((list) => list.getEntries().forEach((task) =>
    (window.tasks = window.tasks || []).push(task))).observe({ type: "longtask", buffered: true })"""
_LONGEST = "since => Math.max(0, ...(window.tasks || []).filter((t) => t.startTime > since).map((t) => t.duration))"


def look(site, pages):
    """Scroll through the charts of pages on a slow phone, and on a fast desktop.

    Parameters
    ----------
    site : str
        Address of the book.
    pages : list of str

    Returns
    -------
    dict
        ``at once``, ``first`` and ``later``: seconds from reaching a chart to its being alive on the slow phone: the
        first chart of a page just loaded, the same once the page was read for a while, and the longest that any later
        one takes; ``task``: milliseconds of the longest task at full speed, once
        the chart library is in. Medians over the pages, and the highest.
    """
    found = {"at once": [], "first": [], "later": [], "task": []}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=pictures.browser(), args=["--no-sandbox"])
        for page in pages:
            found["at once"].append(_waits(browser, f"{site}/{page}", 0, charts=1)[0])
            first, *later = _waits(browser, f"{site}/{page}", _READING)
            found["first"].append(first)
            found["later"].append(max(later, default=0))
            found["task"].append(_longest_task(browser, f"{site}/{page}"))
        browser.close()
    return {name: (statistics.median(values), max(values)) for name, values in found.items()}


def _charts(page):
    for chart in page.locator("[data-chart]").all():
        yield chart.evaluate(_REACH) / 1000


def _waits(browser, address, reading, charts=None):
    page = browser.new_context(**_PHONE).new_page()
    phone = page.context.new_cdp_session(page)
    phone.send("Emulation.setCPUThrottlingRate", {"rate": _SLOWER})
    phone.send("Network.emulateNetworkConditions", _NETWORK)
    page.goto(address)
    page.wait_for_timeout(1000 * reading)
    waits = list(itertools.islice(_charts(page), charts))
    # a slowed page left open would slow the next one
    page.context.close()
    return waits


def _longest_task(browser, address):
    page = browser.new_context(**_DESKTOP).new_page()
    page.goto(address)
    page.evaluate(_TASKS)
    charts = _charts(page)
    next(charts)
    library = page.evaluate("performance.now()")
    for _ in charts:
        page.wait_for_timeout(100)
    longest = page.evaluate(_LONGEST, library)
    page.context.close()
    return longest
