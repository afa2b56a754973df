"""Figures as others make them: each is drawn, with its table, or refused in one sentence that says where it is."""

import contextlib
import copy
import json
import random
import re

import numpy as np
import pandas as pd
import plotly.express as px
import plotly.graph_objects as go
import pytest
from sphinx_plotly_figures import figures, pictures
from sphinx_plotly_figures.tables import table

NARROW = pd.DataFrame({"year": [1, 1, 2, 2], "place": ["a", "b", "a", "b"], "value": [1.0, 2.0, 3.0, 4.0]})


def stored(figure):
    return json.loads(figure.to_json())


def with_menu(*buttons, **menu):
    return stored(go.Figure(go.Bar(x=["a", "b"], y=[1, 2]), {"updatemenus": [{"buttons": list(buttons), **menu}]}))


def button(method, *args, **more):
    return {"label": method, "method": method, "args": list(args), **more}


def with_states(**changes):
    """Two bars, each in or out, at one of two scales; at least one stays in."""
    steps = {
        f"{a}.{b}.{scale}": {
            "args": [{"y": [[a * 10**scale, 2 * b * 10**scale]]}, {"annotations[0].text": f"{a + b}"}, [0]],
            "says": f"{a + b} bars at scale {10**scale}",
        }
        for a in (0, 1) for b in (0, 1) for scale in (0, 1) if a or b
    }  # fmt: skip
    controls = [{"label": "Bars", "ticks": ["a <b>", "b"]}, {"label": "Scale", "choices": ["one", "ten"]}]
    states = {"controls": controls, "start": "1.1.0", "steps": steps, "refused": "One bar stays."} | changes
    layout = {"meta": {"states": states}, "annotations": [{"text": "2", "x": 0, "y": 1}]}
    return stored(go.Figure(go.Bar(x=["a", "b"], y=[1, 2]), layout))


