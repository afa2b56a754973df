"""What more than one chapter draws: menus, sliders, the axis of hazard ratios, curves of survival and power."""

import pandas as pd
import plotly.express as px
import pytest
from sphinx_plotly_figures.figures import layouts

from sorafenib_book import charts, style, trial_design

TRIALS = pd.DataFrame({"trial": ["A", "B"], "hr": [0.7, 1.1], "hr_low": [0.5, 0.8], "hr_high": [1.0, 1.5]})


def scatter(table=TRIALS):
    return style.finish(px.scatter(table, x="hr", y="trial"), table, rows=False)


def test_hazard_ratio_axis_is_logarithmic_with_words_for_both_sides():
    figure = charts.hazard_ratio_axis(scatter(), "drug better", "placebo better")
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1
    axis = charts.hazard_ratio_axis(scatter(), "drug better", "placebo better", low=0.35, high=1.9).layout.xaxis
    assert list(axis.tickvals) == list(axis.ticktext) == [0.35, 0.5, 0.7, 1, 1.4]
    assert [a.text for a in figure.layout.annotations] == ["\u2190 drug better ", " placebo better \u2192"]


def test_the_legend_stands_above_the_words_for_the_two_sides():
    figure = style.label_rows(scatter(), [f"row {i}" for i in range(10)], height=50)
    figure = charts.hazard_ratio_axis(figure, "drug better", "placebo better")
    wide, narrow = layouts(figure.to_plotly_json()).values()
    # 20 pixels above ten rows of 40, and of 58
    assert [(layout["legend"]["y"] - 1) * rows for layout, rows in ((wide, 400), (narrow, 580))] == [
        pytest.approx(20),
        pytest.approx(20),
    ]


def apart():
    """Trials that disagree (the case "apart" of tests/package/independent), as a finished forest plot."""
    rows = {"a": (0.5, 0.4, 0.625), "b": (0.8, 0.64, 1.0), "c": (1.25, 1.0, 1.5625), "d": (0.6, 0.4, 0.9)}
    table = pd.DataFrame.from_dict(rows, orient="index", columns=["hr", "hr_low", "hr_high"]).assign(level=95.0)
    table = table.rename_axis("trial").reset_index()
    return charts.pooled(scatter(table), table, out=["d"])


def words(figure, layout):
    """Words at the right end of each row that a state writes: hazard ratio, then weight."""
    notes = {f"annotations[{i}].text": note.y for i, note in enumerate(figure.layout.annotations)}
    cells = {}
    for name, text in layout.items():
        cells.setdefault(notes[name], []).append(text)
    return {row: ", ".join(filter(str.strip, texts)) for row, texts in cells.items()}


# independent/pooling.csv: all four trials by metafor, and without a by R's integration
@pytest.mark.parametrize(
    ("key", "hr", "of_a", "told"),
    [
        ("1.1.1.1.0", 0.7736, "0.50 (0.40 to 0.62), 30%",
         ["0.77 (0.68 to 0.87), Common effect", "the same, by assumption", "assumed alike, I\u00b2 91%"]),
        ("1.1.1.1.2", 0.7466, "0.50 (0.40 to 0.62), 26%",
         ["0.75 (0.39 to 1.42), Hartung-Knapp", "0.12 to 4.75", "\u03c4\u00b2 0.14 (0.04 to 2.20), I\u00b2 91%"]),
        ("0.1.1.1.3", 0.8716, "0.50 (0.40 to 0.62), left out",
         ["0.87 (0.47 to 1.53), Bayesian", "0.27 to 2.67", "\u03c4 0.37 (0.11 to 0.95)"]),
    ],
)  # fmt: skip
def test_a_state_of_a_pool_is_that_of_its_trials_and_method(key, hr, of_a, told):
    figure = apart()
    steps = figure.layout.meta["states"]["steps"]
    assert len(steps) == 4 * (2**4 - 4 - 1)
    changes, layout, traces = steps[key]["args"]
    assert traces == [0, 1, 2, 3] and changes["x"][1] == [pytest.approx(hr, abs=1e-3)]
    shown = words(figure, layout)
    assert shown["a"] == of_a and list(shown.values())[4:] == told
    assert (changes["error_x.array"][0][0] == 0) == ("left out" in of_a)
    assert all(word in steps[key]["says"] for word in told[1:])


