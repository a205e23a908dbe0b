"""How long the linter's questions about all leads take on made-up models of 20, 60, 200 and 500 rules.

    python benchmarks/lint_questions.py [--sizes 20,60,200,500] [--models 3] [--limit 120]

The models are those of `proof.py`. All rules of SL4 are asked, without a cache: wall seconds and the process's own
seconds, the median and the worst, with how much was found and how many questions were left open in the limit.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable, Sequence

from attrs import frozen
from proof import model_text

from scorelang.lint import Lint, lint_source, named
from scorelang.source import source_of


@frozen
class Measured:
    """One model: wall seconds, seconds of the processor, findings, and what was left open."""

    wall: float
    own: float
    findings: int
    undecided: str


def measured(text: str, limit: float) -> Measured:
    """Lint a model with the logic rules alone; what the model takes to be checked is taken off."""
    source = source_of("model.score", text)
    nothing, everything = Lint(rules=()), Lint(rules=named(["SL4"]), seconds=limit)
    lint_source(source, None, nothing)
    bare, _ = _timed(lambda: lint_source(source, None, nothing))
    whole, count = _timed(lambda: lint_source(source, None, everything))
    told = everything.budget.undecided.get("model.score")
    return Measured(whole[0] - bare[0], whole[1] - bare[1], count, "" if told is None else told.message)


def _timed(work: Callable[[], Sequence[object]]) -> tuple[tuple[float, float], int]:
    wall, own = time.perf_counter(), time.process_time()
    found = work()
    return (time.perf_counter() - wall, time.process_time() - own), len(found)


def main() -> None:
    """Measure, and print a line a size."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="20,60,200,500")
    parser.add_argument("--models", type=int, default=3)
    parser.add_argument("--limit", type=float, default=120.0)
    options = parser.parse_args()
    os.environ["SCORELANG_CACHE"] = ""
    # What is loaded once is not what is measured.
    measured(model_text(8, 99) + "if demo and not demo then +1\n", options.limit)
    print("rules   wall: median  worst   own: median  worst   findings   undecided")
    for size in map(int, options.sizes.split(",")):
        runs = [measured(model_text(size, at), options.limit) for at in range(options.models)]
        wall, own = ([getattr(run, what) for run in runs] for what in ("wall", "own"))
        found = "/".join(str(run.findings) for run in runs)
        left = "; ".join(filter(None, (run.undecided for run in runs))) or "none"
        print(
            f"{size:>5} {statistics.median(wall):>14.2f} {max(wall):>6.2f} {statistics.median(own):>13.2f} "
            f"{max(own):>6.2f}   {found:>8}   {left}",
            flush=True,
        )


if __name__ == "__main__":
    main()
