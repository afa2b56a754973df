"""One figure of several states: a menu that chooses, a slider that moves."""

import plotly.graph_objects as go

__all__ = ["choose", "refill", "slide"]


def choose(figures: dict[str, go.Figure], name: str, start: str | None = None) -> go.Figure:
    """Join figures with the same axes into one, with a menu that shows one at a time.

    Parameters
    ----------
    figures : dict of str to plotly.graph_objects.Figure
        Figures by their label in the menu; the first is shown first and gives the layout. Where their annotations
        differ, the menu changes these too.
    name : str
        What is chosen, the menu's own label.
    start : str, optional
        Label of the figure that is shown first, in place of the first.

    Returns
    -------
    plotly.graph_objects.Figure
    """
    first, *others = figures.values()
    start = start or next(iter(figures))
    owners = [label for label, figure in figures.items() for _ in figure.data]
    joined = go.Figure(first)
    joined.add_traces([trace for figure in others for trace in figure.data])
    for trace, owner in zip(joined.data, owners, strict=True):
        trace.visible = owner == start
    own = {label: {"annotations": figure.layout.annotations} for label, figure in figures.items()}
    words_differ = any(layout != own[owners[0]] for layout in own.values())
    buttons, which = [], list(range(len(owners)))  # what a cell adds later stays as it is
    for label in figures:
        shown = {"visible": [label == owner for owner in owners]}
        change = (
            {"method": "update", "args": [shown, own[label], which]}
            if words_differ
            else {"method": "restyle", "args": [shown, which]}
        )
        buttons.append({"label": label, **change})
    menu = {"name": name, "buttons": buttons, "active": list(figures).index(start)}
    return joined.update_layout(updatemenus=[{**menu, "x": 1, "y": 1.1, "yanchor": "bottom"}])


def slide(figure: go.Figure, steps: dict, start: str, prefix: str = "", suffix: str = "") -> go.Figure:
    """Give a figure a slider, and put it to the first of its states.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Changed in place.
    steps : dict of str to dict or tuple of two dict
        What each step sets, by its label: a part of the layout, as ``Plotly.relayout`` takes it
        (``{"shapes[0].x0": 3}``), or values of the first traces and a part of the layout
        (``{"y": [y_of_first_trace, y_of_second_trace]}, {"annotations[0].text": "new"}``).
    start : str
        Label of the step at which the slider stands.
    prefix, suffix : str
        Words before and behind the label.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.

    Examples
    --------
    >>> figure = go.Figure(go.Scatter(y=[1, 2]))
    >>> slide(figure, {"once": ({"y": [[1, 2]]}, {}), "twice": ({"y": [[2, 4]]}, {})}, "twice").data[0].y
    (2, 4)
    """
    made = _made(figure, steps, start, 0)
    words = {"prefix": prefix, "suffix": suffix} if suffix else {"prefix": prefix}
    slider = {"active": list(steps).index(start), "steps": made, "currentvalue": words, "pad": {"t": 50}}
    return figure.update_layout(sliders=[slider])


def refill(figure: go.Figure, steps: dict, start: str, name: str, first: int = 0, place: float = 0) -> go.Figure:
    """Give a figure one more menu, which fills traces with other values; several menus fill traces of their own.

    Parameters
    ----------
    figure : plotly.graph_objects.Figure
        Changed in place.
    steps : dict of str to tuple of two dict
        What each choice sets, by its label, as for `slide`.
    start : str
        Label of the choice that is shown first.
    name : str
        What is chosen, the menu's own label.
    first : int
        Number of the first trace that the menu fills.
    place : float
        Where Plotly's own menu stands, from 0 (left) to 1; a page has its own.

    Returns
    -------
    plotly.graph_objects.Figure
        The same figure.

    Examples
    --------
    >>> figure = go.Figure([go.Scatter(y=[1, 2]), go.Scatter(y=[3, 4])])
    >>> steps = {"rising": ({"y": [[3, 4]]}, {}), "falling": ({"y": [[4, 3]]}, {})}
    >>> refill(figure, steps, "falling", "Second line", first=1).data[1].y
    (4, 3)
    """
    menu = {"name": name, "buttons": _made(figure, steps, start, first), "active": list(steps).index(start)}
    menu |= {"x": place, "xanchor": "left", "y": 1.1, "yanchor": "bottom"}
    return figure.update_layout(updatemenus=[*figure.layout.updatemenus, menu])


def _made(figure, steps, start, first):
    """Steps as Plotly stores them; the figure is put to that at which the control stands."""
    made = []
    for label, step in steps.items():
        traces, layout = step if isinstance(step, tuple) else ({}, step)
        if traces:
            which = list(range(first, first + len(next(iter(traces.values())))))
            made.append({"label": label, "method": "update", "args": [traces, layout, which]})
        else:
            made.append({"label": label, "method": "relayout", "args": [layout]})
        if label == start:
            for key, values in traces.items():
                for trace, value in zip(figure.data[first:], values, strict=False):
                    trace[key] = value
            for key, value in layout.items():
                figure.layout[key] = value
    return made