def test_a_pool_starts_in_the_state_that_it_names():
    figure = apart()
    states = figure.layout.meta["states"]
    assert states["start"] == "1.1.1.0.2"
    changes, layout, _ = states["steps"]["1.1.1.0.2"]["args"]
    assert [list(trace.x) for trace in figure.data] == changes["x"]
    assert [list(trace.error_x.array) for trace in figure.data[:3]] == changes["error_x.array"][:3]
    assert {figure.layout[name] for name in layout} == set(layout.values())
    assert words(figure, layout)["d"] == "0.60 (0.40 to 0.90), left out"
    with pytest.raises(ValueError, match="one mark for each of the 2 trials"):
        charts.pooled(scatter(TRIALS.head(1)), TRIALS.assign(level=95))


def test_an_arrow_says_that_the_interval_for_a_next_trial_goes_on():
    table = pd.DataFrame({"trial": ["a", "b", "c"], "hr": [0.5, 0.8, 1.25], "level": 95.0})
    table = table.assign(hr_low=table["hr"] / 1.25, hr_high=table["hr"] * 1.25)
    arrows = {}
    for high in (2.8, 9000):
        figure = charts.hazard_ratio_axis(scatter(table), "left", "right", 0.35, high)
        states = charts.pooled(figure, table).layout.meta["states"]["steps"]
        arrows[high] = {key: states[key]["args"][0]["x"][3] for key in ("1.1.1.0", "1.1.1.2")}
    # common effect: no interval; Hartung-Knapp: from below 0.01 to above 100
    assert arrows == {
        2.8: {"1.1.1.0": [None, None], "1.1.1.2": [0.35, 2.8]},
        9000: {"1.1.1.0": [None, None], "1.1.1.2": [0.35, None]},
    }


def test_menu_shows_one_figure_at_a_time():
    figure = charts.choose({"a": scatter(), "b": scatter(), "c": scatter()}, "Report", start="b")
    assert [trace.visible for trace in figure.data] == [False, True, False]
    menu = figure.layout.updatemenus[0]
    assert (menu.name, menu.active) == ("Report", 1)
    assert [button.method for button in menu.buttons] == ["restyle"] * 3
    assert [button.args[0]["visible"] for button in menu.buttons] == [
        [True, False, False],
        [False, True, False],
        [False, False, True],
    ]
    assert [button.args[1] for button in menu.buttons] == [(0, 1, 2)] * 3, "what is added later stays as it is"


def test_a_menu_changes_words_in_the_chart_where_they_differ():
    figures = {
        name: style.label_rows(px.scatter(TRIALS, x="hr", y="trial"), ["A", "B"], values={"A": name})
        for name in ("one", "two")
    }
    buttons = charts.choose(figures, "Endpoint").layout.updatemenus[0].buttons
    assert [button.method for button in buttons] == ["update", "update"]
    assert [[note["text"] for note in button.args[1]["annotations"]] for button in buttons] == [["one"], ["two"]]


