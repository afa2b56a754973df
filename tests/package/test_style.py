"""What the figures have in common: check marks, intervals, rows, menus, the survival chart."""

import re

import pandas as pd
import plotly.graph_objects as go
import pytest

from sorafenib_book import pooling, provenance, style, survival, trial_design

TABLE = pd.DataFrame(
    {
        "trial": ["SHARP", "SHARP", "Asia-Pacific"],
        "endpoint": ["OS", "TTSP", "OS"],
        "hr": [0.69, 1.08, 0.68],
        "hr_low": [0.55, 0.88, 0.5],
        "hr_high": [0.87, 1.31, 0.93],
        "experimental": [10.7, 4.1, 6.5],
        "control": [7.9, 4.9, None],
        "check": ["primary", "secondary", "secondary"],
        "unchecked_fields": [None, "hr;hr_low", "control_low;control"],
        "source": ["llovet2008sharp", "llovet2008sharp", "cheng2009asiapacific"],
    }
)


def scatter():
    return style.scatter(TABLE, x="hr", y="endpoint", color="trial")


def test_every_colour_is_of_its_own():
    colours = [*style.COLOURS.values(), *style.TRIALS.values()]
    assert len(colours) == len(set(colours))


def test_checks_are_those_of_the_columns_shown():
    assert provenance.checks(TABLE, "hr").tolist() == ["primary", "unchecked", "secondary"]
    assert provenance.checks(TABLE, "control", "p").tolist() == ["primary", "secondary", "unchecked"]


def test_arms_have_rows_and_marks_of_their_own():
    arms = provenance.by_arm(TABLE, "months", names=("drug", "none"))
    assert arms["arm"].tolist() == ["drug", "drug", "drug", "none", "none"]
    assert arms["months"].tolist() == [10.7, 4.1, 6.5, 7.9, 4.9]
    assert arms["check"].tolist() == ["primary", "secondary", "secondary", "primary", "secondary"]


def test_arms_bring_their_intervals_apart_from_ends_that_were_not_seen():
    ends = {"experimental_low": 9.4, "experimental_high": [13.3, 4.8, 7.6], "control_low": 6.8, "control_high": 9.1}
    table = TABLE.assign(**ends, unchecked_fields=["experimental_high;control_low", "", ""])
    arms = provenance.by_arm(table, "months").iloc[[0, 1, 3]]
    assert arms["months_low"].tolist() == pytest.approx([9.4, 9.4, float("nan")], nan_ok=True)
    assert arms["months_high"].tolist() == pytest.approx([float("nan"), 4.8, 9.1], nan_ok=True)


def test_rows_are_linked_from_mark_to_mark_in_each_panel():
    marks = [{"x": [3, 5], "y": ["a", "b"]}, {"x": [8], "y": ["a"]}, {"x": [1], "y": ["a"], "hoverinfo": "skip"}]
    figure = go.Figure(marks)
    figure.add_scatter(x=[2], y=["a"], xaxis="x2")
    first, second = style.link_rows(figure).data[-2:]
    assert (first.x, first.y) == ((3, 8, None, 5, 5, None), ("a", "a", None, "b", "b", None))
    assert (second.x, second.xaxis) == ((2, 2, None), "x2")
    assert {line.hoverinfo for line in (first, second)} == {"skip"}


def test_words_carry_a_level_that_is_not_95():
    words = provenance.in_words(TABLE.assign(level=[95, 90, 96.02]), "hr").tolist()
    assert words == ["0.69 (0.55 to 0.87)", "1.08 (0.88 to 1.31; 90% CI)", "0.68 (0.50 to 0.93; 96.02% CI)"]


def test_scatter_shows_marks_and_intervals():
    traces = [trace for trace in scatter().data if trace.hoverinfo != "skip"]
    assert {(t.name, t.marker.symbol) for t in traces} == {
        ("SHARP", style.SYMBOLS["primary"]),
        ("SHARP", style.SYMBOLS["unchecked"]),
        ("Asia-Pacific", style.SYMBOLS["secondary"]),
    }
    assert traces[0].error_x.array == pytest.approx([0.18])
    assert traces[0].error_x.arrayminus == pytest.approx([0.14])
    assert "check=" in traces[0].hovertemplate
    assert re.search(r"<br>from %{customdata\[\d\]} to %{customdata\[\d\]}<br>", traces[0].hovertemplate)


