"""Make slides of each chapter from the built book.

usage: slides.py       one deck a chapter into _build/slides, which needs neither a network nor the rest of the book
"""

import copy
import re
import shutil
import sys
from pathlib import Path

import jinja2
import yaml
from bs4 import BeautifulSoup
from sphinx_plotly_figures.policy import policy

from tools.build import front_matter
from tools.build.book import BUILD, ROOT, SITE, say

SLIDES = BUILD / "slides"
HERE = Path(__file__).parent
#: Of the book's own files, those that a live chart and coloured code need.
SHARED = ["plotly-cartesian.min.js", "plotly-cartesian.LICENSE.txt", "chart-templates.js", "first-act.js"]
SHARED += ["charts.js", "charts.css", "chart-colours.css", "pygments.css", "favicon.svg"]
OWN = ["slides.css", "slides.js"]
# A chart higher than this share of its width stands beside its words, not under them.
_BESIDE = 0.45


def build(site, folder, solutions=True):
    """Write a deck for each chapter of a built book.

    Parameters
    ----------
    site : pathlib.Path
        The built book.
    folder : pathlib.Path
        Where the decks go; what was there is replaced.
    solutions : bool
        Whether the exercises' solutions are in them.

    Returns
    -------
    dict of pathlib.Path to str
        The decks in the book's order, and their chapters' titles.
    """
    shutil.rmtree(folder, ignore_errors=True)
    (folder / "_static").mkdir(parents=True)
    for path in [*(site / "_static" / name for name in SHARED), *(HERE / name for name in OWN)]:
        shutil.copy(path, folder / "_static")
    # what makes the charts live, and their pictures at the width of a slide
    kept = shutil.ignore_patterns("*-narrow.svg", "*.csv")
    shutil.copytree(site / "_charts" / "chapters", folder / "_charts" / "chapters", ignore=kept)
    template = jinja2.Template((HERE / "slides.html").read_text(encoding="utf-8"), autoescape=True)
    decks = {}
    for name in (name for name in front_matter.listed() if name.startswith("chapters/")):
        soup = BeautifulSoup((site / f"{name}.html").read_text(encoding="utf-8"), "html.parser")
        title, slides = deck(soup, solutions)
        said = {"title": title, "slides": slides, "policy": policy([], []), **_book(soup)}
        path = folder / f"{Path(name).name}.html"
        path.write_text(template.render(said), encoding="utf-8")
        decks[path] = title
    return decks


def deck(soup, solutions=True):
    """Choose what of a chapter's page goes on slides: its answer, then one message a slide, then the exercises.

    Parameters
    ----------
    soup : bs4.BeautifulSoup
        The page.
    solutions : bool
        Whether a solution follows each exercise.

    Returns
    -------
    tuple
        The chapter's title and its slides in order, each a dictionary: ``kind``, ``heading``, ``kicker`` (the small
        words above the heading), ``body`` (HTML), ``more`` (for a figure: its source, and what unfolds).
    """
    article = _plain(soup.select_one("article section"))
    title = article.h1.get_text(strip=True)
    slides = [_slide("title", title, article.h1.find_next_sibling("p"))]
    answer = article.find("section", recursive=False)
    for section in article.find_all("section", recursive=False):
        heading = section.h2.get_text(strip=True)
        if section is answer:
            slides.append(_slide("text", heading, *section.select(":scope > p:not(.marks)")))
        elif section["id"] == "reuse":
            slides.append(_slide("text", "Reuse", section.find_all("p", recursive=False)[-1]))
        slides += [_figure(heading, figure) for figure in section.select("figure")]
        wanted = ".exercise, details.solution" if solutions else ".exercise"
        slides += [_exercise(part) for part in section.select(wanted)]
    there = {element["id"] for slide in slides for element in slide["soup"].select("[id]")}
    for slide in slides:
        for link in slide["soup"].select("a"):
            if link["href"][1:] not in there:
                link.unwrap()
        slide["body"] = slide.pop("soup").decode_contents()
    return title, slides


def _plain(article):
    """Take out what only the page has a use for; a link that leaves the page becomes its words."""
    article = copy.copy(article)
    for element in article.select(".headerlink, button, style, .chart-table, .chart-downloads"):
        element.decompose()
    for link in article.select("a"):
        if not link.get("href", "").startswith("#"):
            link.unwrap()
    for folded in article.select("details.hide"):
        folded.summary.string = "Code"
        folded.attrs = {"class": "code"}
        folded.summary.attrs = {}
    return article


def _slide(kind, heading, *content, kicker="", more=None):
    soup = BeautifulSoup("", "html.parser")
    for element in content:
        soup.append(copy.copy(element))
    return {"kind": kind, "heading": heading, "kicker": kicker, "soup": soup, "more": more}


def _figure(section, figure):
    chart, caption = figure.select_one(".chart"), figure.figcaption
    number = caption.select_one(".caption-number").get_text(strip=True)
    finding, rest = figure.select_one(".chart-headline").get_text(), caption.select_one(".caption-text").get_text()
    width, height = map(float, re.search(r"--wide: ([\d.]+) / ([\d.]+)", str(chart)).groups())
    stage = BeautifulSoup(f'<div class="stage" id="{figure["id"]}"></div>', "html.parser")
    stage.div.append(_with_own_files(chart))
    sources = caption.select_one(".chart-sources")
    folded = f"{number}: how to read it"
    more = {"summary": folded, "words": [rest] * bool(rest)}
    if sources and sources.summary:  # too many for a slide
        more["source"] = f"{sources.summary.get_text()}: under \u201c{folded}\u201d"
        more["words"].append(sources.get_text().removeprefix(sources.summary.get_text()))
    elif sources:
        more["source"] = sources.get_text()
    kind = "figure beside" if height / width > _BESIDE else "figure"
    return _slide(kind, finding, stage, kicker=f"{number} · {section}", more=more)


def _with_own_files(chart):
    """The chart with addresses of what lies beside the deck; its picture is there before the slide is turned to."""
    chart = copy.copy(chart)
    for element, name in [(chart, "data-content"), *((img, "src") for img in chart.select("img"))]:
        element[name] = element[name].removeprefix("../")
    for source in chart.select("source"):
        source.decompose()
    for img in chart.select("img"):
        del img["loading"]
    return chart


def _exercise(part):
    solution = part.name == "details"
    words = (part.summary if solution else part.select_one(".admonition-title")).get_text(" ", strip=True)
    number, title = re.fullmatch(r"(?:Solution to )?(Exercise \d+)\s*\((.*)\)", words).groups()
    body = part.section.find_all(True, recursive=False)
    return _slide("solution" if solution else "exercise", title, *body, kicker=f"{'Solution of ' * solution}{number}")


def _book(soup):
    """What stands on the last slide: whom to cite, and what the book is not."""
    cited = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    return {"book": cited, "note": soup.select_one(".not-medical-advice").get_text(strip=True)}


if __name__ == "__main__":
    if not (SITE / "chapters").is_dir():
        sys.exit("run `make book` first")
    first, *others = build(SITE, SLIDES)
    say(f"{1 + len(others)} decks; open {first.as_uri()} or copy the folder _build/slides to where it is shown")