def test_survival_chart_draws_steps_with_numbers_at_risk_and_reads_off_each_month():
    both = {"experimental": [100, 80, 50, 40], "control": [100, 50, 30, 20]}
    at_risk = {"experimental": [400, 320, 200, 160], "control": [40, 20, 12, 8]}
    parts = [
        pd.DataFrame({"arm": arm, "months": [0, 1, 2, 3.5], "survival": alive, "at_risk": at_risk[arm]})
        for arm, alive in both.items()
    ]
    points = pd.concat(parts).assign(survival_low=lambda t: t["survival"] - 5, survival_high=lambda t: t["survival"])
    points = points.assign(source="trial2020", reconstruction="others2021")
    marks = pd.DataFrame({"arm": ["old"], "months": [1.0], "alive": [50.0], "check": "primary", "source": "x"})
    figure = charts.survival_chart(points, {"experimental": "new", "control": "old"}, marks, start=2)
    lines = {trace.name: trace for trace in figure.data if trace.mode == "lines" and trace.hoverinfo != "skip"}
    assert [(name, line.line.shape, list(line.y)) for name, line in lines.items()] == [
        ("new", "hv", both["experimental"]),
        ("old", "hv", both["control"]),
    ]
    counted = [(list(trace.x), [int(n) for n in trace.text]) for trace in figure.data if trace.mode == "text"]
    assert counted == [([0], [400]), ([0], [40])], "every third month that has a point"
    [slider] = figure.layout.sliders
    assert [step.label for step in slider.steps] == ["1", "2", "3"] and slider.active == 1
    assert figure.layout.shapes[0].x0 == 2
    words = figure.layout.annotations[0].text
    assert words == slider.steps[1].args[0]["annotations[0].text"]
    # 50 - 30 = 20 points, standard errors 2.5 and 7.2; 100 / 20 = 5
    assert words.startswith("<b>month 2</b><br>new 50.0%, old 30.0%<br>difference 20.0 (")
    assert "<br>5.0 assigned for one more alive<br>(" in words
    assert figure.layout.meta["source"] == "trial2020;others2021"
    # from corner to corner: a limit holds until the next point
    band = figure.data[0]
    assert list(band.x)[:4] == [0, 1, 1, 2] and list(band.y)[:4] == [100, 100, 80, 80]


def test_survival_chart_gives_no_number_needed_where_nothing_is_shown():
    arm = pd.DataFrame({"months": [0, 1], "survival": [100, 50], "at_risk": [10, 5]})
    points = pd.concat([arm.assign(arm=name, survival_low=20, survival_high=80) for name in ("new", "old")])
    figure = charts.survival_chart(points, {"new": "a drug", "old": "another"}, start=1)
    assert "no number needed to treat:<br>the interval holds no difference" in figure.layout.annotations[0].text


def test_power_chart_reads_off_each_state():
    ratios, marks = [0.5, 0.75, 1.0], {"a useless drug": 1.0}
    power = trial_design.power
    states = {f"{d}": (power(ratios, d), power([1.0], d), f"<b>{d} events</b>") for d in (100, 400)}
    figure = charts.power_chart(ratios, marks, states, "400", "Events: ", style.COLOURS["sorafenib"])
    [slider] = figure.layout.sliders
    assert [step.label for step in slider.steps] == ["100", "400"] and slider.active == 1
    assert figure.layout.annotations[0].text == "<b>400 events</b>"
    for step, (curve, at, words) in zip(slider.steps, states.values(), strict=True):
        values, layout, traces = step.args
        for drawn, expected in zip(values["y"], (curve, at), strict=True):
            assert list(drawn) == pytest.approx(expected, abs=0.05)
        assert layout == {"annotations[0].text": words} and traces == (0, 1)


def test_a_slider_of_a_layout_begins_at_its_start():
    figure = scatter()
    charts.slide(figure, {"a": {"title.text": "first"}, "b": {"title.text": "second"}}, "b", "Share: ", "%")
    assert figure.layout.title.text == "second"
    [slider] = figure.layout.sliders
    assert slider.active == 1 and (slider.currentvalue.prefix, slider.currentvalue.suffix) == ("Share: ", "%")
    assert [step.args[0] for step in slider.steps] == [{"title.text": "first"}, {"title.text": "second"}]


def test_a_slider_of_values_moves_the_first_traces_only():
    figure = scatter().add_scatter(x=[9], y=["A"])
    steps = {"now": ({"x": [[1, 2]]}, {"title.text": "now"}), "then": ({"x": [[3, 4]]}, {"title.text": "then"})}
    charts.slide(figure, steps, "then")
    assert [list(trace.x) for trace in figure.data] == [[3, 4], [9]] and figure.layout.title.text == "then"
    assert [step.args[2] for step in figure.layout.sliders[0].steps] == [(0,), (0,)]
