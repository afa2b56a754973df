"""The same chapters as a plain Jupyter Book 1, in its own theme: what this book is measured against.

Nothing is fetched while it is built: where the recipe names a host, the file comes from npm; MathJax stays away.
"""

import json
import shutil
import subprocess

import plotly
import plotly.io
import yaml

from tools.bench import lighthouse
from tools.build import book, notebooks

PLOTLY = "application/vnd.plotly.v1+json"
#: Name of each plain book, and what becomes of its charts.
KINDS = {
    "require.js": "Jupyter Book 1, charts by its recipe for Plotly (require.js)",
    "pictures": "Jupyter Book 1 as it comes, charts as pictures",
}


def write(kind, folder, execute="off"):
    """Write the sources of a plain book.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    folder : pathlib.Path
    execute : str
        Its setting ``execute_notebooks``.
    """
    (folder / "chapters").mkdir(parents=True, exist_ok=True)
    shutil.copy(book.ROOT / "data" / "references.bib", folder)
    (folder / "index.md").write_text("# Sorafenib resistance in liver cancer\n", encoding="utf-8")
    (folder / "sources.md").write_text("# Sources\n\n```{bibliography}\n```\n", encoding="utf-8")
    chapters = [path for path in notebooks.paths() if path.parent.name == "chapters"]
    for path in chapters:
        (folder / "chapters" / path.name).write_text(json.dumps(_chapter(kind, path)), encoding="utf-8")
    contents = [{"file": f"chapters/{path.stem}"} for path in chapters] + [{"file": "sources"}]
    settings = {
        "title": "Sorafenib resistance in liver cancer",
        "execute": {"execute_notebooks": execute, "timeout": 300},
        "bibtex_bibfiles": ["references.bib"],
    }
    if kind == "require.js":
        (folder / "_static").mkdir(exist_ok=True)
        shutil.copy(_require(), folder / "_static" / "require.min.js")
        settings["sphinx"] = {"config": {"html_js_files": ["require.min.js"]}}
    contents = {"format": "jb-book", "root": "index", "chapters": contents}
    for name, values in {"_config.yml": settings, "_toc.yml": contents}.items():
        (folder / name).write_text(yaml.safe_dump(values), encoding="utf-8")


def _chapter(kind, path):
    notebook, first = notebooks.read(path), True
    for cell in notebook["cells"]:
        for output in cell.get("outputs", []):
            figure = output.get("data", {}).pop(PLOTLY, None)
            if figure is None:
                continue
            if kind == "pictures":
                picture = book.PICTURES / path.stem / f"{cell['metadata']['mystnb']['figure']['name']}.svg"
                output["data"]["image/svg+xml"] = picture.read_text(encoding="utf-8")
                continue
            html = plotly.io.renderers["notebook"].to_mimebundle(figure)["text/html"]
            # the renderer writes the library into the notebook's first output
            library = f"<script>{plotly.offline.get_plotlyjs()}</script>" if first else ""
            output["data"]["text/html"], first = library + html, False
    return notebook


def _require():
    """The file that the recipe takes from a host: require.js, minified by its own tool."""
    folder = lighthouse.fetched("requirejs", "2.3.7")
    made = folder / "require.min.js"
    command = ["node", folder / "bin" / "r.js", "-o", f"baseUrl={folder}", "name=require", f"out={made}"]
    subprocess.run(command, check=True, capture_output=True)
    return made
