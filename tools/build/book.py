"""Build the book.

usage: book.py build      notebooks, pictures and pages into _build/html; no tracked file changes
       book.py figures    store fresh outputs in the notebooks and fresh pictures in figures/
"""

import asyncio
import contextlib
import fcntl
import functools
import gc
import hashlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from datetime import UTC, datetime

import pybtex.plugin
from sphinx_plotly_figures import pictures
from sphinx_plotly_figures.figures import FigureError

from sorafenib_book import tables
from sorafenib_book.book_ext import citations, datatables
from tools.build import notebooks

ROOT = notebooks.ROOT
BUILD = ROOT / "_build"
SITE = BUILD / "html"
STAMP = BUILD / "stamp"
PICTURES = ROOT / "figures"
DRAWN = BUILD / "figures"
PAGES = ["_config.yml", "_toc.yml", "index.md", "CHANGELOG.md", "CITATION.cff", "CONTRIBUTING.md", "reference"]
PACKAGE = ["sorafenib_book", "data", "pyproject.toml", "README.md", "LICENSE", "LICENSE-CONTENT"]
INPUTS = [*PAGES, *PACKAGE, "sphinx-plotly-figures", "chapters", "figures", "tools", "requirements.lock"]
# First line of each set-up cell as stored; a build that knows the package's address says that instead.
INSTALL = "# Install the book's package first: see Run it elsewhere on the chapter's page"


def build():
    with _alone():
        started, stamp = time.monotonic(), _stamp()
        if SITE.is_dir() and STAMP.is_file() and STAMP.read_text() == stamp:
            say("nothing changed since the last build")
            return _address()
        citations.read(ROOT / "data" / "references.bib")  # what is broken there is told before anything is run
        current = _current_chapters()
        _draw_pictures(current)
        _build_pages(current)
        STAMP.write_text(stamp)
        say(f"built in {time.monotonic() - started:.0f} s")
        _address()


def figures():
    with _alone():
        citations.read(ROOT / "data" / "references.bib")
        _run_stale([(path, notebooks.read(path)) for path in notebooks.paths()], ROOT)
        stored = {path.stem: notebooks.read(path) for path in notebooks.paths()}
        wanted = pictures.missing(stored, [PICTURES])
        if wanted and not pictures.browser():
            sys.exit("figures: Chromium is needed to draw pictures; on Debian and Ubuntu: apt-get install chromium")
        if wanted:
            say(f"drawing {len(wanted)} figures")
            pictures.draw(wanted, PICTURES)
        for path in pictures.orphans(stored, PICTURES):
            path.unlink()
            say(f"removed {path.relative_to(ROOT)}, which no chapter has any more")
        say("notebooks and figures/ are up to date")


def _current_chapters():
    """Chapters with outputs of today's code and data: as stored, as run by an earlier build, or run now."""
    current, wanted = {}, []
    for path in notebooks.paths():
        notebook = notebooks.read(path)
        earlier = BUILD / "notebooks" / path.relative_to(ROOT)
        if not notebooks.stale(notebook):
            current[path] = notebook
        elif earlier.is_file() and _same_but_run(notebook, again := notebooks.read(earlier)):
            current[path] = again
        else:
            wanted.append((path, notebook))
    say(f"[1/3] notebooks: {len(wanted)} of {len(wanted) + len(current)} to run")
    return current | _run_stale(wanted, BUILD / "notebooks")


def _same_but_run(notebook, again):
    def bare(which):
        return [(cell["cell_type"], cell["metadata"], "".join(cell["source"])) for cell in which["cells"]]

    return bare(notebook) == bare(again) and not notebooks.stale(again)


