"""What trials give when pooled, with every combination of them and every method as a state of the figure."""

from collections.abc import Iterable
from itertools import product

import numpy as np
import pandas as pd
import plotly.graph_objects as go

from .. import pooling
from ..style.palette import INK
from ..style.rows import label_rows
from ..wording import capital

__all__ = ["pooled"]

_POOLED, _NEXT, _BETWEEN = "Pooled", "True effect in a next trial", "Between trials"
#: An empty cell that a state may fill.
_NOTHING = "\u00a0"


def pooled(figure: go.Figure, trials: pd.DataFrame, start: str = "Hartung-Knapp", out: Iterable[str] = ()) -> go.Figure:
    """Add to a forest plot what its trials give when pooled, and all that they could give.

    Beside each trial stands its weight; below the trials stand the pooled hazard ratio, the interval for the true one
    in a next trial, and the heterogeneity. ``layout.meta["states"]`` says what every combination of two trials or more
    gives by every method of `pooling.METHODS`: the book's pages build check boxes and a menu from it.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        One trace of hazard ratios, finished by `style.finish` without rows; changed in place. Where its axis has
        ends (`hazard_ratio_axis`), an arrow says that the interval for a next trial goes on beyond one.
    trials : pandas.DataFrame
        The table that was drawn, as `pooling.pool` takes it, with ``trial``, the name of each, and, if known,
        ``patients``; one row a mark.
    start : str
        Method that is shown first.
    out : iterable of str
        Trials that are first left out.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.

    Raises
    ------
    ValueError
        If the figure has not one mark a trial, and for what `pooling.pool` refuses.

    Examples
    --------
    >>> import plotly.express as px
    >>> table = pd.DataFrame({"trial": ["A", "B"], "hr": [0.7, 0.9], "hr_low": [0.5, 0.7], "hr_high": [0.98, 1.16]})
    >>> figure = pooled(px.scatter(table, x="hr", y="trial"), table.assign(level=95), start="Bayesian")
    >>> figure.layout.meta["states"]["steps"]["1.1.3"]["says"].partition(". True")[0]
    'Bayesian, 2 trials: hazard ratio 0.81 (0.43 to 1.47)'
    """
    if len(figure.data) != 1 or len(figure.data[0].y) != len(trials):
        raise ValueError(f"the figure has not one trace with one mark for each of the {len(trials)} trials")
    table, rows = trials.set_index("trial"), [*figure.data[0].y, _POOLED, _NEXT, _BETWEEN]
    named = {"columns": [], **{axis: (figure.data[0].meta or {}).get(axis) for axis in "xy"}}
    for row, thickness, opacity in ((_POOLED, 3, 1), (_NEXT, 1, 0)):
        figure.add_scatter(
            y=[row], name="pooled", meta=named, mode="markers", showlegend=False,
            hovertemplate="%{text}<extra></extra>",
            marker={"symbol": "diamond-wide", "color": INK, "opacity": opacity},
            error_x={"color": INK, "width": 6, "thickness": thickness},
        )  # fmt: skip
    ends = [10**end for end in figure.layout.xaxis.range or (-np.inf, np.inf)]
    figure.add_scatter(
        y=[_NEXT, _NEXT], hoverinfo="skip", mode="markers", showlegend=False,
        marker={"symbol": ["arrow-left", "arrow-right"], "color": INK, "standoff": 0},
    )  # fmt: skip
    figure.data[0].name = "trial"
    first = ".".join([*("0" if name in out else "1" for name in table.index), str(pooling.METHODS.index(start))])
    states = {}
    for kept in product((1, 0), repeat=len(table)):
        if sum(kept) > 1:
            pool = pooling.pool(table[np.array(kept, dtype=bool)])
            for i, method in enumerate(pooling.METHODS):
                states[".".join(map(str, (*kept, i)))] = _state(table, pool, method, ends)
    changes, words, _ = states[first]
    for key, values in changes.items():
        for trace, value in zip(figure.data, values, strict=True):
            trace[key] = value
    first_note = len(figure.layout.annotations)
    label_rows(figure, rows, values=pd.DataFrame(words, index=rows))
    # each column has its head before its rows; a narrow page has the weight below the hazard ratio
    places = [first_note + 1 + i * (len(rows) + 1) + j for i in range(len(words)) for j in range(len(rows))]
    beside = {str(i): {"xshift": 0, "yanchor": "bottom", "yshift": 6} for i in places[: len(rows)]}
    beside[str(first_note)] = {"visible": False}
    beside |= {str(i): {"visible": True, "xshift": 0, "yanchor": "top"} for i in places[len(rows) : 2 * len(rows)]}
    meta = figure.layout.meta
    notes = {name: note | beside.get(name, {}) for name, note in meta["narrow"]["annotations"].items()}
    figure.update_layout(meta=meta | {"narrow": meta["narrow"] | {"annotations": notes, "margin": {"r": 12}}})
    steps = {}
    for key, (changes, words, says) in states.items():
        cells = [word for column in words.values() for word in column]
        layout = {f"annotations[{place}].text": word for place, word in zip(places, cells, strict=True)}
        steps[key] = {"args": [changes, layout, [0, 1, 2, 3]], "says": says}
    controls = [
        {"label": "Trials", "ticks": list(table.index)},
        {"label": "Method", "choices": [capital(method) for method in pooling.METHODS]},
    ]
    told = {"controls": controls, "start": first, "steps": steps, "refused": "Pooling needs at least two trials."}
    return figure.update_layout(meta={**(figure.layout.meta or {}), "states": told})


