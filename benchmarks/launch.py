"""Runs a command and prints what it took, as JSON; a small process between a benchmark and what it measures.

    python launch.py plain|family COMMAND …

Linux counts the memory that the starting process has as memory of what it starts, so that a benchmark that holds data
cannot measure its children itself. With `family`, what the command starts and leaves behind counts too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time

# Of linux/prctl.h: orphans become children of this process, which can then ask what they used.
PR_SET_CHILD_SUBREAPER = 36


def adopt() -> None:
    """From now on, take over what children leave behind. Raises `RuntimeError` where the system cannot."""
    import ctypes

    if sys.platform != "linux" or ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0):
        raise RuntimeError("this system does not let a process adopt what its children leave behind")


def main() -> None:
    """Run the command of the call."""
    family, *command = sys.argv[1:]
    if family == "family":
        adopt()
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    assert process.stdout is not None
    said = process.stdout.read()
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    taken = time.perf_counter() - start
    cpu, most = used.ru_utime + used.ru_stime, used.ru_maxrss
    while family == "family":
        try:
            _, _, used = os.wait4(-1, 0)
        except ChildProcessError:
            break
        cpu, most = cpu + used.ru_utime + used.ru_stime, max(most, used.ru_maxrss)
    unit = 2**20 if sys.platform == "darwin" else 2**10
    figures = {"seconds": taken, "cpu": cpu, "memory": most / unit}
    print(json.dumps([figures, process.returncode, said.decode(errors="replace")]))


if __name__ == "__main__":
    main()
