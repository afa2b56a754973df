"""Print the built book as one PDF.

Chromium prints the pages of the built book, put together in the book's order and laid out for paper. What paper cannot
do is made up for: a reference to another place tells its page, each chapter lists the rows its numbers come from,
solutions follow the chapter, and a figure with a menu says what the menu would show. Code and the tables behind the
figures are left out: they are in the notebooks and in the data package.

usage: printed.py     writes _build/release/<name>-<version>.pdf
"""

import copy
import html
import json
import re
import sys
from posixpath import dirname, join, normpath

from bs4 import BeautifulSoup
from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter
from sphinx_plotly_figures import pictures

from sorafenib_book.book_ext import citations, datatables
from sorafenib_book.rules import bibliography
from tools.build import book, front_matter

STYLE = book.ROOT / "tools" / "outputs" / "printed.css"
#: Pages that are of use on a screen, or to who makes the book, alone.
LEFT_OUT = re.compile(r"reference/(changes|charts_elsewhere|checks|data|downloads|functions|gallery|speed)$")
#: What an article holds for the screen alone.
ON_SCREEN = (
    "script, style, .page-tools, .headerlink, .chart-live, .chart-narrow, .chart-downloads, details.chart-table, "
    "details.quiz > :not(summary), .again, .rest, "
    "details.dictionary, .data-tools, .more-rows, .stack-head, .copy-with-setup, button, p:has(> a[download]), "
    ".ways-in, .chapter-card .chart, .small-figure"
)
#: A reference whose words are only a number would read badly with a page behind each.
_NUMBER = re.compile(r"[^A-Za-z]*")
_MOST_ROWS = 60
# Its differences are printed, by chapter.
_LEDGER = "reference/claims"
# Sections that each chapter has, which the table of contents need not repeat.
_ALIKE = {"What this chapter answers", "Quiz", "Limits", "Reuse", "Where the numbers come from"}
_PASSES = 4
# CSS pixels between the margins of A4, and what a figure may take of them.
_WIDTH, _FIGURE = 672, 980
#: A picture gives up what its figure is too high; nothing else of it can.
_FIT = """room => document.querySelectorAll("figure:has([data-chart])").forEach(figure => {
  const picture = figure.querySelector("svg"), over = figure.offsetHeight - room;
  if (over > 0) picture.style.maxHeight = `${picture.getBoundingClientRect().height - over}px`;
})"""


def documents():
    """Pages of the book in the order of its table of contents, without those for the screen alone."""
    return [name for name in front_matter.listed() if not LEFT_OUT.search(name)]


def merged(names, site):
    """Put pages of the built book into one document.

    Parameters
    ----------
    names : list of str
        Pages, as in the table of contents.
    site : Path
        The built book.

    Returns
    -------
    bs4.BeautifulSoup
        A document with one ``section.page`` a page; its ids are ``<page>--<id>``.
    """
    sources = citations.read(book.ROOT / "data" / "references.bib")
    paper = BeautifulSoup("<main></main>", "html.parser")
    for name in names:
        page = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        section = paper.new_tag("section", attrs={"class": "page", "data-name": name, "id": _id(name)})
        section.extend(list(page.select_one("article").contents))
        for tag in section.select(ON_SCREEN):
            tag.decompose()
        for chart in section.select("[data-chart]"):
            _draw(chart, site / dirname(name), paper)
        _leave_code_out(section)
        _rows_as_entries(section, paper)
        _solutions_to_the_end(section, name, paper)
        numbers = _numbers(section, sources, paper)
        for tag in section.find_all(id=True):
            tag["id"] = _id(name, tag["id"])
        for tag in section.find_all("a", href=True):
            _lead(tag, name, names, sources)
        for tag in section.find_all("img", src=True):
            tag["src"] = (site / normpath(join(dirname(name), tag["src"]))).as_uri()
        for tag in section.select("details"):
            tag["open"] = ""
        if numbers:
            section.append(numbers)
        paper.main.append(section)
    known = {tag["id"] for tag in paper.find_all(id=True)}
    for tag in paper.select('a[href^="#"]'):
        if tag["href"][1:] not in known:
            del tag["href"]
    return paper


def _id(name, anchor=""):
    return f"{name.replace('/', '-')}--{anchor}" if anchor else name.replace("/", "-")


