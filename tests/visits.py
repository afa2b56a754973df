"""A page of the book in a browser, and what goes wrong on it."""

import re

from playwright.sync_api import expect

# A busy machine stands still for half a minute; only what never comes is a fault.
PATIENCE = 120_000
expect.set_options(timeout=PATIENCE)
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
PHONE = {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True}
# Size on the screen of the smallest text in a chart, in pixels.
SMALLEST = """chart => Math.min(99, ...[...chart.querySelectorAll("svg text")]
    .filter((text) => text.textContent.trim() && text.getBoundingClientRect().width)
    .map((text) => parseFloat(getComputedStyle(text).fontSize) * (text.getScreenCTM()?.a || 1)))"""
# Words in a live chart that its edge cuts off.
OUTSIDE = """chart => {
    const canvas = chart.querySelector(".chart-canvas").getBoundingClientRect();
    return [...chart.querySelectorAll(".chart-live text")].filter((text) => {
        const { left, right, top, bottom, width } = text.getBoundingClientRect();
        return width && text.textContent.trim() && (left < canvas.left - 2 || right > canvas.right + 2
            || top < canvas.top - 2 || bottom > canvas.bottom + 2);
    }).map((text) => text.textContent) }"""
# What a trace draws.
MARKS = ".js-plotly-plot :is(.mlayer, .pielayer, .ternarylayer) :is(path, image)"


class Visit:
    """A page in a browser, and what went wrong on it."""

    def __init__(self, chromium, base, path, **options):
        self.page = chromium.new_context(**options).new_page()
        self.path, self.problems = path, []
        self.page.on("console", lambda message: self.note(message.type == "error", f"console: {message.text}"))
        self.page.on("pageerror", lambda error: self.note(True, f"script: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("response", lambda answer: self.note(answer.status >= 400, f"{answer.status}: {answer.url}"))
        allowed = (base, "data:", "blob:")
        self.page.on("request", lambda request: self.note(not request.url.startswith(allowed), f"off: {request.url}"))
        self.address = base + path

    def __enter__(self):
        self.page.goto(self.address)
        return self

    def __exit__(self, *error):
        self.page.context.close()

    def note(self, wrong, problem):
        if wrong:
            self.problems.append(f"{self.path}: {problem}")

    def _failed(self, request):
        # what is fetched ahead is given up when the page goes
        self.note(request.failure != "net::ERR_ABORTED", f"failed: {request.url}: {request.failure}")

    @property
    def charts(self):
        return self.page.locator("[data-chart]").all()

    def wake(self, chart):
        """Scroll to a chart, the reader's first act, and wait until it lives."""
        chart.scroll_into_view_if_needed()
        self.page.mouse.wheel(0, 1)
        name = chart.get_attribute("data-chart")
        try:
            expect(chart).to_have_class(re.compile("is-live"))
        except AssertionError:
            self.note(True, f"{name} does not come alive")
        else:
            self.note(not chart.locator(MARKS).count(), f"{name} is empty when alive")

    def words(self):
        """Look whether words in charts can be read."""
        for chart in self.charts:
            name, size, outside = chart.get_attribute("data-chart"), chart.evaluate(SMALLEST), chart.evaluate(OUTSIDE)
            self.note(size < 9, f"{name} has text of {size:.1f} px")
            self.note(outside, f"{name} cuts off {outside}")


def report(problems):
    assert not problems, "\n" + "\n".join(dict.fromkeys(problems))
