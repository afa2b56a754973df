"""The built pages in Chromium, as readers use them: light and dark, desktop and phone, keyboard, finger, paper."""

import functools
import itertools
import re
from urllib.parse import quote

import pytest
from checkout import SITE
from playwright.sync_api import expect
from visits import DESKTOP, PHONE, Visit, report

# Parts of a chapter that wait for the reader's first act.
WAITING = """[...document.querySelectorAll("article section > *")]
    .filter((part) => getComputedStyle(part).contentVisibility === "auto").length"""
# Ends once the page has not scrolled for half a second.
SETTLED = """() => new Promise((settled) => {
    let [at, since] = [scrollY, performance.now()];
    const look = (now) => {
        if (scrollY !== at) [at, since] = [scrollY, now];
        if (now - since > 500) settled(); else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
})"""
# How far a place moves when it is asked for again.
MISSED = """id => {
    const before = scrollY;
    document.getElementById(id).scrollIntoView({ behavior: "instant" });
    return scrollY - before;
}"""


@pytest.fixture
def visit(chromium, server, pages):
    """Opens the page with most charts."""
    path = max(pages, key=lambda path: len(pages[path].select("[data-chart]")))
    return functools.partial(Visit, chromium, server, path)


@pytest.mark.parametrize("settings", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_links_lead_to_their_place_in_a_chapter(settings, visit):
    with visit(**settings) as page:
        places = page.page.locator("article section section[id], article figure[id]")
        places = places.evaluate_all("places => places.map((place) => place.id)")[2::9]
    problems = []
    for place, way in itertools.product(places, ["a link", "an address"]):
        page = visit(**settings)
        if way == "an address":
            page.address += f"#{place}"
        with page:
            if way == "a link":
                assert page.page.evaluate(WAITING), "the chapter is whole before the reader acts"
                page.page.locator(f"a[href='#{place}']").first.dispatch_event("click")
            page.page.evaluate(SETTLED)
            missed = page.page.evaluate(MISSED, place)
            page.note(abs(missed) > 2, f"{way} leads {missed} px beside {place}")
        problems += page.problems
    report(problems)


def test_a_link_to_words_leads_there(visit):
    def heading(page):
        headings = page.page.locator("article section section h2")
        return headings.nth(headings.count() // 2)

    with visit(**DESKTOP) as page:
        words = heading(page).evaluate("heading => heading.firstChild.data")
    page = visit(**DESKTOP)
    words = quote(words).replace("-", "%2D")  # which parts such an address
    page.address += f"#:~:text={words}"
    with page:
        page.page.evaluate(SETTLED)
        expect(heading(page)).to_be_in_viewport()


def test_who_is_led_somewhere_without_a_key_stays_there(visit):
    with visit(**DESKTOP) as page:
        figures = page.page.locator("article figure")
        figure = figures.nth(figures.count() // 2)
        figure.evaluate("figure => figure.scrollIntoView({ behavior: 'instant' })")
        page.page.evaluate(SETTLED)
        assert not page.page.evaluate(WAITING)
        expect(figure).to_be_in_viewport()


def test_a_chapter_is_whole_once_the_reader_acts(visit):
    with visit(**DESKTOP) as page:
        assert page.page.evaluate(WAITING)
        page.page.keyboard.press("Shift")
        assert not page.page.evaluate(WAITING)
        page.page.reload()
        assert not page.page.evaluate(WAITING), "a place kept from before is lost"


@pytest.mark.parametrize("settings", [DESKTOP, PHONE], ids=["desktop", "phone"])
def test_the_scroll_bar_hardly_jumps_when_the_reader_acts(settings, visit):
    with visit(**settings) as page:
        guessed = page.page.evaluate("document.documentElement.scrollHeight")
        page.page.keyboard.press("Shift")
        assert page.page.evaluate("document.documentElement.scrollHeight") == pytest.approx(guessed, rel=0.3)


def test_turning_the_phone_keeps_the_place(visit):
    with visit(**PHONE) as page:
        figure = page.page.locator("article figure").nth(4)
        figure.scroll_into_view_if_needed()
        page.page.evaluate(SETTLED)
        page.page.set_viewport_size({"width": 844, "height": 390})
        page.page.evaluate(SETTLED)
        expect(figure).to_be_in_viewport()


@pytest.mark.parametrize(("width", "shown"), [(1280, True), (1100, False)])
def test_the_contents_of_a_page_stand_beside_it(width, shown, visit):
    with visit(viewport={"width": width, "height": 900}) as page:
        contents = page.page.locator(".toc-tree")
        assert contents.is_visible()
        box = contents.bounding_box()
        assert (box["x"] + box["width"] <= width) == shown


def test_a_phone_names_the_chapter_and_how_far_one_has_read(visit):
    with visit(**PHONE) as page:
        name = page.page.locator(".header-center")
        assert name.inner_text() == page.page.locator("h1").inner_text().partition(":")[0]
        read = "getComputedStyle(document.querySelector('.mobile-header'), '::after').transform"
        assert page.page.evaluate(read) == "matrix(0, 0, 0, 1, 0, 0)"
        page.page.mouse.wheel(0, 3000)
        page.page.evaluate(SETTLED)
        assert 0 < float(page.page.evaluate(read)[7:].partition(",")[0]) < 1


def test_the_table_of_a_figure_is_there_once_the_reader_acts(visit):
    with visit(java_script_enabled=False, **DESKTOP) as page:
        tables = page.page.locator(".chart-table")
        words = tables.evaluate_all("tables => tables.map((table) => table.textContent)")
        tables.last.locator("summary").click()
        expect(tables.last.locator("td").first).to_be_visible()
    with visit(**DESKTOP) as page:
        tables = page.page.locator(".chart-table")
        assert not tables.locator("td").count()
        tables.last.locator("summary").dispatch_event("click")
        expect(tables.last.locator("td").first).to_be_visible()
        assert tables.evaluate_all("tables => tables.map((table) => table.textContent)") == words


def test_without_script_pictures_are_there(visit):
    with visit(java_script_enabled=False, **DESKTOP) as page:
        for chart in page.charts:
            image = chart.locator(".chart-picture img")
            assert image.is_visible() and image.evaluate("image => image.decode().then(() => image.naturalWidth)") > 99
            assert not chart.locator(".chart-live").is_visible()


@pytest.mark.parametrize(
    ("kind", "keys"), [("input[type=range]", ["ArrowLeft", "ArrowRight"]), ("select", ["ArrowDown", "ArrowUp"])]
)
def test_controls_by_keyboard(kind, keys, visit):
    with visit(**DESKTOP) as page:
        chart = page.page.locator(f"[data-chart]:has({kind})").first
        page.wake(chart)
        field = chart.locator(kind).first
        field.focus()
        assert field.evaluate("field => document.activeElement === field && field.labels.length === 1")
        state = "chart => chart.querySelector('.chart-live .main-svg').parentElement.innerHTML"
        for key in keys:
            value, drawn = field.input_value(), chart.evaluate(state)
            said = field.get_attribute("aria-valuetext")
            page.page.keyboard.press(key)
            page.page.wait_for_function(
                "([chart, drawn]) => (" + state + ")(chart) !== drawn", arg=[chart.element_handle(), drawn]
            )
            assert field.input_value() != value
            if kind != "select":
                assert field.get_attribute("aria-valuetext") == chart.locator("output").first.inner_text() != said
        report(page.problems)


def test_arrow_keys_read_out_points(visit):
    with visit(**DESKTOP) as page:
        for chart in page.charts:
            page.wake(chart)
            chart.locator(".chart-live").focus()
            status = chart.locator(".chart-status")
            for _ in range(3):
                before = status.inner_text()
                page.page.keyboard.press("ArrowRight")
                try:
                    expect(status).not_to_have_text(before)
                except AssertionError:
                    page.note(True, f"{chart.get_attribute('data-chart')}: after an arrow key one hears {before!r}")
                    break
        report(page.problems)


def test_a_finger_scrolls_over_a_chart(visit):
    with visit(**PHONE) as page:
        client = page.page.context.new_cdp_session(page.page)
        for chart in page.charts:
            page.wake(chart)
            live = chart.locator(".chart-live")
            live.evaluate("live => live.scrollIntoView({ block: 'center', behavior: 'instant' })")
            box, before = live.bounding_box(), page.page.evaluate("scrollY")
            x, y, distance = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2 + 100, 200
            client.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": x, "y": y}]})
            for i in range(1, 11):
                point = {"x": x, "y": y - distance * i / 10}
                client.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
            client.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
            page.page.wait_for_timeout(300)
            moved = page.page.evaluate("scrollY") - before
            page.note(moved < 0.7 * distance, f"{chart.get_attribute('data-chart')} eats the scroll: {moved} px")
        report(page.problems)


def test_a_tap_is_answered_at_once_and_done_again_on_the_chart(visit):
    page, held = visit(**PHONE), []
    page.page.route(re.compile("plotly-cartesian"), lambda route: held.append(route))
    with page:
        chart = page.page.locator("[data-chart]").first
        chart.scroll_into_view_if_needed()
        chart.locator(".chart-picture").tap()
        expect(chart.locator(".chart-coming")).to_be_visible()
        expect(chart).not_to_have_class(re.compile("is-live"))
        for route in held:
            route.continue_()
        expect(chart).to_have_class(re.compile("is-live"))
        assert not chart.locator(".chart-coming").count()
        report(page.problems)


@pytest.mark.parametrize("saving", [False, True], ids=["", "saving data"])
def test_the_library_is_fetched_ahead_and_not_run(saving, visit):
    page = visit(**PHONE)
    page.page.add_init_script(
        f"Object.defineProperty(navigator, 'connection', {{ value: {{ saveData: {int(saving)} }} }})"
    )
    fetched = []
    page.page.on("requestfinished", lambda request: "plotly-cartesian" in request.url and fetched.append(request))
    with page:
        page.page.wait_for_timeout(2000)
        assert len(fetched) == (not saving)
        assert page.page.evaluate("typeof Plotly") == "undefined"
        page.wake(page.charts[0])
        assert page.page.evaluate("typeof Plotly") == "object"
        report(page.problems)


def test_a_chart_that_fails_keeps_its_picture(visit):
    page = visit(**DESKTOP)
    page.page.route(re.compile("plotly-cartesian"), lambda route: route.abort())
    with page:
        chart = page.charts[0]
        with page.page.expect_console_message(lambda message: "keeps its picture" in message.text):
            chart.scroll_into_view_if_needed()
            page.page.mouse.wheel(0, 1)
        assert chart.locator(".chart-picture").is_visible()
        assert not chart.locator(".chart-live").is_visible()


@pytest.mark.parametrize("lacks", ["the language", "IntersectionObserver", "Promise"])
def test_an_old_browser_keeps_the_pictures(lacks, visit):
    page = visit(**DESKTOP)
    if lacks == "the language":
        script = (SITE / "_static" / "charts.js").read_text(encoding="utf-8")
        page.page.route(re.compile("charts.js"), lambda route: route.fulfill(body=f"{script}\nlet a = ??;"))
    else:
        page.page.add_init_script(f"delete window.{lacks}")
    with page:
        for chart in page.charts:
            chart.scroll_into_view_if_needed()
            page.page.mouse.wheel(0, 1)
            assert chart.locator(".chart-picture img").is_visible()
            assert not chart.locator(".chart-live").is_visible()
            assert chart.locator(".chart-control :enabled").count() == 0
        assert page.problems, "the browser lacks nothing"


def test_nothing_is_stored_but_the_colour_scheme(visit):
    with visit(**DESKTOP) as page:
        page.wake(page.charts[0])
        page.page.locator(".theme-toggle:visible").first.click()
        with page.page.expect_download():
            page.page.locator(".chart-live").first.hover()
            page.page.locator(".modebar-btn").first.click()
        page.page.set_viewport_size(PHONE["viewport"])
        page.page.locator("label.nav-overlay-icon:visible").click()
        page.page.locator(".sidebar-search").fill("sorafenib")
        page.page.keyboard.press("Enter")
        expect(page.page.locator("#search-results li").first).to_be_visible()
        page.page.locator("#search-results a").first.click()
        page.page.wait_for_url(re.compile("(?<!search).html"))
        report(page.problems)
        kept = page.page.context.storage_state(indexed_db=True)
        assert not kept["cookies"]
        assert [[entry["name"] for entry in origin["localStorage"]] for origin in kept["origins"]] == [["theme"]]
        assert not any(origin.get("indexedDB") for origin in kept["origins"])
        assert page.page.evaluate("sessionStorage.length") == 0
        assert page.page.evaluate("async () => (await caches.keys()).length") == 0


def test_a_chart_without_picture_comes_alive_at_load(visit):
    def without_picture(route):
        body = (SITE / page.path).read_text(encoding="utf-8")
        opening = re.search('<div class="chart" data-chart="[^"]+"', body)[0]
        body = body.replace(opening, f"{opening} data-no-picture")
        route.fulfill(body=body, content_type="text/html")

    page = visit(viewport={"width": 1280, "height": 20_000})
    page.page.route(page.address, without_picture)
    with page:
        page.page.locator("[data-chart].is-live").first.wait_for()
        assert page.page.locator("[data-chart].is-live").count() == 1
        report(page.problems)


def shown(page):
    return page.locator(".data-rows [data-choice]:visible").count()


@pytest.mark.parametrize("settings", [DESKTOP, PHONE], ids=["desktop", "phone"])
@pytest.mark.parametrize("name", ["claims", "data/model_results", "data/endpoints"])
def test_the_later_rows_of_a_long_table_come_and_move_nothing(name, settings, chromium, server):
    with Visit(chromium, server, f"reference/{name}.html", **settings) as visit:
        first, whole = shown(visit.page), visit.page.locator(".data-rows [data-choice]").count()
        assert 0 < first < whole
        assert visit.page.locator(".more-rows").text_content() == f"The other {whole - first} follow."
        visit.page.evaluate(
            """() => new PerformanceObserver((list) => list.getEntries().forEach((shift) =>
                window.shift = (window.shift || 0) + shift.value)).observe({ type: "layout-shift", buffered: true })"""
        )
        visit.page.mouse.wheel(0, 200)
        visit.page.wait_for_timeout(500)
        if more := visit.page.locator(".more-rows button").all():
            # cards are tall, also those that a phone makes of rows: they come when they are asked for
            assert visit.page.evaluate("window.shift || 0") < 0.02
            assert (name == "claims" or settings is PHONE) and shown(visit.page) == first
            more[0].click()
        assert shown(visit.page) == whole and not visit.page.locator(".more-rows").count()
        assert more or visit.page.evaluate("window.shift || 0") < 0.02
        report(visit.problems)
    with Visit(chromium, server, f"reference/{name}.html", java_script_enabled=False, **settings) as visit:
        assert shown(visit.page) == whole and not visit.page.locator(".more-rows").is_visible()


def test_a_link_to_a_later_row_of_a_long_table_leads_there(chromium, server):
    with Visit(chromium, server, "reference/data/model_results.html", **DESKTOP) as visit:
        row = visit.page.locator(".later tr").last.get_attribute("id")
    with Visit(chromium, server, f"reference/data/model_results.html#{row}", **DESKTOP) as visit:
        whole = visit.page.locator(".row-whole")
        assert "strong" in whole.inner_text() and row in whole.text_content()
        expect(whole).to_be_in_viewport()
        report(visit.problems)


def test_the_address_keeps_what_is_chosen_in_a_table(chromium, server):
    with Visit(chromium, server, "reference/claims.html", **DESKTOP) as visit:
        whole = visit.page.locator(".data-rows [data-choice]").count()
        visit.page.locator("select[name=verdict]").select_option("corrected")
        visit.page.locator("input[name=search]").fill("months")
        visit.page.locator("select[name=verdict]").focus()
        few, address = shown(visit.page), visit.page.url
        assert 0 < few < whole and "verdict=corrected" in address and "search=months" in address
    with Visit(chromium, server, address.removeprefix(server), **DESKTOP) as visit:
        assert shown(visit.page) == few
        report(visit.problems)


def test_tables_of_sentences_stack_on_a_phone(visit):
    # what is short stands beside its label
    for device, displays in ((DESKTOP, {"table-cell"}), (PHONE, {"block", "flex"})):
        with visit(**device) as page:
            table = page.page.locator("table.stacks:not(.short)").first
            assert table.locator("td").first.evaluate("cell => getComputedStyle(cell).display") in displays
            assert table.locator(".stack-head").first.is_visible() == ("block" in displays)
            assert table.evaluate("table => table.scrollWidth - table.parentElement.clientWidth") <= 1


def test_computed_tables_of_sentences_are_cards_on_a_phone(chromium, server):
    path = "chapters/targets.html#"
    with Visit(chromium, server, path, **DESKTOP) as wide, Visit(chromium, server, path, **PHONE) as narrow:
        sentences = "table.dataframe.stacks:not(.short):visible"
        read = [visit.page.locator(sentences).all() for visit in (wide, narrow)]
        assert len(read[0]) == len(read[1]) >= 1
        for table, cards in zip(*read, strict=True):
            heads = table.locator("thead :is(th, td)").all_inner_texts()
            row = table.locator("tbody tr").first.locator(":is(th, td)").all_inner_texts()
            # a head above each value that there is, one below the other, and nothing beside the screen
            shown = cards.locator("tbody tr").first.inner_text().splitlines()
            told = [pair for pair in zip(heads, row, strict=True) if pair[1]]
            assert [line for line in shown if line] == [line for pair in told for line in pair]
            cells = cards.locator("tbody tr").first.locator(":is(th, td):visible").all()
            cells = [cell.bounding_box() for cell in cells]
            assert all(a["y"] + a["height"] <= b["y"] + 1 for a, b in itertools.pairwise(cells)), heads
            assert all(cell["x"] >= 0 and cell["x"] + cell["width"] <= 390 for cell in cells), heads


def test_no_chapter_table_of_numbers_is_wider_than_a_phone(chromium, server):
    wider = """tables => tables.map((table) =>
        [table.tBodies[0].rows.length, table.scrollWidth - table.parentElement.clientWidth])"""
    with Visit(chromium, server, "chapters/combination.html#", **PHONE) as visit:
        tables = visit.page.locator("table.dataframe:visible")
        assert [size for size in tables.evaluate_all(wider) if size[1] > 1 and size[0] < 40] == []
        card = visit.page.locator("table.short:visible tbody tr").first
        first, second, third = (cell.bounding_box() for cell in card.locator(":is(th, td)").all()[:3])
        # what the row is about has a line of its own, what is said of it stands two in a line
        assert first["y"] + first["height"] <= second["y"] == third["y"] and second["x"] < third["x"]


def test_a_long_table_of_a_chapter_shows_its_first_rows_on_a_phone(chromium, server):
    seen = "rows => rows.map((row) => row.firstElementChild.checkVisibility())"
    for settings in (PHONE, DESKTOP, PHONE | {"java_script_enabled": False}):
        with Visit(chromium, server, "chapters/combination.html#", **settings) as visit:
            table = visit.page.locator("table.long").first
            rows, button = table.locator("tbody tr"), visit.page.locator("table.long + .rest button").first
            count = rows.count()
            assert count > 4
            if settings is not PHONE:
                assert all(rows.evaluate_all(seen)) and not button.is_visible()
                continue
            assert rows.evaluate_all(seen) == [True] * 3 + [False] * (count - 3)
            visit.page.emulate_media(media="print")
            assert all(rows.evaluate_all(seen)) and not button.is_visible()
            visit.page.emulate_media(media="screen")
            button.focus()
            visit.page.keyboard.press("Enter")
            assert all(rows.evaluate_all(seen)) and not button.is_visible()
            assert rows.nth(3).evaluate("row => document.activeElement === row")
            report(visit.problems)


def test_a_long_table_opens_for_who_is_led_into_it(chromium, server, pages):
    path, table, row = next(
        (path, table, table.select("tbody tr")[-1])
        for path, page in pages.items()
        for table in page.select("table.long")
        if path.startswith("chapters/")
    )
    words = quote(row.select("td")[-1].contents[-1].get_text(" ", strip=True)[:40]).replace("-", "%2D")
    for way in ("words", "an address", "the browser's search"):
        with Visit(chromium, server, f"{path}#:~:text={words}" if way == "words" else f"{path}#", **PHONE) as visit:
            rows = visit.page.locator("table.long").first.locator("tbody tr")
            if way == "an address":
                rows.last.evaluate("row => { row.id = 'here'; location.hash = 'here' }")
            elif way == "the browser's search":
                rows.last.evaluate("row => row.dispatchEvent(new Event('beforematch', { bubbles: true }))")
            expect(visit.page.locator("table.long").first).to_have_class(re.compile("whole"))
            assert rows.last.locator(":scope > *").first.evaluate("cell => cell.checkVisibility()"), way


def test_rows_of_a_data_table_are_cards_with_their_heads_on_a_phone(chromium, server):
    with Visit(chromium, server, "reference/data/endpoints.html?cell=experimental#sharp-os", **PHONE) as visit:
        row = visit.page.locator("tr#sharp-os")
        label = "cell => getComputedStyle(cell, '::before').content"
        heads = {cell.evaluate(label): cell.inner_text() for cell in row.locator("td:visible").all()}
        assert heads['"Hazard ratio"'] == "0.69 (0.55 to 0.87)" and heads['"P value"'] == "less than 0.001"
        expect(row.locator(".meant")).to_be_in_viewport()
        # the file's own columns are in what the row's link unfolded
        assert not visit.page.locator(".raw:visible, .all-columns:visible").count()
        visit.page.locator(".row-whole summary").click()
        expect(visit.page.locator(".row-whole details")).to_contain_text("sharp-os")
        for name in ("Hazard ratio", "P value"):
            visit.page.locator("th button", has_text=name).click()
            assert visit.page.locator("th[aria-sort]").inner_text().startswith(name)
        assert visit.page.evaluate("document.documentElement.scrollWidth") == 390
        report(visit.problems)


def test_ledger_and_bibliography_are_searched_on_the_first_screen_of_a_phone(chromium, server):
    for path in ("claims", "bibliography"):
        with Visit(chromium, server, f"reference/{path}.html", **PHONE) as visit:
            expect(visit.page.locator("input[type=search][name=search]")).to_be_in_viewport()
            assert visit.page.evaluate("document.documentElement.scrollHeight") < 10_000


def test_a_long_bibliography_shows_what_is_asked_for(chromium, server):
    with Visit(chromium, server, "reference/bibliography.html", **PHONE) as visit:
        entries, whole = visit.page.locator(".citation:visible"), visit.page.locator(".citation").count()
        assert entries.count() == 20 < whole
        visit.page.mouse.wheel(0, 200)
        visit.page.get_by_role("button", name=f"Show the other {whole - 20}").click()
        assert entries.count() == whole
    with Visit(chromium, server, "reference/bibliography.html#ref-zhu2017review", **PHONE) as visit:
        expect(visit.page.locator("#ref-zhu2017review")).to_be_in_viewport()
    with Visit(chromium, server, "reference/bibliography.html", java_script_enabled=False, **PHONE) as visit:
        assert visit.page.locator(".citation:visible").count() == whole


def test_pictures_follow_the_colour_scheme(visit):
    # without script no chart comes alive while it is looked at
    with visit(java_script_enabled=False, color_scheme="light", **DESKTOP) as page:
        picture = page.page.locator(".chart-picture").first
        picture.locator("img").evaluate("image => image.decode()")
        light = picture.screenshot()
        page.page.emulate_media(color_scheme="dark")
        dark = picture.screenshot()
        assert dark != light
        page.page.evaluate("document.body.dataset.theme = 'light'")
        assert picture.screenshot() == light, "the toggle of the page counts more than the system"


def test_colour_scheme_and_paper(visit):
    def colours():
        return chart.locator(".chart-live svg text:visible").first.evaluate("text => getComputedStyle(text).fill")

    with visit(color_scheme="light", **DESKTOP) as page:
        chart = page.charts[0]
        page.wake(chart)
        light = colours()
        page.page.emulate_media(color_scheme="dark")
        assert colours() != light
        page.page.emulate_media(color_scheme="dark", media="print")
        assert chart.locator(".chart-picture").is_visible()
        assert not chart.locator(".chart-live").is_visible()
        assert chart.locator("img").evaluate("image => getComputedStyle(image).colorScheme") == "light"


def test_a_choice_in_a_diagram_says_where_nodes_go(chromium, server):
    with Visit(chromium, server, "chapters/acquired_resistance.html", **DESKTOP) as visit:
        [chart] = [chart for chart in visit.charts if chart.get_attribute("data-chart") == "fig-stat-network"]
        visit.wake(chart)
        stat3 = chart.locator(".textpoint text:visible", has_text="STAT3")
        expect(stat3).to_have_text("STAT3▲ up")
        chart.locator("select").select_option(label="Sorafenib, against none")
        expect(stat3).to_have_text("STAT3▼ down")
        report(visit.problems)
