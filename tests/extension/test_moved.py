"""Old addresses of places that were renamed or moved, in a book of two pages."""

import io
import time

import pytest
from bs4 import BeautifulSoup
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.util.docutils import docutils_namespace, patch_docutils

PAGES = {
    "index": "A book\n======\n\n.. toctree::\n\n   parts/a\n",
    "parts/a": """Part A
======

New name
--------

.. raw:: html

   <table><tr id="row-new" class="x"><td>one</td></tr></table>
""",
}


def build(folder, moved):
    """Build the book; return its pages by path."""
    source, out = folder / "source", folder / "html"
    for name, text in PAGES.items():
        path = source / f"{name}.rst"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    configuration = {"extensions": ["sorafenib_book.book_ext.moved"], "html_theme": "basic", "moved": moved}
    with patch_docutils(), docutils_namespace():
        Sphinx(source, None, out, folder / "trees", "html", configuration, status=None, warning=io.StringIO()).build()
    return {p.relative_to(out).as_posix(): BeautifulSoup(p.read_text(), "html.parser") for p in out.rglob("*.html")}


def test_old_addresses_lead_on(tmp_path):
    pages = build(
        tmp_path,
        {
            "parts/a.html#old-name": "parts/a.html#new-name",
            "parts/a.html#row-old": "parts/a.html#row-new",
            "index.html#left": "parts/a.html#new-name",
            "gone/page.html": "parts/a.html",
            "gone/other.html": "index.html",
            "gone/other.html#place": "parts/a.html#new-name",
        },
    )
    a, gone, other = pages["parts/a.html"], pages["gone/page.html"], pages["gone/other.html"]
    assert a.find(id="old-name").find_parent("section")["id"] == "new-name"
    assert a.find(id="row-old").parent.name == "td" and a.find(id="row-old").find_parent("tr")["id"] == "row-new"
    led = pages["index.html"].find(id="left").parent
    assert (led.a["href"], led.a.text) == ("parts/a.html#new-name", "Part A")
    assert gone.find("meta", attrs={"http-equiv": "refresh"})["content"] == "0; url=../parts/a.html"
    assert gone.find("a", string="Part A")["href"] == "../parts/a.html"
    # who comes to a place of a page that is gone is to see where that place is
    assert other.find(id="place").parent.a["href"] == "../parts/a.html#new-name"
    assert not other.find("meta", attrs={"http-equiv": "refresh"})


@pytest.mark.parametrize(
    ("moved", "said"),
    [
        ({"parts/a.html#old": "parts/a.html#nowhere"}, "parts/a.html has no #nowhere"),
        ({"gone.html": "nowhere.html"}, "the book has no page nowhere.html"),
        ({"gone.html#place": "parts/a.html"}, "there is no page gone.html"),
    ],
)
def test_an_address_that_leads_nowhere_stops_the_build(moved, said, tmp_path):
    with pytest.raises(SphinxError, match=said):
        build(tmp_path, moved)


def test_an_old_address_may_stand_for_several(tmp_path):
    page = build(tmp_path, {"parts/a.html#run-[08-10]": "parts/a.html#new-name"})["parts/a.html"]
    assert [page.find(id=f"run-{number}") is not None for number in ("07", "08", "09", "10", "11")] == [
        False, True, True, True, False,
    ]  # fmt: skip


def test_an_error_in_one_of_several_processes_is_not_lost(tmp_path):
    for i in range(40):
        (tmp_path / f"page{i}.rst").write_text(f"Page {i}\n=======\n", encoding="utf-8")
    listed = "\n".join(f"   page{i}" for i in range(40))
    (tmp_path / "index.rst").write_text(f"A book\n======\n\n.. toctree::\n\n{listed}\n", encoding="utf-8")
    configuration = {
        "extensions": ["myst_nb", "sorafenib_book.book_ext"],
        "html_theme": "furo",
        "moved": {f"page{i}.html#old": f"page{i}.html#nowhere" for i in range(40)},
    }
    with patch_docutils(), docutils_namespace():
        folders = tmp_path, None, tmp_path / "html", tmp_path / "trees"
        app = Sphinx(*folders, "html", configuration, None, None, parallel=2)
        # while later pages are still handed out, the first ones have failed
        app.connect("doctree-resolved", lambda *_: time.sleep(0.05))
        with pytest.raises(SphinxError, match="has no #nowhere"):
            app.build()
