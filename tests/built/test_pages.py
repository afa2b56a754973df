"""The built pages as files: links lead somewhere, nothing comes from elsewhere, every chart has all its parts."""

import csv
import io
import os
import re
import subprocess
import tomllib
from collections import Counter
from datetime import UTC, datetime
from posixpath import dirname, join, normpath
from urllib.parse import unquote, urlsplit

import pytest
import yaml
from bs4 import BeautifulSoup
from checkout import CHAPTERS, NOTEBOOKS, ROOT, SITE
from sphinx_plotly_figures import chart_files, figures, renderer

from sorafenib_book import tables
from tools.bench import lighthouse

STRATEGIES = {"Add to sorafenib", "Another drug", "Select patients", "Add local treatment"}
EVIDENCE = ["cells", "animals", "patients", "randomised"]


def ids(page):
    return [tag["id"] for tag in page.find_all(id=True)]


def live(chart, path):
    """What the script of a chart on a page holds."""
    return chart_files.read(SITE / normpath(join(dirname(path), chart["data-content"])))


def dead_links(pages, exists):
    """Sentences about links to files or anchors that are not there."""
    known, dead = {path: set(ids(page)) for path, page in pages.items()}, []
    for path, page in pages.items():
        for tag in page.find_all(["a", "link", "script", "img"]):
            link = urlsplit(tag.get("href") or tag.get("src") or "")
            if link.scheme or link.netloc:
                continue
            target = normpath(join(dirname(path), unquote(link.path))) if link.path else path
            if not exists(target):
                dead.append(f"{path}: {link.geturl()}: there is no {target}")
            elif target in known and link.fragment and unquote(link.fragment) not in known[target]:
                dead.append(f"{path}: {link.geturl()}: {target} has no #{link.fragment}")
    return dead


def test_links_lead_somewhere(pages):
    dead = dead_links(pages, lambda target: (SITE / target).is_file())
    assert not dead, "\n" + "\n".join(dead)


@pytest.mark.parametrize("link", ["gone.html", "a.html#gone", "#gone"])
def test_a_dead_link_is_found(link):
    page = BeautifulSoup(f'<p id="there"><a href="{link}">x</a><a href="a.html#there">y</a></p>', "html.parser")
    assert len(dead_links({"a.html": page}, lambda target: target == "a.html")) == 1


def test_every_told_in_address_exists(pages):
    claims = tables.read("claims").dropna(subset="told_in")
    known, dead = {path: set(ids(page)) for path, page in pages.items()}, []
    for claim, address in zip(claims["id"], claims["told_in"], strict=True):
        path, _, anchor = address.partition("#")
        if anchor not in known.get(path, ()):
            dead.append(f"{claim}: {address}: there is no {'#' + anchor if path in known else path}")
    assert len(claims), "no claim is told in the book"
    assert not dead, "\n" + "\n".join(dead)


def test_each_difference_is_listed_once(pages):
    claims = tables.read("claims")
    listed = [
        link["href"].partition("#")[2] for link in pages["reference/differences.html"].select("li > p > a.cell-link")
    ]
    assert sorted(listed) == sorted(claims.loc[~claims["verdict"].isin(["confirmed", "unverifiable"]), "id"])


def test_nothing_comes_from_another_host(pages):
    outside = [
        f"{path}: {tag.name} {address}"
        for path, page in pages.items()
        for tag in page.find_all(["script", "link", "img", "iframe", "source", "video", "audio", "embed", "object"])
        for address in (tag.get("src"), tag.get("srcset"), tag.get("href"), tag.get("data"))
        if address and re.match(r"(?:\w+:)?//", address) and tag.get("rel") != ["canonical"]
    ]
    styles = {path.name: path.read_text(encoding="utf-8") for path in SITE.rglob("*.css")}
    styles |= {path: " ".join(map(str, page.find_all("style"))) for path, page in pages.items()}
    outside += [
        f"{name}: {match[0]}"
        for name, style in styles.items()
        for match in re.finditer(r"""(?:url\(\s*|@import\s+)["']?(?:https?:)?//[^)"'\s]+""", style)
    ]
    assert not outside, "\n" + "\n".join(outside)


