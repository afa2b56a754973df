"""A build that is killed, finds no room or no right to write, or meets another: the next one gives a right book.

All on a book of one chapter and one table, built as `make book` does it, by processes that may not use the network.
"""

import contextlib
import fcntl
import hashlib
import json
import os
import resource
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
import yaml
from checkout import ROOT
from sphinx_plotly_figures import pictures

CELL = """
import plotly.graph_objects as go
go.Figure(go.Scatter(x=[1, 2], y=[3, 4]))
"""
FIGURE = {"mystnb": {"figure": {"name": "fig-two", "caption": "Two points."}, "image": {"alt": "Two points."}}}
# Says when it is run, and goes on until it is to fail.
LONG = """
import os, time
open('reached-{name}', 'w').close()
while not os.path.exists('fail-{name}'):
    time.sleep(0.05)
raise ValueError('told to fail')
"""
INTERRUPTED = "Interrupted; the last good book is untouched, and the next call of make starts again.\n"
# The step that takes the last book away; the next one puts the new book there.
SWAP = "_build/new/old"
# Python reads this file at its start, in kernels too.
NO_NETWORK = """
import sys
def watch(event, args):
    if event == "socket.connect" and isinstance(args[1], tuple) and args[1][0] not in ("127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"the build asks for {args[1]}")
    if event == "socket.getaddrinfo" and args[0] not in (None, "", "127.0.0.1", "::1", "localhost"):
        raise RuntimeError(f"the build asks for {args[0]}")
sys.addaudithook(watch)
"""
# Runs the build, writes down each step that changes a file or starts a process, and dies before a step is done: so
# many steps after the first one that has these words.
WATCHED = """
import os, runpy, signal, sys
log, words, more = open(sys.argv[1], "w"), sys.argv[2], int(sys.argv[3])
build, left = os.path.abspath("_build"), None
def watch(event, args):
    global left
    if event == "open":
        counts = args[2] & (os.O_WRONLY | os.O_RDWR) and str(args[0]).startswith(build)
    else:
        counts = event in ("os.rename", "os.mkdir", "os.remove", "os.rmdir", "shutil.rmtree", "subprocess.Popen")
    if counts:
        line = " ".join(f"{event} {args[0]} {args[1]}".split())
        log.write(line + "\\n")
        left = more if left is None and words and words in line else left and left - 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
sys.addaudithook(watch)
sys.path.insert(0, "")
sys.argv = ["tools.build.book", "build"]
runpy.run_module("tools.build.book", run_name="__main__", alter_sys=True)
"""


