"""Draw the pictures of notebooks' figures: ``python -m sphinx_plotly_figures chapters/*.ipynb --to figures``."""

import argparse
import json
import sys
from pathlib import Path

from . import pictures
from .figures import FigureError


def main(arguments=None):
    parser = argparse.ArgumentParser(prog="python -m sphinx_plotly_figures", description=__doc__.partition(":")[0])
    parser.add_argument("notebooks", nargs="+", type=Path, help="notebooks with stored outputs")
    parser.add_argument("--to", default="figures", type=Path, help="folder of the pictures (default: %(default)s)")
    asked = parser.parse_args(arguments)
    if not pictures.browser():
        sys.exit("Chromium or Chrome draws the pictures, and none was found; name its path in BROWSER_PATH.")
    try:
        notebooks = {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in asked.notebooks}
        wanted = pictures.missing(notebooks, [asked.to], strict=False)
        pictures.draw(wanted, asked.to)
    except FigureError as error:
        sys.exit(str(error))
    print(f"{len(wanted)} figures drawn into {asked.to}, the others were current")


if __name__ == "__main__":
    main()
