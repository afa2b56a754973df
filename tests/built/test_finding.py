"""Finding things and taking them along: search, gallery, terms, and cells that are copied with their set-up."""

import subprocess
import sys
import tomllib

import pytest
from checkout import ROOT
from playwright.sync_api import expect
from pybtex.database.input.bibtex import Parser

# What a reader types, and where one of the first three places should lead.
WANTED = {
    "SHARP": "monotherapy.html",
    "Asia-Pacific": "monotherapy.html",
    "STORM": "traditional.html#the-storm-lesson",
    "SPACE": "traditional.html#the-space-lesson",
    "TACTICS": "traditional.html#why-the-definition",
    "REFLECT": "studies.html#reflect",
    "IMbrave150": "studies.html#imbrave150",
    "CheckMate 459": "studies.html#checkmate_459",
    "HIMALAYA": "studies.html#himalaya",
    "CALGB 80802": "combination.html",
    "TACE": "traditional.html",
    "RECIST": "glossary.html#recist",
    "TTP": "glossary.html#time-to-progression",
    "overall survival": "glossary.html#overall-survival",
    "hazard ratio": "glossary.html#hazard-ratio",
    "kaplan": "glossary.html#kaplan-meier-estimate",
    "hand-foot skin reaction": "glossary.html#hand-foot-skin-reaction",
    "Child-Pugh": "glossary.html#child-pugh-class",
    "doxorubicin": "combination.html#doxorubicin",
    "capecitabine": "combination.html#capecitabine",
    "lenvatinib": "glossary.html#lenvatinib",
    "regorafenib": "glossary.html#regorafenib",
    "sorafinib": "chapters/",
    "KIT": "nodes.html#kit",
    "BRAF": "nodes.html#braf",
    "FGF19": "glossary.html#fgf19-and-fgfr4",
    "SHP2": "glossary.html#shp-1-and-shp2",
    "HIF-1a": "acquired_resistance.html#hypoxia",
    "EMT": "glossary.html#epithelial-mesenchymal-transition",
    "HBV": "glossary.html#hepatitis-b",
    "HCV": "glossary.html#hepatitis-c",
    "HepG2": "cell_lines.html#hepg2",
    "vessel co-option": "glossary.html#vessel-co-option",
}


@pytest.fixture
def page(chromium):
    page = chromium.new_context(permissions=["clipboard-read", "clipboard-write"]).new_page()
    yield page
    page.context.close()


def test_search_finds_what_readers_type(page, server):
    asked = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{server}search.html", wait_until="networkidle")
    assert not any("search-index" in url for url in asked), "the index comes before there is something to look for"
    page.goto(f"{server}search.html?q=SHARP")
    expect(page.locator("#search-results")).to_contain_text("SHARP")
    missed = {}
    for words, place in WANTED.items():
        page.fill("#search-words", words)
        found = [link.get_attribute("href") for link in page.locator("#search-results a").all()[:3]]
        if not any(place in address for address in found):
            missed[words] = found
    assert not missed
    page.fill("#search-words", "qqqqq")
    expect(page.locator("#search-count")).to_have_text("0 places found")
    page.fill("#search-words", "leung2020shp2")  # a key of the bibliography, which the text cites
    assert "chapters/" not in " ".join(a.get_attribute("href") for a in page.locator("#search-results a").all())


def test_every_found_place_exists(page, server):
    page.goto(f"{server}search.html?q=EGFR")
    expect(page.locator("#search-count")).to_contain_text("places found")
    for link in page.locator("#search-results a").all()[:10]:
        target = page.context.new_page()
        target.goto(server + link.get_attribute("href"))
        anchor = link.get_attribute("href").partition("#")[2]
        assert not anchor or target.locator(f"[id='{anchor}']").count() == 1, anchor


def test_the_gallery_shows_all_figures_and_chooses(page, server):
    page.goto(f"{server}reference/gallery.html")
    cards = page.locator(".gallery p")
    everything = cards.count()
    chapter = page.locator(".data-tools select").first
    chapter.select_option("2. Monotherapy")
    shown = page.locator(".gallery p:visible")
    page.goto(f"{server}chapters/monotherapy.html")
    drawn = page.locator("[data-chart]").count()
    page.go_back()
    page.locator(".data-tools select").first.select_option("2. Monotherapy")
    assert shown.count() == drawn < everything
    page.locator(".data-tools select").nth(1).select_option("curves")
    assert 0 < shown.count() < drawn
    assert all(words.endswith("2. Monotherapy, curves") for words in shown.locator("small").all_inner_texts())


@pytest.mark.parametrize("width", [1280, 360])
def test_every_field_of_the_map_is_reached_by_key(width, page, server):
    page.set_viewport_size({"width": width, "height": 800})
    page.goto(f"{server}index.html")
    fields = page.locator(".resistance-map a")
    fields.first.focus()
    for place in range(fields.count()):
        field = fields.nth(place)
        expect(field).to_be_focused()
        seen = field.evaluate("field => [getComputedStyle(field).outlineStyle, field.scrollWidth - field.clientWidth]")
        assert seen == ["solid", 0], field.inner_text()
        page.keyboard.press("Tab")


