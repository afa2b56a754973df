"""Serve the built book on this machine.

usage: serve.py PORT
"""

import contextlib
import functools
import http.server
import sys

from tools.build import book


def server(port):
    """Open a server of the built book.

    Parameters
    ----------
    port : int
        Where it listens, on this machine only.

    Returns
    -------
    http.server.ThreadingHTTPServer

    Raises
    ------
    SystemExit
        With one sentence, if the port cannot be used.
    """
    handler = functools.partial(http.server.SimpleHTTPRequestHandler, directory=str(book.SITE))
    try:
        return http.server.ThreadingHTTPServer(("127.0.0.1", port), handler)
    except (OSError, OverflowError) as error:
        sys.exit(
            f"Port {port} cannot be used ({getattr(error, 'strerror', error)}); name another: make serve PORT=8001"
        )


def main(port):
    with server(port) as running, contextlib.suppress(KeyboardInterrupt):
        book.say(f"serving on http://127.0.0.1:{port} until interrupted")
        running.serve_forever()


if __name__ == "__main__":
    main(int(sys.argv[1]))
