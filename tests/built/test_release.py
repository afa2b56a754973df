"""What a release holds: the book on paper, the archive to read offline, and the site that offers them."""

import json
import re
import subprocess
import sys
import zipfile
from posixpath import dirname

import pytest
from bs4 import BeautifulSoup
from checkout import NOTEBOOKS, ROOT, SITE
from frictionless import Package, system
from pypdf import PdfReader
from sphinx_plotly_figures import figures

from tools.build import front_matter
from tools.outputs import copies, crate, printed, release, slides, student


@pytest.fixture(scope="module")
def paper(pages):
    """The book as PDF."""
    # in a process of its own, since Playwright has one loop a process and other tests keep a browser open
    subprocess.run([sys.executable, printed.__file__], check=True)
    return PdfReader(front_matter.release_file(".pdf"))


@pytest.fixture(scope="module")
def words(paper):
    """Text of each page of the PDF, without spaces, which a PDF does not keep."""
    return [squeezed(page.extract_text()) for page in paper.pages]


def squeezed(text):
    return re.sub(r"[\s\u00ad-]+", "", text)


def outlined(outline):
    """Titles of an outline at all its levels."""
    for item in outline:
        if isinstance(item, list):
            yield from outlined(item)
        else:
            yield item.title


def test_the_pdf_says_what_it_is(paper):
    said = front_matter.said()
    assert (paper.metadata.title, paper.metadata.author) == (said["whole_title"], said["authors"])
    assert paper.trailer["/Root"]["/Lang"].startswith("en") and paper.trailer["/Root"]["/MarkInfo"]["/Marked"]
    front = paper.pages[0].extract_text()
    assert [
        word for word in (said["version"], said["date"], "CC BY 4.0", "MIT", "Not medical advice") if word not in front
    ] == []


def test_the_pdf_is_a_book_and_no_heap(paper, words):
    assert len(paper.pages) < 200
    # the glossary and the bibliography are no tables that can be left to the data package
    assert any("Glossary" in page and "Endpoints,trialwords" in page and "Abarthat" not in page for page in words)
    assert sum("doi:" in page for page in words) > 5


def test_every_page_and_section_is_in_the_pdf(paper, words, pages):
    titles, whole = {squeezed(title) for title in outlined(paper.outline)}, "".join(words)
    for name in printed.documents():
        for heading in pages[f"{name}.html"].select("article h1, article h2, article h3"):
            text = squeezed(heading.get_text().rstrip("¶"))
            assert text in titles, f"{name}: {heading.get_text()} is not in the outline"
            assert text in whole, f"{name}: {heading.get_text()} is not in the text"


def test_every_figure_is_in_the_pdf_with_its_caption_on_one_page(paper, words):
    document, found = printed.merged(printed.documents(), SITE), printed.places(paper)
    printed_too = [notebook for name, notebook in NOTEBOOKS.items() if name.split(".")[0] in printed.documents()]
    names = [item["name"] for notebook in printed_too for _, item in figures.figure_cells(notebook)]
    shown = [tag["data-chart"] for tag in document.select("[data-chart]") if tag.select_one("svg text")]
    assert sorted(shown) == sorted(names)
    for tag in document.select("[data-chart]"):
        figure = tag.find_parent("figure")
        lines = [squeezed(line.get_text()) for line in figure.select(".caption-text, .chart-sources, .control-note")]
        page = words[found[figure["id"]] - 1]
        assert [line for line in lines if line[-40:] not in page] == [], f"{tag['data-chart']} crosses a page"


def test_contents_name_the_right_pages(paper, words):
    found = printed.places(paper)
    for name in printed.documents():
        document = printed.merged([name], SITE)
        title = squeezed(document.h1.get_text())
        number = found[document.section["id"]]
        assert re.search(rf"{re.escape(title)}{number}", "".join(words[:12])), f"contents: {name}"
        assert title in words[number - 1], f"{name} is not on page {number}"


def test_frictionless_finds_the_data_package_valid():
    with system.use_context(trusted=True):
        report = Package(str(ROOT / "data" / "datapackage.json")).validate()
    assert report.valid, report.flatten(["name", "rowNumber", "fieldName", "note"])


def test_the_archive_is_the_site_and_the_same_twice(tmp_path):
    first, again = tmp_path / "a" / "book-offline.zip", tmp_path / "b" / "book-offline.zip"
    for path in (first, again):
        path.parent.mkdir()
        release.archive(SITE, path)
    assert first.read_bytes() == again.read_bytes()
    with zipfile.ZipFile(first) as made:
        assert made.testzip() is None
        inside = {name.removeprefix("book-offline/") for name in made.namelist()}
        assert made.read("book-offline/index.html") == (SITE / "index.html").read_bytes()
    assert inside - set(release.LICENCES) == {p.relative_to(SITE).as_posix() for p in SITE.rglob("*") if p.is_file()}


