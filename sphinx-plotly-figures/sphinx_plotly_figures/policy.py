"""The content security policy of every page: nothing from elsewhere, and no inline script but the theme's own."""

import base64
import hashlib
import re
from pathlib import Path

from sphinx.errors import SphinxError

__all__ = ["policy"]

# a block of data, such as JSON, is no code to a browser
_INLINE = re.compile(
    r'<(script|style)(?![^>]*\ssrc=)(?![^>]*\stype="application/(?:ld\+)?json")[^>]*>(.*?)</\1>', re.DOTALL
)
# The theme's inline code is taken from this page, which holds nothing of what the book's files say.
_THEME_ONLY = "search.html"


class PolicyError(SphinxError):
    category = "Content security policy"


def policy(scripts, styles):
    """Write the policy.

    Parameters
    ----------
    scripts, styles : iterable of str
        The inline blocks that may run.

    Returns
    -------
    str
        Content of the header, or of a meta tag of that name.
    """
    # Firefox does not count a page's own folder as `'self'` where it was opened as a file; a page from a server can
    # load no file. Plotly adds an empty style; the pictures, and d3 in the charts, use the attribute `style`.
    rules = {
        "default-src": "'none'",
        "script-src": f"'self' file: {_hashes(scripts)}",
        "style-src": f"'self' file: {_hashes([*styles, ''])}",
        "style-src-attr": "'unsafe-inline'",
        "img-src": "'self' file: data: blob:",
        # for crawlers that ask for robots.txt from within the page; the book itself fetches nothing
        "connect-src": "'self'",
        "base-uri": "'none'",
        "form-action": "'self' file:",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())


def _hashes(blocks):
    digests = (hashlib.sha256(block.encode()).digest() for block in blocks)
    return " ".join(dict.fromkeys(f"'sha256-{base64.b64encode(digest).decode()}'" for digest in digests))


def _write(app, exception):
    if exception is not None or app.builder.format != "html" or not app.config.plotly_figures_policy:
        return
    folder = Path(app.outdir)
    pages = {path: path.read_text(encoding="utf-8") for path in sorted(folder.rglob("*.html"))}
    allowed = set(_INLINE.findall(pages.get(folder / _THEME_ONLY, "")))
    others = [
        f"{path.relative_to(folder)}: <{kind}> {' '.join(block.split())[:60]}"
        for path, text in pages.items()
        for kind, block in _INLINE.findall(text)
        if (kind, block) not in allowed
    ]
    if others:
        raise PolicyError("Inline code does not run on a page; put it into a file of static/:\n" + "\n".join(others))
    blocks = {kind: sorted(block for name, block in allowed if name == kind) for kind in ("script", "style")}
    tag = f'<meta http-equiv="Content-Security-Policy" content="{policy(blocks["script"], blocks["style"])}">'
    for path, text in pages.items():
        path.write_text(re.sub(r"<head>\s*", lambda head: f"{head[0]}{tag}\n    ", text, count=1), encoding="utf-8")


def setup(app):
    app.add_config_value("plotly_figures_policy", False, "html")
    # after the others have written their files
    app.connect("build-finished", _write, priority=900)
