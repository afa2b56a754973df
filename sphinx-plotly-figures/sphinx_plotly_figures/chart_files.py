"""The files beside a page that hold what makes its charts live: their one format, written and read here."""

import json

__all__ = ["read", "templates", "written"]


def written(name, content):
    """Write a chart's script.

    Parameters
    ----------
    name : str
        The chart's name.
    content : dict
        What `figures.live` says, and ``template``, the key of its template.

    Returns
    -------
    str
        A script that a page can load from a folder too, where it may not fetch JSON.

    Examples
    --------
    >>> written("fig-a", {"data": []})
    '(window.chartContents = window.chartContents || {})["fig-a"] = {"data":[]};\\n'
    """
    return f"(window.chartContents = window.chartContents || {{}})[{json.dumps(name)}] = {_json(content)};\n"


def read(path):
    """Read a chart's script.

    Parameters
    ----------
    path : pathlib.Path
        A file that `written` made.

    Returns
    -------
    dict
        Its content.
    """
    return json.loads(path.read_text(encoding="utf-8").partition("] = ")[2].rstrip().removesuffix(";"))


def templates(found):
    """Write the script of all templates, which many charts share.

    Parameters
    ----------
    found : dict
        Templates of Plotly by key.

    Returns
    -------
    str
        A script; it does not depend on the order of the templates.
    """
    return f"window.chartTemplates={_json(dict(sorted(found.items())))};\n"


def _json(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
