"""`scorelang score --engine spark`: what the other engines say, as far as Spark reads the files."""

from __future__ import annotations

import json
from collections.abc import Iterator
from importlib import util
from pathlib import Path
from typing import Any

import duckdb
import pytest

from .spark_session import session
from .test_cli_score_engines import AWKWARD, COLUMNS, EVENTS, EVENTS_AWKWARD, HEADER, folder, parquet, said, score

__all__ = ["folder"]

# Spark's own warnings: of its sockets, and of pandas.
pytestmark = pytest.mark.filterwarnings("ignore")

COUNTED = "leads.parquet: 3 rows = 3 scored + 0 rejected, as of 2026-06-30T00:00:00Z\n"
ROWS = """SELECT * FROM (VALUES
    (1, 'CEO', 500.0::DOUBLE, true, ['x'], TIMESTAMP '2026-01-01'),
    (2, ' vp ', 'nan'::DOUBLE, false, [], NULL),
    (3, 'clerk', 10, NULL, ['X', NULL], TIMESTAMP '2026-05-05 10:00:00'))
    t(id, "Job Title", employees, demo, tags, since)"""


@pytest.fixture(scope="module", autouse=True)
def spark() -> Iterator[Any]:
    with session() as found:
        yield found


def same(*arguments: str, formats: tuple[str, ...] = ("ndjson",)) -> tuple[int, str, bytes, bytes]:
    """What Spark and the reference say; they have to say the same."""
    for format_ in formats:
        found = said("spark", format_, *arguments)
        assert found == said("reference", format_, *arguments)
    return found


def test_plain_csv_gives_the_results_of_the_reference_in_every_format(folder: Path) -> None:
    code, err, results, _ = same("leads.csv", "--events", "events.csv", formats=("csv", "ndjson"))
    assert (code, len(results.splitlines())) == (0, 3)
    assert "3 rows = 3 scored + 0 rejected" in err
    assert same("leads.csv", "--events", "events.csv", "--top", "2", formats=("table",))[0] == 0


def test_rows_that_do_not_fit_are_the_same_rejects(folder: Path) -> None:
    (folder / "leads.csv").write_text(AWKWARD["values that do not fit"])
    (folder / "events.csv").write_text(EVENTS_AWKWARD["that do not fit"])
    code, _, _, rejects = same("leads.csv", "--events", "events.csv")
    assert code == 1
    assert {json.loads(line)["line"] for line in rejects.splitlines()} == {2, 3, 4, 5}


def test_strangers_and_kinds_nearly_known_are_told_as_by_the_reference(folder: Path) -> None:
    (folder / "events.csv").write_text(
        EVENTS_AWKWARD["of strangers"] + "3,Visit,2026-06-01,,,\n1,webinars,2026-06-01,,,\n"
    )
    assert "leads not in leads.csv" in same("leads.csv", "--events", "events.csv")[1]


def test_parquet_in_several_files_is_read_in_their_order(folder: Path) -> None:
    parquet("b 1.parquet", ROWS)
    parquet("b 2.parquet", ROWS.replace("(1,", "(4,").replace("(2, ' vp '", "(NULL, ' vp '"))
    parquet("events.parquet", f"SELECT * FROM read_csv('{folder}/events.csv')")
    code, err, results, _ = same("b*.parquet", "--events", "events.parquet", formats=("parquet", "ndjson"))
    assert code == 0
    assert [json.loads(line)["id"] for line in results.splitlines()] == ["1", "2", "3", "4", None, "3"]
    assert "1 row has the id of an earlier row" in err


def test_leads_of_parquet_that_bring_their_events_are_left_to_the_reference(folder: Path) -> None:
    group = "{type: 'webinar', \"at\": TIMESTAMP '2026-06-29', attended: true, \"Min\": 40}"
    parquet("leads.parquet", f"SELECT 1 AS id, true AS demo, [{group}] AS events UNION ALL SELECT 2, false, NULL")
    assert same("leads.parquet")[0] == 0
    assert same("leads.parquet", "--events", "events.csv")[0] == 0


def test_a_range_of_times_is_scored_in_one_run(folder: Path) -> None:
    (folder / "leads.csv").write_text(HEADER + "1,CEO,500,yes,x;y,2026-01-01\n2,VP,many,no,,\n3,clerk,10,yes,,\n")
    (folder / "events.csv").write_text(COLUMNS + "1,visit,2026-06-20,/pricing,,\n3,webinar,2026-06-29,,perhaps,1\n")
    found = []
    for engine in ("spark", "duckdb"):
        arguments = ("leads.csv", "--events", "events.csv", "--every", "week", "--format", "csv")
        result = score(engine, *arguments, as_of="2026-06-15..2026-06-30")
        found.append((result.exit_code, result.stdout, result.stderr))
    assert found[0] == found[1]
    assert found[0][1].count("\n1,") == 3


