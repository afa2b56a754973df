"""The built book: its pages, a quiet server on loopback, and Chromium."""

import functools
import http.server
import threading

import pytest
from bs4 import BeautifulSoup
from checkout import SITE
from sphinx_plotly_figures import pictures
from visits import PATIENCE


@pytest.fixture(scope="session")
def pages():
    """Parsed pages of the book by path."""
    if not (SITE / "index.html").is_file():
        pytest.fail("run `make book` first")
    paths = sorted(path for path in SITE.rglob("*.html") if "_static" not in path.parts)
    return {p.relative_to(SITE).as_posix(): BeautifulSoup(p.read_text(encoding="utf-8"), "html.parser") for p in paths}


@pytest.fixture(scope="session")
def server(pages):
    """Address of the book on this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *args):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(Quiet, directory=SITE)) as running:
        threading.Thread(target=running.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{running.server_port}/"
        running.shutdown()


@pytest.fixture(scope="session")
def chromium():
    from playwright.sync_api import sync_playwright

    path = pictures.browser()
    if path is None:
        pytest.fail("no Chromium on this machine; on Debian and Ubuntu: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        opened = browser.new_context

        def patient(**options):
            context = opened(**options)
            context.set_default_timeout(PATIENCE)
            return context

        browser.new_context = patient
        yield browser
        browser.close()