class Book:
    """A small book, and the bytes that each of its two versions has when nothing disturbs its build."""

    def __init__(self, folder):
        self.folder, self.build_folder = folder / "book", folder / "book" / "_build"
        self.log, self.watched = folder / "log", folder / "watched.py"
        self.watched.write_text(WATCHED)
        (folder / "guard").mkdir()
        (folder / "guard" / "sitecustomize.py").write_text(NO_NETWORK)
        self.environment = os.environ | {"PYTHONPATH": f"{folder / 'guard'}:{self.folder}"}
        for name in ("tools", "sorafenib_book", "data"):
            shutil.copytree(ROOT / name, self.folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        for path in ROOT.iterdir():
            if path.is_file() and not path.name.startswith((".", "_toc", "index")):
                shutil.copy(path, self.folder / path.name)
        # Addresses that moved are those of pages which this book has not.
        config = yaml.safe_load((ROOT / "_config.yml").read_text())
        del config["sphinx"]["config"]["moved"]
        (self.folder / "_config.yml").write_text(yaml.safe_dump(config))
        cell = {"cell_type": "code", "execution_count": None, "id": "two", "metadata": FIGURE, "outputs": []}
        title = {"cell_type": "markdown", "id": "title", "metadata": {}, "source": "# One"}
        kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
        cells = [title, cell | {"source": CELL}]
        pages = {
            "_toc.yml": "format: jb-book\nroot: index\nchapters:\n- file: chapters/one\n- file: reference/table\n",
            "chapters/one.ipynb": json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5}),
            "reference/table.md": "# Milestones\n\n```{data-table} milestones\n```\n",
            "reference/favicon.svg": (ROOT / "reference" / "favicon.svg").read_text(),
        }
        for name, text in pages.items():
            (self.folder / name).parent.mkdir(exist_ok=True)
            (self.folder / name).write_text(text)
        self.right = {}
        for version in ("first", "second"):
            self.write(version)
            said = self.build()
            self.right[version] = self.site(), self.log.read_text().splitlines(), said

    def write(self, version):
        (self.folder / "index.md").write_text(f"# A book\n\nIts {version} version.\n")

    def run(self, words="", more=0, **options):
        """Run `tools/build/book.py build`; until some steps after one that has these words, if words are given."""
        command = [*options.pop("before", []), sys.executable, self.watched, self.log, words, str(more)]
        return subprocess.run(
            command,
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            **options,
        )

    @contextlib.contextmanager
    def running(self, *names):
        """A build that runs chapters with these names, each with a cell that goes on until it is to fail."""
        chapters = self.folder / "chapters"
        before = (chapters / "one.ipynb").read_text()
        for name in names:
            cell = json.dumps(LONG.format(name=name))
            (chapters / f"{name}.ipynb").write_text(before.replace(json.dumps(CELL), cell))
        command = [sys.executable, "-m", "tools.build.book", "build"]
        options = {"cwd": self.folder, "env": self.environment, "stderr": subprocess.STDOUT, "text": True}
        try:
            with subprocess.Popen(command, stdout=subprocess.PIPE, **options) as build:
                try:
                    while f"running {names[0]} " not in build.stdout.readline():
                        assert build.poll() is None
                    yield build
                finally:
                    build.kill()
        finally:
            for path in chapters.iterdir():
                path.unlink()
            (chapters / "one.ipynb").write_text(before)

    def kernels(self):
        """Numbers of the processes that are kernels of this book, whoever started them."""
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            with contextlib.suppress(OSError):  # it has just ended
                here = os.readlink(process / "cwd") == str(self.folder / "chapters")
                if here and b"kernels.py" in (process / "cmdline").read_bytes():
                    found.append(int(process.name))
        return found

    def build(self):
        done = self.run()
        assert done.returncode == 0, done.stdout
        return done.stdout

    def site(self):
        """Hashes of the pages' files; empty if there is no site."""
        top = self.build_folder / "html"
        return {
            path.relative_to(top).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
            for path in sorted(top.rglob("*"))
            if path.is_file()
        }


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    assert pictures.browser(), "no Chromium on this machine; on Debian and Ubuntu: apt-get install chromium"
    return Book(tmp_path_factory.mktemp("small book"))


@pytest.fixture
def first(book):
    """The first version is built, and the second one about to be."""
    book.write("first")
    book.build()
    assert book.site() == book.right["first"][0]
    book.write("second")
    return book


def test_the_build_runs_chapter_and_picture_without_network(book):
    said = book.right["first"][2]
    assert "1 of 1 to run" in said and "drawing 1" in said, said
    assert any(name.endswith("fig-two.svg") for name in book.right["first"][0])


@pytest.mark.parametrize("words", ["kernels.py", "_build/notebooks/chapters/one", "fig-two-narrow"])
def test_a_first_build_killed_in_chapter_or_picture(book, words):
    shutil.rmtree(book.build_folder)
    book.write("first")
    assert book.run(words, more=int(words.startswith("_build"))).returncode == -signal.SIGKILL
    assert book.site() == {}
    book.build()
    assert book.site() == book.right["first"][0]


@pytest.mark.parametrize("share", [0.1, 0.4, 0.7])
def test_a_build_killed_in_the_pages(first, share):
    steps = first.right["second"][1]
    swap = next(i for i, line in enumerate(steps) if SWAP in line)
    assert first.run("_build/lock", round(share * swap)).returncode == -signal.SIGKILL
    assert first.site() == first.right["first"][0]
    first.build()
    assert first.site() == first.right["second"][0]


@pytest.mark.parametrize(("more", "left"), [(0, "first"), (1, None), (2, "second"), (3, "second")])
def test_a_build_killed_at_the_swap(first, more, left):
    assert first.run(SWAP, more).returncode == -signal.SIGKILL
    assert first.site() == (first.right[left][0] if left else {})
    # What says which book was built must not speak of the one before.
    first.write("first")
    first.build()
    assert first.site() == first.right["first"][0]