def test_legend_has_one_circle_a_colour():
    entries = [trace for trace in scatter().data if trace.showlegend is not False]
    assert [(trace.name, trace.marker.symbol) for trace in entries] == [("SHARP", "circle"), ("Asia-Pacific", "circle")]
    assert [trace.marker.color for trace in entries] == [style.TRIALS["SHARP"], style.TRIALS["Asia-Pacific"]]


def test_hazard_ratio_axis_is_logarithmic_with_words_for_both_sides():
    figure = style.hazard_ratio_axis(scatter(), "drug better", "placebo better")
    assert figure.layout.xaxis.type == "log"
    assert figure.layout.shapes[0].x0 == 1
    axis = style.hazard_ratio_axis(
        scatter(), "drug better", "placebo better", low=0.35, high=2.9, last=1.4
    ).layout.xaxis
    assert list(axis.tickvals) == list(axis.ticktext) == [0.35, 0.5, 0.7, 1, 1.4]
    assert [a.text for a in figure.layout.annotations] == ["\u2190 drug better ", " placebo better \u2192"]


def test_rows_have_labels_and_headings():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTSP"])
    assert [a.text for a in figure.layout.annotations] == ["<b>First line</b>", "OS", "TTSP"]
    assert list(figure.layout.yaxis.categoryarray) == ["TTSP", "OS", "First line"]


def test_lines_part_rows_but_not_a_heading_from_its_first_row():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTSP"])
    assert list(figure.layout.yaxis.tickvals) == pytest.approx([2.65, 0.65])


def test_rows_have_values_at_their_end():
    figure = style.label_rows(scatter(), ["OS", "TTSP"], values={"OS": "0.69 (0.55 to 0.87)"})
    assert [(a.text, a.y) for a in figure.layout.annotations if a.x == 1] == [("0.69 (0.55 to 0.87)", "OS")]


def test_a_row_with_a_value_and_no_mark_is_no_heading():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTP"], values={"TTP": "not in the data"})
    assert [a.text for a in figure.layout.annotations if a.x == 0] == ["<b>First line</b>", "OS", "TTP"]


def test_crossed_marks_keep_their_check():
    figure = style.cross_out(scatter(), ["TTSP"])
    crossed = [trace for trace in figure.data if "TTSP" in trace.y]
    assert [list(trace.marker.symbol) for trace in crossed] == [["circle-x-open"]]
    assert "x" not in "".join(trace.marker.symbol for trace in figure.data if "OS" in trace.y)


def test_menu_shows_one_figure_at_a_time():
    figure = style.choose({"a": scatter(), "b": scatter()}, "Report")
    assert [trace.visible for trace in figure.data] == [True] * 5 + [False] * 5
    menu = figure.layout.updatemenus[0]
    assert menu.name == "Report"
    assert [button.args[0]["visible"] for button in menu.buttons] == [
        [True] * 5 + [False] * 5,
        [False] * 5 + [True] * 5,
    ]


def test_choices_bring_their_labels():
    figures = {"a": scatter(), "b": scatter().add_annotation(text="only b", x=1, y="OS")}
    buttons = style.choose(figures, "Endpoint").layout.updatemenus[0].buttons
    assert [button.method for button in buttons] == ["update", "update"]
    assert [[label["text"] for label in button.args[1]["annotations"]] for button in buttons] == [[], ["only b"]]


