"""Sliders, menus and check boxes of a stored figure, with the states that they show."""

import html
import re

from .values import FigureError, array, dictionary, number, plain

__all__ = ["controls", "states"]

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


def states(figure):
    """Read the states of a figure that several controls choose together: ``layout.meta["states"]``.

    Returns
    -------
    dict or None
        ``controls``, each with ``label`` and either ``ticks`` (names of check boxes) or ``choices`` (of a menu);
        ``steps`` by key, each with ``args`` (of ``Plotly.update``) and ``says``, a sentence; ``start``, the key of the
        state that the figure shows; and ``refused``, what is said where a choice has no state. A key has 1 or 0 for
        each box and the number of each choice from 0, with points between them. None where there are no such states.

    Raises
    ------
    FigureError
        If a control has neither boxes nor choices, or a key does not fit the controls, or the first state is missing.
    """
    given = dictionary(dictionary(plain(figure["layout"]).get("meta")).get("states"))
    if not given:
        return None
    found, allowed = [], []
    for control in map(dictionary, array(given.get("controls"))):
        kind = next((kind for kind in ("ticks", "choices") if array(control.get(kind))), None)
        if kind is None:
            raise FigureError(f"the control {control.get('label')!r} of its states has neither ticks nor choices")
        names = [str(name) for name in control[kind]]
        found.append({"label": str(control.get("label") or "Show"), kind: names})
        allowed += ["01"] * len(names) if kind == "ticks" else [[str(i) for i in range(len(names))]]
    steps = {}
    for key, step in dictionary(given.get("steps")).items():
        parts, step = key.split("."), dictionary(step)
        fits = len(parts) == len(allowed) and all(
            part and part in known for part, known in zip(parts, allowed, strict=True)
        )
        if not fits or not _does("update", step.get("args")):
            raise FigureError(f"its state {key!r} does not fit its controls, or changes nothing")
        steps[key] = {"args": step["args"], "says": str(step.get("says") or "")}
    if given.get("start") not in steps:
        raise FigureError(f"its first state, {given.get('start')!r}, is none of its {len(steps)} states")
    refused = str(given.get("refused") or "There is no such state.")
    return {"controls": found, "steps": steps, "start": given["start"], "refused": refused}
