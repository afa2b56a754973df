"""Check marks of what the figures show."""

from sphinx_plotly_figures.figures import PLOTLY

from sorafenib_book.book_ext.check_marks import marks

WORDS = {"mystnb": {"figure": {"name": "fig-a", "caption": "It grows."}, "image": {"alt": "A line that grows."}}}


def test_marks_are_counted_once_and_only_where_a_number_is():
    hover = "check=%{customdata[0]}"
    points = {"x": [1, 2, 3], "y": [1, 2, 3], "hovertemplate": hover}
    traces = [
        points | {"customdata": [["primary"], ["unchecked"], ["modelled"]]},
        points | {"customdata": [["primary"], ["secondary"], ["review"]], "visible": False},
        points | {"customdata": [["unchecked"]] * 3, "hoverinfo": "skip"},
        {"x": [1], "y": [1]},
    ]
    cell = {"id": "one", "metadata": WORDS, "outputs": [{"data": {PLOTLY: {"data": traces, "layout": {}}}}]}
    assert marks({"cells": [cell, {}]}) == {"primary": 2, "secondary": 1, "review": 1, "unchecked": 1}
