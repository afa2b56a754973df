"""Make the virtual environment .venv from a hash-pinned lock file.

usage: python3 tools/environment.py book|test|lab

Runs under any Python 3, so that a Python that is too old is told so in one sentence.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = {"book": "requirements.lock", "test": "requirements-test.lock", "lab": "requirements-lab.lock"}
OLDEST = (3, 11)


def main(kind):
    if sys.version_info < OLDEST:
        sys.exit(
            "The book needs Python %d.%d or newer, and %s is Python %d.%d. Install one and name it, for example: "
            "make book PYTHON=python3.12" % (OLDEST + (sys.executable,) + tuple(sys.version_info[:2]))
        )
    lock = os.path.join(ROOT, LOCKS[kind])
    stamp = os.path.join(VENV, "installed-" + kind)
    wanted = digest([lock, os.path.join(ROOT, "pyproject.toml")])
    if os.path.exists(stamp) and open(stamp).read() == wanted:
        return
    try:
        import ensurepip
        import venv
    except ImportError:
        sys.exit(
            "Python has no working `venv` here. On Debian and Ubuntu: apt-get install python3-venv "
            "(or python%d.%d-venv), then call make again." % tuple(sys.version_info[:2])
        )
    assert ensurepip and venv
    say("environment: installing %s into .venv (about a minute, only when the lock file changes)" % LOCKS[kind])
    if subprocess.call([PYTHON, "-c", "import pip"], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL):
        run([sys.executable, "-m", "venv", "--clear", VENV])
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Bytecode is written when a module is first imported, which few of them are.
    run([*pip, "--no-compile", "--require-hashes", "-r", lock])
    run([*pip, "--no-deps", "--no-build-isolation", "--editable", ROOT])
    with open(stamp, "w") as file:
        file.write(wanted)


def digest(paths):
    return hashlib.sha256(b"".join(open(path, "rb").read() for path in paths)).hexdigest()


def run(command):
    if code := subprocess.call(command):
        sys.exit("environment: `%s` failed with code %d; see above. Call make again when mended." % (command[3], code))


def say(text):
    print(text, flush=True)


if __name__ == "__main__":
    main(sys.argv[1])
