"""Measure what a user waits for, beside what a plain Jupyter Book takes, and write it into a page of the book.

usage: bench.py [TITLE ...]    in a fresh clone of the last commit, on a machine that does nothing else; all parts take
                               about an hour, parts with these titles less, and the page keeps the others
"""

import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

from tools.bench import book_size, chart_start, lighthouse, model_times, plain_book
from tools.build import book

PAGE = book.ROOT / "reference" / "speed.md"
_SEARCH = "search.html"  # asks not to be indexed
_HEAD = """---
myst:
  html_meta:
    description: "How fast the book is: bytes, Lighthouse, build times, memory, beside a plain Jupyter Book."
---

# How fast the book is

Measured by `make bench`; each part says when and where (a load of 0 is a machine that does nothing else). Other
machines differ; run it on yours.
The slow phone is Lighthouse's: a processor four times slower, 1.6 Mbit a second, 150 ms to a server.

"""


def main():
    if not lighthouse.installed():
        sys.exit("bench: npm is needed, which brings Lighthouse; on Debian and Ubuntu: apt-get install npm")
    if unknown := set(sys.argv[1:]) - set(PARTS):
        sys.exit(f"bench: no part is called {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    parts = dict(old.split("\n", 1) for old in PAGE.read_text(encoding="utf-8").split("\n## ")[1:])
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "book")
        subprocess.run(["git", "clone", "--quiet", book.ROOT, clone], check=True)
        timed(["make", "book", f"PYTHON={sys.executable}"], clone)
        for title in sys.argv[1:] or PARTS:
            parts[title] = part(*PARTS[title], clone)
            text = _HEAD + "\n".join(f"## {title}\n{parts[title]}" for title in PARTS if title in parts)
            PAGE.write_text(text, encoding="utf-8")
            print(f"## {title}\n{parts[title]}", flush=True)


def part(words, measure, clone):
    """A part of the page: words on it, when and where it was measured, and its table."""
    day, load = f"{date.today().day} {date.today():%B %Y}", os.getloadavg()[0]
    machine = f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    return f"\n{words}\nMeasured on {day}: {machine}, a load of {load:.1f} when it began.\n\n{table(measure(clone))}\n"


