"""The book's package stands alone: only the pages are made with the renderer of charts."""

import subprocess
import sys

EVERY_MODULE = """
import importlib, pkgutil, sys
sys.modules["sphinx_plotly_figures"] = None
import sorafenib_book
names = [module.name for module in pkgutil.walk_packages(sorafenib_book.__path__, "sorafenib_book.", onerror=print)]
names = [name for name in names if not name.startswith("sorafenib_book.book_ext")]
for name in names:
    importlib.import_module(name)
print(len(names))
"""


def test_no_module_of_the_package_needs_the_renderer_of_charts():
    done = subprocess.run([sys.executable, "-c", EVERY_MODULE], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert int(done.stdout.split()[-1]) > 10
