"""How long `scorelang diff` and `scorelang backtest` take on a million leads, in time and memory.

    python examples/fetch_data.py
    python benchmarks/outcomes.py [--leads 1000000] [--rounds 1] [--folder FOLDER] [--page PAGE]

The leads are those of examples/bank and of examples/acme, as often as it takes, each time under other ids; every fourth
event of acme's is taken each time. Outcomes are the bank's own: once its column, once a file with a time, a reason and
a value for each lead. Those of acme's leads are made up, each at a time of its own. The changed models differ from the
examples in what `CHANGES` says. Each run is a process of its own, and its start is in the figures.
"""

from __future__ import annotations

import argparse
import tempfile
from functools import partial
from pathlib import Path

import duckdb
from processes import Took, in_turns, median, ran
from processes import scorelang as command
from tables import machine, of_rounds, put, table

EXAMPLES = Path(__file__).resolve().parent.parent / "examples"
BANK, ACME = EXAMPLES / "bank" / "bank.score", EXAMPLES / "acme" / "acme.score"
AS_OF = "2026-06-30"
# What the other version of a model has instead of lines of the example's.
CHANGES = {
    BANK: (
        ('if job is "student"                 then +7', 'if job is "student" then +5'),
        ("if campaign >= 15        then -21", "if campaign >= 12 then -21"),
        ("grade score: A from 20,", "grade score: A from 18,"),
    ),
    ACME: (
        ("if named_account then +10", "if named_account then +14"),
        ("if is_vp_level       then +12", "if is_vp_level       then +11"),
        ("if asked_for_a_demo then +12", "if asked_for_a_demo then +15"),
        ("stage MQL from 40 ", "stage MQL from 42 "),
    ),
}


def changed(model: Path, folder: Path) -> Path:
    """The other version of a model, in a folder with what it uses. Raises `ValueError` for a line not there."""
    text = model.read_text(encoding="utf-8")
    for before, after in CHANGES[model]:
        if before not in text:
            raise ValueError(f"{model.name} has no line with {before!r}")
        text = text.replace(before, after)
    beside = folder / model.stem
    beside.mkdir()
    for used in (*model.parent.glob("*.score"), *model.parent.glob("named*.csv")):
        (beside / used.name).write_bytes(used.read_bytes())
    (beside / model.name).write_text(text, encoding="utf-8")
    return beside / model.name


def bank(folder: Path, data: Path, leads: int) -> None:
    """The bank's leads: `bank.csv` with the outcome of each, and `called.csv` without, which is in `outcomes.csv`."""
    rows = f"read_csv('{data / 'bank/data/bank-additional-full.csv'}', delim = ';', all_varchar = true, header = true)"
    duckdb.execute(f"""
        CREATE OR REPLACE TEMP TABLE leads AS
        SELECT row_number() OVER () - 1 AS id, * EXCLUDE (n)
        FROM (SELECT * FROM {rows} CROSS JOIN range(1000) AS t(n) ORDER BY n LIMIT {leads})""")
    duckdb.execute(f"COPY leads TO '{folder / 'bank.csv'}' (HEADER)")
    duckdb.execute(f"COPY (SELECT * EXCLUDE (y) FROM leads) TO '{folder / 'called.csv'}' (HEADER)")
    duckdb.execute(f"""
        COPY (SELECT id AS lead, strftime(TIMESTAMP '2026-01-01 09:30:00' + to_days((id % 90)::INT), '%xT%XZ') AS at,
                     if(y = 'yes', 'won', 'lost') AS outcome,
                     if(y = 'yes', NULL, ['price', 'timing', 'no budget'][id % 3 + 1]) AS reason,
                     if(y = 'yes', 100 + id % 900, NULL) AS value
              FROM leads) TO '{folder / "outcomes.csv"}' (HEADER)""")