def _draw(chart, folder, paper):
    """Put the wide picture itself into the page, and say what the controls of the chart show."""
    content = folder / chart["data-content"]
    svg = content.with_suffix(".svg").read_text(encoding="utf-8")
    picture = chart.select_one(".chart-picture")
    picture.clear()
    picture.append(BeautifulSoup(svg, "html.parser"))
    for box in chart.select(".chart-controls"):
        said = []
        controls = json.loads(content.read_text(encoding="utf-8").partition("] = ")[2].rstrip(";\n"))["controls"]
        for control in box.select(".chart-control"):
            label = control.label.get_text(strip=True)
            if control.select_one("select"):
                options = [option.get_text(strip=True) for option in control.select("option")]
                chosen = control.select_one("option[selected]").get_text(strip=True)
                others = "; ".join(option for option in options if option != chosen)
                said.append(f"{label}: {chosen}. On screen a menu also shows: {others}.")
            else:
                number = int(re.search(r"-control-(\d+)$", control.input["id"])[1])
                steps = controls[number]["steps"]
                ends = f" from {steps[0]['label']} to {steps[-1]['label']}"
                said.append(f"{label}: {control.output.get_text(strip=True)}. On screen a slider sets it{ends}.")
        if shown := box.select_one(".chart-says"):
            boxes = [label.get_text(strip=True) for label in box.select("fieldset label")]
            said.append(f"{shown.get_text(strip=True)} On screen boxes choose among {', '.join(boxes)}.")
        note = paper.new_tag("p", attrs={"class": "control-note"})
        note.string = "Shown here: " + " ".join(said)
        figure = box.find_parent("figure")
        box.decompose()
        (figure.figcaption or figure).append(note)


def _leave_code_out(section):
    """Drop the code of cells; a solution keeps it, for there it is the answer."""
    for code in section.select("div.cell details.hide:has(.cell_input), div.cell .cell_input"):
        if not (code.decomposed or code.find_parent("details", class_="solution")):
            code.decompose()
    for tag in section.select("details.hide > summary"):
        tag.decompose()
    for tag in section.select("details.hide"):
        tag.unwrap()


def _rows_as_entries(section, paper):
    """Make each row of a data table, wider than paper, an entry of its own; leave out a long one."""
    if section["data-name"] == _LEDGER:
        _replaced(section.select_one(".data-rows"), len(section.select(".data-rows [data-choice]")), paper)
    for table in section.select(".data-rows > table"):
        for cell in table.select(".raw"):  # told in words beside it
            cell.decompose()
        heads = [head.get_text(strip=True) for head in table.select("thead th")]
        rows = table.select("tbody tr")
        if len(rows) > _MOST_ROWS:
            _replaced(table.find_parent(class_="data-table"), len(rows), paper)
            continue
        for row in rows:
            first, *cells = row.find_all("td")
            box = paper.new_tag("div", attrs={"class": "card", "id": row["id"]})
            box.append(first.a.extract())
            pairs = paper.new_tag("dl")
            for head, cell in zip(heads[1:], cells, strict=True):
                if cell.get_text(strip=True):
                    name = paper.new_tag("dt")
                    name.string, cell.name = head, "dd"
                    pairs.extend([name, cell])
            box.append(pairs)
            table.parent.append(box)
        table.decompose()


def _replaced(table, rows, paper):
    """Say where a table is that is not printed."""
    note = paper.new_tag("p")
    note.string = f"This table of {rows} rows is not printed; it is in the data package."
    table.replace_with(note)


def _solutions_to_the_end(section, name, paper):
    found = section.select("details.solution")
    if not found:
        return
    end = paper.new_tag("section", attrs={"class": "solutions", "id": "solutions"})
    end.append(_heading(paper, "Solutions"))
    for details in found:
        box = paper.new_tag("section", attrs={"class": "solution", "id": details.get("id", "")})
        title = paper.new_tag("p", attrs={"class": "solution-title"})
        title.string = details.summary.extract().get_text(strip=True)
        before = details.find_previous(class_="exercise")
        if before:
            link = paper.new_tag("a", attrs={"href": f"#{details.get('id')}", "class": "solution-link"})
            link.string = "Solution"
            before.append(link)
        box.append(title)
        box.extend(list(details.contents))
        details.decompose()
        end.append(box)
    section.append(end)


def _heading(paper, text, level="h2"):
    tag = paper.new_tag(level)
    tag.string = text
    return tag


