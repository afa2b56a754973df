"""Search that leads to the place: sections, figures, and the rows of data tables, each with its address.

Sphinx's own search knows pages only, and ranks a page of data above the section that explains the word.
"""

import json
import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx_plotly_figures.renderer import chart_notes

from sorafenib_book.rules import bibliography

from . import cards, citations, datatables
from .page_records import doctree
from .sources import CHECK, SOURCE

_MOST_CHARACTERS = 1500
# a key of a table, an address of a page, or the time of a day
_NO_WORDS = re.compile(r"^[a-z0-9]+(_[a-z0-9]+)+$|\w\.html|\d{4}-\d\d-\d\dT")


def entries(env):
    """List what can be found.

    Parameters
    ----------
    env : sphinx.environment.BuildEnvironment
        The environment once all pages were read.

    Yields
    ------
    dict of str
        ``title``, ``page`` (its name), ``address`` from the book's root, ``text``, ``kind`` (section, figure, row,
        term or publication) and ``names``: authors and years of what is cited, which no excerpt shows.
    """
    pages, folder = datatables.pages(env), Path(env.app.confdir, env.config.data_tables_folder)
    path = folder / "references.bib"
    publications = citations.read(path) if path.is_file() else {}
    cited = {key: bibliography.label(citations.fields(entry)) for key, entry in publications.items()}
    figures = {anchor: number for of in env.toc_fignumbers.values() for anchor, number in of.get("figure", {}).items()}
    for docname in sorted(env.found_docs):
        page, uri = env.titles[docname].astext(), env.app.builder.get_target_uri(docname)
        places = {}
        for node in doctree(env, docname).findall(_holds_text):
            title, anchor = place(node, env.toc_fignumbers.get(docname, {}).get("figure", {}))
            words, keys = places.setdefault((title, anchor), ([], []))
            if isinstance(node, chart_notes):
                words += _told(node["rows"])
            elif not isinstance(node, nodes.title):
                text, found = _in_words(node, figures)
                words.append(text)
                keys += found
        for (title, anchor), (words, keys) in places.items():
            yield {
                "title": title or page,
                "page": page,
                "address": f"{uri}#{anchor}" if anchor else uri,
                "text": _plain(" ".join(words)),
                "kind": "figure" if title.startswith("Figure ") else "section",
                "names": ", ".join(dict.fromkeys(cited[key] for key in keys if key in cited)),
            }
    for table, kind in datatables.searched(env).items():
        page, uri = env.titles[pages[table]].astext(), env.app.builder.get_target_uri(pages[table])
        for key, row in datatables.read(folder, table).items():
            keys = [each for each in datatables.keys(row.get("source", "")) if each in cited]
            yield {
                "title": cards.heading(folder, table, key),
                "page": page,
                "address": f"{uri}#{key}",
                "text": _plain(cards.sentence(folder, table, key)),
                "kind": kind,
                "names": ", ".join(cited[each] for each in keys),
            }
    link = env.config.data_tables_source_link
    for key, entry in publications.items() if link else ():
        people = [" ".join(person.last_names) for person in entry.persons.get("author", [])]
        fields = citations.fields(entry)
        where = fields.get("journal") or fields.get("howpublished", "")
        yield {
            "title": _braceless(f"{cited[key]}: {fields['title']}" if people else fields["title"]),
            "page": "Bibliography",
            "address": link.format(key.replace("_", "-")),
            "text": _plain(_braceless(" ".join(filter(None, [where, fields.get("year"), fields.get("doi")])))),
            "kind": "publication",
            "names": _braceless(", ".join(people)),
        }


def _braceless(text):
    return re.sub(r"[{}]", "", text)


def _told(rows):
    """List what a chart shows: its trials, genes and drugs; no key, no time stamp, nothing twice."""
    told = (text for row in rows for column, text in row.items() if column not in (SOURCE, CHECK))
    return dict.fromkeys(text for text in told if isinstance(text, str) and not _NO_WORDS.search(text))


def _in_words(node, figures):
    """A node's text, and the keys of what it cites: citations are left out, figures have their numbers."""
    copy, keys = node.deepcopy(), []
    for link in list(copy.findall(addnodes.pending_xref)):
        if link["refdomain"] == "cite":
            keys += [key.strip() for key in link["reftarget"].split(",")]
            link.parent.remove(link)
        elif link["reftarget"] in figures:
            link.replace_self(nodes.Text("Figure " + ".".join(map(str, figures[link["reftarget"]]))))
    # formulas and HTML as typed are no words
    for typed in [found for kind in (nodes.raw, nodes.math) for found in copy.findall(kind)]:
        if typed.parent and not re.fullmatch(r"[\w ,.=%-]+", typed.astext()):
            typed.parent.remove(typed)
    return copy.astext(), keys


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
    text = re.sub(r"\s+", " ", re.sub(r"</?(br|b|i|sub|sup)\b[^>]*>", " ", text)).strip()
    return text if len(text) <= _MOST_CHARACTERS else text[:_MOST_CHARACTERS].rpartition(" ")[0] + " …"


def _write_index(app):
    """Write the index as a script, because a page opened from a folder may not fetch a file; name the page."""
    content = json.dumps([{"id": i} | entry for i, entry in enumerate(entries(app.env))], ensure_ascii=False, indent=0)
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