POINTS = [1, 2, 2, 3, 3, 3]
GRID = [[1, 2, 3], [4, 5, 6]]
#: Each trace type that the script of the pages knows.
TYPES = {
    "bar": go.Bar(x=["a", "b"], y=[1, 2]),
    "box": go.Box(y=POINTS),
    "box of quartiles": go.Box(x=["a"], q1=[1], median=[2], q3=[3], lowerfence=[0], upperfence=[4]),
    "contour": go.Contour(z=GRID),
    "heatmap": go.Heatmap(x=["p", "q", "r"], y=["s", "t"], z=GRID),
    "heatmap in columns": go.Heatmap(x=["p", "q"], y=["s", "s"], z=[1, 2]),
    "histogram": go.Histogram(x=POINTS),
    "histogram2d": go.Histogram2d(x=POINTS, y=POINTS),
    "histogram2dcontour": go.Histogram2dContour(x=POINTS, y=POINTS),
    "image": go.Image(z=[[[255, 0, 0], [0, 255, 0]]]),
    "pie": go.Pie(labels=["a", "b"], values=[1, 2]),
    "scatter": go.Scatter(x=[1, 2], y=[3, 4]),
    "scatterternary": go.Scatterternary(a=[1, 2], b=[3, 4], c=[5, 6]),
    "violin": go.Violin(y=POINTS),
    "scattergl": go.Scattergl(x=[1, 2], y=[3, 4]),
}
DRAWN = {f"type {name}": stored(go.Figure(trace)) for name, trace in TYPES.items()} | {
    "heat map of z alone": stored(px.imshow(GRID)),
    "picture": stored(px.imshow(np.zeros((2, 3, 3), dtype=np.uint8))),
    "menu of text": with_menu(
        button("relayout", "shapes", []),
        button("relayout", "shapes", [{"type": "line", "x0": 0, "x1": 1, "y0": 0, "y1": 1}]),
    ),
    "menu of numbers": with_menu(button("restyle", 3), button("restyle", "visible")),
    "menu of nothing": with_menu({"label": "a", "method": "restyle"}, button("update"), button("relayout", None)),
    "menu of all methods": with_menu(
        button("restyle", {"y": [[2, 1]]}),
        button("relayout", {"height": 300}),
        button("update", {"y": [[3, 1]]}, {"height": 300}),
        button("animate", None),
        button("skip"),
    ),
    "button that goes back": with_menu(
        button("restyle", {"visible": False}, args2=[{"visible": True}]), type="buttons"
    ),
    "slider without steps": stored(go.Figure(go.Bar(y=[1]), {"sliders": [{}, {"steps": []}]})),
    "slider past its end": stored(
        go.Figure(go.Bar(y=[1]), {"sliders": [{"active": 7, "steps": [button("restyle", {"y": [[2]]})]}]})
    ),
    "frames": stored(px.bar(NARROW, x="place", y="value", animation_frame="year")),
    "states": with_states(),
    "states that are text": with_states() | {"layout": {"meta": {"states": "about"}}},
    "no template": {"data": [{"type": "bar", "x": ["a", "b"], "y": [1, 2]}], "layout": {}},
    "template of another kind": {"data": [{"y": [1]}], "layout": {"template": "plotly_dark"}},
    "no layout": {"data": [{"y": [1, 2]}]},
    "no traces": {"layout": {}},
    "categories on two levels": stored(go.Figure(go.Bar(x=[["a", "a"], ["b", "c"]], y=[1, 2]))),
    "short text": stored(go.Figure(go.Scatter(x=[1, 2], y=[3, 4], text=["a"], hovertemplate="%{text}"))),
    "short intervals": stored(go.Figure(go.Scatter(x=[1, 2], y=[3, 4], error_y={"array": [1], "arrayminus": []}))),
    "intervals in per cent": stored(go.Figure(go.Scatter(x=[1], y=[200], error_y={"type": "percent", "value": 10}))),
    "short customdata": stored(
        go.Figure(go.Scatter(x=[1, 2], y=[3, 4], customdata=[[1], []], hovertemplate="n=%{customdata[0]}"))
    ),
    "short coordinates": stored(go.Figure(go.Scatter(x=[1, 2, 3], y=[3]))),
    "pie without values": stored(go.Figure(go.Pie(labels=["a", "b"]))),
    "pie without labels": stored(go.Figure(go.Pie(values=[1, 2]))),
    "pie with few values": stored(go.Figure(go.Pie(labels=["a", "b"], values=[1]))),
    "bar without values": stored(go.Figure(go.Bar(x=["a"]))),
    "bar without labels": stored(go.Figure(go.Bar(y=[5, 6]))),
    "nothing at all": stored(go.Figure(go.Scatter())),
    "dates": stored(px.line(x=pd.to_datetime(["2020-01-01", "2021-01-01"]), y=[1, 2])),
    "not finite": stored(go.Figure(go.Scatter(x=np.array([1.0, 2, 3]), y=np.array([np.inf, np.nan, 1])))),
    "written not finite": {"data": [{"x": [1, 2, 3], "y": [float("inf"), float("nan"), 1]}], "layout": {}},
    "meta that is text": stored(go.Figure(go.Bar(y=[1]), {"meta": "about"})),
    "narrow that is text": stored(go.Figure(go.Bar(y=[1]), {"meta": {"narrow": "about"}})),
}  # fmt: skip
REFUSED = {
    "height that is text": ({"data": [{"y": [1]}], "layout": {"height": "tall"}}, "height is 'tall'; a number"),
    "a type of another bundle": (stored(go.Figure(go.Sankey())), "type 'sankey'; the plotly.js of the pages knows bar"),
    "a type of a frame": (
        {"data": [{"y": [1]}], "frames": [{"data": [{"type": "scatter3d"}]}]}, "type 'scatter3d'"),
    "a type of a menu": (with_menu(button("restyle", "type", "surface")), "type 'surface'"),
    "a method that Plotly lacks": (
        {"data": [{"y": [1]}], "layout": {"updatemenus": [{"buttons": [{"method": "redraw"}]}]}}, "method 'redraw'"),
    "states without their first": (with_states(start="0.0.0"), "first state, '0.0.0', is none of its 6 states"),
    "a state of too few controls": (
        with_states(steps={"1.1": {"args": [{"y": [[1, 2]]}]}}), "state '1.1' does not fit its controls"),
    "a state of a choice that is not there": (
        with_states(steps={"1.1.2": {"args": [{"y": [[1, 2]]}]}}), "state '1.1.2' does not fit its controls"),
    "a state that does nothing": (with_states(steps={"1.1.0": {"args": [{}, {}]}}), "state '1.1.0' does not fit"),
    "a control without choices": (with_states(controls=[{"label": "Bars"}]), "control 'Bars' of its states has"),
    "a type of a state": (with_states(steps={"1.1.0": {"args": [{"type": "surface"}]}}), "type 'surface'"),
    "no figure": ("text", "not as Plotly stores one"),
    "traces of another kind": ({"data": ["bar"], "layout": {}}, "not as Plotly stores one"),
    "an array that is cut": ({"data": [{"y": {"bdata": "AAA", "dtype": "f8"}}]}, "not as Plotly stores one"),
}  # fmt: skip


