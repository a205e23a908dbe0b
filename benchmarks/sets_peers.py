"""Sets of leads: `scorelang score` against SQL by hand, Polars by hand and the floor, each in its own process.

    make bench-sets

or, for some of it: build/peers/bin/python benchmarks/sets_peers.py --leads 100000 --events 1000000 --rules 10 60, with
PYTHONPATH=build/tree. What build/peers holds is said in benchmarks/peers.txt.

The data, the rules, the SQL by hand and the floor (the same columns read, grouped, joined and written, no rules) are
those of sets.py; DataFusion runs the SQL that DuckDB runs, and sets_polars.py says the same with Polars. Every
contender reads Parquet and writes Parquet, and takes turns with the others; times include the start of its process.
Shown are medians: seconds, seconds of the processor, the most memory, and ratios of the seconds of the processor. After
the first turn the scores of all contenders are compared, and nothing is shown when a lead has another. By hand there is
no list of the rules that fired; scorelang is shown with it, and without.

SQL by hand takes minutes with a thousand rules, on DuckDB and DataFusion: it is left out above `--most-by-hand`.
"""

from __future__ import annotations

import argparse
import compileall
import json
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict
from functools import partial
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).parent))
import sets
import sets_polars
from processes import Took, in_turns, median, ran
from processes import scorelang as command
from tables import machine, of_rounds, put, table

FLOOR, SQL, POLARS, DATAFUSION = "floor", "DuckDB by hand", "Polars by hand", "DataFusion by hand"
SCORELANG = "scorelang"
WITHOUT = "scorelang, no list of fired rules"


def by_itself(name: str, folder: Path, rules: int, out: Path) -> None:
    """What a process of one of the contenders by hand does."""
    made = sets.rules_of(rules)
    if name == POLARS:
        sets_polars.writer(made, folder, sets.AS_OF)(out)
        return
    if name == DATAFUSION:
        from datafusion import SessionContext

        session = SessionContext()
        for table in ("leads", "events"):
            session.register_parquet(table, str(folder / f"{table}.parquet"))
        session.sql(sets.query(made, "leads", "events")).write_parquet(str(out))
        return
    connection = duckdb.connect()
    connection.execute("SET TimeZone = 'UTC'")
    connection.execute("SET preserve_insertion_order = false")
    connection.execute(sets.floor(folder, out) if name == FLOOR else sets.by_hand(made, folder, out))


def contenders(folder: Path, rules: int, by_hand: bool) -> dict[str, Callable[[], Took]]:
    """A run of each; `scores of NAME.parquet` in the folder is what it writes."""
    model = folder / f"{rules}.score"
    model.write_text(sets.model_of(sets.rules_of(rules)).checked.source.text, encoding="utf-8")
    leads, events = folder / "leads.parquet", folder / "events.parquet"
    scored = command("score", str(model), str(leads), "--events", str(events), "--as-of", sets.AS_OF)
    scored += ["--engine", "duckdb", "-o"]
    commands = {
        name: [sys.executable, __file__, "--by-itself", name, str(folder), str(rules), str(output(folder, name))]
        for name in (FLOOR, *([SQL, DATAFUSION] if by_hand else []), POLARS)
    }
    commands[SCORELANG] = [*scored, str(output(folder, SCORELANG))]
    commands[WITHOUT] = [*scored, str(output(folder, WITHOUT)), "--fired", "none"]
    return {name: partial(ran, one) for name, one in commands.items()}


def output(folder: Path, name: str) -> Path:
    """Where a contender writes."""
    return folder / f"scores of {name}.parquet"


def compare(folder: Path, names: list[str]) -> None:
    """Stop when a lead has another score, grade or stage than scorelang gives it."""
    for name in names:
        if name in (FLOOR, SCORELANG):
            continue
        grade = '"Fit grade"' if name == WITHOUT else "grade"
        differ = duckdb.execute(f"""
            SELECT count(*) FROM '{output(folder, SCORELANG)}' a FULL JOIN '{output(folder, name)}' b USING (id)
            WHERE a.score IS DISTINCT FROM b.score OR a.stage IS DISTINCT FROM b.stage
                OR a."Fit grade" IS DISTINCT FROM b.{grade}""").fetchone()
        if differ is None or differ[0]:
            sys.exit(f"{differ and differ[0]} leads have another score with {name}: nothing is measured")


def measured(folder: Path, rules: int, options: argparse.Namespace) -> dict[str, Took]:
    """The medians of each contender at so many rules."""
    runs = contenders(folder, rules, rules <= options.most_by_hand)
    first = in_turns(runs, 1)
    compare(folder, list(runs))
    more = in_turns(runs, options.rounds - 1)
    return {name: median(first[name] + more[name]) for name in runs}


def shown(found: dict[int, dict[str, Took]]) -> str:
    """One table: the contenders at each number of rules."""
    rows = []
    for rules, took in found.items():
        for name, one in took.items():
            ratios = [f"{one.cpu / took[base].cpu:.2f}" if base in took else "–" for base in (FLOOR, SQL)]
            rows.append([f"{rules:,}", name, f"{one.seconds:.2f}", f"{one.cpu:.2f}", f"{one.memory:,.0f}", *ratios])
    head = ["rules", "", "seconds", "of the processor", "most memory, MiB", "× floor", "× by hand"]
    return table(head, rows)


def main() -> None:
    """Generate, compare, measure, print the table."""
    if sys.argv[1:2] == ["--by-itself"]:
        name, folder, rules, out = sys.argv[2:]
        by_itself(name, Path(folder), int(rules), Path(out))
        return
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--events", type=int, default=10_000_000)
    parser.add_argument("--rules", type=int, nargs="*", default=[10, 60, 200, 1000])
    parser.add_argument("--most-by-hand", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--page", type=Path, help="also put the table into this page")
    parser.add_argument("--mark", default="sets", help="where in the page; default: at its mark `sets`")
    options = parser.parse_args()
    told = machine("duckdb", "polars", "datafusion", "sqlglot")
    for part in ("dsl", "cli", "stdlib"):  # as an installed package is
        compileall.compile_dir(Path(__file__).parents[1] / part, quiet=2)
    with tempfile.TemporaryDirectory(prefix="scorelang-sets-") as name:
        sets.generate(Path(name), options.leads, options.events)
        found = {rules: measured(Path(name), rules, options) for rules in options.rules}
    size = f"{options.leads:,} leads and {options.events:,} events"
    text = f"{told} {of_rounds(options.rounds)}; {size}.\n\n{shown(found)}"
    print(text)
    if options.json:
        figures = {rules: {name: asdict(one) for name, one in took.items()} for rules, took in found.items()}
        options.json.write_text(json.dumps({"machine": told, "size": size, "found": figures}, indent=1) + "\n")
    if options.page:
        put(options.page, options.mark, text)


if __name__ == "__main__":
    main()
