"""Measure what a user waits for, in a fresh clone of the last commit, and print one table.

usage: bench.py
"""

import gzip
import os
import platform
import re
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def main():
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "book")
        subprocess.run(["git", "clone", "--quiet", str(ROOT), str(clone)], check=True)
        rows.append(("make book, fresh clone, no pip cache", _seconds(clone, PIP_NO_CACHE_DIR="1")))
        rows.append(("make book, nothing changed", _seconds(clone)))
        table = clone / "data" / "endpoints.csv"
        edited = table.read_text(encoding="utf-8").replace("abstract of the paper", "the abstract", 1)
        table.write_text(edited, encoding="utf-8")
        rows.append(("make book, one row of a table edited", _seconds(clone)))
        rows += [(f"{name}, before the reader acts", size) for name, size in pages(clone / "_build" / "html")]
        chart = ("plotly-cartesian.min.js", "chart-templates.js")
        rows.append(("chart code, once", _kilobytes(clone / "_build" / "html" / "_static" / name for name in chart)))
        load = "import time; from sorafenib_book import tables; t = time.perf_counter(); tables.check()"
        load += "; print(f'{time.perf_counter() - t:.2f} s')"
        found = subprocess.run([clone / ".venv/bin/python", "-c", load], capture_output=True, text=True, check=True)
        rows.append(("loading and checking all tables", found.stdout.strip()))
        costs = [clone / ".venv/bin/python", clone / "tools" / "costs.py"]
        found = subprocess.run(costs, capture_output=True, text=True, check=True)
        rows += [line.rsplit("  ", 1) for line in found.stdout.splitlines()]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    print(f"{date.today()}, {machine}; sizes in gzip")
    width = max(len(name) for name, _ in rows)
    for name, value in rows:
        print(f"{name:<{width}}  {value:>10}")


def _seconds(folder, **environment):
    started = time.perf_counter()
    done = subprocess.run(
        ["make", "book", f"PYTHON={sys.executable}"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )
    if done.returncode:
        sys.exit(done.stdout + done.stderr)
    return f"{time.perf_counter() - started:.1f} s"


def pages(site):
    """Each page with the style sheets, scripts and pictures that it loads by itself, not when they are scrolled to."""
    for page in sorted(site.rglob("*.html")):
        if "_static" in page.parts:
            continue
        text = re.sub(r"<noscript>.*?</noscript>", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
        links = re.findall(r'<(?:script|img)\b(?![^>]*\bloading="lazy")[^>]*\bsrc="([^"?#]+)', text)
        links += re.findall(r'<link\b[^>]*rel="(?:stylesheet|icon|shortcut icon)"[^>]*href="([^"?#]+)', text)
        files = {(page.parent / link).resolve() for link in links}
        yield page.relative_to(site).as_posix(), _kilobytes([page, *sorted(files)])


def _kilobytes(paths):
    return f"{sum(len(gzip.compress(path.read_bytes(), 6)) for path in paths) / 1024:.0f} KB"


if __name__ == "__main__":
    main()
