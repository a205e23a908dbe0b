"""How scoring grows: with leads, events, rules, and events that are all of one lead; each alone, the rest as it was.

    python benchmarks/growth.py [--axis leads events both rules skew lead-events lead-rules] [--rounds 3] [--scale 1]

A set of leads is scored by `scorelang score … --engine duckdb`, from Parquet into Parquet, a process a run: what is
shown is all that a user waits and pays for. The model, the leads and the events are those of sets.py. One lead is
scored by `Model.score`; its model is that of one_record.py.

The exponent of an axis is the slope of log(seconds of the processor) over log(size), after the seconds of the axis's
first run, which has next to nothing of what grows, are taken away: 1 is linear. From the axis on which both grow, a
billion events are worked out. `--scale 0.1` tries all with a tenth. One more axis, `spark`, is not among those of a
plain call: `--axis spark` runs the same with Spark, which takes pyspark and Java.
"""

from __future__ import annotations

import argparse
import json
import math
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from functools import partial
from pathlib import Path

import duckdb

import scorelang

sys.path.insert(0, str(Path(__file__).parent))
import sets
from one_record_workloads import AS_OF, PATHS, events_of, workload
from processes import Took, in_turns, median, ran
from processes import scorelang as command
from tables import machine, of_rounds, put, table

LEADS, EVENTS, RULES = 100_000, 1_000_000, 60
NEXT_TO_NOTHING, A_LEAD = 10, 10
# How many events a lead may have before the query leaves it to the interpreter, which goes through them one by one.
MOST_PACKED = 2**20
Run = Callable[[], Took]


# --- sets -----------------------------------------------------------------------------------------------------------


class Files:
    """Leads, events and models in a folder, made when they are first asked for."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def data(self, leads: int, events: int) -> Path:
        """A folder with so many leads and events."""
        made = self.folder / f"{leads}-{events}"
        if not made.exists():
            made.mkdir()
            sets.generate(made, leads, events)
        return made

    def skewed(self, leads: int, events: int, share: float) -> Path:
        """The same, with this share of the events on one lead."""
        if not share:
            return self.data(leads, events)
        plain, made = self.data(leads, events), self.folder / f"{leads}-{events}-{share}"
        if not made.exists():
            made.mkdir()
            (made / "leads.parquet").hardlink_to(plain / "leads.parquet")
            one = f"row_number() OVER () <= {round(share * events)}"
            duckdb.execute(f"""COPY (SELECT * REPLACE (CASE WHEN {one} THEN 'L0' ELSE "lead" END AS "lead")
                FROM '{plain}/events.parquet') TO '{made}/events.parquet' (FORMAT parquet)""")
        return made

    def model(self, rules: int) -> Path:
        """A model with so many rules."""
        path = self.folder / f"{rules}.score"
        path.write_text(sets.model_of(sets.rules_of(rules)).checked.source.text, encoding="utf-8")
        return path

    def scored(self, data: Path, rules: int, engine: str = "duckdb") -> Run:
        """A run of `scorelang score`; with Spark, on this machine's two cores."""
        said = command(
            *("score", str(self.model(rules)), str(data / "leads.parquet"), "--as-of", sets.AS_OF),
            *("--events", str(data / "events.parquet"), "-o", str(self.folder / "scores.parquet"), "--engine", engine),
        )
        if engine == "spark":
            return partial(ran, [*said, "--master", "local[2]"], family=True)
        return partial(ran, said)


def leads_axis(files: Files, scale: float) -> dict[int, Run]:
    """More and more leads, hardly an event."""
    sizes = (NEXT_TO_NOTHING, *(round(number * scale) for number in (250_000, 500_000, 1_000_000, 2_000_000)))
    return {size: files.scored(files.data(size, NEXT_TO_NOTHING), RULES) for size in sizes}


def events_axis(files: Files, scale: float) -> dict[int, Run]:
    """More and more events of as many leads."""
    sizes = (NEXT_TO_NOTHING, *(round(number * scale) for number in (1_000_000, 2_000_000, 4_000_000, 8_000_000)))
    return {size: files.scored(files.data(round(LEADS * scale), size), RULES) for size in sizes}


