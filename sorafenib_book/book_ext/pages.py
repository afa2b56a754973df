"""What Furo lacks for a Jupyter Book: templates, folded code, folded solutions, and mended accessibility."""

import html
import itertools
import re
from pathlib import Path

from docutils import nodes
from sphinx.transforms.post_transforms import SphinxPostTransform
from sphinx_plotly_figures.renderer import FIRST_ACT

from sorafenib_book.wording import VERIFIED

_HERE = Path(__file__).parent
_INDEX_NAME = re.compile(
    r"(<thead>\s*<tr>\s*)<(?:td></td|th></th)>(.*?</tr>)\s*<tr>\s*<th>([^<]+)</th>(?:\s*<t[hd]></t[hd]>)*\s*</tr>\s*</thead>",
    re.DOTALL,
)
_CELL = re.compile(r"<t([hd])((?: [^>]*)?)>(.*?)</t[hd]>", re.DOTALL)
_CARDS = re.compile(r'<table[^>]*class="[^"]*\bstacks\b.*?</table>', re.DOTALL)
_DESCRIPTION = re.compile(r'<meta content="([^"]*)" name="description"')


class solution_details(nodes.General, nodes.Element):
    """A folded solution."""


class FoldSolutions(SphinxPostTransform):
    """Fold the solutions of sphinx-exercise into ``<details>``, which needs no script."""

    default_priority = 900
    formats = ("html",)

    def run(self, **kwargs):
        from sphinx_exercise.nodes import solution_node

        for node in list(self.document.findall(solution_node)):
            details = solution_details("", *node.children[1:], ids=node["ids"], summary=node.children[0].astext())
            node.replace_self(details)


class FoldCode(SphinxPostTransform):
    """Fold every cell's code, so that a page reads as text; MyST-NB's own folding does the rest.

    A cell that prepares the data of figures gets their names as classes, for the button that copies; one that draws a
    figure says so, as its height is known before it is laid out.
    """

    default_priority = 198
    formats = ("html",)

    def run(self, **kwargs):
        from myst_nb.sphinx_ import HideCodeCellNode

        for node in self.document.findall(nodes.container):
            if node.get("nb_element") != "cell_code":
                continue
            metadata = node.get("cell_metadata", {})
            node["classes"] += [f"for-{name}" for name in metadata.get("for", "").split()]
            node["classes"] += ["figure-cell"] * ("figure" in metadata.get("mystnb", {}))
            kind = "".join(f" ({word})" for tag, word in _KINDS.items() if tag in metadata.get("tags", []))
            show, hide = f"Show code{kind}", f"Hide code{kind}"
            if not node.get("hide_mode"):
                node["hide_mode"], node["prompt_show"], node["prompt_hide"] = "input", show, hide
            elif node["hide_mode"] == "output":  # two folds, each with words of its own
                code = HideCodeCellNode(
                    "", node.children[0], prompt_show=show, prompt_hide=hide, classes=["above-input"]
                )
                node.children[0] = code
                code.parent = node


class JoinCode(SphinxPostTransform):
    """Put a cell's code below what it shows, in one fold with that of the cells before it that show nothing.

    The notebook keeps its order; on the page a figure or a table is met first, and its code by who asks for it.
    """

    default_priority = 210  # after MyST-NB's folds
    formats = ("html",)

    def run(self, **kwargs):
        from myst_nb.sphinx_ import HideCodeCellNode

        earlier = []
        for cell in list(self.document.findall(nodes.container)):
            if cell.get("nb_element") != "cell_code" or not isinstance(cell[0], HideCodeCellNode):
                continue
            if earlier and earlier[-1].next_node(ascend=True, descend=False, siblings=True) is not cell:
                earlier = []
            if len(cell) == 1:
                earlier.append(cell)
                continue
            code = cell.pop(0)
            cell += code
            for each in reversed(earlier):
                each.parent.remove(each)
                each.replace(each[0], each[0].children)
                code.insert(0, each)
            if earlier:
                code["prompt_show"], code["prompt_hide"] = "Show code", "Hide code"
            earlier = []


class StackLongTables(SphinxPostTransform):
    """Let tables become cards on a screen too narrow for them: each cell carries the head of its column along."""

    default_priority = 199
    formats = ("html",)

    def run(self, **kwargs):
        for table in self.document.findall(nodes.table):
            heads = [entry.astext() for head in table.findall(nodes.thead) for entry in head.findall(nodes.entry)]
            rows = [row for body in table.findall(nodes.tbody) for row in body.findall(nodes.row)]
            if not (classes := _stacking([heads, *([entry.astext() for entry in row.children] for row in rows)])):
                continue
            table["classes"] += classes
            for row in rows:
                for head, entry in zip(heads, row.children, strict=False):
                    label = f'<span class="stack-head">{html.escape(head)}</span>'
                    entry.insert(0, nodes.raw("", label, format="html"))