def acme(folder: Path, leads: int) -> None:
    """Acme's leads in `leads.csv`, as exported, and events of theirs in `events.parquet`, five to a lead.

    What became of them is in `decided.csv`: every fifth was won, at times of three months.
    """
    beside = ACME.parent
    of_one = duckdb.execute(f"SELECT count(*) FROM read_csv('{beside / 'leads.csv'}', all_varchar = true)").fetchone()
    times = -(-leads // of_one[0]) if of_one else 0
    duckdb.execute(f"""
        COPY (SELECT id || '-' || n AS id, * EXCLUDE (id, n)
              FROM read_csv('{beside / "leads.csv"}', all_varchar = true, header = true), range({times}) AS t(n)
              ORDER BY n LIMIT {leads}) TO '{folder / "leads.csv"}' (HEADER, FORCE_QUOTE *)""")
    duckdb.execute(f"""
        COPY (SELECT lead || '-' || n AS lead, * EXCLUDE (lead, n, row)
              FROM (SELECT row_number() OVER () AS row, * REPLACE ("at"::TIMESTAMPTZ AS "at")
                    FROM read_csv('{beside / "events.csv"}', header = true)), range({times}) AS t(n)
              WHERE (row * 7 + n * 13) % 4 = 0) TO '{folder / "events.parquet"}' (FORMAT parquet)""")
    duckdb.execute(f"""
        COPY (SELECT id AS lead,
                     strftime(TIMESTAMP '2026-04-01' + to_seconds((n * 7919 % 7776000)::INT), '%xT%XZ') AS at,
                     if(n % 5 = 0, 'won', 'lost') AS outcome, if(n % 5 = 0, 100 + n % 900, NULL) AS value
              FROM (SELECT id, row_number() OVER () AS n
                    FROM read_csv('{folder / "leads.csv"}', all_varchar = true, header = true))
             ) TO '{folder / "decided.csv"}' (HEADER)""")


def runs(folder: Path) -> dict[str, list[str]]:
    """What is measured: what it is called in the table, and its command line."""
    new = {model: str(changed(model, folder)) for model in CHANGES}
    leads, events = str(folder / "leads.csv"), str(folder / "events.parquet")
    return {
        "`diff` of `examples/bank`, two rules and a grade changed": command(
            "diff", str(BANK), new[BANK], "--leads", str(folder / "bank.csv"), "--as-of", AS_OF),
        "`diff` of `examples/acme`, five events a lead, a rule, two branches and a stage changed": command(
            "diff", str(ACME), new[ACME], "--leads", leads, "--events", events, "--as-of", AS_OF,
            "--created", "created"),
        "`backtest` of `examples/bank`, the outcome in a column": command(
            "backtest", str(BANK), str(folder / "bank.csv"), "--outcome", "y", "--won", "yes"),
        "`backtest` of `examples/bank`, outcomes, times, reasons and values in a file": command(
            "backtest", str(BANK), str(folder / "called.csv"), "--outcomes", str(folder / "outcomes.csv")),
        "`backtest` of `examples/acme`, five events a lead, each lead as of its own decision": command(
            "backtest", str(ACME), leads, "--events", events, "--outcomes", str(folder / "decided.csv")),
    }  # fmt: skip


def shown(found: dict[str, Took]) -> str:
    """The table."""
    rows = [
        [name, f"{one.seconds:.0f} s", f"{one.cpu:.0f} s", f"{one.memory / 1024:.2f}"] for name, one in found.items()
    ]
    return table(["", "time", "of the processor", "most memory, GiB"], rows)


def main() -> None:
    """Make the data, run the commands, print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--rounds", type=int, default=1)
    parser.add_argument("--folder", type=Path, default=EXAMPLES, help="what fetch_data.py was given; default: examples")
    parser.add_argument("--page", type=Path, help="also put the table into this page, at its mark `outcomes`")
    asked = parser.parse_args()
    told = machine("duckdb", "pandas", "scikit-learn")
    with tempfile.TemporaryDirectory(prefix="scorelang-outcomes-") as name:
        folder = Path(name)
        bank(folder, asked.folder, asked.leads)
        acme(folder, asked.leads)
        took = in_turns({what: partial(ran, line) for what, line in runs(folder).items()}, asked.rounds)
    text = (
        f"{told} {of_rounds(asked.rounds)}; {asked.leads:,} leads.\n\n{shown({k: median(v) for k, v in took.items()})}"
    )
    print(text)
    if asked.page:
        put(asked.page, "outcomes", text)


if __name__ == "__main__":
    main()
