"""Build the notebooks as a JupyterLite site, which runs them in a browser, into _build/lite.

usage: lite.py

The site holds the notebooks, the book's package with its data, and Plotly. Python itself and the other packages of
`pyodide.json` come from Pyodide's own host when a notebook is run, so the pages of the book do not lead here.
Its pages are JupyterLab's own, which makes code as it runs: they have no content security policy.
"""

import ast
import json
import os
import re
import shutil
import subprocess
import sys
import tomllib

from tools.build import book, notebooks
from tools.outputs import copies

ROOT = notebooks.ROOT
SITE = ROOT / "_build" / "lite"
#: Packages of the Pyodide release that the pinned kernel loads, as its `pyodide-lock.json` lists them.
DISTRIBUTION = json.loads((ROOT / "tools" / "outputs" / "pyodide.json").read_text(encoding="utf-8"))
#: What Plotly asks for, without naming it among its requirements, before it shows a figure in a notebook.
DISPLAY = "nbformat"
#: Wheels that the site brings along, because Pyodide lacks them.
BROUGHT = ["plotly", DISPLAY, "fastjsonschema", "jupyter-core"]


def build():
    source, new = ROOT / "_build" / "lite-source", ROOT / "_build" / "lite-new"
    for folder in (source, new):
        shutil.rmtree(folder, ignore_errors=True)
    wheels(source / "pypi")
    numbered = copies.numbers()
    for path in notebooks.paths():
        copy = copies.copied(notebooks.read(path), numbered)
        notebooks.write(with_install_cell(copy), source / "files" / path.relative_to(ROOT))
    command = [sys.executable, "-m", "jupyterlite_core", "build", "--lite-dir", source, "--output-dir", new]
    command += ["--contents", source / "files", "--apps", "lab", "--no-libarchive"]
    command += ["--no-sourcemaps", "--no-unused-shared-packages"]
    # The site's files carry the date of the commit, not of the build.
    committed = subprocess.run(["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True).stdout
    environment = {"SOURCE_DATE_EPOCH": committed.strip() or "1577836800"} | os.environ
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    done = subprocess.run(command, cwd=source, env=environment, **output)
    if done.returncode:
        sys.exit(f"{done.stdout}\nJupyterLite could not be built, see above; the last good one is untouched.")
    shutil.rmtree(SITE, ignore_errors=True)
    new.rename(SITE)
    shutil.rmtree(source)
    print("built _build/lite; to try it: .venv/bin/python -m http.server --directory _build/lite")
    print(f"cells run only where the internet is reached: Pyodide {DISTRIBUTION['pyodide']} comes from its own host")


def wheels(folder):
    """Put the package's wheel, and the pinned ones that Pyodide lacks, into a folder."""
    folder.mkdir(parents=True)
    book.package(folder)
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pinned = folder / "pinned.txt"
    pinned.write_text("".join(re.search(rf"^{name}==(?:.*\\\n)*.*\n", lock, re.M)[0] for name in BROUGHT))
    pip = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    if subprocess.call([*pip, "--only-binary", ":all:", "--require-hashes", "-r", pinned, "-d", folder]):
        sys.exit(f"The wheels of {', '.join(BROUGHT)} could not be had, see above.")
    pinned.unlink()
    for wheel in folder.glob("*.whl"):
        if not wheel.name.endswith("-none-any.whl"):
            sys.exit(f"{wheel.name} is not pure Python: a browser cannot run it.")


def with_install_cell(notebook):
    """A notebook that first installs the book's package from the site."""
    [place] = [i for i, cell in enumerate(notebook["cells"]) if "setup" in cell["metadata"].get("tags", [])]
    cell = {"cell_type": "code", "execution_count": None, "id": "install", "metadata": {}, "outputs": []}
    notebook["cells"].insert(place, cell | {"source": f"%pip install -q sorafenib-book {DISPLAY}"})
    notebook["metadata"]["kernelspec"] = {"display_name": "Python (Pyodide)", "language": "python", "name": "python"}
    return book.installing(notebook, "sorafenib-book")


def imports():
    """Top-level modules that the notebooks and the package's own modules import, without Python's own."""
    modules = [path for path in (ROOT / "sorafenib_book").rglob("*.py") if "book_ext" not in path.parts]
    sources = [path.read_text(encoding="utf-8") for path in modules]
    for path in notebooks.paths():
        cells = [cell for cell in notebooks.read(path)["cells"] if cell["cell_type"] == "code"]
        sources += ["".join(cell["source"]) for cell in cells]
    found = set()
    for node in (node for source in sources for node in ast.walk(ast.parse(source))):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            found.add(node.module.partition(".")[0])
    return found - set(sys.stdlib_module_names) - {"sorafenib_book"}


def dependencies():
    """What the package asks for: lower bound by name."""
    wanted = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]
    return dict(entry.split(">=") for entry in wanted)


if __name__ == "__main__":
    build()
