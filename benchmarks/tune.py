"""How well tuned points tell leads apart, on the public data of the examples, beside methods that nobody can read.

    python examples/fetch_data.py
    python benchmarks/tune.py [bank] [shop] [--folder FOLDER] [--folds 5] [--seed 0] [--json FILE]

At random: every lead is tested once, by what was learned from the other folds; the figures are means over the folds,
with their standard deviation. In time: the last 30 % of the file are tested, by what was learned from what lies before.
Both once with the fields that the model reads, and once with all columns of the data. Suggested rules fill the model up
to 20 at most. Of the bank, `duration` is left out: how long a call took is known only after it.
"""

from __future__ import annotations

import argparse
import json
import statistics
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from sklearn.model_selection import StratifiedKFold

from scorelang.cli.outcomes.judging import Asked, Judged, judge
from scorelang.tune.findings import EXTENDED, PRESENT, TUNED, Contest, Question, Tuned
from scorelang.tune.folds import folds_of, within
from scorelang.tune.tune import counting, tune

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
MOST_RULES = 20
INNER_FOLDS = 4
# The model as `--write` leaves it: changed only where the leads held out say that it is better so.
LEFT = "what `tune --write` leaves"
HELD_OUT = 0.3


class DataSet(NamedTuple):
    """A model, its data, the column of the outcome, the word for a win, and what is known only afterwards."""

    model: str
    leads: str
    outcome: str
    won: str
    known_after: frozenset[str]


DATA = {
    "bank": DataSet("bank/bank.score", "bank/data/bank-additional-full.csv", "y", "yes", frozenset({"duration"})),
    "shop": DataSet("shop/shop.score", "shop/data/online_shoppers_intention.csv", "Revenue", "TRUE", frozenset()),
}


def judged(data: DataSet, folder: Path) -> Judged:
    """The leads of a data set, scored, with what became of them and all of their columns."""
    asked = Asked(
        model=str(EXAMPLES / data.model), leads=str(folder / data.leads), events=(), as_of=None, key=None,
        outcomes=None, outcome=data.outcome, words={"won": [data.won]}, at=None, reason=None, value=None, goal=None,
        rejects=None, output=None,
    )  # fmt: skip
    return judge(asked, lambda _: None)


def questions(name: str, found: Judged) -> Iterator[tuple[str, Question]]:
    """With the fields of the model, and with all columns."""
    room = {"most_new": MOST_RULES - len(found.table.rules), "most_rules": MOST_RULES}
    own = {field.name for field in found.table.model.fields}
    others = frozenset(found.table.columns) - own
    yield "the model's fields", Question(**room, leave_out=others)
    yield "all columns", Question(**room, leave_out=DATA[name].known_after, undeclared=True)


def at_random(found: Judged, question: Question, folds: int, seed: int) -> list[Tuned]:
    """What each fold is tested with, learned from the others."""
    table, reached = counting(found.table, found.goal)
    shuffled = StratifiedKFold(folds, shuffle=True, random_state=seed)
    tuned = []
    for learn, _ in shuffled.split(np.zeros(len(table)), reached):
        train = np.zeros(len(table), dtype=bool)
        train[learn] = True
        parted = within(table, reached, train, "random", INNER_FOLDS, seed)
        tuned.append(tune(found.table, found.goal, parted, question))
    return tuned


def in_time(found: Judged, question: Question) -> Tuned:
    """What the end of the file is tested with, learned from what lies before it."""
    table, reached = counting(found.table, found.goal)
    return tune(found.table, found.goal, folds_of(table, reached, "time", HELD_OUT, 5, 0), question)


def contest(tuned: Tuned, name: str) -> Contest | None:
    """What one method did; with rules suggested, none of them may have been worth it."""
    by_name = {one.name: one for one in tuned.contests}
    if name == LEFT:
        return by_name[TUNED if tuned.recommended else PRESENT]
    return by_name.get(name, by_name[TUNED] if name == EXTENDED else None)


def rows(runs: Sequence[Tuned]) -> Iterator[dict[str, Any]]:
    """Each method: the mean of its AUCs and of the lifts of its best tenth, and how much the first vary."""
    names = [
        PRESENT,
        TUNED,
        LEFT,
        EXTENDED,
        *(one.name for one in runs[0].contests if one.name not in (PRESENT, TUNED, EXTENDED)),
    ]
    for name in names:
        found = [one for run in runs if (one := contest(run, name)) is not None]
        areas = [one.auc.value for one in found if one.auc is not None]
        lifts = [one.top.lift for one in found if one.top.lift is not None]
        yield {
            "name": name,
            "auc": statistics.mean(areas),
            "deviation": statistics.stdev(areas) if len(areas) > 1 else None,
            "lift": statistics.mean(lifts),
        }


def shown(title: str, found: Sequence[dict[str, Any]]) -> None:
    """Print a table of Markdown."""
    print(f"\n{title}\n\n| | AUC | lift of the best tenth |\n|---|--:|--:|")
    for row in found:
        spread = "" if row["deviation"] is None else f" ± {row['deviation']:.4f}"
        print(f"| {row['name']} | {row['auc']:.4f}{spread} | {row['lift']:.2f} |", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="How well tuned points tell leads apart, beside other methods.")
    parser.add_argument("data", nargs="*", choices=[*DATA, []], help="bank, shop (default: both)")
    parser.add_argument(
        "--folder", type=Path, default=EXAMPLES, help="what `fetch_data.py --to` says (default: examples)"
    )
    parser.add_argument("--folds", type=int, default=5)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--json", type=Path, help="write the figures here as well")
    asked = parser.parse_args()
    figures = {}
    for name in asked.data or DATA:
        found = judged(DATA[name], asked.folder)
        for which, question in questions(name, found):
            start = time.process_time()
            random = at_random(found, question, asked.folds, asked.seed)
            shown(f"{name}, {which}, {asked.folds} random folds of {len(found.table):,} leads", list(rows(random)))
            last = in_time(found, question)
            told = f"learned from {last.learned_from:,}, tested on the last {last.held_out:,}: {last.verdict}"
            shown(f"{name}, {which}, in the order of the file, {told}", list(rows([last])))
            print(f"\n{time.process_time() - start:.0f} s of the processor", flush=True)
            figures[f"{name}, {which}"] = {
                "random": list(rows(random)),
                "time": list(rows([last])),
                "verdict": last.verdict,
            }
    if asked.json is not None:
        asked.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