_FROM_CONFIGURATION = ("book_description", "footer_note", "package_wheel", "repository")
_LONG_CELL, _SHORT_CELL = 90, 22  # characters
# In characters: a phone's line of a table, what stands in a cell without a break, and the space beside it.
_PHONE, _UNBROKEN, _BESIDE = 54, 14, 3
_FIRST_CARDS = 3  # of a long table, on a phone (pages.css)
_KINDS = {"setup": "set-up", "data": "data", "check": "check of your own"}


def visit_solution(self, node):
    ids = f' id="{node["ids"][0]}"' if node["ids"] else ""
    self.body.append(f'<details class="solution"{ids}><summary>{self.encode(node["summary"])}</summary>')


def depart_solution(self, node):
    self.body.append("</details>\n")


def _make_accessible(app, pagename, templatename, context, doctree):
    """Mend what axe finds in Furo's and Sphinx's markup."""
    context["metatags"] = re.sub(r'<meta name="viewport"[^>]*>', "", context.get("metatags", ""))
    tree = context.get("furo_navigation_tree", "")
    context["furo_navigation_tree"] = tree.replace('role="heading"', 'role="heading" aria-level="2"')
    body = context.get("body", "")
    body = re.sub(r"<pre(?![^>]*tabindex)", '<pre tabindex="0"', body)
    body = re.sub(r"<th[^>]*>(?:<p></p>)?</th>", "<td></td>", body)
    body = body.replace('role="doc-biblioentry"', 'role="listitem"')
    # sphinx-exercise gives the same id to each of them.
    body = re.sub(r' id="(exercise|solution)-content"', "", body)
    # Bibliography and citations write "and others" where they know one author only.
    body = re.sub(r" and others(?= \[|, [\dn][^<]*</a>)", " <em>et al.</em>", body)
    # Wide tables scroll inside themselves; some tables come without Furo's wrapper.
    body = re.sub(r'<div class="table-wrapper([^"]*)"(?! tabindex)', r'<div class="table-wrapper\1" tabindex="0"', body)
    # The policy lets no inline style of pandas through; pages.css styles these tables.
    body = re.sub(r"<style scoped>.*?</style>\s*", "", body, flags=re.DOTALL)
    body = re.sub(r'(<table border="1" class="dataframe">.*?</table>)', _scrolling, body, flags=re.DOTALL)
    body = _CARDS.sub(_shortened, body)
    # A fold is named by its words, which say what it opens.
    body = body.replace(' aria-label="Toggle hidden content"', "")
    # Most marks of highlighted code say the colour that the text has anyway.
    context["body"] = re.sub(r'<span class="(?:n|nn|p|w)">([^<]*)</span>', r"\1", body)
    # They serve Sphinx's own search, which this book does not use.
    unused = ("doctools.js", "sphinx_highlight.js")
    context["script_files"] = [f for f in context["script_files"] if not str(f.filename).endswith(unused)]
    # A script in the way of the page's first lines would keep them from the reader.
    for script in context["script_files"]:
        script.attributes.setdefault("defer", "defer")
    if pagename == app.config.root_doc:
        app.add_css_file("landing.css")
    context["is_notebook"] = context.get("page_source_suffix") == ".ipynb"
    context["page_description"] = _DESCRIPTION.search(context["metatags"])
    for name in _FROM_CONFIGURATION:
        context[name] = getattr(app.config, name)
    context["book_date"] = app.config.today


def _without_class(app, exception):
    """Drop a class of the theme whose removal by script lets a browser style the whole page again (see pages.css)."""
    if exception is None and app.builder.format == "html":
        for path in Path(app.outdir).rglob("*.html"):
            path.write_text(path.read_text(encoding="utf-8").replace(' class="no-js"', "", 1), encoding="utf-8")


def _scrolling(match):
    table = match[1].replace(' border="1"', "").replace(' style="text-align: right;"', "")
    # pandas gives the index's name a header row of its own.
    table = _stacked(_verified(_INDEX_NAME.sub(r"\1<th>\3</th>\2</thead>", table)))
    return f'<div class="table-wrapper" tabindex="0">{table}</div>'