def _run_stale(found, folder):
    """Run stale chapters side by side, one for each core and two at least; write each into a folder once it has run."""
    wanted = [(path, notebook, reason) for path, notebook in found if (reason := notebooks.stale(notebook))]
    if not wanted:
        return {}
    cores = asyncio.Semaphore(max(2, os.cpu_count() or 1))

    async def run(i, path, notebook, reason, kernels):
        async with cores:
            say(f"      running {path.stem} ({i} of {len(wanted)}): {reason}")
            try:
                fresh = await notebooks.run(notebook, kernels)
            except RuntimeError as error:
                raise RuntimeError(f"{path.relative_to(ROOT)}: {error}") from None
        notebooks.write(fresh, folder / path.relative_to(ROOT))
        return path, fresh

    async def run_all():
        # the first failure cancels the other chapters
        async with notebooks.kernels() as kernels, asyncio.TaskGroup() as group:
            tasks = [group.create_task(run(i, *chapter, kernels)) for i, chapter in enumerate(wanted, 1)]
        return dict(task.result() for task in tasks)

    try:
        return asyncio.run(run_all())
    except ExceptionGroup as failures:
        first = failures.exceptions[0]
        if isinstance(first, RuntimeError):
            sys.exit(f"{first}\nThe build stops here; the last good book is untouched.")
        raise first from None


def _draw_pictures(current):
    wanted = pictures.missing({path.stem: notebook for path, notebook in current.items()}, [PICTURES, DRAWN])
    if not wanted:
        say("[2/3] pictures: all current")
    elif pictures.browser():
        say(f"[2/3] pictures: drawing {len(wanted)}")
        pictures.draw(wanted, DRAWN)
    else:
        say(f"[2/3] pictures: {len(wanted)} left out (no Chromium to draw them); they come alive at load")


def _build_pages(current):
    from jupyter_book.sphinx import build_sphinx

    source, new = BUILD / "source", BUILD / "new"
    for folder in (source, new):
        shutil.rmtree(folder, ignore_errors=True)
    source.mkdir(parents=True)
    for name in PAGES:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, source / name)
        else:
            shutil.copy(ROOT / name, source / name)
    wheel = package(new / "html" / "_downloads")
    address = f"https://github.com/{_repository()}/archive/main.zip" if _repository() else ""
    for path, notebook in current.items():
        notebooks.write(installing(notebook, address), source / path.relative_to(ROOT))
    # The bibliography alone: a link to a data file must stay a link to its row.
    (source / "data").mkdir()
    shutil.copy(ROOT / "data" / "references.bib", source / "data")
    written = [*source.rglob("*.md"), *source.rglob("*.ipynb")]
    say(f"[3/3] pages: {len(written)}")
    for path in written:
        for shown, target in datatables.links(path.read_text(encoding="utf-8")):
            if problem := datatables.disagreement(shown, target, ROOT / "data"):
                say(f"      mend the prose of {path.relative_to(source)}: {problem}")
    # For each citation it looks through all installed packages, which took half of the time.
    pybtex.plugin._load_entry_point = functools.cache(pybtex.plugin._load_entry_point)
    # Python looks for garbage after each 700 new objects, and a page has hundreds of thousands that stay.
    gc.set_threshold(50_000, 20, 1000)
    with named_as_in_the_repository():
        failed = build_sphinx(
            source,
            new / "html",
            doctreedir=new / "doctrees",
            path_config=source / "_config.yml",
            noconfig=True,
            quiet=True,
            warningiserror=True,
            keep_going=True,
            jobs=os.cpu_count() or 1,
            confoverrides={
                "plotly_figures_picture_folders": [str(PICTURES), str(DRAWN)],
                "data_tables_folder": str(ROOT / "data"),
                "package_wheel": wheel.name,
                "repository": _repository(),
                "release": tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
                "today": _dated(),
                "latex_individualpages": False,
            },
        )
    if failed:
        cause = getattr(failed, "orig_exc", failed)  # Sphinx wraps what an extension raises
        if isinstance(cause, (OSError, KeyboardInterrupt)):
            raise cause
        sys.exit("The pages could not be built, see above; the last good book is untouched.")
    (new / "html" / ".buildinfo").unlink(missing_ok=True)
    # A build that ends between here and its stamp must not pass for the one before.
    STAMP.unlink(missing_ok=True)
    if SITE.exists():
        SITE.rename(new / "old")
    (new / "html").rename(SITE)
    shutil.rmtree(new)
    shutil.rmtree(source)