def test_a_share_of_the_audit_leads_to_its_rows(page, server):
    page.goto(f"{server}index.html")
    number, verdict = page.locator(".shares a").nth(2).inner_text().split()
    page.locator(".shares a").nth(2).click()
    expect(page.locator("select[name=verdict]")).to_have_value(verdict)
    expect(page.locator(".data-rows [data-choice]:visible")).to_have_count(int(number))


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("chapters/monotherapy.html", "h2 > .headerlink"),
        ("chapters/monotherapy.html", "figcaption .headerlink"),
        ("reference/claims.html", ".card > p > a"),
        ("reference/data/studies.html", ".data-rows td:first-child > a"),
    ],
    ids=["section", "figure", "claim", "row"],
)
def test_an_address_is_copied_by_key(path, link, page, server):
    page.goto(f"{server}{path}")
    link = page.locator(link).nth(2)
    link.focus()
    page.keyboard.press("Shift+Tab")
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    expect(link).to_have_css("opacity", "1")
    page.keyboard.press("Enter")
    expect(page.locator(".copied")).to_have_text("Address copied")
    assert page.evaluate("navigator.clipboard.readText()") == page.url
    assert page.locator(f"[id='{page.url.partition('#')[2]}']").is_visible()


def test_the_prose_leads_to_its_terms(pages):
    links = [link for page in pages.values() for link in page.select(".glossary-term")]
    found = {link.get_text(): link["href"].partition("#")[2] for link in links}
    wanted = {"hepatitis B": "hepatitis-b", "TTP": "time-to-progression", "hazard ratio": "hazard-ratio"}
    assert {words: found.get(words) for words in wanted} == wanted


SHARP = [
    "SHARP: overall survival",
    "Sorafenib: 10.7 months (9.4 to 13.3)",
    "Llovet and others. N Engl J Med 2008;359:378–390. doi:10.1056/NEJMoa0708857",
    "Verified in the publication",
]


def test_a_card_answers_pointer_keyboard_and_escape(page, server):
    page.goto(f"{server}chapters/monotherapy.html")
    card, number = page.locator("#card-of-link"), page.locator(".cell-link", has_text="10.7").first
    number.hover()
    expect(card.locator("> *")).to_have_text(SHARP)
    expect(number).to_have_attribute("aria-describedby", "card-of-link")
    card.hover()
    page.wait_for_timeout(400)
    expect(card).to_be_visible()
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    for link, words in {".glossary-term": "blocks several kinases", ".bibtex-citation a": "Lancet Oncol"}.items():
        page.locator(link).first.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        expect(card).to_contain_text(words)
    figure = page.locator("article a.internal[href^='#fig-']").first
    figure.hover()
    expect(card.locator("img")).to_be_visible()
    assert not page.locator("article :is(.cell-link, .glossary-term)[title]").count()


def test_the_first_tap_shows_a_card_and_the_second_follows(chromium, server):
    page = chromium.new_context(has_touch=True, is_mobile=True, viewport={"width": 390, "height": 800}).new_page()
    page.goto(f"{server}chapters/monotherapy.html")
    number = page.locator(".cell-link", has_text="10.7").first
    number.tap()
    expect(page.locator("#card-of-link > *")).to_have_text(SHARP)
    box = page.locator("#card-of-link").bounding_box()
    assert box["x"] >= 0 and box["x"] + box["width"] <= 390
    page.locator("h1").tap()
    expect(page.locator("#card-of-link")).to_be_hidden()
    number.tap()
    number.tap()
    page.wait_for_url("**/reference/data/endpoints.html#sharp-os")
    page.context.close()


def test_a_figure_says_how_it_is_cited_and_fills_the_screen(page, server):
    page.goto(f"{server}chapters/monotherapy.html")
    figure = page.locator("figure#fig-hazard-ratios")
    figure.scroll_into_view_if_needed()
    figure.get_by_role("button", name="Cite this figure").click()
    version = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"]
    told, entry = figure.locator(".figure-citation > *").all_text_contents()
    assert f"Version {version}" in told and told.endswith(f" {server}chapters/monotherapy.html#fig-hazard-ratios")
    read = Parser().parse_string(entry).entries["fig-hazard-ratios"]
    assert read.fields["title"].strip("{}") == figure.locator(".chart-headline").text_content()
    figure.get_by_role("button", name="Full screen").click()
    page.wait_for_function("document.fullscreenElement?.id === 'fig-hazard-ratios'")
    page.keyboard.press("Escape")


def test_a_cell_is_copied_with_its_setup(page, server, tmp_path):
    page.goto(f"{server}chapters/monotherapy.html")
    cell = page.locator(".cell.tag_reusable").first
    cell.locator("summary").first.click()
    cell.locator(".copy-with-setup").click()
    expect(cell.locator(".copy-with-setup")).to_have_text("Copied")
    code = page.evaluate("navigator.clipboard.readText()")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