def test_every_page_has_the_same_policy(pages):
    policies = {path: page.head.find(True) for path, page in pages.items()}
    wrong = [path for path, tag in policies.items() if tag.get("http-equiv") != "Content-Security-Policy"]
    assert not wrong, wrong
    [policy] = {tag["content"] for tag in policies.values()}
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'" and not {"worker-src", "frame-src"} & rules.keys()
    assert rules["connect-src"] == "'self'"
    assert not re.search("unsafe|http|data:|blob:", rules["script-src"])
    handlers = [f"{path}: {tag.name}" for path, page in pages.items() for tag in page.find_all(_has_handler)]
    assert not handlers, handlers


def _has_handler(tag):
    return any(name.startswith("on") for name in tag.attrs)


def test_no_download_is_run_by_a_spreadsheet(pages):
    paths = sorted(SITE.rglob("*.csv"))
    found = [
        f"{path.relative_to(SITE)}: {cell!r}"
        for path in paths
        for row in csv.reader(io.StringIO(path.read_text(encoding="utf-8"), newline=""))
        for cell in row
        if renderer.FORMULA.match(cell)
    ]
    assert len(paths) > 50
    assert not found, "\n" + "\n".join(found)
    kept = [name for name in tables.names() if (SITE / "_data" / f"{name}.csv").read_bytes() != _stored(name)]
    assert not kept, f"downloads that are not the data: {kept}"


def _stored(name):
    return (ROOT / "data" / f"{name}.csv").read_bytes()


def test_every_page_is_described(pages):
    for path, page in pages.items():
        head = {tag.get("name"): tag.get("content", "") for tag in page.find_all("meta")}
        assert page.title.text.strip(), f"{path} has no title"
        assert len(head.get("description", "")) >= 40, f"{path} has no description"
        assert page.html.get("lang"), f"{path} names no language"
        assert len(page.find_all("h1")) == 1, f"{path} has {len(page.find_all('h1'))} headings of the first level"
        assert len(page.find_all("meta", attrs={"name": "viewport"})) == 1, f"{path}: viewport"
        assert "not medical advice" in page.text, f"{path} does not say that it is not medical advice"


def test_ids_are_unique(pages):
    twice = [f"{path}: #{name}" for path, page in pages.items() for name, n in Counter(ids(page)).items() if n > 1]
    assert not twice, "\n" + "\n".join(twice)


def test_every_figure_of_a_notebook_is_on_its_page(pages):
    for path, notebook in NOTEBOOKS.items():
        page = pages[path.replace(".ipynb", ".html")]
        names = [item["name"] for _, item in figures.figure_cells(notebook)]
        assert [chart["data-chart"] for chart in page.select("[data-chart]")] == names, path


def test_each_chapter_has_a_card_with_a_live_figure(pages):
    cards = {card.find("a")["href"]: card for card in pages["index.html"].select(".chapter-card")}
    assert sorted(cards) == sorted(path.replace(".ipynb", ".html") for path in CHAPTERS)
    for chapter, card in cards.items():
        chart = card.select_one("[data-chart]")
        assert list(live(chart, "index.html")["layouts"]) == ["narrow"], chapter
        assert chart.img["src"].endswith("-narrow.svg"), f"{chapter} has no current picture"
        assert card.select_one(".small-figure a")["href"] == f"{chapter}#{chart['data-chart']}"


def test_the_map_has_every_mechanism_and_what_the_table_says_of_it(pages):
    strategies = tables.read("strategies")
    wanted = {*strategies[strategies["in_review"]]["mechanism"], *strategies["strategy"]} - {"No single mechanism"}
    assert wanted <= set(re.findall(r"{reached}`([^`]+)`", (ROOT / "index.md").read_text(encoding="utf-8")))
    told = {link.find(string=True).strip(): link for link in pages["index.html"].select(".resistance-map li a")}
    for field, group, value in [("JNK", "mechanism", "JNK"), ("Add to sorafenib", "strategy", "add to sorafenib")]:
        rows = strategies[strategies[group].eq(value)].assign(evidence=lambda t: t["evidence"].map(EVIDENCE.index))
        top = rows[rows["evidence"].eq(rows["evidence"].max())]
        words = f"tried: {EVIDENCE[top['evidence'].iloc[0]]}, {top['result'].mode()[0]}"
        assert told[field].select_one(".tried").text.strip() == words
        assert len(told[field].select(".tried .done")) == top["evidence"].iloc[0] + 1


