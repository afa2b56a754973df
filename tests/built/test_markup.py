"""Markup and script in every text of the data, the captions and the bibliography: pages show it, browsers run none."""

import csv
import json
import os
import re
import shutil
import subprocess
import sys

import pytest
from bs4 import BeautifulSoup
from checkout import CHAPTERS, NOTEBOOKS, ROOT
from sphinx_plotly_figures import figures

from sorafenib_book.book_ext import datatables
from tools.build import notebooks

NASTY = (
    '"></textarea></script><nasty-tag>n</nasty-tag><script>window.ran = 1</script><img src=x onerror="window.ran = 1">'
)
ELEMENTS = "nasty-tag, img[src=x], [onerror]"
ASIDE = [".git", ".venv", "_build", "__pycache__", ".ipynb_checkpoints", ".pytest_cache", ".ruff_cache", "tests"]
# A figure's texts, by where they stand; the words of a hover label are in its template.
TEXTS = {"name", "text", "ticktext", "label", "hovertemplate", "customdata", "x", "y", "note", "prefix"}


def nasty_data(folder):
    """Put the markup behind every text: the tables' cells and descriptions, and the titles of publications."""
    package = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    for resource in package["resources"]:
        path, fields = folder / resource["path"], resource["schema"]["fields"]
        texts = [field["name"] for field in fields[1:] if field["type"] == "string"]
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
            writer.writeheader()
            writer.writerows(row | {name: row[name] and row[name] + NASTY for name in texts} for row in rows)
        for described in (resource, *fields):
            for key in {"title", "description", "unit"} & described.keys():
                described[key] += NASTY
    (folder / "datapackage.json").write_text(json.dumps(package), encoding="utf-8")
    path = folder / "references.bib"
    text = re.sub(r"(?m)^(\s*(?:title|journal) = \{.*)(\},?)$", rf"\1 {NASTY}\2", path.read_text(encoding="utf-8"))
    assert NASTY in text
    path.write_text(text, encoding="utf-8")
    return set(re.findall(r"@\w+\{(.+),", text))


def nasty_figure(value, keys, at=None):
    """A figure with the markup in every text but the keys of publications."""
    if isinstance(value, dict):
        return {key: nasty_figure(item, keys, key) for key, item in value.items()}
    if isinstance(value, list):
        return [nasty_figure(item, keys, at) for item in value]
    words = isinstance(value, str) and at in TEXTS and not re.fullmatch(r"[\d.:TZ -]*", value)
    return value + NASTY if words and not keys & set(re.split(r";\s*", value)) else value


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The book made of such data, with such captions; the figures of one chapter have it everywhere."""
    folder = tmp_path_factory.mktemp("nasty") / "book"
    shutil.copytree(ROOT, folder, ignore=shutil.ignore_patterns(*ASIDE))
    keys = nasty_data(folder / "data")
    # Files that the package makes of the tables: it refuses such data, as `make check` does.
    config = (folder / "_config.yml").read_text(encoding="utf-8")
    config = re.sub(r"    data_tables_made:\n(      .*\n)+", "", config)
    (folder / "_config.yml").write_text(config, encoding="utf-8")
    # The first page's sums name values of columns that allow a few words; no row of such data has them.
    first = (folder / "index.md").read_text(encoding="utf-8")
    first = re.sub(r"\{(count|measured|reached)\}`[^`]*`|```\{shares\}[^`]*```\n", "", first)
    (folder / "index.md").write_text(first, encoding="utf-8")
    # Claims that the ledger alone tells are listed by their section, a column that allows a few words too.
    differences = folder / "reference" / "differences.md"
    text = re.sub(r"```\{differences\} abstract[^`]*```\n", "", differences.read_text(encoding="utf-8"))
    differences.write_text(text, encoding="utf-8")
    for path, notebook in NOTEBOOKS.items():
        notebook = json.loads(json.dumps(notebook))
        inputs = notebook["metadata"]["inputs"]["data"]
        inputs |= {name: notebooks._file(folder / name) for name in inputs}
        for cell in notebook["cells"]:
            if "figure" in (book := cell["metadata"].get("mystnb", {})):
                book["figure"]["caption"] += f" {NASTY}"
                cell["metadata"]["mystnb"]["image"]["alt"] += NASTY
            for output in cell.get("outputs", []) if path == next(iter(CHAPTERS)) else []:
                if figures.PLOTLY in output.get("data", {}):
                    output["data"][figures.PLOTLY] = nasty_figure(figures.plain(output["data"][figures.PLOTLY]), keys)
        notebooks.write(notebook, folder / path)
    done = subprocess.run(
        [sys.executable, "-m", "tools.build.book", "build"],
        cwd=folder,
        env=os.environ | {"PYTHONPATH": str(folder)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-3000:]
    return folder / "_build" / "html"


def test_no_page_has_an_element_of_it(site):
    found, shown = [], 0
    for path in sorted(site.rglob("*.html")):
        page = BeautifulSoup(path.read_text(encoding="utf-8"), "html.parser")
        found += [f"{path.relative_to(site)}: {str(tag)[:80]}" for tag in page.select(ELEMENTS)]
        shown += "<nasty-tag>" in page.text
    assert not found, "\n" + "\n".join(found)
    assert shown > 30, "the markup is not on the pages, as the characters it is"
    drawn = [path.read_text(encoding="utf-8") for path in site.rglob("*.svg")]
    assert any("nasty-tag" in svg for svg in drawn) and not any("<nasty-tag" in svg for svg in drawn)


def test_no_browser_runs_it(site, chromium):
    # Without the pages' policy, which would stop it too.
    page = chromium.new_context(bypass_csp=True).new_page()

    def judge(where):
        found = page.evaluate(f"[window.ran || 0, document.querySelectorAll('{ELEMENTS}').length]")
        assert found == [0, 0], where
        links = page.locator(".chart-live a").count()
        assert not links, where

    chapter = next(iter(CHAPTERS)).replace(".ipynb", ".html")
    page.goto(f"{site.as_uri()}/{chapter}")
    for term in page.locator(".glossary-term").all()[:3]:
        term.focus()
    for chart in page.locator("[data-chart]").all():
        chart.scroll_into_view_if_needed()
        page.mouse.wheel(0, 1)
        chart.locator(".main-svg").first.wait_for(state="attached")
        chart.locator(".chart-live").focus()
        for _ in range(2):
            page.keyboard.press("ArrowRight")
        judge(chart.get_attribute("data-chart"))
    assert "<nasty-tag>" in page.locator(".chart-live").first.text_content()

    page.goto(f"{site.as_uri()}/search.html?q=nasty-tag")
    assert page.locator("#search-results li").count()
    judge("search")
    for table in ("endpoints", "claims", "glossary"):
        path = next(path for path in site.rglob(f"{table}.html"))
        key = next(iter(datatables.read(ROOT / "data", table)))
        page.goto(f"{path.as_uri()}#{key}")
        page.locator(".data-tools input[type=search]").fill("nasty")
        for head in page.locator(".data-rows th button").all()[:3]:
            head.click()
        judge(path.name)
    page.goto(f"{site.as_uri()}/reference/gallery.html")
    judge("gallery")
    page.context.close()