def identifier(name):
    return re.sub(r"\W+", "-", name.lower())


@pytest.fixture(scope="module")
def book(books, tmp_path_factory):
    """One chapter with every figure."""
    all_of_them = DRAWN | {name: figure for name, (figure, _) in REFUSED.items()}
    cells = [books.figure_cell(identifier(name), figure) for name, figure in all_of_them.items()]
    return books.build(tmp_path_factory.mktemp("cases"), {"chapter": books.notebook(*cells)})


@pytest.mark.parametrize("name", DRAWN)
def test_a_figure_of_others_arrives(book, name):
    content = book.content(identifier(name))
    assert len(content["data"]) == len(DRAWN[name].get("data", []))
    assert content["layouts"].keys() == {"wide", "narrow"}


def test_each_type_of_the_bundle_is_tried():
    assert {trace.type for trace in TYPES.values()} == figures.TRACE_TYPES | {"scattergl"}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_drawn_is_named_in_one_sentence(book, name):
    number = 2 + len(DRAWN) + list(REFUSED).index(name)
    [line] = [line for line in book.warnings.splitlines() if f"cell {number} " in line]
    assert f"chapter.ipynb, cell {number} ({identifier(name)}): the figure {identifier(name)} " in line
    assert REFUSED[name][1] in line
    assert book.chart(identifier(name)) is None and "Traceback" not in book.warnings


@pytest.mark.parametrize(
    ("name", "columns", "rows"),
    [
        ("heat map of z alone", ["y", "x", "color"],
         [(0, 0, 1), (0, 1, 2), (0, 2, 3), (1, 0, 4), (1, 1, 5), (1, 2, 6)]),
        ("type heatmap in columns", ["y", "x", "value"], [("s", "p", 1), ("s", "q", 2)]),
        ("type scatterternary", ["a", "b", "c"], [(1, 3, 5), (2, 4, 6)]),
        ("type box of quartiles", ["x", "lowerfence", "q1", "median", "q3", "upperfence"], [("a", 0, 1, 2, 3, 4)]),
        ("type image", [], []),
        ("categories on two levels", ["x (level 1)", "x (level 2)", "y"], [("a", "b", 1), ("a", "c", 2)]),
        ("short text", ["x", "y", "text"], [(1, 3, "a"), (2, 4, None)]),
        ("short intervals", ["x", "y", "y, lower", "y, upper"], [(1, 3, 2, 4), (2, 4, None, None)]),
        ("intervals in per cent", ["x", "y", "y, lower", "y, upper"], [(1, 200, 180, 220)]),
        ("short customdata", ["x", "y", "n"], [(1, 3, 1), (2, 4, None)]),
        ("short coordinates", ["x", "y"], [(1, 3), (2, None), (3, None)]),
        ("pie without values", ["label"], [("a",), ("b",)]),
        ("pie without labels", ["label", "value"], [(0, 1), (1, 2)]),
        ("bar without labels", ["x", "y"], [(0, 5), (1, 6)]),
        ("not finite", ["x", "y"], [(1, None), (2, None), (3, 1)]),
        ("written not finite", ["x", "y"], [(1, None), (2, None), (3, 1)]),
        ("frames", ["frame", "year", "place", "value"],
         [("1", "1", "a", 1), ("1", "1", "b", 2), ("2", "2", "a", 3), ("2", "2", "b", 4)]),
    ],
)  # fmt: skip
def test_tables_of_figures_of_others(name, columns, rows):
    found = table(figures.described(DRAWN[name], {}, strict=False)["figure"])
    assert found[0] == columns
    assert [tuple(row.get(column) for column in columns) for row in found[1]] == rows