def test_an_address_is_read_and_written_by_spark_alone(folder: Path) -> None:
    parquet("leads.parquet", ROWS)
    there = f"file://{folder}/leads.parquet"
    result = score("spark", there, "-o", f"file://{folder}/out", "--events", "events.csv")
    assert (result.exit_code, result.stderr) == (0, COUNTED.replace("leads.parquet", there))
    score("reference", "leads.parquet", "-o", "wanted.parquet", "--events", "events.csv")
    rows = "SELECT id, score, Fit, stage, fired::VARCHAR, blocked_by::VARCHAR, as_of::TIMESTAMP FROM '{}' ORDER BY id"
    assert duckdb.sql(rows.format("out/*.parquet")).fetchall() == duckdb.sql(rows.format("wanted.parquet")).fetchall()
    again = score("spark", there, "-o", f"file://{folder}/out")
    assert (again.exit_code, "is there already" in again.stderr) == (2, True)


def test_a_cluster_says_which_rules_fired_as_asked(folder: Path) -> None:
    parquet("leads.parquet", ROWS)
    found = {}
    for engine, leads in (("reference", "leads.parquet"), ("spark", f"file://{folder}/leads.parquet")):
        out = f"file://{folder}/out" if engine == "spark" else "out.parquet"
        assert score(engine, leads, "--fired", "bitmap", "-o", out).exit_code == 0
        files = "out/*.parquet" if engine == "spark" else out
        found[engine] = duckdb.sql(f"SELECT id, fired FROM '{files}' ORDER BY id").fetchall()
    assert found["spark"] == found["reference"]
    wanted = score("reference", "leads.parquet", "--fired", "none", "--format", "csv").stdout
    assert score("spark", "leads.parquet", "--fired", "none", "--format", "csv").stdout == wanted


def test_leads_at_an_address_that_do_not_fit_are_told_by_file_and_row(folder: Path) -> None:
    parquet("leads.parquet", "SELECT 1 AS id, 'yes' AS demo UNION ALL SELECT 2, 'perhaps'")
    result = score("spark", f"file://{folder}/leads.parquet", "--rejects", "why.ndjson", "--format", "csv")
    assert (result.exit_code, result.stdout.count("\n")) == (1, 2)
    reject = json.loads((folder / "why.ndjson").read_text())
    assert (reject["line"], reject["lead"], reject["field"]) == (2, "2", "demo")


@pytest.mark.parametrize("name", ["quotes", "too few and too many cells", "blank lines", "one column"])
def test_csv_that_spark_would_read_otherwise_is_refused(name: str, folder: Path) -> None:
    (folder / "leads.csv").write_text(AWKWARD[name])
    result = score("spark", "leads.csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "Spark cannot score this exactly: " in result.stderr
    assert "leads.csv" in result.stderr


def test_what_spark_does_not_read_is_refused(folder: Path) -> None:
    (folder / "leads.ndjson").write_text('{"id": 1}\n')
    assert "leads.ndjson is neither" in score("spark", "leads.ndjson").stderr
    assert "Parquet" in score("spark", "-", input="id,x\n1,2\n").stderr
    result = score("spark", f"file://{folder}/nothing.parquet")
    assert (result.exit_code, "PATH_NOT_FOUND" in result.stderr) == (2, True)


def test_a_rule_without_sql_is_refused_with_its_line(folder: Path) -> None:
    (folder / "acme.score").write_text("lead:\n    a text\n    b text\nif a mentions b then +5\n")
    (folder / "leads.csv").write_text("id,a,b\n1,one two,two\n")
    result = score("spark", "leads.csv")
    assert (result.exit_code, "Spark cannot score this exactly: acme.score:4: " in result.stderr) == (2, True)


def test_options_of_other_engines_are_a_wrong_call(folder: Path) -> None:
    assert "--master" in score("duckdb", "leads.csv", "--master", "local[2]").stderr
    assert "--memory-limit" in score("spark", "leads.csv", "--memory-limit", "1GB").stderr
    assert "written by Spark" in score("spark", "leads.csv", "-o", "s3a://bucket/out", "--top", "3").stderr


def test_without_pyspark_the_message_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(util, "find_spec", lambda name: None)
    monkeypatch.setattr("scorelang.cli.clusters.find_spec", lambda name: None)
    result = score("spark", "leads.csv")
    assert (result.exit_code, "pip install 'scorelang[spark]'" in result.stderr) == (2, True)


def test_events_of_a_file_with_another_column_are_the_error_of_the_other_engines(folder: Path) -> None:
    (folder / "events.csv").write_text(EVENTS.replace("lead,", "leads,"))
    found = [score(engine, "leads.csv", "--events", "events.csv") for engine in ("spark", "python")]
    assert (found[0].exit_code, found[0].stderr) == (2, found[1].stderr)
