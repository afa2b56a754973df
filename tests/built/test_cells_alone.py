"""The set-up cell, a reusable cell and its data cells run in an empty folder with nothing but the package's wheel."""

import json
import os
import subprocess
import sys

import pytest
from checkout import CHAPTERS, ROOT, SITE
from playwright.sync_api import expect

# Each cell gets fresh names and an empty folder.
RUN = """
import json, os, sys, tempfile, traceback
import sorafenib_book
assert sorafenib_book.__file__.startswith(sys.argv[1]), f"the package is {sorafenib_book.__file__}, not the wheel's"
set_up, cells = json.load(sys.stdin)
failed = []
for name, source in cells.items():
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            names = {"__name__": "__main__"}
            exec(set_up, names)
            exec(source, names)
        except Exception:
            failed.append(name + ": " + traceback.format_exc(limit=-1))
        os.chdir(sys.argv[1])
sys.exit("\\n".join(failed) or None)
"""


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """A folder that holds the package as installed from its wheel."""
    folder, target = tmp_path_factory.mktemp("wheel"), tmp_path_factory.mktemp("installed")
    pip = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*pip, "wheel", "--no-deps", "--no-build-isolation", "-w", folder, ROOT], check=True)
    [built] = folder.glob("*.whl")
    subprocess.run([*pip, "install", "--no-deps", "--target", target, built], check=True)
    return target


def parts(chapter):
    """Source of the set-up cell, and of each reusable cell, after those of its data cells, by its id."""
    cells = [cell for cell in chapter["cells"] if cell["cell_type"] == "code"]
    tags = [cell["metadata"].get("tags", []) for cell in cells]
    [set_up] = [source(cell) for cell, own in zip(cells, tags, strict=True) if "setup" in own]
    reusable = {}
    for cell, own in zip(cells, tags, strict=True):
        if "reusable" in own:
            name = cell["metadata"].get("mystnb", {}).get("figure", {}).get("name")
            needed = [data for data in cells if name in data["metadata"].get("for", "").split()]
            reusable[cell["id"]] = "\n\n".join(source(part) for part in [*needed, cell])
    return set_up, reusable


def source(cell):
    return "".join(cell["source"]).rstrip()


def test_there_are_cells_to_teach_with():
    counts = {path: len(parts(chapter)[1]) for path, chapter in CHAPTERS.items()}
    assert min(counts.values()) >= 3 and sum(counts.values()) >= 40, counts


def test_every_reusable_cell_runs_alone(chapter, wheel, tmp_path):
    set_up, reusable = parts(chapter)
    done = subprocess.run(
        [sys.executable, "-c", RUN, str(wheel)],
        input=json.dumps([set_up, reusable]),
        env={key: value for key, value in os.environ.items() if key != "PYTHONPATH"} | {"PYTHONPATH": str(wheel)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("path", CHAPTERS)
def test_a_cell_is_copied_with_its_set_up_while_its_code_is_folded(path, chromium, server):
    stored = json.loads((SITE / "_sources" / path).read_text(encoding="utf-8"))
    set_up, reusable = parts(stored)
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(server + path.replace("ipynb", "html"))
    buttons = page.locator(".copy-with-setup")
    expect(buttons).to_have_count(len(reusable))
    for i, copied in enumerate(reusable.values()):
        button = buttons.nth(i)
        assert button.is_visible(), "a folded cell hides its button"
        button.locator("xpath=following::summary[1]").focus()
        page.keyboard.press("Shift+Tab")
        assert button.evaluate("button => document.activeElement === button")
        page.keyboard.press("Enter")
        expect(button).to_have_text("Copied")
        assert page.evaluate("navigator.clipboard.readText()") == f"{set_up}\n\n{copied}\n"
    context.close()
