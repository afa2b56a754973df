"""Lighthouse over a built site, on its simulated slow phone; npm fetches it once into _build/lighthouse."""

import contextlib
import gzip
import json
import os
import re
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request

from sphinx_plotly_figures import pictures

from tools.build import book

FOLDER = book.BUILD / "lighthouse"
_MODULES = FOLDER / "node_modules"
_PROGRAMS = _MODULES / ".bin"
# Chromium's priority of what a page fetches ahead, and of nothing else.
_AHEAD = "VeryLow"
_TRIES = 3  # a busy machine makes it give up on a page
_FLAGS = "--headless=new --no-sandbox --disable-gpu --disable-background-networking --disable-component-update"


def installed():
    """Whether npm is there, which is asked for Lighthouse and a server that compresses."""
    if shutil.which("npm"):
        fetched("lighthouse", "12.8.2")
        fetched("serve", "14.2.5")
    return (_PROGRAMS / "lighthouse").exists()


def fetched(name, version):
    """Folder of a package, which npm fetches once."""
    if not (_MODULES / name).exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        subprocess.run(["npm", "install", "--silent", "--prefix", FOLDER, f"{name}@{version}"], check=True)
    return _MODULES / name


@contextlib.contextmanager
def served(site):
    """Address of a site, served with compression."""
    command = [_PROGRAMS / "serve", "-L", "-l", "tcp://127.0.0.1:0", site]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as server:
        try:
            address = next(found[0] for line in server.stdout if (found := re.search(r"http://127\.0\.0\.1:\d+", line)))
            while not _answers(address):
                time.sleep(0.1)
            yield address
        finally:
            server.terminate()


def _answers(address):
    try:
        urllib.request.urlopen(address).close()
    except urllib.error.HTTPError:  # an answer, too
        return True
    except OSError:
        return False
    return True


def look(address):
    """Let Lighthouse look at a page.

    Parameters
    ----------
    address : str

    Returns
    -------
    dict
        Scores from 0 to 1 (``performance``, ``accessibility``, ``best practices``, ``SEO``), seconds to the first and
        the largest paint (``FCP``, ``LCP``), milliseconds during which the page is blocked (``TBT``), layout shift
        (``CLS``), and ``KiB`` over the wire without what is fetched ahead.
    """
    command = [_PROGRAMS / "lighthouse", address, "--quiet", "--output=json"]
    environment = os.environ | {"CHROME_PATH": str(pictures.browser())}
    for _ in range(_TRIES):
        done = subprocess.run([*command, f"--chrome-flags={_FLAGS}"], env=environment, capture_output=True, text=True)
        if done.returncode == 0:
            break
    else:
        sys.exit(f"lighthouse: {address} could not be measured: {done.stderr.strip().splitlines()[-1:]}")
    report = json.loads(done.stdout)
    scores, audits = report["categories"], report["audits"]
    asked = audits["network-requests"]["details"]["items"]
    return {
        "performance": scores["performance"]["score"],
        "accessibility": scores["accessibility"]["score"],
        "best practices": scores["best-practices"]["score"],
        "SEO": scores["seo"]["score"],
        "FCP": audits["first-contentful-paint"]["numericValue"] / 1000,
        "LCP": audits["largest-contentful-paint"]["numericValue"] / 1000,
        "TBT": audits["total-blocking-time"]["numericValue"],
        "CLS": audits["cumulative-layout-shift"]["numericValue"],
        "KiB": sum(request["transferSize"] for request in asked if request["priority"] != _AHEAD) / 1024,
    }


def compressed(path):
    """Bytes of a file as a server sends it."""
    return len(gzip.compress(path.read_bytes(), 6))
