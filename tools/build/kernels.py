"""Kernels that are ready at once: each is forked from one process, which has imported what most chapters import.

usage: kernels.py FOLDER      starts a kernel in the folder for each line read, which names its connection file

These imports take three of the seven seconds that a chapter runs. None is of the book's package: a chapter imports that
itself, so that it is known which of its modules are used.
"""

import gc
import os
import signal
import sys
import warnings

os.environ["JPY_PARENT_PID"] = str(os.getpid())  # a kernel ends when this process does


def main(folder):
    # macOS lets few libraries live on after a fork.
    if sys.platform != "darwin":
        import ipykernel.kernelapp  # noqa: F401
        import networkx  # noqa: F401
        import pandas as pd
        import plotly.express as px
        import scipy.stats  # noqa: F401

        # Pandas takes this process for a terminal; in a kernel this is its default.
        pd.set_option("display.max_columns", 20)
        # Plotly makes its classes when a figure first needs them.
        px.scatter(pd.DataFrame({"x": [0], "y": [0]}), x="x", y="y").update_xaxes(title="").to_json()
    # What is imported stays: no kernel looks through it for garbage, which would copy it.
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 1000)
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for a kernel's end
    for line in iter(sys.stdin.readline, ""):
        with warnings.catch_warnings():
            # Python counts the threads of the linear algebra, which a fork does not harm.
            warnings.simplefilter("ignore", DeprecationWarning)
            kernel = os.fork()
        if kernel:
            continue
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        os.dup2(nothing, 1)
        os.chdir(folder)
        sys.path[0] = ""  # as in any kernel; it was this script's folder
        from ipykernel.kernelapp import IPKernelApp

        IPKernelApp.launch_instance(argv=["-f", line.strip(), "--log-level=ERROR", "--HistoryManager.enabled=False"])
        os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