def package(folder):
    """Build the package's wheel into a folder, the same bytes each time, and return its path."""
    from hatchling.build import build_wheel

    if seconds := _committed():
        os.environ["SOURCE_DATE_EPOCH"] = seconds
    with contextlib.chdir(ROOT):
        return folder / build_wheel(folder)


def installing(notebook, address):
    """Let a notebook's set-up cell say how the package is installed, where its address is known."""
    known = f"# If this import fails, run once: %pip install {address}" if address else INSTALL
    return json.loads(json.dumps(notebook).replace(INSTALL, known))


@contextlib.contextmanager
def named_as_in_the_repository():
    """Let warnings name files of the repository, not of the copy that is built, and cells, not MyST-NB's lines."""

    class Named:
        def __init__(self, stream):
            self.stream = stream

        def write(self, text):
            text = re.sub(rf"{re.escape(str(BUILD / 'source'))}{os.sep}?", "", text)
            return self.stream.write(re.sub(r"(?<=\.ipynb):(\d+)(\d{4})\b", _cell, text))

        def __getattr__(self, name):
            return getattr(self.stream, name)

    with contextlib.redirect_stderr(Named(sys.stderr)):
        yield


def _cell(match):
    """Name a cell and its line, which MyST-NB counts together: 10 000 lines a cell, the second is its first."""
    return f", cell {match[1]}, line {max(int(match[2]) - 1, 1)}"


def _repository():
    """``owner/name`` on GitHub, where the build knows it; nothing is typed."""
    if name := os.environ.get("GITHUB_REPOSITORY"):
        return name
    remote = subprocess.run(
        ["git", "-C", str(ROOT), "remote", "get-url", "origin"], capture_output=True, text=True, check=False
    ).stdout
    match = re.search(r"github\.com[:/]([\w.-]+/[\w.-]+?)(\.git)?$", remote.strip())
    return match[1] if match else ""


def _committed():
    """Seconds of the last commit, so that two builds of one state are the same; nothing where it is unknown."""
    command = ["git", "-C", str(ROOT), "log", "-1", "--format=%ct", "--", "."]
    seconds = os.environ.get("SOURCE_DATE_EPOCH")
    return seconds or subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()


def _dated():
    """Date of the last commit."""
    if not (seconds := _committed()):
        return "undated"
    day = datetime.fromtimestamp(int(seconds), UTC)
    return f"{day.day} {day:%B %Y}"


def _stamp():
    digest = hashlib.sha256(repr((_repository(), _dated(), pictures.browser())).encode())
    for name in INPUTS:
        top = ROOT / name
        for path in [top] if top.is_file() else sorted(top.rglob("*")):
            if path.is_file() and "__pycache__" not in path.parts and ".ipynb_checkpoints" not in path.parts:
                digest.update(path.relative_to(ROOT).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


@contextlib.contextmanager
def _alone():
    """Let a second build wait for the first."""
    BUILD.mkdir(exist_ok=True)
    with (BUILD / "lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("another build is under way; waiting for it")
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _address():
    say(f"open {(SITE / 'index.html').as_uri()} or call `make serve`")


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    # a polite request to end is the same as Ctrl-C, also where asyncio waits for that, or a shell has it ignored
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
    try:
        {"build": build, "figures": figures}[sys.argv[1]]()
    except (FigureError, tables.DataError) as error:
        sys.exit(f"{error}\nThe build stops here; the last good book is untouched.")
    except KeyboardInterrupt:
        sys.exit("Interrupted; the last good book is untouched, and the next call of make starts again.")
    except OSError as error:
        if error.errno is None:  # not of the disk
            raise
        sys.exit(
            f"The book cannot be written: {error.strerror} ({error.filename or BUILD}). The last good book is "
            "untouched; make room, or the folder writable, and call make again."
        )
