"""What is done before the first row: a model made into SQL, and that SQL planned by DuckDB.

    python benchmarks/planning.py [--rules 10 60 200 1000] [--rounds 3]

The models and the SQL by hand are those of sets.py, over Parquet files of a hundred leads and a thousand events:
neither of the two looks at more than their columns. Shown are medians, in seconds of the processor. DuckDB plans for
EXPLAIN, which also draws the plan.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import duckdb

import scorelang
from scorelang.sql import spell
from scorelang.sql.feeds import Feed, feed_parquet
from scorelang.sql.flat import flat
from scorelang.sql.lower import lower

sys.path.insert(0, str(Path(__file__).parent))
import sets
from tables import machine, of_rounds, put, table

LEADS, EVENTS = 100, 1_000


def built(model: scorelang.Model, leads: Feed, events: Feed) -> str:
    """The query of a model, without the rules that fired, as the SQL by hand is."""
    plan = lower(model.checked, model.instant(sets.AS_OF), leads.table, events.table)
    return plan.query([spell.aliased(plan.refer, "refer"), *flat(plan, "none")]).sql("duckdb")


def seconds(rounds: int, work: Callable[[], object]) -> float:
    """The median of what some work takes of the processor."""
    taken = []
    for _ in range(rounds):
        start = time.process_time()
        work()
        taken.append(time.process_time() - start)
    return statistics.median(taken)


def measured(folder: Path, rules: int, rounds: int) -> list[str]:
    """The line of a number of rules."""
    made = sets.rules_of(rules)
    model = sets.model_of(made)
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    leads, events = (feed_parquet(connection, name, [f"{folder}/{name}.parquet"]) for name in ("leads", "events"))
    by_hand = sets.query(made, *(f"'{folder}/{name}.parquet'" for name in ("leads", "events")))
    taken = [seconds(rounds, lambda: built(model, leads, events))]
    for query in (built(model, leads, events), by_hand):
        taken.append(seconds(rounds, lambda query=query: connection.execute(f"EXPLAIN {query}")))
    return [f"{rules:,}", *(f"{one:.3f}" for one in taken)]


def main() -> None:
    """Measure every number of rules and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, nargs="*", default=[10, 60, 200, 1000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--page", type=Path, help="also put the table into this page, at its mark `planning`")
    options = parser.parse_args()
    told = machine("duckdb", "sqlglot")
    with tempfile.TemporaryDirectory(prefix="scorelang-planning-") as name:
        sets.generate(Path(name), LEADS, EVENTS)
        rows = [measured(Path(name), rules, options.rounds) for rules in options.rules]
    head = ["rules", "SQL made of the model, s", "planned by DuckDB, s", "SQL by hand, planned, s"]
    text = f"{told} {of_rounds(options.rounds)}.\n\n{table(head, rows)}"
    print(text)
    if options.page:
        put(options.page, "planning", text)


if __name__ == "__main__":
    main()
