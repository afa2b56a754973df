"""Old addresses lead on: a place that was renamed, went to another page, or stood on a page that is gone.

The configuration's ``moved`` names an old address and the new one, without script for the reader to need::

    moved:
      chapters/a.html#old: chapters/a.html#new
      chapters/a.html#gone: chapters/b.html#there
      chapters/gone.html: chapters/b.html
      chapters/a.html#run-[001-100]: chapters/a.html#runs

Numbers in brackets stand for all from the first to the last.
"""

import html
import re
from posixpath import dirname, relpath

from sphinx.errors import ConfigError


def _expanded(moved):
    """Write out each address that stands for several."""
    for old, new in moved.items():
        if numbers := re.search(r"\[(\d+)-(\d+)\]", old):
            first, last = numbers.groups()
            for number in range(int(first), int(last) + 1):
                yield old.replace(numbers[0], f"{number:0{len(first)}}"), new
        else:
            yield old, new


def _mark(app, pagename, templatename, context, doctree):
    """Give the places of this page their old ids too; name the new page of those that left."""
    here, body = f"{pagename}.html", context.get("body", "")
    for old, new in _expanded(app.config.moved):
        (page, _, anchor), (there, _, place) = old.partition("#"), new.partition("#")
        if page != here or not anchor:
            continue
        mark = f'<span id="{html.escape(anchor)}"></span>'
        if there == here:
            # what stands in a row stands in one of its cells
            opening = rf'<(?:tr\b[^>]* id="{re.escape(place)}"[^>]*>\s*<t[dh]|\w+\b[^>]* id="{re.escape(place)}")[^>]*>'
            body, found = re.subn(opening, lambda match, mark=mark: match[0] + mark, body, count=1)
            if not found:
                raise ConfigError(f"moved: {old} leads to {new}, and {there} has no #{place}")
        else:
            body += f'<p class="moved">{mark}This place is now on another page: {_link(app, page, new)}.</p>'
    context["body"] = body


def _lead_on(app):
    """Put a page that leads on where a page is gone."""
    gone = {old.partition("#")[0] for old in app.config.moved} - {f"{name}.html" for name in app.env.found_docs}
    for page in sorted(gone):
        if page not in app.config.moved:
            raise ConfigError(f"moved: there is no page {page}; say where it went as a whole")
        new = app.config.moved[page]
        address = html.escape(relpath(new, dirname(page) or "."))
        places = any(old.startswith(f"{page}#") for old in app.config.moved)
        at_once = "" if places else f'<meta http-equiv="refresh" content="0; url={address}">'
        body = f"<h1>This page has moved</h1><p>It is now here: {_link(app, page, new)}.</p>"
        yield page.removesuffix(".html"), {"title": "Moved", "body": body, "metatags": at_once}, "page.html"


def _link(app, page, new):
    there = new.partition("#")[0].removesuffix(".html")
    if there not in app.env.titles:
        raise ConfigError(f"moved: {new} is to be led to, and the book has no page {there}.html")
    title = html.escape(app.env.titles[there].astext())
    return f'<a href="{html.escape(relpath(new, dirname(page) or "."))}">{title}</a>'


def setup(app):
    app.add_config_value("moved", {}, "html")
    app.connect("html-page-context", _mark)
    app.connect("html-collect-pages", _lead_on)