def test_the_map_tells_the_evidence_for_a_mechanism_first(pages):
    fields = {link.find(string=True).strip(): link for link in pages["index.html"].select(".resistance-map li a")}
    told = {name: [squares.text.strip() for squares in field.select(".squares")] for name, field in fields.items()}
    # by hand, from data/evidence.csv, biomarkers.csv and findings.csv
    assert told["Falling exposure"] == ["evidence: patients, mixed"]
    assert told["PI3K/Akt"][0] == "evidence: randomised, mixed"
    assert told["JAK/STAT"][0] == "evidence: animals, supports"
    assert told["RAS/RAF/\u200bMEK/ERK"][0] == "evidence: randomised, no predictive value"
    assert told["Vessel co-option"][0] == "evidence: animals"
    assert all(words[0].startswith("evidence: ") for name, words in told.items() if name not in STRATEGIES)


def test_the_audit_in_one_line_is_that_of_the_ledger(pages):
    claims = tables.read("claims")
    told = {a.text.split()[1]: int(a.text.split()[0]) for a in pages["index.html"].select(".shares a")}
    assert told == claims["verdict"].value_counts().to_dict()
    section = pages["index.html"].find(id="the-audit-in-one-line")
    assert section.select_one(".cell-link").text == str(len(claims))


def test_every_page_tells_version_and_date_of_the_commit(pages):
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"] == project["version"]
    command = ["git", "-C", ROOT, "log", "-1", "--format=%ct", "--", "."]
    seconds = os.environ.get("SOURCE_DATE_EPOCH") or subprocess.check_output(command, text=True)
    day = f"{datetime.fromtimestamp(int(seconds), UTC):%-d %B %Y}"
    for path, page in pages.items():
        assert f"Version {project['version']}, {day}" in page.select_one(".book-version").text, path
    first, again = (pages[path].find("blockquote").text for path in ("index.html", "reference/bibliography.html"))
    assert f"Version {project['version']}, " in first and first == again, "the book is cited in one way"


def test_what_comes_before_the_reader_acts_is_light(pages):
    heavy = {}
    for path, page in pages.items():
        loaded = [
            tag["src"] for tag in page.select("script[src], img[src]:not(noscript img)") if "loading" not in tag.attrs
        ]
        loaded += [link["href"] for link in page.select("link[rel~=stylesheet], link[rel~=icon]")]
        files = {SITE / normpath(join(dirname(path), urlsplit(link).path)) for link in loaded if "data:" not in link}
        weight = sum(lighthouse.compressed(file) for file in [SITE / path, *files]) / 1024
        if weight > (250 if path.startswith(("reference/gallery", "reference/data")) else 150):
            heavy[path] = round(weight)
    assert not heavy, "KiB by page"


def test_every_chart_has_all_its_parts(pages):
    whole = "[data-chart]:not(.chapter-card *)"
    charts = [(path, chart) for path, page in pages.items() for chart in page.select(whole)]
    assert charts, "the book has no chart"
    for path, chart in charts:
        where, figure = f"{path}, {chart['data-chart']}", chart.find_parent("figure")
        assert not chart.has_attr("data-no-picture"), f"{where} has no current picture: run `make figures`"
        drawn = [chart.img["src"], chart.source["srcset"]]
        for address in drawn:
            assert "<text" in (SITE / normpath(join(dirname(path), address))).read_text(encoding="utf-8"), where
        assert len(chart.select_one(".chart-picture")["aria-label"]) >= 80, f"{where}: alternative text"
        assert live(chart, path)["data"], where
        assert figure and figure.figcaption and figure.figcaption.text.strip(), f"{where} has no caption"
        assert len(figure.select("details.chart-table tbody tr")) >= 2, f"{where} has no table"
        links = {
            a["href"].rpartition(".")[2]: normpath(join(dirname(path), a["href"])) for a in figure.select("a[download]")
        }
        assert links.keys() == {"csv", "svg"}, where
        assert all((SITE / link).stat().st_size > 100 for link in links.values()), where
