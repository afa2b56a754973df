"""Finding things and taking them along: search, gallery, terms, and cells that are copied with their set-up."""

import re
import subprocess
import sys
import tomllib

import pytest
from checkout import ROOT
from playwright.sync_api import expect
from pybtex.database.input.bibtex import Parser
from visits import PHONE, Visit

from sorafenib_book.book_ext import quiz

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
    # slips and American spelling
    "lenvatanib": "glossary.html#lenvatinib",
    "regorafanib": "glossary.html#regorafenib",
    "docsorubicin": "combination.html#doxorubicin",
    "autophagie": "acquired_resistance.html#autophagy",
    "chemoembolization": "traditional.html#chemoembolisation",
    "tumor heterogeneity": "primary_resistance.html#heterogeneity",
    "Kaplan Meyer": "glossary.html#kaplan-meier-estimate",
    "hypoxya": "acquired_resistance.html#hypoxia",
    # Greek, raised and lowered signs, hyphens, joined forms
    "HIF-1α": "acquired_resistance.html#hypoxia",
    "HIF 1 alpha": "acquired_resistance.html#hypoxia",
    "HIF1A": "nodes.html#hif1a",
    "NF-κB": "nodes.html#nfkb1",
    "nfkb": "nodes.html#nfkb1",
    "β-catenin": "nodes.html#ctnnb1",
    "TGFβ": "nodes.html#tgfb1",
    "IC₅₀": "glossary.html#half-maximal-inhibitory-concentration",
    "handfoot skin reaction": "glossary.html#hand-foot-skin-reaction",
    "child pugh": "glossary.html#child-pugh-class",
    "co option": "emerging_theory.html#what-co-option-is",
    "Hep G2": "cell_lines.html#hepg2",
    "PI3K Akt": "acquired_resistance.html#pi3k-akt",
    # authors, with a year or without
    "Llovet 2008": "bibliography.html#ref-llovet2008sharp",
    "Cheng 2009": "bibliography.html#ref-cheng2009asiapacific",
    "Lencioni": "bibliography.html#ref-lencioni2016space",
    "Kudo TACTICS": "bibliography.html#ref-kudo2020tactics",
    "Wilhelm 2004": "bibliography.html#ref-wilhelm2004",
    "Kuczynski 2016": "bibliography.html#ref-kuczynski2016cooption",
    # plain questions
    "how long do patients live on sorafenib": "monotherapy.html",
    "what are the side effects of sorafenib": "monotherapy.html#the-price-adverse-events",
    "does adding sorafenib to chemoembolisation help": "traditional.html",
    "why do tumours become resistant to sorafenib?": "acquired_resistance.html",
    "which kinases does sorafenib inhibit": "targets.html",
    "can the dose be lowered": "combination.html#can-the-dose-be-lowered",
    "what is vessel co-option?": "emerging_theory.html#what-co-option-is",
    "should I take sorafenib after surgery": "traditional.html",
    "who gets liver cancer": "monotherapy.html#the-disease",
    "how do I cite this book": "#cite-this-book",
    "is there a marker that predicts response": "primary_resistance.html",
    "SHARP overall survival": "endpoints.html#sharp-os",
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


def test_search_says_when_no_place_has_all_words(page, server):
    page.goto(f"{server}search.html?q=Kilimanjaro+sorafenib")
    expect(page.locator("#search-count")).to_contain_text("No place has all of these words.")


def test_what_was_asked_is_there_on_the_way_back(page, server):
    page.goto(f"{server}search.html")
    page.fill("#search-words", "HIF-1α")
    expect(page.locator("#search-results a").first).to_be_visible()
    found = page.locator("#search-results a").all_text_contents()
    page.locator("#search-results a").nth(2).click()
    page.wait_for_url(lambda address: "search.html" not in address)
    page.go_back()
    expect(page).to_have_url(re.compile(r"q=HIF-1%CE%B1"))
    expect(page.locator("#search-words")).to_have_value("HIF-1α")
    expect(page.locator("#search-results a")).to_have_text(found)


def test_excerpts_are_words(page, server):
    for words in ("SHARP", "milestones", "imprecise", "EGFR", "Child-Pugh"):
        page.goto(f"{server}search.html?q={words}")
        expect(page.locator("#search-results li").first).to_be_visible()
        # the page of functions alone tells names of code
        results = page.locator("#search-results li:not(:has(a[href^='reference/functions']))")
        told = "\n".join(results.all_text_contents())
        assert not re.search(r"<\w+>|\d\d:\d\d:\d\d|[a-z]_[a-z]|\.html|\[fig-", told), words
        assert page.locator("#search-results mark").count(), words


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


def test_the_map_keeps_its_squares_in_forced_colours(chromium, server):
    page = chromium.new_context(forced_colors="active").new_page()
    page.goto(f"{server}index.html")
    widths = "squares => squares.map((each) => getComputedStyle(each).borderTopWidth)"
    assert set(page.locator(".squares:not(.open) i.done").evaluate_all(widths)) == {"5px"}
    assert set(page.locator(".squares i:not(.done)").evaluate_all(widths)) == {"1px"}
    page.context.close()


def test_a_share_of_the_audit_leads_to_its_rows(page, server):
    page.goto(f"{server}index.html")
    number, verdict = page.locator(".shares a").nth(2).inner_text().split()
    page.locator(".shares a").nth(2).click()
    expect(page.locator("select[name=verdict]")).to_have_value(verdict)
    expect(page.locator(".data-rows [data-choice]:visible")).to_have_count(int(number))


