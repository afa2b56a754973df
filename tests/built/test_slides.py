"""The slides of each chapter: what is on them, and how a speaker goes through them without a network."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from bs4 import BeautifulSoup
from checkout import CHAPTERS, SITE
from playwright.sync_api import expect
from sphinx_plotly_figures import figures
from visits import DESKTOP, MARKS, PHONE, SMALLEST, Visit, report

from tools.outputs import slides

PROJECTOR = {"viewport": {"width": 1280, "height": 720}}
SHOWN = ".slide:not([hidden])"


@pytest.fixture(scope="module")
def decks(pages, tmp_path_factory):
    """Folder of the decks, made anew in a place where nothing else of the book is."""
    folder = tmp_path_factory.mktemp("slides")
    assert len(slides.build(SITE, folder)) == len(CHAPTERS)
    return folder


def before_a_slider(page):
    """Value of the slide before the first one whose chart has a slider."""
    found = "slides => slides.findIndex((slide) => slide.querySelector('input[type=range]')) - 1"
    return str(page.locator(".slide").evaluate_all(found))


def test_a_deck_runs_no_code_but_that_of_its_files(chromium, decks):
    for path in decks.glob("*.html"):
        head = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser").head
        assert head.find(True).get("http-equiv") == "Content-Security-Policy", path.name
    with Visit(chromium, f"{decks.as_uri()}/", "monotherapy.html", **PROJECTOR) as visit:
        page = visit.page
        page.evaluate("""window.refused = []
            addEventListener("securitypolicyviolation", (event) => refused.push(event.effectiveDirective))""")
        page.get_by_role("combobox", name="Slide").select_option(before_a_slider(page))
        page.get_by_role("button", name="Next").click()
        chart = page.locator(f"{SHOWN} [data-chart]")
        expect(chart).to_have_class(re.compile("is-live"))
        chart.locator("input[type=range]").press("ArrowLeft")
        assert page.evaluate("refused") == [], "a live chart keeps to the policy"
        report(visit.problems)
        page.evaluate("""() => {
            const script = document.createElement("script"), style = document.createElement("style")
            script.textContent = "window.ran = true"
            style.textContent = "body { display: none }"
            document.head.append(script, style) }""")
        page.wait_for_function("refused.length === 2")
        assert page.evaluate("window.ran") is None and page.locator("h2:visible").count()


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_deck_has_its_parts(path, decks, pages):
    deck = BeautifulSoup((decks / path.split("/")[1].replace("ipynb", "html")).read_text("utf-8"), "html.parser")
    page = pages[path.replace("ipynb", "html")]
    names = [item["name"] for _, item in figures.figure_cells(CHAPTERS[path])]
    assert [chart["data-chart"] for chart in deck.select(".slide.figure .chart")] == names
    for slide in deck.select(".slide.figure"):
        number = re.match(r"Figure \d+", slide.select_one(".kicker").get_text())[0]
        caption = page.select_one(f"#{slide.select_one('.stage')['id']} .caption-number").get_text().strip()
        assert number == caption and slide.h2.get_text().endswith("."), slide.h2
        # one message a slide: headline, figure, and the source where the book names one
        assert len(slide.select(".chart, table")) == 1
        named = page.select_one(f"#{slide.select_one('.stage')['id']} .chart-sources")
        assert bool(slide.select_one(".source")) == bool(named)
    kinds = [slide["class"][1] for slide in deck.select(".slide")]
    assert kinds[:3] == ["title", "text", "figure"]
    pairs = list(zip(kinds, kinds[1:], strict=False))
    exercises = len(page.select(".exercise"))
    assert kinds.count("exercise") == pairs.count(("exercise", "solution")) == exercises >= 3
    student = slides.deck(page, solutions=False)[1]
    assert [slide["kind"].split()[0] for slide in student] == [kind for kind in kinds if kind != "solution"]
    last = deck.select(".slide")[-1].get_text()
    assert "CC BY 4.0" in last and "Cite the book" in last and "not medical advice" in last


@pytest.mark.parametrize(("path", "scheme"), [*((path, "light") for path in CHAPTERS), (min(CHAPTERS), "dark")])
def test_a_deck_by_keyboard_from_a_file(path, scheme, chromium, decks):
    name = path.split("/")[1].replace("ipynb", "html")
    with Visit(chromium, f"{decks.as_uri()}/", name, color_scheme=scheme, **PROJECTOR) as visit:
        count = visit.page.locator(".slide").count()
        for i in range(1, count + 1):
            slide = visit.page.locator(SHOWN)
            assert slide.get_attribute("id") == f"slide-{i}"
            if chart := next(iter(slide.locator("[data-chart]").all()), None):
                expect(chart).to_have_class(re.compile("is-live"))
                visit.note(not chart.locator(MARKS).count(), f"slide {i}: the chart is empty")
                size = chart.evaluate(SMALLEST)
                visit.note(size < 11, f"slide {i}: text of {size:.1f} px is too small for a room")
                visit.note(chart.bounding_box()["width"] < 0.6 * 1280, f"slide {i}: a small chart")
            wide = visit.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            visit.note(wide > 1, f"slide {i} scrolls sideways by {wide} px")
            # Without `preload` axe would ask for the style sheets again, which a file may not.
            options = {"resultTypes": ["violations"], "preload": False}
            for fault in Axe().run(visit.page, options=options).response["violations"]:
                visit.note(True, f"slide {i}: axe {fault['id']}: {fault['nodes'][0]['target']}")
            visit.page.keyboard.press("PageDown" if i % 2 else "ArrowRight")
        assert slide.get_attribute("id") == f"slide-{count}", "the last slide stays"
        visit.page.keyboard.press("Home")
        visit.page.keyboard.press("ArrowRight")
        visit.page.keyboard.press("PageUp")
        assert visit.page.locator(SHOWN).get_attribute("id") == "slide-1"
        report(visit.problems)


@pytest.mark.parametrize("device", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_a_deck_by_hand(device, chromium, decks):
    with Visit(chromium, f"{decks.as_uri()}/", "monotherapy.html", **device) as visit:
        page = visit.page
        page.get_by_role("combobox", name="Slide").select_option(before_a_slider(page))
        page.get_by_role("button", name="Next").click()
        shown = page.locator(SHOWN)
        slider = shown.locator("input[type=range]")
        before = slider.input_value()
        slider.press("ArrowLeft")
        assert slider.input_value() != before, "arrows belong to a control that has the focus"
        expect(shown.locator("[data-chart]")).to_have_class(re.compile("is-live"))
        page.reload()
        assert page.locator(SHOWN).get_attribute("id") == shown.get_attribute("id"), "the address keeps the slide"
        assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 1
        report(visit.problems)


def test_a_deck_without_script_and_on_paper(chromium, decks):
    for options, media in (({"java_script_enabled": False}, "screen"), ({}, "print")):
        with Visit(chromium, f"{decks.as_uri()}/", "combination.html", **PROJECTOR, **options) as visit:
            visit.page.emulate_media(media=media)
            assert all(slide.is_visible() for slide in visit.page.locator(".slide").all())
            pictures = visit.page.locator(".chart-picture img").all()
            assert pictures and all(p.is_visible() for p in pictures)
            assert all(p.evaluate("image => image.decode().then(() => image.naturalWidth)") > 99 for p in pictures)