def test_survival_chart_says_that_it_is_modelled_and_reads_off_each_month():
    arms = [survival.Arm(10.7, (9.4, 13.3), {12: 44}), survival.Arm(7.9, (6.8, 9.1), {12: 33})]
    points = pd.DataFrame({"arm": ["sorafenib"], "months": [10.7], "alive": [50.0], "check": "primary", "source": "x"})
    figure = style.survival_chart(survival.fit(*arms).table(range(25)), points, horizon=12, start=6)
    assert "Modelled from published summaries" in figure.layout.legend.title.text
    slider = figure.layout.sliders[0]
    assert [step.label for step in slider.steps] == [str(month) for month in range(1, 13)]
    assert slider.steps[0].args[0]["annotations[0].text"].startswith("<b>at 1 month</b>")
    assert slider.active == 5
    assert figure.layout.shapes[0].x0 == 6
    assert figure.layout.annotations[0].text == slider.steps[5].args[0]["annotations[0].text"]
    beyond = [trace for trace in figure.data if "beyond" in (trace.name or "")]
    assert [(trace.line.dash, min(trace.x)) for trace in beyond] == [("dot", 12), ("dot", 12)]


def forest(names, heading="Survival"):
    rows = {
        "hr": 0.9,
        "hr_low": 0.75,
        "hr_high": 1.08,
        "level": 95.0,
        "class": "sorafenib combination",
        "patients": 100,
    }
    table = pd.DataFrame({"row": names}).assign(**rows, interval="published", source="a", check="primary")
    return style.forest(table, pooling.pool(table.set_index("row")), heading, rows=4)


def test_forest_has_a_row_for_each_trial_and_estimate():
    figure = forest(["A", "B", "C"])
    words = [label.text for label in figure.layout.annotations]
    assert words.count("0.90 (0.75 to 1.08)") == 3
    assert {"<b>Survival</b>", "A", "B", "C", "<b>Pooled</b>", "Next trial (prediction, 1 df)"} <= set(words)
    marked = {row for trace in figure.data for row in trace.y if row}
    assert marked == {"A", "B", "C", "Fixed effect", "Random effects, classical", "Random effects, Hartung-Knapp",
                      "Next trial (prediction, 1 df)"}  # fmt: skip
    assert "Next trial" not in " ".join(label.text for label in forest(["A", "B"]).layout.annotations)


def test_a_menu_changes_the_labels_of_the_rows_where_they_differ():
    figures = {"two": forest(["A", "B"]), "three": forest(["A", "B", "C"], "WRONG")}
    figure = style.choose(figures, "Pool")
    for button, (label, single) in zip(figure.layout.updatemenus[0].buttons, figures.items(), strict=True):
        shown, layout = button.args
        assert (button.label, button.method) == (label, "update")
        assert sum(shown["visible"]) == len(single.data)
        assert [a["text"] for a in layout["annotations"]] == [a.text for a in single.layout.annotations]
        assert list(layout["yaxis.categoryarray"]) == list(single.layout.yaxis.categoryarray)
    same = style.choose({"one": forest(["A", "B"]), "two": forest(["A", "B"])}, "Pool")
    assert {button.method for button in same.layout.updatemenus[0].buttons} == {"restyle"}


def test_power_chart_reads_off_each_state():
    ratios, marks = [0.5, 0.75, 1.0], {"a useless drug": 1.0}
    states = {
        f"{d}": (trial_design.power(ratios, d), trial_design.power([1.0], d), f"<b>{d} events</b>") for d in (100, 400)
    }
    figure = style.power_chart(ratios, marks, states, "400", "Events: ", style.COLOURS["sorafenib"])
    [slider] = figure.layout.sliders
    assert [step.label for step in slider.steps] == ["100", "400"] and slider.active == 1
    assert figure.layout.annotations[0].text == "<b>400 events</b>"
    for step, (curve, at, words) in zip(slider.steps, states.values(), strict=True):
        values, layout = step.args
        assert list(values["y"][0]) == pytest.approx(curve, abs=0.05) and list(values["y"][1]) == pytest.approx(
            at, abs=0.05
        )
        assert layout == {"annotations[0].text": words}


POTENCY = pd.DataFrame(
    {
        "gene": ["RAF1", "KIT", "MET", "KIT"],
        "assay": ["enzyme", "binding", "binding", "lysate"],
        "value": [6.0, 28.0, 10_000.0, 900.0],
        "relation": ["=", "=", ">", "="],
        "check": ["secondary", "secondary", "unchecked", "secondary"],
        "source": ["wilhelm2004", "davis2011", "davis2011", "klaeger2017"],
    }
)