def places(value, place=()):
    """All places in a figure, from the outside in."""
    yield place
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, item in items:
        if key != "template":
            yield from places(item, (*place, key))


def test_a_damaged_figure_is_drawn_or_refused():
    odd = [None, True, -1, 1.5, "", "text", [], ["a"], [None], [[1]], {}, {"a": 1}, [{}], [{"a": None}]]
    chance, refused, tried = random.Random(1), 0, 0
    for name, figure in DRAWN.items():
        for place in list(places(figure))[1:]:
            broken = copy.deepcopy(figure)
            *way, last = place
            part = broken
            for key in way:
                part = part[key]
            part[last] = chance.choice(odd)
            tried += 1
            try:
                item = figures.described(broken, {}, strict=False)
                figures.live(item)
                table(item["figure"])
            except figures.FigureError as error:
                refused += 1
                assert len(str(error).splitlines()) == 1, (name, place)
    assert 0 < refused < tried / 4, "most damage is of no account"


@pytest.fixture(scope="module")
def page(book):
    """The chapter in Chromium, opened from its folder, once all its charts live."""
    playwright = pytest.importorskip("playwright.sync_api")
    if not pictures.browser():
        pytest.skip("no Chromium")
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=pictures.browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1000, "height": 40_000})
        page.said = []
        page.on("console", lambda message: page.said.append(message.text))
        page.on("pageerror", lambda error: page.said.append(str(error)))
        page.goto((book.out / "chapter.html").as_uri())
        page.keyboard.press("Shift")
        every = f"document.querySelectorAll('.is-live').length === {len(DRAWN)}"
        with contextlib.suppress(playwright.TimeoutError):
            page.wait_for_function(every, timeout=120_000)
        yield page
        browser.close()


def test_every_chart_comes_alive_without_a_word(page):
    dead = page.locator("[data-chart]:not(.is-live)").evaluate_all("charts => charts.map(({dataset}) => dataset.chart)")
    assert (dead, page.said) == ([], [])


def state(page, name, expression):
    live = f"document.querySelector('[data-chart=\"{identifier(name)}\"] .chart-live')"
    return page.evaluate(f"(live => {expression})({live})")


def test_frames_are_reached_by_the_slider_and_played(page):
    chart = page.locator(f'[data-chart="{identifier("frames")}"]')
    shown = "[...live._fullData[0].y]"
    assert state(page, "frames", shown) == [1, 2]
    chart.locator("input").focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function("document.querySelector('[data-chart=frames] .chart-live')._fullData[0].y[0] === 3")
    assert chart.locator("output").inner_text() == "2"
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("document.querySelector('[data-chart=frames] .chart-live')._fullData[0].y[0] === 1")
    chart.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('[data-chart=frames] .chart-live')._fullData[0].y[0] === 3")
    page.wait_for_function("document.querySelector('[data-chart=frames] input').value === '1'")