def _state(table, pool, method, ends):
    """What changes in the traces (trials, pooled, next trial, its arrows), words at rows' ends, and a sentence."""
    found = pool.by(method)
    shares = dict(zip(pool.names, found["weights"], strict=True))
    weights = [shares.get(str(name), 0) for name in table.index]
    effects = table[["hr", "hr_low", "hr_high"]].to_numpy(dtype=float)
    # out of the pool: a faint mark without its interval
    minus, plus = ((np.abs(effects[:, i] - effects[:, 0]) * np.sign(weights)).round(3).tolist() for i in (1, 2))
    hr, low, high = (found[key] for key in ("hr", "hr_low", "hr_high"))
    below, above = found["next_low"], found["next_high"]
    if below:
        following, middle = f"{below:.2f} to {above:.2f}", round(hr, 3)
        next_minus, next_plus = round(hr - below, 3), round(above - hr, 3)
    else:
        following = "the same, by assumption" if method == "common effect" else "not defined for two trials"
        middle = next_minus = next_plus = None
    beyond = [bool(below) and below < ends[0], bool(below) and above > ends[1]]
    between, spread = _heterogeneity(pool, method)
    estimates = [_estimate(*row) for row in [*effects, (hr, low, high)]]
    words = {
        "hazard ratio (interval)": [*estimates, following, between],
        "weight": [*(f"{w:.0f}%" if w else "left out" for w in weights), capital(method), _NOTHING, spread or _NOTHING],
    }
    if "patients" in table:
        patients = [f"{n:.0f}" for n in table["patients"]]
        everybody = f"{table['patients'][np.array(weights, dtype=bool)].sum():.0f}"
        words["patients"] = [*patients, everybody, _NOTHING, _NOTHING]
    sentence = f"{capital(method)}, {pool.k} trials: hazard ratio {_estimate(hr, low, high)}"
    next_sentence = f"{_NEXT}: {following}"
    changes = {
        "x": [effects[:, 0].tolist(), [round(hr, 3)], [middle], np.where(beyond, np.round(ends, 3), None).tolist()],
        "text": [None, [sentence], [next_sentence], None],
        "error_x.array": [plus, [round(high - hr, 3)], [next_plus], None],
        "error_x.arrayminus": [minus, [round(hr - low, 3)], [next_minus], None],
        "marker.size": [[round(max(6, 2.6 * w**0.5), 1) for w in weights], 13, 13, 10],
        "marker.opacity": [[1 if w else 0.3 for w in weights], 1, 0, 1],
    }
    told = ", ".join(filter(None, (between, spread)))
    return changes, words, f"{sentence}. {next_sentence}. {_BETWEEN}: {told}."


def _estimate(hr, low, high):
    return f"{hr:.2f} ({low:.2f} to {high:.2f})"


def _heterogeneity(pool, method):
    """How much trials differ, and the share of it that is no chance."""
    i2 = f"I\u00b2 {pool.i2:.0f}%"
    if method == "common effect":
        return "assumed alike", i2
    if method == "Bayesian":
        return "\u03c4 {:.2f} ({:.2f} to {:.2f})".format(*pool.bayesian_tau), ""
    interval = pool.tau2_interval
    limits = "({:.2f} to {:.2f})".format(*interval) if interval else "(no interval)"
    return f"\u03c4\u00b2 {pool.tau2:.2f} {limits}", i2
