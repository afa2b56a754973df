"""Search that leads to the place: sections, figures, and the rows of data tables, each with its address.

Sphinx's own search knows pages only, and ranks a page of data above the section that explains the word.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx_plotly_figures.renderer import chart_notes

from . import datatables
from .sources import CHECK, SOURCE

_MOST_CHARACTERS = 1500


def entries(env):
    """List what can be found.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
        The environment once all pages were read.

    Yields
    ------
    tuple of str
        Title, name of the page, address from the book's root, and text.
    """
    pages = datatables.pages(env)
    for docname in sorted(env.found_docs):
        page, uri = env.titles[docname].astext(), env.app.builder.get_target_uri(docname)
        places = {}
        for node in env.get_doctree(docname).findall(_holds_text):
            title, anchor = place(node, env.toc_fignumbers.get(docname, {}).get("figure", {}))
            words = places.setdefault((title, anchor), [])
            if isinstance(node, chart_notes):
                # What a chart shows: its trials, genes and drugs.
                told = ((column, value) for row in node["rows"] for column, value in row.items())
                words += dict.fromkeys(
                    text for column, text in told if isinstance(text, str) and column not in (SOURCE, CHECK)
                )
            elif not isinstance(node, nodes.title):
                words.append(_without_citations(node).astext())
        for (title, anchor), words in places.items():
            yield title or page, page, f"{uri}#{anchor}" if anchor else uri, _plain(" ".join(words))
    for table, columns in datatables.searched(env).items():
        page, uri = env.titles[pages[table]].astext(), env.app.builder.get_target_uri(pages[table])
        folder = Path(env.app.confdir, env.config.data_tables_folder)
        words = [name for name in datatables.words(folder, table) if name not in columns]
        for key, row in datatables.read(folder, table).items():
            title = ", ".join(row[column] for column in columns if row[column])
            yield title, page, f"{uri}#{key}", _plain(" ".join(row[name] for name in words if row[name]))


def _without_citations(node):
    """A copy of a node without its citations, which still are keys of the bibliography and no words."""
    copy = node.deepcopy()
    for citation in [found for found in copy.findall(addnodes.pending_xref) if found["refdomain"] == "cite"]:
        citation.parent.remove(citation)
    return copy


def _holds_text(node):
    if isinstance(node, nodes.title):
        return isinstance(node.parent, nodes.section)
    sources = node.parent is not None and "chart-sources" in node.parent.get("classes", ())
    return isinstance(node, (nodes.paragraph, nodes.caption, chart_notes)) and not sources


def place(node, numbers):
    """Find the figure or the section that a node belongs to.

    Parameters
    ----------
    node : docutils.nodes.Node
        A node of a page.
    numbers : dict
        The page's figure numbers by identifier, as ``env.toc_fignumbers`` has them.

    Returns
    -------
    tuple of str
        Its title and its anchor; the page itself has no anchor.
    """
    while node is not None:
        if isinstance(node, nodes.figure) and node["ids"]:
            caption = _caption(node)
            number = next((".".join(map(str, numbers[i])) for i in node["ids"] if i in numbers), "")
            return f"Figure {number}: {_sentence(caption)}", node["ids"][0]
        if isinstance(node, nodes.section) and isinstance(node[0], nodes.title):
            top = isinstance(node.parent, nodes.document)
            return node[0].astext(), "" if top else node["ids"][0]
        node = node.parent
    return "", ""


def _caption(figure):
    """A caption, also where its first sentence already stands above the chart."""
    above = [found for found in figure.findall(nodes.paragraph) if "chart-headline" in found["classes"]]
    return " ".join(found.astext() for found in [*above, next(figure.findall(nodes.caption))])


def _sentence(text):
    return re.split(r"(?<=[.!?]) (?=[A-Z])", _plain(text))[0]


def _plain(text):
    return re.sub(r"\s+", " ", text).strip()[:_MOST_CHARACTERS]


def _write_index(app):
    """Write the index as a script, because a page opened from a folder may not fetch a file; name the page."""
    listed = [dict(zip(("title", "page", "address", "text"), entry, strict=True)) for entry in entries(app.env)]
    content = json.dumps([{"id": i} | entry for i, entry in enumerate(listed)], ensure_ascii=False, indent=0)
    path = Path(app.outdir, "_static", "search-index.js")
    path.parent.mkdir(exist_ok=True)
    path.write_text(f"window.searchIndex={content};\n", encoding="utf-8")
    return [("search", {}, "search.html")]


def _without_sphinx_index(app):
    if app.builder.format == "html":
        app.builder.search = False


def setup(app):
    app.connect("builder-inited", _without_sphinx_index)
    app.connect("html-collect-pages", _write_index)
