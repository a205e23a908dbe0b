"""The `scorelang` command. Each module of `cli/commands/` is a command; nothing lists them."""

from __future__ import annotations

import gc
import signal
import sys
from types import FrameType
from typing import NoReturn

from scorelang.cli.program import Program

__all__ = ["main", "program"]

# So many objects more than before are looked through for garbage; Python's own number is 700.
GC_THRESHOLD = 100_000

program = Program(
    "scorelang",
    help="Lead scoring as code: rules that sales can read, and every point explained.",
    epilog="`scorelang COMMAND --help` shows what a command takes, with an example.",
)


def main() -> NoReturn:
    """Run the command line that started this process, and end it with an exit code.

    0 is fine, 1 findings (rejected rows), 2 a model, data or call that is wrong, 3 a bug of ours, 130 Ctrl-C.
    """
    # As an exception, so that half-written files are removed on the way out.
    signal.signal(signal.SIGTERM, _ended)
    # A large model is many objects, none of which is garbage: looking for some takes a twentieth of the time.
    gc.set_threshold(GC_THRESHOLD)
    try:
        program.main(prog_name="scorelang")
    finally:
        # What is left goes with the process: looking through it once more takes a tenth of the time of a large model.
        # DuckDB complains of what it finds left over.
        if "duckdb" not in sys.modules:
            gc.freeze()


def _ended(number: int, frame: FrameType | None) -> NoReturn:
    sys.exit(128 + number)
