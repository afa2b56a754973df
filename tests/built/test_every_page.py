"""Every page in Chromium, all charts alive: light and dark, on a desktop from files and on a phone from a server."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from checkout import SITE
from visits import DESKTOP, PHONE, Visit, report

# Rows of a data table are all alike: axe looks at the first ones.
REPEATED = ".data-rows :is(.card, tr):nth-child(n+40), .more-rows { display: none !important }"
# The pages' policy lets no inline style in.
ADD_STYLE = """text => {
    const sheet = new CSSStyleSheet(); sheet.replaceSync(text); document.adoptedStyleSheets.push(sheet) }"""
HEIGHT = "document.documentElement.scrollHeight"
# What depends on colours; the other rules see the same elements in both schemes.
COLOURS = ["color-contrast", "link-in-text-block"]


def faults(visit, rules=None):
    """Note what axe finds, by all of its rules or some."""
    # Without `preload` axe would ask for the style sheets again, which a file may not.
    options = {"resultTypes": ["violations"], "preload": False} | (
        {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    )
    for fault in Axe().run(visit.page, options=options).response["violations"]:
        visit.note(True, f"axe {fault['id']}: {fault['help']}: {fault['nodes'][0]['target']}")


@pytest.mark.parametrize(
    ("device", "first", "then"),
    [(DESKTOP, "light", "dark"), (PHONE, "dark", "light")],
    ids=["desktop", "phone"],
)
def test_every_page(device, first, then, chromium, server, pages):
    base = f"{SITE.as_uri()}/" if device is DESKTOP else server
    problems = []
    for path in pages:
        # opened at a place, be it the top, a page is whole
        with Visit(chromium, base, f"{path}#", color_scheme=first, **device) as visit:
            wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            visit.note(wide > 1, f"the page scrolls sideways by {wide} px")
            visit.page.evaluate(ADD_STYLE, REPEATED)
            # an act for the later rows, which no chart waits for
            visit.page.evaluate("dispatchEvent(new Event('focusin'))")
            height = visit.page.evaluate(HEIGHT)
            for chart in visit.charts:
                visit.wake(chart)
            moved = visit.page.evaluate(HEIGHT) - height
            visit.note(abs(moved) > 1, f"coming alive changes the page's height by {moved} px")
            visit.words()
            faults(visit)
            visit.page.emulate_media(color_scheme=then)
            faults(visit, COLOURS)
        problems += visit.problems
    report(problems)


def test_targets_as_opened(chromium, server, pages):
    """Before anybody scrolls, when the heights of later parts are guesses, no button lies on the text after it."""
    problems = []
    for path in pages:
        if path.startswith("chapters/"):
            with Visit(chromium, server, path, **PHONE) as visit:
                faults(visit, ["target-size"])
            problems += visit.problems
    report(problems)
