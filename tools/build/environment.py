"""Make the virtual environment .venv from a hash-pinned lock file.

usage: python3 tools/build/environment.py book|test|lab

Written for any Python 3, so that one that is too old is told so in one sentence.
"""

import hashlib
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
VENV = os.path.join(ROOT, ".venv")
PYTHON = os.path.join(VENV, "bin", "python")
LOCKS = {"book": "requirements.lock", "test": "requirements-test.lock", "lab": "requirements-lab.lock"}
# Both distributions of this repository; neither is on an index.
FOLDERS = [ROOT, os.path.join(ROOT, "sphinx-plotly-figures")]
OLDEST = (3, 11)


def main(kind):
    if sys.version_info < OLDEST:
        sys.exit(
            "The book needs Python {}.{} or newer, and {} is Python {}.{}. Install one and name it, for example: "
            "make book PYTHON=python3.12".format(*OLDEST, sys.executable, *sys.version_info[:2])
        )
    if os.name == "nt":
        sys.exit(
            "The book is built on Linux or macOS; on Windows in WSL: call `wsl --install`, then make in its shell."
        )
    lock = os.path.join(ROOT, LOCKS[kind])
    stamp = os.path.join(VENV, "installed-" + kind)
    wanted = digest([lock, *[os.path.join(folder, "pyproject.toml") for folder in FOLDERS]])
    if installed(stamp, wanted):
        return
    held = alone()
    if installed(stamp, wanted):
        return
    if not os.access(ROOT, os.W_OK):
        sys.exit(
            "{} cannot be written to, and .venv and _build go there; copy it elsewhere and call make.".format(ROOT)
        )
    try:
        import ensurepip
        import venv
    except ImportError:
        sys.exit(
            "Python has no working `venv` here. On Debian and Ubuntu: apt-get install python3-venv "
            "(or python{}.{}-venv), then call make again.".format(*sys.version_info[:2])
        )
    assert ensurepip and venv
    print(
        "environment: installing {} into .venv (about a minute, once for each lock file)".format(LOCKS[kind]),
        flush=True,
    )
    if not os.path.exists(PYTHON) or subprocess.call([PYTHON, "-c", "import pip"], stderr=subprocess.DEVNULL):
        run([sys.executable, "-m", "venv", "--clear", VENV])
    pip = [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"]
    # Bytecode is written when a module is first imported, which few of them are.
    run([*pip, "--no-compile", "--require-hashes", "-r", lock])
    for folder in FOLDERS:
        run([*pip, "--no-deps", "--no-build-isolation", "--editable", folder])
    with open(stamp, "w") as file:
        file.write(wanted)
    os.close(held)


def installed(stamp, wanted):
    if not os.path.exists(stamp):
        return False
    with open(stamp) as file:
        return file.read() == wanted


def alone():
    """Let a second set-up wait for the first; the folder itself is what is locked."""
    import fcntl

    held = os.open(ROOT, os.O_RDONLY)
    try:
        fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        print("environment: another call of make installs into .venv; waiting for it", flush=True)
        fcntl.flock(held, fcntl.LOCK_EX)
    return held


def digest(paths):
    found = hashlib.sha256()
    for path in paths:
        with open(path, "rb") as file:
            found.update(file.read())
    return found.hexdigest()


def run(command):
    code = subprocess.call(command)
    if code:
        sys.exit("environment: {} failed with code {}, see above; call make again when mended".format(command[2], code))


if __name__ == "__main__":
    main(sys.argv[1])
