"""How the book's figures look; each name is found in its module when it is first asked for, and no sooner.

``palette`` says what each colour and symbol means, ``template`` has the Plotly template and `use`, ``rows`` what a
figure needs once Plotly has drawn it: names of rows and lines, intervals, check marks, tooltips.
"""

from importlib import import_module

_NAMES = {
    "palette": "AGREEMENT ARMS ASSAYS CERTAINTY COLOURS COUNTS DESIGNS EVIDENCE INK KNOWN MARKS OUTCOMES "
    "PREDICTIVE RESULTS RISK RULE SETTINGS SYMBOLS SYMBOL_WORDS TRIALS VERDICTS VESSELS translucent",
    "template": "use",
    "rows": "cross_out finish label_lines label_rows side_by_side",
}
_HOMES = {name: module for module, names in _NAMES.items() for name in names.split()}
__all__ = sorted(_HOMES)  # noqa: PLE0605


def __getattr__(name):
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f".{_HOMES[name]}", __name__), name)


def __dir__():
    return __all__
