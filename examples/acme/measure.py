"""Score Acme's leads and print how they spread over stages, grades, personas and routes, as Markdown.

README.md holds this output; a test compares.

    python examples/acme/measure.py
"""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import fmean

import scorelang

HERE = Path(__file__).resolve().parent
AS_OF = "2026-06-30"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a CSV file beside this one."""
    with open(HERE / name, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def table(title: str, names: Sequence[str], results: Sequence[scorelang.Result], of: Callable[..., str | None]) -> str:
    """How many leads have each name, their share, and their average score."""
    lines = [f"| {title} | leads | share | average score |", "|---|--:|--:|--:|"]
    for name in names:
        scores = [result.score for result in results if of(result) == name]
        lines.append(f"| {name} | {len(scores):,} | {len(scores) / len(results):.1%} | {fmean(scores):.1f} |")
    return "\n".join(lines)


def grid(results: Sequence[scorelang.Result]) -> str:
    """How many leads have each pair of grades."""
    pairs = Counter((result.grades["Company"], result.grades["Behaviour"]) for result in results)
    lines = ["| Company | Hot | Warm | Cold |", "|---|--:|--:|--:|"]
    lines += [
        f"| {grade} | {' | '.join(str(pairs[grade, how]) for how in ('Hot', 'Warm', 'Cold'))} |" for grade in "ABCD"
    ]
    return "\n".join(lines)


def report() -> str:
    """Everything measured."""
    model = scorelang.load(HERE / "acme.score")
    leads, events = rows("leads.csv"), rows("events.csv")
    results = list(model.score_many(leads, events, AS_OF))
    routes = sorted({str(result.route) for result in results})
    return "\n\n".join(
        [
            f"{len(leads):,} leads with {len(events):,} events scored, as of {AS_OF}.",
            table("stage", [*reversed(model.stages), "none"], results, lambda result: result.stage),
            grid(results),
            table("route", routes, results, lambda result: result.route),
        ]
    )


if __name__ == "__main__":
    print(report())
