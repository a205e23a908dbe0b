"""How long commands take to start: each a process of its own, in turns, beside Python itself.

    python benchmarks/startup.py [--rounds 15] [--json FILE]

The model is examples/acme, with ten of its leads and their events. Shown are the shortest and the median of the rounds:
seconds of the clock, seconds of the processor, and the most memory. Files that Python compiles are there already, and
so are the parser's tables, which are kept in the user's cache; one line shows a first time, without them.
"""

from __future__ import annotations

import argparse
import csv
import json
import sys
import tempfile
from dataclasses import asdict
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from processes import Took, in_turns, median, ran, scorelang
from tables import machine, of_rounds, put, table

ACME = Path(__file__).resolve().parent.parent / "examples" / "acme"
AS_OF = "2026-06-30"
FINE = (0, 1)  # what `check` and `score` end with when a lead or a rule is worth a word
LEADS = 10


def commands(folder: Path) -> dict[str, list[str]]:
    """What is started, by what it is called in the table; ten leads are written into the folder first."""
    model, leads, events = str(ACME / "acme.score"), str(folder / "leads.csv"), str(folder / "events.csv")
    _first(ACME / "leads.csv", Path(leads), "id")
    _first(ACME / "events.csv", Path(events), "lead")
    python = [sys.executable, "-c"]
    return {
        "Python, nothing": [*python, "pass"],
        "import scorelang": [*python, "import scorelang"],
        "scorelang --version": scorelang("--version"),
        "scorelang --help": scorelang("--help"),
        "load of acme.score": [*python, f"import scorelang; scorelang.load({model!r})"],
        "scorelang check": scorelang("check", model),
        "scorelang score, ten leads": scorelang("score", model, leads, "--events", events, "--as-of", AS_OF),
    }


def _first(read: Path, written: Path, column: str) -> None:
    """The rows of the leads numbered 1 to 10."""
    with read.open(encoding="utf-8", newline="") as file, written.open("w", encoding="utf-8", newline="") as out:
        rows = csv.DictReader(file)
        writer = csv.DictWriter(out, rows.fieldnames or ())
        writer.writeheader()
        writer.writerows(row for row in rows if int(row[column]) <= LEADS)


def measured(rounds: int) -> dict[str, list[Took]]:
    """What every command took in every round, and `check` with an empty cache."""
    with tempfile.TemporaryDirectory(prefix="scorelang-startup-") as name:
        folder = Path(name)
        found = commands(folder)
        # A first run fills caches, the files of Python and those of the system.
        for command in found.values():
            ran(command, codes=FINE)
        runs = {name: partial(ran, command, codes=FINE) for name, command in found.items()}
        runs["scorelang check, for the first time"] = partial(
            ran, found["scorelang check"], {"SCORELANG_CACHE": ""}, FINE
        )
        return in_turns(runs, rounds)


def shown(took: dict[str, list[Took]]) -> str:
    """The table: a line a command."""
    rows = []
    for name, all_of_it in took.items():
        middle, shortest = median(all_of_it), min(one.seconds for one in all_of_it)
        rows.append([name, f"{shortest:.2f}", f"{middle.seconds:.2f}", f"{middle.cpu:.2f}", f"{middle.memory:.0f}"])
    return table(["", "shortest, s", "median, s", "of the processor, s", "most memory, MiB"], rows)


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--page", type=Path, help="also put the table into this page, at its mark `startup`")
    options = parser.parse_args()
    told = machine("click", "lark", "duckdb")
    took = measured(options.rounds)
    text = f"{told} {of_rounds(options.rounds)}.\n\n{shown(took)}"
    print(text)
    if options.json:
        figures = {name: [asdict(one) for one in all_of_it] for name, all_of_it in took.items()}
        options.json.write_text(json.dumps({"machine": told, "found": figures}, indent=1) + "\n", encoding="utf-8")
    if options.page:
        put(options.page, "startup", text)


if __name__ == "__main__":
    main()
