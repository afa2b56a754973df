"""The JupyterLite site in Chromium as far as it gets without the internet; `make lite` first."""

import functools
import http.server
import json
import threading
import zipfile

import pytest
from checkout import CHAPTERS
from playwright.sync_api import expect, sync_playwright
from sphinx_plotly_figures import pictures

from tools.outputs import lite


@pytest.fixture(scope="module")
def server():
    if not (lite.SITE / "index.html").is_file():
        pytest.fail("run `make lite` first")

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=lite.SITE)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


def test_the_wheels_are_pure_and_bring_the_data():
    wheels = {path.name.partition("-")[0]: path for path in (lite.SITE / "pypi").glob("*.whl")}
    assert wheels.keys() == {"sorafenib_book", *(name.replace("-", "_") for name in lite.BROUGHT)}
    assert all(path.name.endswith("-none-any.whl") for path in wheels.values())
    assert "sorafenib_book/data/datapackage.json" in zipfile.ZipFile(wheels["sorafenib_book"]).namelist()
    index = json.loads((lite.SITE / "pypi" / "all.json").read_text(encoding="utf-8"))
    assert {name.replace("-", "_") for name in index} == wheels.keys()


def test_the_kernel_loads_the_release_that_was_checked():
    kernel = lite.SITE / "extensions" / "@jupyterlite" / "pyodide-kernel-extension" / "static"
    named = [path.name for path in kernel.glob("*.js") if "/pyodide/v" in path.read_text(encoding="utf-8")]
    release = f"/pyodide/v{lite.DISTRIBUTION['pyodide']}/"
    assert named, "the kernel names no release of Pyodide"
    assert all(release in (kernel / name).read_text(encoding="utf-8") for name in named), f"not {release}"


def test_a_chapter_opens(server):
    path = next(iter(CHAPTERS))
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=pictures.browser(), args=["--no-sandbox"])
        page = browser.new_page()
        problems = []
        page.on("pageerror", lambda error: "pyodide.js" in str(error) or problems.append(str(error)))
        # Without Pyodide's host the kernel does not start; all else must go well.
        page.route(lambda address: not address.startswith(server), lambda route: route.abort())
        page.on("response", lambda answer: answer.status >= 400 and problems.append(f"{answer.status}: {answer.url}"))
        page.goto(f"{server}lab/index.html?path={path}")
        expect(page.locator(".jp-Notebook .jp-Cell").first).to_be_visible(timeout=120_000)
        expect(page.locator(".jp-Notebook h1").first).to_be_visible(timeout=60_000)
        expect(page.locator(".jp-CodeCell").first).to_contain_text("%pip install -q sorafenib-book nbformat")
        shown = page.locator(".jp-DirListing-itemText").all_inner_texts()
        assert {name.rpartition("/")[2] for name in CHAPTERS} <= set(shown)
        assert not page.locator(".jp-Dialog").count(), "JupyterLite asks for a kernel"
        assert problems == []
        browser.close()