def test_copies_number_figures_and_exercises_as_the_pages_do(pages):
    shown = {}
    for page in pages.values():
        shown |= {
            each["id"]: each.select_one(".caption-number").get_text().strip()
            for each in page.select("figure[id]")
            if each.select_one(".caption-number")
        }
        shown |= {
            each["id"]: re.match(r"Exercise \d+", each.p.get_text(" ", strip=True))[0]
            for each in page.select(".exercise[id]")
        }
    told = copies.numbers()
    assert len(told) > 90 and told == {name: shown.get(name) for name in told}


def test_the_published_site_offers_what_was_made(tmp_path, pages):
    made = {tmp_path / name: name for name in ("book.pdf", "book.zip")}
    for path in made:
        path.write_bytes(b"made")
    decks = slides.build(SITE, tmp_path / "decks")
    student.build(tmp_path / "class", SITE)
    release.publish(SITE, made, decks, tmp_path / "class", tmp_path / "site")

    def offered(path, choice):
        page = BeautifulSoup((tmp_path / "site" / path).read_text(encoding="utf-8"), "html.parser")
        found = {link.get_text(): tmp_path / "site" / dirname(path) / link["href"] for link in page.select(choice)}
        return {words: target.resolve() for words, target in found.items() if target.is_file()}

    for page in (release.FIRST, release.DOWNLOADS, release.TEACHING):
        files = offered(page, ".released a[download]")
        assert [path.name for path in files.values()] == ["book.pdf", "book.zip"], page
        assert all(path.read_bytes() == b"made" for path in files.values())
    listed = offered(release.TEACHING, ".released a:not([download])")
    chapters = [name for name in printed.documents() if name.startswith("chapters/")]
    assert list(listed) == [pages[f"{name}.html"].h1.get_text().rstrip("¶") for name in chapters]
    for words, deck in listed.items():
        assert BeautifulSoup(deck.read_text(encoding="utf-8"), "html.parser").h1.get_text() == f"{words}: slides"
        tools = offered(f"chapters/{deck.name}", ".page-tools a")
        assert tools["Slides"] == deck and tools["Student's notebook"].stem == deck.stem


def test_a_copy_without_them_says_so_and_promises_nothing(pages):
    for path in [release.FIRST, release.DOWNLOADS, release.TEACHING]:
        text = pages[path].select_one(".released").get_text()
        assert "This copy of the book holds no" in text and "make release" in text, path
    for path, page in pages.items():
        assert not page.select("a[href*='/slides/'], a[href*='/downloads/']"), f"{path} has a dead link"
        said = page.select_one(".page-tools .released")
        assert bool(said) == path.startswith("chapters/"), path
        assert not said or "make release" in said.get_text()


def test_a_release_is_described_as_an_ro_crate(tmp_path):
    files = {tmp_path / name: f"the {name}" for name in ("book.pdf", "book-data.zip")}
    for path in files:
        path.write_bytes(b"abc")
    crate_file = crate.write(files)
    told = json.loads(crate_file.read_text(encoding="utf-8"))
    things = {thing["@id"]: thing for thing in told["@graph"]}
    # what RO-Crate 1.1 requires of the descriptor and of the root, and recommends of files
    assert told["@context"] == "https://w3id.org/ro/crate/1.1/context" and crate_file.name == "ro-crate-metadata.json"
    own, root = things["ro-crate-metadata.json"], things["./"]
    assert own["@type"] == "CreativeWork" and own["about"] == {"@id": "./"}
    assert own["conformsTo"] == {"@id": "https://w3id.org/ro/crate/1.1"}
    assert root["@type"] == "Dataset" and all(root[name] for name in ("name", "description", "license"))
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", root["datePublished"])
    assert {part["@id"] for part in root["hasPart"]} == {path.name for path in files}
    for path in files:
        thing = things[path.name]
        assert thing["@type"] == "File" and thing["contentSize"] == "3" and thing["encodingFormat"], path
        # of "abc", from FIPS 180-2
        assert thing["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    named = re.findall(r'{"@id": "([^"]+)"}', json.dumps([thing for thing in told["@graph"]]))
    assert set(named) <= things.keys() | {"https://w3id.org/ro/crate/1.1"}, "names what it does not describe"
