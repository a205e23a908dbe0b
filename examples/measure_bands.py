"""Score every row of the public data of an example, and print how many of each score band became customers.

For `bank` also what every rule's points rest on. The READMEs of `bank` and `shop` hold this output; a test compares.

    python examples/fetch_data.py bank
    python examples/measure_bands.py bank
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Sequence
from math import log
from pathlib import Path
from typing import NamedTuple

import scorelang

HERE = Path(__file__).resolve().parent
AS_OF = "2026-06-30"  # no rule of these models asks for the time


class Study(NamedTuple):
    """How an example is measured: its data, the column of the outcome, and tables of bands by what they are of.

    `rules`: whether there is a table of the rules, too.
    """

    data: str
    delimiter: str
    outcome: tuple[str, str]
    customers: str
    bands: dict[str, Sequence[int]]
    rules: bool = False


STUDIES = {
    "bank": Study("bank-additional-full.csv", ";", ("y", "yes"), "subscribed", {"score": [0, 10, 20, 40]}, rules=True),
    "shop": Study(
        "online_shoppers_intention.csv",
        ",",
        ("Revenue", "TRUE"),
        "bought",
        {"score": [20, 40, 60, 80], "Browsing": [3, 5, 7, 9]},
    ),
}


class Scored(NamedTuple):
    """A row of the data: its result, whether it became a customer, and whether it is in the first half of the file."""

    result: scorelang.Result
    customer: bool
    early: bool

    def points(self, what: str) -> float:
        """The score, or the points of a category."""
        return self.result.score if what == "score" else self.result.categories[what]


def scored_rows(name: str, data: Path | None = None) -> list[Scored]:
    """Every row of an example's data, scored; `data` is its file, by default where fetch_data.py puts it.

    Raises `OSError` when it cannot be read.
    """
    study = STUDIES[name]
    model = scorelang.load(HERE / name / f"{name}.score")
    with open(data or HERE / name / "data" / study.data, encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=study.delimiter))
    column, yes = study.outcome
    results = model.score_many(rows, as_of=AS_OF)
    return [
        Scored(result, row[column] == yes, at < len(rows) // 2)
        for at, (row, result) in enumerate(zip(rows, results, strict=True))
    ]


def report(name: str, rows: Sequence[Scored]) -> str:
    """How many rows were scored, and the tables, as Markdown."""
    study = STUDIES[name]
    tables = [table(rows, what, edges, study.customers) for what, edges in study.bands.items()]
    if study.rules:
        tables.append(evidence(rows))
    return "\n\n".join([f"{len(rows):,} leads scored.", *tables])


def table(rows: Sequence[Scored], what: str, edges: Sequence[int], customers: str) -> str:
    """A table of bands, the highest first; each begins at an edge, and the lowest is what is below them all."""
    lines = [
        f"| {what} | leads | {customers} | rate | first half of the file | second half |",
        "|---|--:|--:|--:|--:|--:|",
    ]
    highest = float("inf")
    for edge in reversed([float("-inf"), *edges]):
        band = [row for row in rows if edge <= row.points(what) < highest]
        label = f"from {edge}" if highest == float("inf") else f"below {highest}"
        label = label if float("inf") in (highest, -edge) else f"{edge} to below {highest}"
        lines.append(f"| {label} | {cells(band)} |")
        highest = edge
    return "\n".join([*lines, f"| all | {cells(rows)} |"])


def cells(band: Sequence[Scored]) -> str:
    """The numbers of a band: leads, customers, rate, and the rate in each half with its leads."""
    early, late = halves(band)
    return f"{len(band):,} | {sum(row.customer for row in band):,} | {rate(band)} | {share(early)} | {share(late)}"


def halves(rows: Sequence[Scored]) -> tuple[list[Scored], list[Scored]]:
    """The rows of the first and of the second half of the file."""
    return [row for row in rows if row.early], [row for row in rows if not row.early]


def share(rows: Sequence[Scored]) -> str:
    """The share of customers, and of how many."""
    return f"{rate(rows)} of {len(rows):,}" if rows else "no leads"


def rate(band: Sequence[Scored]) -> str:
    """The share of customers."""
    return f"{sum(row.customer for row in band) / len(band):.1%}" if band else "no leads"


def evidence(rows: Sequence[Scored]) -> str:
    """A table of the rules: their points, their rows and rate in each half, and what the first half would give them."""
    lines = [
        "| rule | points | first half of the file | is worth | second half |",
        "|---|--:|--:|--:|--:|",
    ]
    fired: dict[str, list[Scored]] = {}
    for row in rows:
        for rule in row.result.fired:
            fired.setdefault(rule.rule, []).append(row)
    for rule, group in sorted(fired.items()):
        points = sorted({one.points for row in group for one in row.result.fired if one.rule == rule})
        span = " to ".join(f"{number:+g}" for number in dict.fromkeys([points[0], points[-1]]))
        early, late = halves(group)
        worth = f"{worth_of(early, halves(rows)[0]):+.1f}" if early else ""
        lines.append(f"| {rule} | {span} | {share(early)} | {worth} | {share(late)} |")
    return "\n".join(lines)


def worth_of(group: Sequence[Scored], everybody: Sequence[Scored]) -> float:
    """Points for belonging to a group: 20 × the logarithm of its odds over everybody's."""
    odds = [(won := sum(row.customer for row in some)) / (len(some) - won) for some in (group, everybody)]
    return 20 * log(odds[0] / odds[1])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report of an example."""
    parser = argparse.ArgumentParser(description="Print the conversion rate of each score band of an example.")
    parser.add_argument("example", choices=STUDIES)
    parser.add_argument("--data", type=Path, metavar="FILE", help="its data (default: what fetch_data.py brought)")
    given = parser.parse_args(arguments)
    try:
        rows = scored_rows(given.example, given.data)
    except FileNotFoundError as error:
        hint = f"run: python examples/fetch_data.py {given.example}"
        print(f"error: {error.filename} is not there; {hint}", file=sys.stderr)
        return 1
    print(report(given.example, rows))
    return 0


if __name__ == "__main__":
    sys.exit(main())
