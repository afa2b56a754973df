"""Run notebooks, and know which ones need it.

Each notebook keeps in its metadata the hashes of what its outputs were computed from: its code, the modules of the
package that it loaded, and the data files it read. File times mean nothing in a fresh clone; these hashes do.
"""

import asyncio
import contextlib
import hashlib
import json
import os
import signal
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
CHAPTERS = ROOT / "chapters"

# Run in cells added before and after the chapter's own; the second reports what was opened and what was imported.
_WATCH = """
import sys as _sys
_opened = set()
_sys.addaudithook(lambda event, args: event == "open" and isinstance(args[0], str) and _opened.add(args[0]))
"""
_REPORT = """
_modules = [module for name, module in _sys.modules.items() if name.split(".")[0] == "sorafenib_book"]
print("\\n".join(sorted(_opened | {module.__file__ for module in _modules})))
"""


def read(path):
    """Read a notebook as a plain dictionary."""
    return json.loads(Path(path).read_text(encoding="utf-8"))


def paths():
    """Paths of all notebooks: the chapters, and the reference pages that compute something."""
    return [path for folder in ("chapters", "reference") for path in sorted((ROOT / folder).glob("*.ipynb"))]


def stale(notebook):
    """Say why a notebook's stored outputs are not those of today's code and data; None if they are."""
    inputs = notebook["metadata"].get("inputs")
    if not inputs:
        return "it has not been run yet"
    if inputs["code"] != _code(notebook):
        return "its code changed"
    for name, digest in (inputs["package"] | inputs["data"]).items():
        if not (ROOT / name).is_file():
            return f"{name} is gone"
        if digest != _file(ROOT / name):
            return f"{name} changed"
    return None


@contextlib.asynccontextmanager
async def kernels():
    """Start what kernels come from (`kernels.py`), for `run`; at the end they all are gone."""
    # A chapter is run as a reader runs it: no renderer from the environment.
    environment = {key: value for key, value in os.environ.items() if key != "PLOTLY_RENDERER"}
    command = [sys.executable, str(Path(__file__).with_name("kernels.py")), str(CHAPTERS)]
    process = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, env=environment, start_new_session=True
    )
    try:
        yield process
    finally:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        await process.wait()


async def run(notebook, kernels):
    """Run a notebook and return it with fresh outputs, normalised.

    Parameters
    ----------
    notebook : dict
        The notebook in nbformat 4.
    kernels : asyncio.subprocess.Process
        Where its kernel comes from, see `kernels`.

    Returns
    -------
    dict
        The same cells with new outputs, execution counts from 1, no times, and the hashes of all inputs.

    Raises
    ------
    RuntimeError
        If a cell fails; the message names the cell and the error.
    """
    import nbformat
    from nbclient import NotebookClient
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    node = nbformat.reads(json.dumps(notebook), as_version=4)
    node.cells.insert(0, nbformat.v4.new_code_cell(_WATCH))
    node.cells.append(nbformat.v4.new_code_cell(_REPORT))
    client = NotebookClient(node, timeout=600, record_timing=False)
    with tempfile.TemporaryDirectory() as folder:
        client.kc = await _started(kernels, Path(folder) / "kernel.json")
    # Not async_execute, which takes the process's signals: they are for one client, and here may be several.
    try:
        for i, cell in enumerate(node.cells):
            await client.async_execute_cell(cell, i)
    except DeadKernelError:
        if asyncio.current_task().cancelling():  # nbclient takes a cancellation for the kernel's death
            raise asyncio.CancelledError from None
        raise
    except CellExecutionError as error:
        failed = next(i for i, cell in enumerate(node.cells) if _failed(cell))
        source = node.cells[failed].source.strip()
        raise RuntimeError(
            f"cell {failed} ({node.cells[failed].get('id')}) failed with {error.ename}: {error.evalue}\n"
            + "\n".join(f"    {line}" for line in source.splitlines())
        ) from None
    finally:
        client.kc.shutdown()
        client.kc.stop_channels()
    opened = node.cells.pop().outputs[0]["text"].splitlines()
    node.cells.pop(0)
    return _normalised(node, notebook, opened)


async def _started(kernels, connection):
    """Start a kernel and return a client that it answers."""
    from jupyter_client.asynchronous import AsyncKernelClient

    kernels.stdin.write(f"{connection}\n".encode())
    client = AsyncKernelClient(connection_file=str(connection))
    # The kernel chooses its ports and writes them down.
    while not client.shell_port:
        if kernels.returncode is not None:
            raise RuntimeError("no kernel can be started, see above")
        await asyncio.sleep(0.05)
        with contextlib.suppress(FileNotFoundError, json.JSONDecodeError):
            client.load_connection_file()
    client.allow_stdin = False
    client.start_channels()
    await client.wait_for_ready(timeout=600)  # a busy machine
    return client


def write(notebook, path):
    """Write a notebook, whole or not at all."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_suffix(".writing")
    temporary.write_text(json.dumps(notebook, indent=1, ensure_ascii=False, sort_keys=True) + "\n", encoding="utf-8")
    temporary.replace(path)


def _failed(cell):
    return any(output["output_type"] == "error" for output in cell.get("outputs", []))


def _normalised(node, notebook, opened):
    import nbformat

    count = 0
    for cell in node.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            count += 1
            cell.execution_count = count
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = count
    used = sorted({Path(CHAPTERS, name).resolve() for name in opened})

    def hashes(folder, *endings):
        found = [path for path in used if path.suffix in endings and path.is_relative_to(ROOT / folder)]
        return {path.relative_to(ROOT).as_posix(): _file(path) for path in found}

    kept = {key: value for key, value in notebook["metadata"].items() if key not in ("language_info", "inputs")}
    inputs = {
        "code": _code(notebook),
        "package": hashes("sorafenib_book", ".py"),
        "data": hashes("data", ".csv", ".json", ".bib"),
    }
    node.metadata = nbformat.from_dict(kept | {"inputs": inputs})
    return json.loads(nbformat.writes(node))


def _code(notebook):
    sources = ["".join(cell["source"]) for cell in notebook["cells"] if cell["cell_type"] == "code"]
    return _hash(json.dumps(sources).encode())


def _file(path):
    return _hash(path.read_bytes())


def _hash(content):
    return hashlib.sha256(content).hexdigest()[:16]