def wait_for(condition):
    deadline = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < deadline, "it does not come to that"
        time.sleep(0.01)


@pytest.mark.parametrize(
    ("moment", "asked"),
    [("kernel starts", signal.SIGINT), ("kernel starts", signal.SIGTERM), ("cell runs", signal.SIGTERM)],
)
def test_a_build_asked_to_end_while_a_chapter_runs(moment, asked, first):
    with first.running("one") as build:
        wait_for(first.kernels if moment == "kernel starts" else (first.folder / "chapters" / "reached-one").exists)
        build.send_signal(asked)
        assert build.wait() == 1
        assert first.kernels() == []
        assert build.stdout.read() == INTERRUPTED
    assert first.site() == first.right["first"][0]


@pytest.mark.parametrize("end", ["SIGINT", "SIGTERM", "SIGKILL", "fail-one", "fail-two"])
def test_chapters_run_side_by_side_and_end_together(end, first):
    chapters = first.folder / "chapters"
    with first.running("one", "two") as build:
        wait_for(lambda: all((chapters / f"reached-{name}").exists() for name in ("one", "two")))
        assert len(first.kernels()) == 2
        assert "running two" in build.stdout.readline()
        if end.startswith("SIG"):
            build.send_signal(signal.Signals[end])
        else:
            (chapters / end).touch()
        build.wait()
        if end == "SIGKILL":
            wait_for(lambda: not first.kernels())  # each looks after its parent once a second
        assert first.kernels() == []
        said = build.stdout.read()
    if end.startswith("fail"):
        assert build.returncode == 1
        assert said.startswith(f"chapters/{end.removeprefix('fail-')}.ipynb: cell 2 (two) failed with ValueError: told")
        assert said.endswith("The build stops here; the last good book is untouched.\n") and "Traceback" not in said
    else:
        assert (build.returncode, said) == ((1, INTERRUPTED) if end != "SIGKILL" else (-signal.SIGKILL, ""))
    assert first.site() == first.right["first"][0]


@pytest.mark.parametrize("room", [4_000, 300_000])
def test_no_room_left(first, room):
    def limit():
        resource.setrlimit(resource.RLIMIT_FSIZE, (room, room))

    done = first.run(preexec_fn=limit)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    last = done.stdout.strip().splitlines()[-1]
    assert "last good book is untouched" in last and "File too large" in done.stdout, done.stdout
    assert first.site() == first.right["first"][0]
    first.build()
    assert first.site() == first.right["second"][0]


def test_no_right_to_write(first):
    # The superuser may write everywhere, unless this is taken away.
    before = ["setpriv", "--bounding-set=-dac_override"] if os.geteuid() == 0 else []
    first.build_folder.chmod(0o555)
    try:
        done = first.run(before=before)
    finally:
        first.build_folder.chmod(0o755)
    assert done.returncode == 1 and "Traceback" not in done.stdout
    assert "The book cannot be written: Permission denied" in done.stdout.strip().splitlines()[-1], done.stdout
    assert first.site() == first.right["first"][0]


def test_a_second_build_waits_for_the_first(first):
    with (first.build_folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        command = [sys.executable, "-m", "tools.build.book", "build"]
        with subprocess.Popen(
            command, cwd=first.folder, env=first.environment, stdout=subprocess.PIPE, text=True
        ) as second:
            assert "another build is under way" in second.stdout.readline()
            assert first.site() == first.right["first"][0]
            fcntl.flock(lock, fcntl.LOCK_UN)
            assert "built" in second.stdout.read()
    assert first.site() == first.right["second"][0]


def test_a_second_set_up_waits_for_the_first(book):
    code = "from tools.build import environment; environment.alone(); print('its turn')"
    held = os.open(book.folder, os.O_RDONLY)
    fcntl.flock(held, fcntl.LOCK_EX)
    with subprocess.Popen([sys.executable, "-c", code], cwd=book.folder, stdout=subprocess.PIPE, text=True) as second:
        assert "waiting for it" in second.stdout.readline()
        os.close(held)
        assert "its turn" in second.stdout.read()
