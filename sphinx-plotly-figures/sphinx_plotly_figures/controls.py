"""Sliders and menus of a stored figure, with the states that each of their steps shows."""

import html
import re

from .values import FigureError, array, dictionary, number, plain

__all__ = ["controls"]

#: What a step of a control may do.
METHODS = ("restyle", "relayout", "update", "animate", "skip")


def controls(figure):
    """Describe Plotly's sliders and menus for native controls.

    Returns
    -------
    list of dict
        ``kind`` (``range``, ``select`` or ``buttons``), ``label``, ``active``, ``suffix`` and ``steps`` (``label``,
        ``method``, ``args`` and, of a button that goes back when pressed again, ``args2``). A step that changes nothing
        has the method ``skip``.

    Raises
    ------
    FigureError
        If a step has a method that Plotly does not have.
    """
    layout = plain(figure["layout"])
    found = []
    for slider in map(dictionary, array(layout.get("sliders"))):
        value = dictionary(slider.get("currentvalue"))
        label = str(value.get("prefix") or slider.get("name") or "Value").strip().rstrip(":=").strip()
        found.append(_control("range", label, slider, slider.get("steps"), str(value.get("suffix") or "")))
    for menu in map(dictionary, array(layout.get("updatemenus"))):
        control = _control("select", str(menu.get("name") or "Show"), menu, menu.get("buttons"))
        steps = control["steps"]
        # what is done, not what is chosen: there is no state to show
        if menu.get("type") == "buttons" and (len(steps) == 1 or all(step["method"] == "animate" for step in steps)):
            control["kind"], control["label"] = "buttons", str(menu.get("name") or "")
        found.append(control)
    return [control for control in found if control["steps"] and control.pop("visible")]


def _control(kind, label, whole, steps, suffix=""):
    steps = [step for step in map(dictionary, array(steps)) if step and step.get("visible") is not False]
    active = number(whole.get("active"), 0)
    return {"kind": kind, "label": label, "active": int(min(max(active, 0), max(len(steps) - 1, 0))), "suffix": suffix,
            "steps": [_step(i, step) for i, step in enumerate(steps, 1)],
            "visible": whole.get("visible") is not False}  # fmt: skip


def _step(count, step):
    method, args = step.get("method") or "restyle", step.get("args")
    if method not in METHODS:
        raise FigureError(f"a control has the method {method!r}; Plotly knows {', '.join(METHODS)}")
    if step.get("execute") is False or not _does(method, args):
        method, args = "skip", []
    label = html.unescape(str(step.get("label") or count))
    if method == "animate" and not re.search(r"\w", label):  # signs for play and pause
        label = "Pause" if args[0] == [None] else "Play"
    again = {"args2": step["args2"]} if _does(method, step.get("args2")) else {}
    return {"label": label, "method": method, "args": args} | again


def _does(method, args):
    """Whether Plotly would change anything: it is given parts of a figure, or a part's name and value."""
    if method == "skip" or not isinstance(args, list) or not args:
        return False
    if method == "animate":
        return True
    if isinstance(args[0], str):
        return len(args) > 1 and method != "update"
    return any(isinstance(change, dict) and change for change in args[:2])
