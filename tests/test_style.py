"""What the figures have in common: check marks, intervals, rows, menus, the survival chart."""

import re

import pandas as pd
import pytest

from sorafenib_book import style, survival

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
    assert style.checks(TABLE, "hr").tolist() == ["primary", "unchecked", "secondary"]
    assert style.checks(TABLE, "control", "p").tolist() == ["primary", "secondary", "unchecked"]


def test_arms_have_rows_and_marks_of_their_own():
    arms = style.by_arm(TABLE, "months", names=("drug", "none"))
    assert arms["arm"].tolist() == ["drug", "drug", "drug", "none", "none"]
    assert arms["months"].tolist() == [10.7, 4.1, 6.5, 7.9, 4.9]
    assert arms["check"].tolist() == ["primary", "secondary", "secondary", "primary", "secondary"]


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
    assert [a.text for a in figure.layout.annotations] == ["\u2190 drug better ", " placebo better \u2192"]


def test_rows_have_labels_and_headings():
    figure = style.label_rows(scatter(), ["First line", "OS", "TTSP"])
    assert [a.text for a in figure.layout.annotations] == ["<b>First line</b>", "OS", "TTSP"]
    assert list(figure.layout.yaxis.categoryarray) == ["TTSP", "OS", "First line"]


def test_rows_have_values_at_their_end():
    figure = style.label_rows(scatter(), ["OS", "TTSP"], values={"OS": "0.69 (0.55 to 0.87)"})
    assert [(a.text, a.y) for a in figure.layout.annotations if a.x == 1] == [("0.69 (0.55 to 0.87)", "OS")]


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
