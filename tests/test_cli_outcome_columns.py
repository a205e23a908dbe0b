"""Files of outcomes whose columns have names of their own."""

from __future__ import annotations

from pathlib import Path

import pytest

from .command_line import run

COLUMNS = ("--outcome-lead", "mql_id", "--outcome", "result", "--outcome-at", "won_date", "--outcome-value", "amount")


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, 200 leads, and what became of them in columns of another program, as the current one."""
    leads, outcomes = ["mql,origin"], ["mql_id,won_date,result,amount"]
    for number in range(200):
        leads.append(f"m{number},{('paid', 'social')[number % 2]}")
        won = number % 8 == 0 or number % 14 == 1
        outcomes.append(f"M{number},2026-03-{number % 28 + 1:02},{'won' if won else 'rejected'},{50 if won else ''}")
    (tmp_path / "leads.csv").write_text("\n".join(leads) + "\n", encoding="utf-8")
    (tmp_path / "deals.csv").write_text("\n".join(outcomes) + "\n", encoding="utf-8")
    text = 'lead keyed by mql:\n    mql text\n    origin text\nif origin is "paid" then +10\nstage MQL from 10\n'
    (tmp_path / "olist.score").write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "command",
    [("backtest",), ("threshold", "--recall", "50%"), ("tune",), ("feedback",), ("report", "-o", "page.html")],
)
def test_every_command_takes_the_column_that_names_the_lead(command: tuple[str, ...]) -> None:
    found = run(command[0], "olist.score", "leads.csv", "--outcomes", "deals.csv", *COLUMNS, *command[1:])
    assert found.exit_code == 0, found.stderr
    assert "leads.csv: 200 rows = 200 with an outcome + 0 without one + 0 rejected" in found.stderr


def test_a_column_that_is_not_there_is_told_with_the_option_that_names_it() -> None:
    found = run("backtest", "olist.score", "leads.csv", "--outcomes", "deals.csv", *COLUMNS[2:])
    assert found.exit_code == 2
    assert "there is no column `lead`, which outcomes need" in found.stderr
    assert "`--outcome-lead COLUMN` names the one that is meant; columns: mql_id, won_date, result" in found.stderr


def test_a_row_without_its_lead_is_told_with_the_name_of_the_column(folder: Path) -> None:
    with (folder / "deals.csv").open("a", encoding="utf-8") as file:
        file.write(",2026-03-01,won,5\n")
    found = run("backtest", "olist.score", "leads.csv", "--outcomes", "deals.csv", *COLUMNS)
    assert found.exit_code == 1
    assert "the row has no `mql_id`" in found.stderr


def test_without_a_file_of_outcomes_there_is_no_column_of_its_leads() -> None:
    found = run("backtest", "olist.score", "leads.csv", "--outcome", "origin", "--won", "paid", *COLUMNS[:2])
    assert found.exit_code == 2
    assert "--outcome-lead names a column of `--outcomes FILE`, which is not given" in found.stderr