def _numbers(section, sources, paper):
    """List the rows that a page's numbers lead to, and lead each number to its place in the list."""
    rows, name = {}, section["data-name"]
    for link in section.select("a.cell-link[title]"):
        table, column, row = re.search(r"(\w+)\.html\?cell=(\w+)#(.+)", link["href"]).groups()
        values = rows.setdefault((table, row), [])
        value = (link.get_text(strip=True), column)
        if value not in values:
            values.append(value)
        link["href"] = "#" + _id(name, f"row-{table}-{row}")
        link["data-paper"] = "yes"
        del link["title"]
    if not rows:
        return None
    box = paper.new_tag("section", attrs={"class": "numbers", "id": _id(name, "numbers")})
    box.append(_heading(paper, "Where the numbers come from"))
    lines = []
    for (table, row), values in rows.items():
        whole = datatables.read(book.ROOT / "data", table).get(row, {})
        keys = [key for key in re.split(r";\s*", whole.get("source", "")) if key]
        cited = "; ".join(
            f'<a data-paper="yes" href="#{_id("reference/bibliography", "ref-" + key.replace("_", "-"))}">'
            f"{html.escape(_short(sources[key]))}</a>"
            for key in keys
        )
        shown = "; ".join(f"{html.escape(text)} ({column.replace('_', ' ')})" for text, column in values)
        lines.append(
            f'<tr id="{_id(name, f"row-{table}-{row}")}"><td>{shown}</td><td>{table}: {row}</td>'
            f"<td>{cited}</td><td>{whole.get('check', '')}</td></tr>"
        )
    head = "".join(f"<th>{word}</th>" for word in ("Number (column)", "Table: row", "Source", "Check mark"))
    text = f"<table><thead><tr>{head}</tr></thead><tbody>{''.join(lines)}</tbody></table>"
    box.append(BeautifulSoup(text, "html.parser"))
    return box


def _short(entry):
    """Name a publication by its first author and year, as the text does."""
    people = entry.persons.get("author", [])
    names = [" ".join([*person.prelast_names, *person.last_names]).strip("{}") for person in people]
    who = f"{names[0]} et al." if len(names) > 2 or "others" in names else " and ".join(names)
    return f"{who or entry.fields['title'].strip('{}')}, {bibliography.year(entry.fields)}"


def _lead(tag, name, names, sources):
    """Lead a link to its place in this document; print the address of one that leads elsewhere."""
    if tag.get("data-paper"):
        return
    address, words = tag["href"], tag.get_text(strip=True)
    tag.attrs.pop("title", None)
    if re.match(r"\w+:", address):
        shown = re.sub(r"^https?://(www\.)?", "", address).rstrip("/")
        if shown not in words and "doi.org" not in address:
            tag.insert_after(f" ({shown})")
        return
    path, _, anchor = address.partition("#")
    page = normpath(join(dirname(name), path)).removesuffix(".html").removesuffix(".ipynb") if path else name
    if page not in names:
        del tag["href"]
        return
    tag["href"] = "#" + _id(page, anchor)
    quiet = "glossary-term" in tag.get("class", []) or words == anchor
    quiet = quiet or tag.find_parent(class_=["bibtex-citation", "chart-sources"])
    if page == "reference/bibliography":
        if words in sources:
            tag.string = _short(sources[words])
    elif ".html" in words:
        tag.string, tag["data-page"] = "told", ""
    elif not (quiet or _NUMBER.fullmatch(words)):
        tag["data-page"] = ""


def contents(paper):
    """Write the table of contents, pages with their sections, and the list of figures."""
    places, figures = [], []
    for section in paper.select("section.page"):
        places.append(("level-1", section["id"], section.h1.get_text(strip=True)))
        for heading in section.find_all("h2"):
            if (words := heading.get_text(strip=True)) not in _ALIKE:
                places.append(("level-2", heading.find_parent(id=True)["id"], words))
    for figure in paper.select("figure:has([data-chart])"):
        headline = figure.select_one(".chart-headline").get_text(" ", strip=True)
        finding = re.match(r".+?[.;:](?= |$)|.+", headline)[0]
        number = figure.select_one(".caption-number").get_text(strip=True)
        figures.append(("level-2", figure["id"], f"{number}. {finding.rstrip('.;:')}"))
    return f"<section class='contents'>{_listed('Contents', places)}{_listed('Figures', figures)}</section>"


def _listed(title, places):
    rows = "".join(
        f'<li class="{kind}"><a href="#{anchor}"><span>{html.escape(words)}</span><span class="leader"></span>'
        f'<span class="folio" data-folio="{anchor}"></span></a></li>'
        for kind, anchor, words in places
    )
    return f"<h1>{title}</h1><ol>{rows}</ol>"


