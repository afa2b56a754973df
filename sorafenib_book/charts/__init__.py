"""What more than one chapter draws; each name is found in its module when it is first asked for, and no sooner.

``controls`` joins figures by a menu or gives them a slider, ``axes`` makes the axis of hazard ratios, ``forest`` pools
what a forest plot shows, ``curves`` draws survival and power, ``atlas`` two trials side by side, ``diagrams`` the
mechanism graph.
"""

from importlib import import_module

_HOMES = {
    "choose": "controls",
    "slide": "controls",
    "hazard_ratio_axis": "axes",
    "pooled": "forest",
    "power_chart": "curves",
    "survival_chart": "curves",
    "two_trials": "atlas",
}
__all__ = sorted(_HOMES)  # noqa: PLE0605


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__():
    return __all__
