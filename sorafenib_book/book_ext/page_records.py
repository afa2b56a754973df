"""What pages tell of themselves when they are read, for the others to know; pages may be read side by side."""

from sphinx.domains.std import StandardDomain

_resolve_numref = StandardDomain._resolve_numref_xref


def doctree(env, docname):
    """Give a page as it was read, once all were. It is unpickled once; nobody may change it."""
    read = vars(env.app).setdefault("book_doctrees", {})
    if docname not in read:
        read[docname] = env.get_doctree(docname)
    return read[docname]


class _Reader:
    """An environment for one who looks at doctrees only."""

    def __init__(self, env):
        self._env = env

    def __getattr__(self, name):
        return getattr(self._env, name)

    def get_doctree(self, docname):
        return doctree(self._env, docname)


def record(env, key, value):
    """Note something of the page that is being read."""
    _pages(env).setdefault(env.docname, {}).setdefault(key, []).append(value)


def recorded(env, key):
    """List what the pages told, in the order of their names, as pairs of page and value."""
    return [(docname, value) for docname, said in sorted(_pages(env).items()) for value in said.get(key, [])]


def _pages(env):
    if not hasattr(env, "book_pages"):
        env.book_pages = {}
    return env.book_pages


def _forget(app, env, docname):
    _pages(env).pop(docname, None)


def _merge(app, env, docnames, other):
    _pages(env).update({docname: said for docname, said in _pages(other).items() if docname in docnames})


def _numbered(domain, env, *others):
    """Sphinx unpickles the whole page of a figure for each link to the figure."""
    return _resolve_numref(domain, _Reader(env), *others)


def setup(app):
    StandardDomain._resolve_numref_xref = _numbered
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