def both_axis(files: Files, scale: float) -> dict[int, Run]:
    """More and more leads, ten events each; the size is the number of events."""
    events = (NEXT_TO_NOTHING, *(round(number * scale) for number in (1_250_000, 2_500_000, 5_000_000, 10_000_000)))
    return {size: files.scored(files.data(size // A_LEAD, size), RULES) for size in events}


def spark_axis(files: Files, scale: float) -> dict[int, Run]:
    """The same with Spark."""
    events = (NEXT_TO_NOTHING, *(round(number * scale) for number in (1_000_000, 2_000_000, 4_000_000)))
    return {size: files.scored(files.data(size // A_LEAD, size), RULES, "spark") for size in events}


def rules_axis(files: Files, scale: float) -> dict[int, Run]:
    """More and more rules, two thirds on attributes and one third on events."""
    data = files.data(round(LEADS * scale), round(EVENTS * scale))
    return {size: files.scored(data, size) for size in (3, 60, 240, 960)}


def skew_axis(files: Files, scale: float) -> dict[str, Run]:
    """More and more of the events on one lead; in the last run it has more than the query packs."""
    leads, events = round(LEADS * scale), round(EVENTS * scale)
    runs = {
        f"{share:.0%} of {events:,}": files.scored(files.skewed(leads, events, share), RULES)
        for share in (0.0, 0.1, 0.5, 1.0)
    }
    beyond = round(MOST_PACKED * 1.1)
    return runs | {f"100% of {beyond:,}": files.scored(files.skewed(leads, beyond, 1.0), RULES)}


# --- one lead -------------------------------------------------------------------------------------------------------


def lead_events_axis(files: Files, scale: float) -> dict[int, Run]:
    """One lead with more and more events, 20 rules on attributes and 20 on events."""
    work = workload("20 + 20 rules, 30 events", attributes=20, events=20, history=1, leads=1)
    model, rng = scorelang.loads(work.model), random.Random(1)
    runs: dict[int, Run] = {}
    for size in (1, *(round(number * scale) for number in (1_000, 10_000, 100_000, 1_000_000))):
        runs[size] = partial(_score, model, work.leads, events_of(rng, size, PATHS), max(1, 20_000 // size))
    return runs


def lead_rules_axis(files: Files, scale: float) -> dict[int, Run]:
    """One lead without events and more and more rules on its attributes."""
    runs: dict[int, Run] = {}
    for size in (1, 100, 200, 400, 800):
        work = workload(f"{size} attribute rules", attributes=size)
        runs[size] = partial(_score, scorelang.loads(work.model), work.leads, [], round(20 * scale) or 1)
    return runs


def _score(model: scorelang.Model, leads: list[dict[str, object]], events: list[dict[str, object]], times: int) -> Took:
    """What scoring a lead takes, on average. Compiling is done before; memory is not looked at."""
    model.score(leads[0], events, AS_OF, detail=False)
    start, busy = time.perf_counter(), time.process_time()
    for _ in range(times):
        for lead in leads:
            model.score(lead, events, AS_OF, detail=False)
    number = times * len(leads)
    return Took((time.perf_counter() - start) / number, (time.process_time() - busy) / number, math.nan)


AXES: dict[str, Callable[[Files, float], dict[int, Run] | dict[str, Run]]] = {
    "leads": leads_axis,
    "events": events_axis,
    "both": both_axis,
    "spark": spark_axis,
    "rules": rules_axis,
    "skew": skew_axis,
    "lead-events": lead_events_axis,
    "lead-rules": lead_rules_axis,
}
TITLES = {
    "leads": f"Leads, with {NEXT_TO_NOTHING} events in all and {RULES} rules",
    "events": f"Events, of {LEADS:,} leads, {RULES} rules",
    "both": f"Events and leads together, {A_LEAD} events each, {RULES} rules; the size is that of the events",
    "spark": "The same with Spark, local[2]; the memory is that of Java",
    "rules": f"Rules, {LEADS:,} leads and {EVENTS:,} events",
    "skew": f"Events on one lead, of {LEADS:,} leads, {RULES} rules",
    "lead-events": "One lead: events, 20 rules on attributes and 20 on events",
    "lead-rules": "One lead: rules on its attributes, no events",
}


# --- a billion events -----------------------------------------------------------------------------------------------

BILLION = 1_000_000_000
CORES = (2, 16, 64)


def billion(both: dict[str, Took]) -> str:
    """What a billion events of a hundred million leads would take, by the axis `both` or `spark`: not measured.

    Seconds grow with the axis's exponent; memory in proportion to what the last step of the axis added.
    """
    sizes, (first, *_, before, last) = [int(size) for size in both], both.values()
    slope = exponent(sizes, [one.cpu for one in both.values()])
    cpu = first.cpu + (last.cpu - first.cpu) * (BILLION / sizes[-1]) ** slope
    memory = last.memory + (last.memory - before.memory) * (BILLION - sizes[-1]) / (sizes[-1] - sizes[-2])
    rows = [
        [f"{BILLION:,} events of {BILLION // A_LEAD:,} leads, {RULES} rules", ""],
        ["hours of one core", f"{cpu / 3600:,.2f}"],
        *([f"minutes on {cores} cores, all of them busy", f"{cpu / 60 / cores:,.1f}"] for cores in CORES),
        ["memory without a limit, GiB", f"{memory / 2**10:,.0f}"],
    ]
    return table(rows[0], rows[1:])


# --- showing --------------------------------------------------------------------------------------------------------


def exponent(sizes: Sequence[int], times: Sequence[float]) -> float:
    """The slope of log(time) over log(size), by least squares, without the first time; NaN where a time is below it."""
    grown = [(size, taken - times[0]) for size, taken in zip(sizes[1:], times[1:], strict=True)]
    if any(taken <= 0 for _, taken in grown):
        return math.nan
    return statistics.linear_regression([math.log(size) for size, _ in grown],
                                        [math.log(taken) for _, taken in grown]).slope  # fmt: skip


def shown(axis: str, took: dict[str, Took]) -> str:
    """The table of an axis, and its exponent."""
    if axis.startswith("lead-"):
        head = ["size", "microseconds of the processor", "of them for one of size"]
        sizes = [int(size) for size in took]
        rows = [
            [f"{size:,}", f"{one.cpu * 1e6:,.1f}", f"{one.cpu * 1e6 / size:,.3f}"]
            for size, one in zip(sizes, took.values(), strict=True)
        ]
    else:
        head = ["size", "seconds", "seconds of the processor", "most memory, MiB"]
        rows = [[f"{int(size):,}" if size.isdigit() else size, f"{one.seconds:.2f}", f"{one.cpu:.2f}",
                 f"{one.memory:,.0f}"] for size, one in took.items()]  # fmt: skip
    text = f"**{TITLES[axis]}**\n\n{table(head, rows)}"
    if axis == "skew":
        return text
    slope = exponent([int(size) for size in took], [one.cpu for one in took.values()])
    if math.isnan(slope):
        return f"{text}\n\nNo exponent: a later run took no longer than the first."
    said = f"{text}\n\nExponent: {slope:.2f}."
    return f"{said}\n\n{billion(took)}" if axis in ("both", "spark") else said


def main() -> None:
    """Measure every axis and print its table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--axis", nargs="*", choices=list(AXES), default=[axis for axis in AXES if axis != "spark"])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--scale", type=float, default=1.0, help="sizes times this: 0.1 to try it")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--page", type=Path, help="also put each table into this page, at its mark `growth-AXIS`")
    options = parser.parse_args()
    scaled = "" if options.scale == 1 else f", all sizes times {options.scale}"
    told = f"{machine('duckdb')} {of_rounds(options.rounds)}{scaled}."
    print(f"{told}\n")
    found: dict[str, dict[str, Took]] = {}
    with tempfile.TemporaryDirectory(prefix="scorelang-growth-") as name:
        for axis in options.axis:
            runs = {str(size): run for size, run in AXES[axis](Files(Path(name)), options.scale).items()}
            found[axis] = {size: median(took) for size, took in in_turns(runs, options.rounds).items()}
            text = shown(axis, found[axis])
            print(f"{text}\n")
            if options.page:
                put(options.page, f"growth-{axis}", f"{told}\n\n{text}")
    if options.json:
        figures = {axis: {size: asdict(one) for size, one in took.items()} for axis, took in found.items()}
        options.json.write_text(json.dumps({"machine": told, "found": figures}, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
