"""How long one lead takes: generated Python against the same scoring written by hand, in one run.

    python benchmarks/one_record.py [--rounds 15] [--json FILE] [--page benchmarks/one_record.md]

Totals are compared before times are taken. Every round times every way once, one after the other, over all leads; the
figures are medians of the rounds, in microseconds a lead, and the ratio of a way is the median of its ratios to the
hand-written function in the same round.

The ways: `function` is the generated function alone (raw lead to all that a result holds), `fired` is the same with
the rules that fired noted, `score` is `Model.score(…, detail=False)`, `score + fired` is `Model.score` with `fired`
read, and `reference` the interpreter. Times are of the processor, so that a busy machine blurs them less.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

import scorelang
from scorelang.codegen.engine import compiled
from scorelang.engines import Reference

sys.path.insert(0, str(Path(__file__).parent))
from one_record_workloads import AS_OF, Workload, workloads
from tables import machine, of_rounds, put, table

HAND = "by hand"
# The columns of the table: a way, and what it is called there.
SHOWN = {
    "function": "function",
    "fired": "and rules that fired",
    "score": "`score(…, detail=False)`",
    "score + fired": "`score(…)`, `fired` read",
    "reference": "interpreter",
}


def ways_of(work: Workload, *, reference: bool) -> dict[str, Callable[[], None]]:
    """What is timed: a function a way, which scores every lead once."""
    model = scorelang.loads(work.model)
    functions = compiled(model.checked)
    instant, pairs = model.instant(AS_OF), list(zip(work.leads, work.events, strict=True))
    by_hand, score = work.function(), model.score
    plain, recording = functions.plain, functions.recording
    check(work, model)

    def hand() -> None:
        for lead, events in pairs:
            by_hand(lead, events, AS_OF)

    def function() -> None:
        for lead, events in pairs:
            plain(lead, events, instant)

    def fired() -> None:
        for lead, events in pairs:
            recording(lead, events, instant)

    def scored() -> None:
        for lead, events in pairs:
            score(lead, events, AS_OF, detail=False).score  # noqa: B018

    def scored_and_fired() -> None:
        for lead, events in pairs:
            score(lead, events, AS_OF).fired  # noqa: B018

    interpreter = Reference(model.checked)

    def interpreted() -> None:
        for lead, events in pairs:
            interpreter.score(lead, events, instant, True)

    ways = {HAND: hand, "function": function, "fired": fired, "score": scored, "score + fired": scored_and_fired}
    return ways | ({"reference": interpreted} if reference else {})


def check(work: Workload, model: scorelang.Model) -> None:
    """Every way gives the same totals, or there is nothing to measure."""
    by_hand, reference = work.function(), Reference(model.checked)
    for lead, events in zip(work.leads, work.events, strict=True):
        expected = by_hand(lead, events, AS_OF) / 100
        got = model.score(lead, events, AS_OF)
        assert got == reference.score(lead, events, model.instant(AS_OF), True)
        assert got.score == expected, f"{work.name}: {lead} gives {got.score}, by hand {expected}"


def measure(work: Workload, rounds: int, *, reference: bool) -> dict[str, dict[str, float]]:
    """The median time of each way in microseconds a lead, and its ratio to the hand-written function."""
    ways = ways_of(work, reference=reference)
    times: dict[str, list[float]] = {way: [] for way in ways}
    for run in ways.values():
        run()
    for _ in range(rounds):
        for way, run in ways.items():
            start = time.process_time()
            run()
            times[way].append((time.process_time() - start) / len(work.leads) * 1e6)
    return {
        way: {
            "us": statistics.median(taken),
            "ratio": statistics.median(one / hand for one, hand in zip(taken, times[HAND], strict=True)),
        }
        for way, taken in times.items()
    }


def shown(found: dict[str, dict[str, dict[str, float]]]) -> str:
    """The table: a line a workload."""
    rows = []
    for name, ways in found.items():
        ratios = (f"{ways[way]['ratio']:.2f} ×" if way in ways else "–" for way in SHOWN)
        rows.append([name, f"{ways[HAND]['us']:.1f} µs", *ratios])
    return table(["workload", HAND, *SHOWN.values()], rows)


def main() -> None:
    """Measure every workload and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="workloads whose name begins so")
    parser.add_argument("--no-reference", action="store_true", help="leave the interpreter out, which takes longest")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--page", type=Path, help="also put the table into this page, at its mark `one-record`")
    options = parser.parse_args()
    told = machine()
    found = {
        work.name: measure(work, options.rounds, reference=not options.no_reference)
        for work in workloads()
        if work.name.startswith(options.only)
    }
    text = f"{told} {of_rounds(options.rounds)}.\n\n{shown(found)}"
    print(text)
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")
    if options.page:
        put(options.page, "one-record", text)


if __name__ == "__main__":
    main()