def title_page(said):
    """Write the title page from what the book says about itself."""
    text = """<section class="cover"><p class="title">{title}</p><p class="subtitle">{subtitle}</p>
        <p>Version {version}, {date}</p>
        <div class="imprint"><p>{abstract}</p>
        <p><strong>How to cite.</strong> {citation}
        For a number you take over, cite the publication named in its row.</p>
        <p><strong>Licences.</strong> Code: MIT. Prose, figures and data: CC BY 4.0
        (creativecommons.org/licenses/by/4.0).</p>
        <p><strong>Not medical advice.</strong> This book is for teaching and research; no page of it can tell what is
        right for one patient.</p>
        <p><strong>On paper.</strong> A number with a dotted line is listed at the end of its chapter with the row of
        data it comes from. Solutions stand at the end of a chapter too. Figures with a menu or slider are printed in
        their first state. The code of the figures, the tables behind them, the claims ledger and the data tables are
        not printed: they are in the notebooks and in the data package of the same version.</p></div></section>"""
    return text.format(**{key: html.escape(value) for key, value in said.items()})


def laid_out(paper, said, pages):
    """Write the whole document, with page numbers where they are known.

    Parameters
    ----------
    paper : bs4.BeautifulSoup
        The pages, from `merged`.
    said : dict
        What the book says about itself, from `front_matter.said`.
    pages : dict of str to int
        Page of each id.

    Returns
    -------
    str
        HTML.
    """
    paper = copy.copy(paper)
    running = []
    for i, section in enumerate(paper.select("section.page")):
        section["style"] = f"page: p{i}"
        head = json.dumps(section.h1.get_text(strip=True), ensure_ascii=False)
        running.append(f"@page p{i} {{ @top-right {{ content: {head} }} }}")
    for tag in paper.select("a[data-page]"):
        tag.insert_after(BeautifulSoup(f'<span class="at">&nbsp;(p.&nbsp;{_folio(pages, tag)})</span>', "html.parser"))
    listed = BeautifulSoup(contents(paper), "html.parser")
    for tag in listed.select("[data-folio]"):
        tag.string = str(pages.get(tag["data-folio"], "000"))
    style = STYLE.read_text(encoding="utf-8") + "\n".join(running)
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8"><title>{html.escape(said["whole_title"])}</title>'
        f"<style>{style}</style></head><body>{title_page(said)}{listed}{paper}</body></html>"
    )


def _folio(pages, tag):
    return pages.get(tag.get("href", "")[1:], "000")


def print_book(target, site=book.SITE):
    """Print the built book into a PDF file, as often as it takes until all page numbers are right."""
    said = front_matter.said()
    paper, pages = merged(documents(), site), {}
    draft = book.BUILD / "printed.html"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=pictures.browser(), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": _WIDTH, "height": 950})
        page.emulate_media(media="print")
        for _ in range(_PASSES):
            draft.write_text(laid_out(paper, said, pages), encoding="utf-8")
            page.goto(draft.as_uri())
            page.evaluate(_FIT, _FIGURE)
            # Chromium would shrink the whole book until its widest part fits.
            if (width := page.evaluate("document.documentElement.scrollWidth")) > _WIDTH:
                sys.exit(f"printed: something is {width} pixels wide, and paper has room for {_WIDTH}")
            page.pdf(path=target, prefer_css_page_size=True, print_background=True, tagged=True, outline=True)
            before, pages = pages, places(PdfReader(target))
            if before == pages:
                break
        browser.close()
    writer = PdfWriter(clone_from=target)
    writer.add_metadata(
        {
            "/Title": said["whole_title"],
            "/Author": said["authors"],
            "/Subject": f"Version {said['version']}, {said['date']}. Prose, figures and data: CC BY 4.0.",
            "/Keywords": said["keywords"],
            "/CreationDate": said["pdf_date"],
            "/ModDate": said["pdf_date"],
        }
    )
    writer.create_viewer_preferences().display_doctitle = True
    writer.pdf_header = "%PDF-1.7"
    writer.write(target)
    return len(writer.pages)


def places(reader):
    """Page number, from 1, of each place in a PDF that a link leads to."""
    found = reader.named_destinations.items()
    return {name.removeprefix("/"): reader.get_destination_page_number(place) + 1 for name, place in found}


def main():
    target = front_matter.release_file(".pdf")
    target.parent.mkdir(parents=True, exist_ok=True)
    book.say(f"{target.relative_to(book.ROOT)}: {print_book(target)} pages")


if __name__ == "__main__":
    main()