def _verified(table):
    """Say in words how far numbers were verified, in the heads of a computed table and in its column of check marks."""
    head, body = table.split("</thead>")
    heads = ["".join(text for *_, text in column) for column in zip(*_grid(head), strict=True)]
    if "check" in heads:
        back = heads.index("check") - len(heads)  # from the end: earlier cells may span rows

        def told(row):
            cell = list(_CELL.finditer(row))[back]
            words = VERIFIED.get(cell[3], cell[3]).removeprefix("verified ")
            return row[: cell.start(3)] + words + row[cell.end(3) :]

        body = "".join(told(row) if "<t" in row else row for row in re.split(r"(?<=</tr>)", body))
    heads = VERIFIED | {"check": "verified"}
    head = _CELL.sub(lambda cell: f"<t{cell[1]}{cell[2]}>{heads.get(cell[3], cell[3])}</t{cell[1]}>", head)
    return f"{head}</thead>{body}"


def _stacked(table):
    """Do for a computed table what `StackLongTables` does for a written one."""
    head, body = (_grid(part) for part in table.split("</thead>"))
    # A head of several lines is one on a card; each name of it is told once.
    heads = [", ".join(dict.fromkeys(text for *_, text in column if text)) for column in zip(*head, strict=True)]
    rows = [heads, *([text for *_, text in row] for row in body)]
    if not (classes := _stacking([[html.unescape(text) for text in row] for row in rows])):
        return table

    def labelled(name, first, kind, attributes, text):
        # a card leaves out what is empty, has what is short beside its label, and says what an earlier row said for it
        words = len(html.unescape(re.sub(r"<[^>]*>", "", text)))
        kinds = {"empty": not words, "beside": 0 < words <= _SHORT_CELL and kind == "d", "again": not first}
        given = " ".join(each for each, so in kinds.items() if so)
        attributes = (attributes if first else "") + f' class="{given}"' * bool(given)
        return f'<t{kind}{attributes}><span class="stack-head">{name}</span>{text}</t{kind}>'

    lines = ("".join(labelled(name, *cell) for name, cell in zip(heads, row, strict=True)) for row in body)
    head = table.partition("</thead>")[0].replace('class="dataframe"', f'class="dataframe {" ".join(classes)}"')
    return f"{head}</thead><tbody>{''.join(f'<tr>{line}</tr>' for line in lines)}</tbody></table>"


def _grid(part):
    """Cells of a table by row and column: whether it is the first place of this one, its kind, attributes and text."""
    lines = [_CELL.findall(line) for line in part.split("</tr>")[:-1]]
    grid = [{} for _ in lines]
    for i, line in enumerate(lines):
        for kind, attributes, text in line:
            spans = dict(re.findall(r'(row|col)span="(\d+)"', attributes))
            column = next(place for place in itertools.count() if place not in grid[i])
            for down, across in itertools.product(range(int(spans.get("row", 1))), range(int(spans.get("col", 1)))):
                grid[i + down][column + across] = (not (down or across), kind, attributes, text)
    return [[row[column] for column in sorted(row)] for row in grid]


def _shortened(match):
    """Let a long table show its first rows on a phone (pages.css), and the others when asked for (pages.js)."""
    count = match[0].partition("</thead>")[2].count("<tr")
    if count <= _FIRST_CARDS + 1:
        return match[0]
    button = f'<p class="rest"><button type="button">Show all {count} rows</button></p>'
    return match[0].replace("stacks", "stacks long", 1) + button


def _stacking(rows):
    """Classes of a table by its rows of texts: whether it becomes cards on a phone, and such of short cells."""
    if max((len(text) for row in rows[1:] for text in row), default=0) > _LONG_CELL:
        return ["stacks"]
    columns = list(itertools.zip_longest(*rows, fillvalue=""))
    unbroken = (
        max([min(len(text), _UNBROKEN) for text in texts] + [len(word) for text in texts for word in text.split()])
        for texts in columns
    )
    wide = sum(length + _BESIDE for length in unbroken) > _PHONE
    return ["stacks", "short"] if wide and len(columns) > 2 else []


def _late_style(app):
    # Furo registers this value after the configuration was read.
    app.config.pygments_dark_style = "a11y-dark"


def _add_folders(app, config):
    config.templates_path.append(str(_HERE / "templates"))
    config.html_static_path.append(str(_HERE / "static"))


def setup(app):
    for name in _FROM_CONFIGURATION:
        app.add_config_value(name, "", "html")
    # Jupyter Book passes this on for an extension that is not loaded.
    app.add_config_value("comments_config", {}, "")
    app.connect("config-inited", _add_folders)
    app.add_css_file("pages.css")
    app.add_js_file(**FIRST_ACT)
    app.add_js_file("pages.js")
    app.add_node(solution_details, html=(visit_solution, depart_solution))
    app.add_post_transform(FoldSolutions)
    app.add_post_transform(FoldCode)
    app.add_post_transform(JoinCode)
    app.add_post_transform(StackLongTables)
    app.connect("builder-inited", _late_style, priority=400)
    app.connect("html-page-context", _make_accessible, priority=900)
    app.connect("build-finished", _without_class)
