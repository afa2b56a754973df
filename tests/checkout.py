"""The checkout under test: its folders and notebooks."""

import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
SITE = ROOT / "_build" / "html"
sys.path.insert(0, str(ROOT))

from tools.build import notebooks  # noqa: E402

#: All notebooks by path, and the chapters among them.
NOTEBOOKS = {path.relative_to(ROOT).as_posix(): notebooks.read(path) for path in notebooks.paths()}
CHAPTERS = {path: notebook for path, notebook in NOTEBOOKS.items() if path.startswith("chapters/")}