def test_the_bibliography_is_searched_from_its_first_entry(page, server):
    page.goto(f"{server}reference/bibliography.html?search=llovet+n+engl+2008")
    expect(page.locator(".citation:visible")).to_have_count(1)
    expect(page.locator(".data-tools input[type=search]")).to_be_in_viewport()
    page.fill(".data-tools input[type=search]", "")
    assert page.locator(".citation:visible").count() > 300


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


def test_a_table_shows_words_first_and_the_file_when_asked(page, server):
    page.goto(f"{server}reference/data/endpoints.html?cell=p_relation#sharp-os")
    assert page.locator(".all-columns").is_checked()
    expect(page.locator(".meant")).to_have_text("<")
    page.locator(".all-columns").uncheck()
    heads = page.locator(".data-rows th:visible").all_inner_texts()
    assert {"Hazard ratio", "Experimental arm", "Verified", "Source"} <= set(heads) and len(heads) < 10
    assert page.locator(".data-rows tr#sharp-os td:visible").all_inner_texts()[3:5] == [
        "0.69 (0.55 to 0.87)",
        "less than 0.001",
    ]
    page.locator(".data-rows th", has_text="Hazard ratio").locator("button").click()
    ratios = [
        float(text.split()[0]) for text in page.locator(".data-rows tr td:nth-child(4)").all_inner_texts() if text
    ]
    assert len(ratios) > 50 and ratios == sorted(ratios)
    page.evaluate("document.querySelector('.data-rows').scrollTop = 2000")
    assert page.locator(".data-rows th").first.bounding_box()["y"] >= page.locator(".data-rows").bounding_box()["y"]


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
    term = page.locator(".glossary-term", has_text=re.compile("^sorafenib$"))
    for link, words in {
        term: "blocks several kinases",
        page.locator(".bibtex-citation a", has_text="Cheng"): "Lancet Oncol",
    }.items():
        link.first.focus()
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
    page.wait_for_url("**/reference/data/endpoints.html?cell=experimental#sharp-os")
    expect(page.locator(".row-whole p")).to_contain_text(
        "SHARP: overall survival. Sorafenib 10.7 months (9.4 to 13.3), placebo 7.9 months (6.8 to 9.1)."
    )
    expect(page.locator(".meant")).to_contain_text("10.7 months")
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


def test_a_printed_page_has_nothing_to_press(page, server):
    page.goto(f"{server}chapters/monotherapy.html")
    page.mouse.wheel(0, 200)
    expect(page.get_by_role("button", name="Cite this figure").first).to_be_attached()
    page.emulate_media(media="print")
    shown = "nodes => nodes.filter(each => each.checkVisibility()).map(each => each.textContent.trim())"
    assert page.locator("button, .skip-to-content, details.hide, .headerlink").evaluate_all(shown) == []
    cut = "nodes => nodes.filter(each => getComputedStyle(each).overflowX !== 'visible').length"
    assert page.locator(".table-wrapper").evaluate_all(cut) == 0
    assert page.locator("figure .chart-headline").first.is_visible()


def test_a_quiz_answers_on_the_screen_and_not_on_paper(page, server):
    page.goto(f"{server}chapters/monotherapy.html#quiz")
    told, again = page.locator("details:has(#objectives) li"), page.locator("#quiz > ol > li")
    assert again.all_text_contents() == told.all_text_contents() != []
    answers = page.locator("details.quiz")
    assert answers.count() == sum(len(each["answers"]) for each in quiz.questions(ROOT, "chapters/monotherapy"))
    answers.nth(1).locator("summary").click()
    expect(answers.nth(1).locator("p").first).to_be_visible()
    page.emulate_media(media="print")
    expect(answers.nth(1).locator("summary")).to_be_visible()
    expect(answers.nth(1).locator("p").first).to_be_hidden()


def test_a_cell_is_copied_with_its_setup(page, server, tmp_path):
    page.goto(f"{server}chapters/monotherapy.html")
    cell = page.locator(".cell.tag_reusable").first
    cell.locator("summary").first.click()
    cell.locator(".copy-with-setup").click()
    expect(cell.locator(".copy-with-setup")).to_have_text("Copied")
    code = page.evaluate("navigator.clipboard.readText()")
    done = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr


# What a hepatologist asks, where she would look, and what answers it.
QUESTIONS = {
    "How much longer do patients live?": ("monotherapy", "what-this-chapter-answers", "the mean gain is about one"),
    "Does it help with hepatitis B?": ("monotherapy", "does-the-cause-of-the-liver", "is no reason to withhold"),
    "May I give it in Child-Pugh B?": ("monotherapy", "child-pugh-b", "a gain is unproved"),
    "How often is the dose lowered?": ("monotherapy", "doses-lowered-treatment-stopped", "because of the drug"),
    "Do patients feel better?": ("monotherapy", "quality-of-life", "No gain in quality of life was shown"),
    "What follows sorafenib?": ("monotherapy", "after-sorafenib", "Several drugs prolong survival"),
    "And sorafenib after immunotherapy?": ("monotherapy", "after-immunotherapy", "no randomised comparison"),
    "Beside chemoembolisation?": ("traditional", "chemoembolisation", "shows longer life with sorafenib"),
    "Radioembolisation in its place?": (
        "traditional",
        "selective-internal-radiotherapy",
        "has not been shown to prolong",
    ),
    "Does a skin reaction mean that it works?": ("primary_resistance", "signs-under-treatment", "neither shows that"),
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_hepatologists_question_is_answered_within_two_screens(question, chromium, server):
    name, heading, words = QUESTIONS[question]
    with Visit(chromium, server, f"chapters/{name}.html", **PHONE) as found:
        place = found.page.locator(f"section[id^={heading}]").bounding_box()["y"]
        answer = found.page.get_by_text(words).first.bounding_box()
        assert 0 <= answer["y"] + answer["height"] - place < 2 * PHONE["viewport"]["height"], question
