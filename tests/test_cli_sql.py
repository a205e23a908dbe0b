"""`scorelang sql`: the query that it writes runs on DuckDB and gives what the model gives."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest
from click.testing import CliRunner

import scorelang
from scorelang.cli import program

MODEL = """model "Acme", version 2
lead:
    title text from "Job Title"
    size number
    demo flag
    tags text list
    created date
event visit(path page)
category Fit, at most 30:
    if title mentions "vp" then +10
    if size > 10 then +5
    if tags contains "x" then +1
    if created within 30 days then +2
visit "/pricing" within 10 days then +7
each visit then +1, losing 50% every 3 days, once a day
require demo
stage MQL from 10
"""
AS_OF = "2026-01-01"


@pytest.fixture
def model(tmp_path: Path) -> str:
    path = tmp_path / "acme.score"
    path.write_text(MODEL, encoding="utf-8")
    return str(path)


def run(*arguments: str) -> tuple[int, str, str]:
    result = CliRunner().invoke(program, ["sql", *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def test_the_query_gives_what_the_model_gives(model: str) -> None:
    code, query, _ = run(model, "--as-of", AS_OF, "--leads", "crm.leads", "--events", "clicks")
    assert code == 0
    connection = duckdb.connect()
    connection.execute("CREATE SCHEMA crm")
    connection.execute("""CREATE TABLE crm.leads AS SELECT * FROM (VALUES
        ('1', 'VP, Sales', 50.0::DOUBLE, true, ['X', 'y'], TIMESTAMPTZ '2025-12-30 00:00:00+00'),
        ('2', NULL, NULL, NULL, NULL, NULL)) t(id, "Job Title", size, demo, tags, created)""")
    connection.execute("""CREATE TABLE clicks AS SELECT * FROM (VALUES
        ('1', 'visit', TIMESTAMPTZ '2025-12-31 00:00:00+00', 'https://acme.example/Pricing/'),
        ('1', 'visit', TIMESTAMPTZ '2025-12-31 01:00:00+00', '/x')) t(lead, type, "at", path)""")
    found = connection.execute(f'SELECT id, refer, score, "Fit", stage, fired FROM ({query.rstrip().rstrip(";")})')
    rows = sorted(found.fetchall())
    lead = {
        "id": "1",
        "Job Title": "VP, Sales",
        "size": 50.0,
        "demo": True,
        "tags": ["X", "y"],
        "created": "2025-12-30",
    }
    events = [
        {"type": "visit", "at": "2025-12-31", "path": "https://acme.example/Pricing/"},
        {"type": "visit", "at": "2025-12-31T01:00", "path": "/x"},
    ]
    expected = scorelang.loads(MODEL).score(lead, events, AS_OF)
    fired = [{"rule": one.rule, "points": one.points} for one in expected.fired]
    assert rows[0] == ("1", False, expected.score, expected.categories["Fit"], expected.stage, fired)
    assert rows[1] == ("2", False, 0.0, 0.0, "none", [])


def test_the_first_line_says_which_model_and_time_it_is(model: str) -> None:
    fingerprint = scorelang.loads(MODEL).fingerprint
    assert run(model, "--as-of", AS_OF)[1].splitlines()[0] == f"-- Acme, {fingerprint}, as of 2026-01-01T00:00:00Z"


def test_the_query_goes_to_a_file(model: str, tmp_path: Path) -> None:
    out = tmp_path / "scores.sql"
    assert run(model, "--as-of", AS_OF, "-o", str(out)) == (0, "", "")
    assert out.read_text(encoding="utf-8") == run(model, "--as-of", AS_OF)[1]


def test_without_events_their_counts_are_nought(model: str) -> None:
    query = run(model, "--as-of", AS_OF, "--events", "none")[1]
    connection = duckdb.connect()
    connection.execute("""CREATE TABLE leads AS SELECT '1' AS id, 'vp' AS "Job Title", 1.0::DOUBLE AS size,
        true AS demo, NULL::VARCHAR[] AS tags, NULL::TIMESTAMPTZ AS created""")
    assert connection.execute(f"SELECT score FROM ({query.rstrip().rstrip(';')})").fetchall() == [(10.0,)]


def test_rules_without_exact_sql_are_named_and_nothing_is_written(tmp_path: Path) -> None:
    path = tmp_path / "odd.score"
    path.write_text(
        "lead:\n    n number\nif n > 1 then +1\neach visit then +n, losing 50% every 1 day, fading out over 9 days\n",
        encoding="utf-8",
    )
    code, out, err = run(str(path), "--as-of", AS_OF)
    assert (code, out) == (2, "")
    assert "odd.score:4: " in err
    assert "1 rule has no exact SQL" in err