def table(rows):
    """Rows as a table in Markdown; the first one is its head."""
    head, *others = [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join([head, "|---" + "|--:" * (len(rows[0]) - 1) + "|", *others])


def timed(command, folder, **environment):
    """Run a command to its end; give its seconds, and the memory of its largest process in MB."""
    started = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    if status:
        sys.exit(said)
    return time.perf_counter() - started, used.ru_maxrss / 1024


def compared(clone):
    """The chapters as this book and as plain ones: pages, builds and memory."""
    programs = clone / ".venv" / "bin"
    paths = [f"chapters/{path.stem}.html" for path in sorted((clone / "chapters").glob("*.ipynb"))]
    found = {}
    for kind in ("this book", *plain_book.KINDS):
        if kind == "this book":
            where, build = clone, [programs / "python", "-m", "tools.build.book", "build"]
            shutil.rmtree(clone / "_build")
        else:
            where = clone.parent / kind
            plain_book.write(kind, where)
            build = [programs / "jupyter-book", "build", where]
        cold, memory = timed(build, where)
        warm, _ = timed(build, where)
        seen = look(where / "_build" / "html", paths)
        found[kind] = {
            "Lighthouse performance": best(seen, "performance", min, "{:.2f}"),
            "Lighthouse accessibility": best(seen, "accessibility", min, "{:.2f}"),
            "first paint": best(seen, "FCP", max, "{:.1f} s"),
            "largest paint": best(seen, "LCP", max, "{:.1f} s"),
            "blocked before the reader acts": best(seen, "TBT", max, "{:.0f} ms"),
            "layout shift": best(seen, "CLS", max, "{:.3f}"),
            "over the wire before the reader acts": best(seen, "KiB", max, "{:.0f} KiB"),
            "build, nothing there yet": f"{cold:.0f} s",
            "build, nothing changed": f"{warm:.1f} s",
            "memory of a build": f"{memory:.0f} MB",
            "build after the package changed, all chapters run": rerun(kind, clone, where, build),
        }
    with lighthouse.served(clone / "_build" / "html") as site:
        awake = chart_start.look(site, paths)
    rows = [["", *found], *([row, *(found[kind][row] for kind in found)] for row in found["this book"])]
    words = {
        "at once": ("first chart alive on the slow phone, asked for as soon as the page is there", "{:.1f} s"),
        "first": ("the same after some seconds of reading, the chart library fetched ahead", "{:.1f} s"),
        "later": ("a later chart alive there, the slowest of a page", "{:.1f} s"),
        "task": ("longest task at full speed once the library is in", "{:.0f} ms"),
    }
    return rows + [
        [row, f"{form.format(awake[name][0])} (worst {form.format(awake[name][1])})", "–", "–"]
        for name, (row, form) in words.items()
    ]


def rerun(kind, clone, where, build):
    """Seconds of a build that runs all chapters, in words."""
    if kind == "pictures":
        return "–"
    if kind == "require.js":
        plain_book.write(kind, where, execute="force")
        return f"{timed(build, where, PLOTLY_RENDERER='notebook')[0]:.0f} s"
    with (clone / "sorafenib_book" / "style" / "template.py").open("a", encoding="utf-8") as module:
        module.write("\n# changed\n")
    seconds, _ = timed(build, where)
    _restored(clone)
    return f"{seconds:.0f} s"


def pages(site):
    """Paths of a site's pages."""
    return [path.relative_to(site).as_posix() for path in sorted(site.rglob("*.html")) if "_static" not in path.parts]


def look(site, paths):
    """What Lighthouse says of each page."""
    with lighthouse.served(site) as address:
        return {path: lighthouse.look(f"{address}/{path}") for path in paths}


def best(seen, name, worst, form):
    values = [found[name] for found in seen.values()]
    return f"{form.format(statistics.median(values))} (worst {form.format(worst(values))})"


def every_page(clone):
    """Lighthouse over every page of the book."""
    site = clone / "_build" / "html"
    seen = look(site, pages(site))
    rows = [["", "median", "worst", "page"]]
    for name, worst, form in (
        ("performance", min, "{:.2f}"),
        ("accessibility", min, "{:.2f}"),
        ("best practices", min, "{:.2f}"),
        ("SEO", min, "{:.2f}"),
        ("FCP", max, "{:.1f} s"),
        ("TBT", max, "{:.0f} ms"),
        ("CLS", max, "{:.3f}"),
        ("KiB", max, "{:.0f} KiB"),
    ):
        values = {page: found[name] for page, found in seen.items() if (page, name) != (_SEARCH, "SEO")}
        page = worst(values, key=values.get)
        rows.append([name, form.format(statistics.median(values.values())), form.format(values[page]), page])
    low = {page: found["performance"] for page, found in seen.items() if found["performance"] < 0.95}
    rows.append(["pages", str(len(seen)), f"{len(low)} below 0.95", ", ".join(sorted(low, key=low.get)) or "none"])
    return rows


def commands(clone):
    """What the commands of the README take."""
    python = clone / ".venv" / "bin" / "python"
    shutil.rmtree(clone / "_build")
    shutil.rmtree(clone / ".venv")
    fresh, _ = timed(["make", "book", f"PYTHON={sys.executable}"], clone, PIP_NO_CACHE_DIR="1")
    again, _ = timed(["make", "book"], clone)
    endpoints = clone / "data" / "endpoints.csv"
    rows = endpoints.read_text(encoding="utf-8")
    endpoints.write_text(rows.replace("abstract of the paper", "the abstract", 1), encoding="utf-8")
    edited, _ = timed(["make", "book"], clone)
    _restored(clone)
    timed(["make", "check", f"PYTHON={sys.executable}"], clone)
    check, memory = timed(["make", "check"], clone)
    cells, _ = timed([python, "-m", "pytest", "-q", "--nbval", "--nbval-current-env", "chapters", "reference"], clone)
    site = clone / "_build" / "html" / "_static"
    library = sum(lighthouse.compressed(site / name) for name in ("plotly-cartesian.min.js", "chart-templates.js"))
    load = "import time; from sorafenib_book import tables; t = time.perf_counter(); tables.check()"
    load += "; print(time.perf_counter() - t)"
    loaded = subprocess.run([python, "-c", load], cwd=clone, capture_output=True, text=True, check=True).stdout
    return [
        ["", "measured"],
        ["`make book` in a fresh clone, packages from a near mirror", f"{fresh:.0f} s"],
        ["`make book`, nothing changed", f"{again:.1f} s"],
        ["`make book`, one row of a table edited", f"{edited:.0f} s"],
        ["`make check`", f"{check:.0f} s, {memory:.0f} MB"],
        ["all cells run again and compared (nbval)", f"{cells:.0f} s"],
        ["all tables loaded and checked", f"{float(loaded):.1f} s"],
        ["chart library, once a visit, compressed", f"{library / 1024:.0f} KiB"],
    ]


def chapters(clone):
    """Builds of the book with its chapters copied."""
    rows = [["chapters", "pages", "seconds", "MB", "a page of *Targets*, compressed"]]
    for times in book_size.LARGER:
        _restored(clone)
        book_size.copy_chapters(clone, times)
        seconds, memory = timed([clone / ".venv" / "bin" / "python", "-m", "tools.build.book", "build"], clone)
        size = lighthouse.compressed(clone / "_build" / "html" / "chapters" / "targets.html")
        count = len(pages(clone / "_build" / "html"))
        rows.append([str(7 * times), str(count), f"{seconds:.0f}", f"{memory:.0f}", f"{size / 1024:.0f} KiB"])
    return rows


def points(clone):
    """Pages with figures of more and more points."""
    _restored(clone)
    book_size.add_points(clone)
    timed([clone / ".venv" / "bin" / "python", "-m", "tools.build.book", "build"], clone)
    site = clone / "_build" / "html"
    rows = [["points", "page", "picture", "data of the chart", "Lighthouse performance", "alive on the slow phone"]]
    with lighthouse.served(site) as address:
        for count in book_size.POINTS:
            page, made = f"chapters/points_{count}.html", site / "_charts" / "chapters" / f"points_{count}"
            sizes = [site / page, *(made / f"fig-points-{count}{end}" for end in ("-wide.svg", ".js"))]
            seen, awake = lighthouse.look(f"{address}/{page}"), chart_start.look(address, [page])
            kilobytes = [f"{lighthouse.compressed(path) / 1024:.0f} KiB" for path in sizes]
            rows.append([f"{count:,}", *kilobytes, f"{seen['performance']:.2f}", f"{awake['first'][0]:.1f} s"])
    return rows


def _restored(clone):
    subprocess.run(["git", "-C", clone, "checkout", "--quiet", "."], check=True)
    subprocess.run(["git", "-C", clone, "clean", "--quiet", "-fd", "chapters", "figures"], check=True)


#: What is measured in a clone, in this order, with a word on each.
PARTS = {
    "The seven chapters, three ways": (
        "Medians over the chapters, and the worst. "
        + " ".join(f"*{kind}*: {words}." for kind, words in plain_book.KINDS.items()),
        compared,
    ),
    "Every page": ("Lighthouse's marks: median, worst, and where.", every_page),
    "From command to book": ("What the commands take.", commands),
    "Chapters that multiply": ("Copies of the seven, with names of their own.", chapters),
    "Points in a figure": ("A page with one scatter chart.", points),
    "The mechanism model": ("Processor time on one core.", lambda clone: model_times.measured()),
}

if __name__ == "__main__":
    main()