def test_what_lies_beyond_a_limit_points_there_and_keeps_its_check():
    shown = style.beyond(style.scatter(POTENCY, x="value", y="gene", hover_data=["relation"]))
    symbols = {
        (trace.customdata[i][0], symbol)
        for trace in shown.data
        for i, symbol in enumerate(
            [trace.marker.symbol] if isinstance(trace.marker.symbol, str) else trace.marker.symbol
        )
    }
    assert symbols == {("=", style.SYMBOLS["secondary"]), (">", "triangle-right-open")}


def test_a_slider_begins_at_its_start():
    figure = style.scatter(POTENCY, x="value", y="gene")
    style.slide(figure, {"a": {"title.text": "first"}, "b": {"title.text": "second"}}, "b", "Share: ")
    assert figure.layout.title.text == "second"
    assert figure.layout.sliders[0].active == 1
    assert [step.args[0] for step in figure.layout.sliders[0].steps] == [
        {"title.text": "first"},
        {"title.text": "second"},
    ]


def test_the_free_level_says_what_lies_below_it():
    figure = style.scatter(POTENCY, x="value", y="gene", facet_col="assay")
    style.free_level(figure, POTENCY, [2_000, 9_000, 35_000], [0.3, 0.5, 100], start=0.3)
    first, second, whole = (step.args[0]["annotations[3].text"] for step in figure.layout.sliders[0].steps)
    assert "free 27 nM" in first and "6 to 105" in first and "enzyme: RAF1<br>binding: none<br>lysate: none" in first
    assert "binding: KIT<" in second
    assert "binding: KIT<" in whole and whole.endswith("lysate: KIT")
    assert figure.layout.annotations[3].text == first
    # three bands, three lines, three lines of the total, and no other
    assert [shape.x0 for shape in figure.layout.shapes] == [6, 6, 6, 27, 27, 27, 9_000, 9_000, 9_000]
    assert [shape.x1 for shape in figure.layout.shapes] == [105, 105, 105, 27, 27, 27, 9_000, 9_000, 9_000]


def test_a_curve_has_its_band_and_says_what_it_is():
    table = pd.DataFrame({"dose": [1, 2], "percent": [10, 20], "percent_low": [5, 12], "percent_high": [15, 30]})
    band, line = style.add_curve(style.go.Figure(), table, "dose", "percent", "modelled").data
    assert list(band.y) == [15, 30, 12, 5] and list(band.x) == [1, 2, 2, 1] and band.hoverinfo == "skip"
    assert list(line.y) == [10, 20] and line.name == "modelled" and [*map(list, line.customdata)] == [[5, 15], [12, 30]]


def test_predictive_values_follow_bayes():
    figure = style.predictive_values(sensitivity=45, specificity=90)
    shown = {trace.name: dict(zip(trace.x, trace.y, strict=True)) for trace in figure.data if trace.visible}
    # of 1,000 patients 200 have the outcome: 90 are found; 80 of the other 800 are found too
    assert shown["positive predictive value"][20] == pytest.approx(100 * 90 / (90 + 80), abs=0.05)
    assert shown["negative predictive value"][20] == pytest.approx(100 * 720 / (720 + 110), abs=0.05)


def test_predictive_values_change_with_slider_and_menu():
    figure = style.predictive_values(sensitivity=45, specificity=90)
    slider, menu = figure.layout.sliders[0], figure.layout.updatemenus[0]
    assert [list(y) for y in slider.steps[slider.active].args[0]["y"]] == [list(trace.y) for trace in figure.data]
    at = {step.label: step.args for step in slider.steps}["95"]
    others = {step.label: step.args for step in slider.steps}["5"]
    assert list(at[1]) == list(range(len(figure.data))), "marks that a chapter adds must stay as they are"
    assert at[0]["y"] != others[0]["y"]
    visible = menu.buttons[menu.active].args[0]["visible"]
    assert list(visible) == [trace.visible for trace in figure.data] and sum(visible) == 2
