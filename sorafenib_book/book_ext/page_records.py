"""What pages tell of themselves when they are read, for the others to know; pages may be read side by side."""


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


def setup(app):
    app.connect("env-purge-doc", _forget)
    app.connect("env-merge-info", _merge)
