"""What keeping a lead's score up to date takes, against scoring the lead afresh, in one run.

    python benchmarks/sessions.py [--events 30 1000 100000] [--rounds 15] [--json FILE]

The model has 20 rules on attributes and 20 on events, nearly all in windows of 7 to 90 days (that of one_record.py);
the events are spread over 120 days before `as of`. Every result is compared with that of `Model.score` before times are
taken, and again after them. Each round does every step once, one after the other: `afresh` scores the lead with all
events, `add` takes one event that has just happened and gives the result, `late` one of some day in the last weeks,
`advance` goes an hour on. The figures are medians, in microseconds of the processor, so that a busy machine blurs them
less; `state` is the length of the state as JSON, in kilobytes.
"""

from __future__ import annotations

import argparse
import json
import platform
import random
import statistics
import sys
import time
from collections.abc import Callable
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any

import scorelang

sys.path.insert(0, str(Path(__file__).parent))
from one_record_workloads import AS_OF, PATHS, events_of, workload

STEPS = ("afresh", "session", "add", "late", "advance", "next_change", "state")


def measured(number: int, rounds: int) -> dict[str, float]:
    """The medians for a lead with so many events; `state` in kilobytes."""
    work = workload("20 rules on attributes, 20 on events", attributes=20, events=20, history=1, leads=1)
    model = scorelang.loads(work.model + "stage MQL from 10\n")
    rng = random.Random(number)
    lead, events = work.leads[0], events_of(rng, number, PATHS)
    model.score(lead, events, AS_OF)
    took: dict[str, list[float]] = {name: [] for name in STEPS}

    def timed(name: str, step: Callable[[], Any]) -> Any:
        start = time.process_time()
        found = step()
        took[name].append((time.process_time() - start) * 1e6)
        return found

    session = model.session(lead, events, AS_OF)
    model.session(lead, events, AS_OF).next_change("stage")
    as_of = AS_OF
    for turn in range(rounds):
        whole = timed("afresh", partial(model.score, lead, events, as_of))
        assert session.result == whole
        if turn < 5:
            timed("session", partial(model.session, lead, events, as_of))
        late = events_of(rng, 1, PATHS)[0]
        timed("late", partial(session.add, late))
        as_of += timedelta(hours=1)
        timed("advance", partial(session.advance, as_of))
        click = events_of(rng, 1, PATHS)[0] | {"at": as_of}
        timed("add", partial(session.add, click))
        if turn < 5:
            timed("next_change", partial(session.next_change, "stage"))
        events += [late, click]
    assert session.result == model.score(lead, events, as_of)
    took["state"] = [len(session.to_json()) / 1000]
    return {name: statistics.median(times) for name, times in took.items()}


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, nargs="*", default=[30, 1_000, 100_000])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args()
    found = {number: measured(number, options.rounds) for number in options.events}
    print(f"Python {platform.python_version()}, {platform.machine()}")
    print(f"| events | {' | '.join(STEPS)} |")
    print("|---|" + "---|" * len(STEPS))
    for number, row in found.items():
        print(f"| {number:,} | {' | '.join(f'{row[name]:,.0f}' for name in STEPS)} |")
    if options.json:
        options.json.write_text(json.dumps(found, indent=1) + "\n")


if __name__ == "__main__":
    main()