def test_menus_do_what_they_say(page):
    shapes = "live.layout.shapes?.length"
    page.locator(f'[data-chart="{identifier("menu of text")}"] select').select_option("1")
    page.wait_for_function(f"(live => {shapes})(document.querySelector('[data-chart=menu-of-text] .chart-live')) === 1")
    menu = page.locator(f'[data-chart="{identifier("menu of all methods")}"] select')
    for choice, values in ((0, [2, 1]), (2, [3, 1])):
        menu.select_option(str(choice))
        menu.dispatch_event("input")
        found = "[...document.querySelector('[data-chart=menu-of-all-methods] .chart-live')._fullData[0].y]"
        page.wait_for_function(f"String({found}) === '{','.join(map(str, values))}'")
    button = page.locator(f'[data-chart="{identifier("button that goes back")}"] .chart-control button')
    for pressed in ("true", "false"):
        button.click()
        assert button.get_attribute("aria-pressed") == pressed
    assert page.said == []


def shown(page, name="states"):
    live = f"document.querySelector('[data-chart={name}] .chart-live')"
    return page.evaluate(f"({live}._fullData[0].y.join() + ' ' + {live}.layout.annotations[0].text)")


def until(page, expected):
    live = "document.querySelector('[data-chart=states] .chart-live')"
    page.wait_for_function(
        f"{live}._fullData?.[0].y.join() + ' ' + {live}.layout?.annotations[0].text === '{expected}'"
    )


def test_boxes_and_choices_reach_every_state_by_keyboard_and_say_it(page):
    chart = page.locator("[data-chart=states]")
    first, second = chart.get_by_role("group", name="Bars").get_by_role("checkbox").all()
    assert chart.get_by_role("checkbox", name="a <b>").is_checked() and shown(page) == "1,2 2"
    scale, says = chart.get_by_label("Scale"), chart.locator(".chart-says")
    assert says.get_attribute("role") == "status" and says.inner_text() == "2 bars at scale 1"
    first.focus()
    page.keyboard.press("Space")
    until(page, "0,2 1")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    assert scale.evaluate("field => document.activeElement === field")
    page.keyboard.press("ArrowDown")
    until(page, "0,20 1")
    assert says.inner_text() == "1 bars at scale 10"
    # the last box cannot be taken out: it goes back, and the page says why
    second.focus()
    page.keyboard.press("Space")
    page.wait_for_function("document.querySelector('[data-chart=states] .chart-says').textContent === 'One bar stays.'")
    assert second.is_checked() and not first.is_checked()
    assert shown(page) == "0,20 1"
    assert "states=0.1.1" in page.evaluate("location.search") and page.evaluate("location.hash") == "#states"
    first.check()
    scale.select_option("0")
    until(page, "1,2 2")
    page.wait_for_function("!location.search.includes('states=')")
    assert page.said == []


def test_a_state_has_an_address(book, page):
    other = page.context.browser.new_page(viewport={"width": 1000, "height": 800})
    other.goto(f"{(book.out / 'chapter.html').as_uri()}?states=0.1.1&slider-past-its-end=7&frames=1#states")
    until(other, "0,20 1")  # nobody had to act
    assert other.locator("[data-chart=states] .chart-says").inner_text() == "1 bars at scale 10"
    assert not other.get_by_role("checkbox", name="a <b>").is_checked()
    assert other.locator("[data-chart=frames] input").input_value() == "1"
    assert other.locator("[data-chart=slider-past-its-end] input").input_value() == "0", "there is no such step"
    other.close()
    unknown = page.context.browser.new_page(viewport={"width": 1000, "height": 800})
    unknown.goto(f"{(book.out / 'chapter.html').as_uri()}?states=0.0.1#states")
    until(unknown, "1,2 2")
    assert unknown.get_by_role("checkbox", name="a <b>").is_checked()
    unknown.close()
