"""`scorelang score --engine`: the same bytes from every engine, whatever the files are like."""

from __future__ import annotations

import gzip
import json
import os
import signal
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from click.testing import CliRunner, Result

import scorelang
from scorelang.cli import program
from scorelang.cli.databases import explained, watched
from scorelang.cli.sizes import FOR_EACH_AGED, LARGE, is_large

from .postgres_server import server

MODEL = """\
model "Acme", version 3
lead:
    title      text from "Job Title"
    employees  number missing "unknown"
    demo       flag
    tags       text list
    since      date
event webinar(attended flag, minutes number from "Min")
category Fit, 0 to 50:
    if title in ["CEO", "VP"] then +20 because "decision; maker, \\"buyer\\""
    if employees >= 200 then +2.5
    if tags contains "x" then -0.05
category Behaviour, at most 60:
    visit "/pricing" within 30 days then +10, losing 50% every 7 days
    each webinar where attended then +5
    if sum of webinar.minutes > 30 then +1.25
persona Buyer:
    if title is "CEO" then +1
require demo because "a demo, \\"booked\\""
disqualify if since is missing
stage MQL from 20
grade Fit: A from 20, else "B, or less"
route:
    "Call" if stage is at least MQL
    "Nurture" otherwise
"""
HEADER = "id,Job Title,employees,demo,tags,since\n"
LEADS = HEADER + "1,CEO,500,yes,x;y,2026-01-01\n2,VP,unknown,no,,\n3, clerk ,10,yes,X,2026-05-05T10:00:00Z\n"
EVENTS = """\
lead,type,at,path,attended,Min
1,visit,2026-06-20,https://acme.example/pricing/,,
3,visit,2026-06-29,/pricing,,
3,webinar,2026-06-29,,yes,31
2,webinar,2026-07-29,,yes,31
"""
ENGINES = ("reference", "python", "duckdb")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, leads and events, which is the current one."""
    for name, text in {"acme.score": MODEL, "leads.csv": LEADS, "events.csv": EVENTS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


def score(engine: str, *arguments: str, input: str | bytes | None = None, as_of: str = "2026-06-30") -> Result:
    command = ["score", "acme.score", *arguments, "--as-of", as_of, "--engine", engine]
    result = CliRunner().invoke(program, command, input=input)
    assert result.exit_code != 3, result.stderr
    return result


def said(engine: str, format_: str, *arguments: str) -> tuple[int, str, bytes, bytes]:
    """The exit code, standard error, the results (rows of Parquet as text) and the rejects."""
    out, why = Path("out"), Path("why.ndjson")
    for path in (out, why):
        path.unlink(missing_ok=True)
    result = score(engine, *arguments, "-o", str(out), "--format", format_, "--rejects", str(why))
    results = out.read_bytes() if out.exists() else b""
    if format_ == "parquet" and results:
        described = duckdb.sql("DESCRIBE FROM read_parquet('out')").fetchall()
        results = repr(
            (described, duckdb.sql("SELECT COLUMNS(*)::VARCHAR FROM read_parquet('out')").fetchall())
        ).encode()
    return result.exit_code, result.stderr, results, why.read_bytes() if why.exists() else b""


def same(*arguments: str, formats: tuple[str, ...] = ("ndjson",)) -> tuple[int, str, bytes, bytes]:
    """What all engines say; they have to say the same."""
    for format_ in formats:
        found = {engine: said(engine, format_, *arguments) for engine in ENGINES}
        assert found["python"] == found["reference"]
        assert found["duckdb"] == found["reference"]
    return found["reference"]


# --- files ----------------------------------------------------------------------------------------------------------


def test_every_format_of_results_is_the_same(folder: Path) -> None:
    code, err, results, _ = same("leads.csv", "--events", "events.csv", formats=("csv", "json", "parquet", "ndjson"))
    assert code == 0
    assert "3 rows = 3 scored + 0 rejected" in err
    assert len(results.splitlines()) == 3
    assert same("leads.csv", "--top", "2", "--events", "events.csv", formats=("table",))[0] == 0


def test_results_that_need_quotes_and_escapes_are_the_same(folder: Path) -> None:
    odd = ["a,b", 'say "hi"', "back\\slash", "tab\there", "two\nlines", "ß–😀", "\x01\x1f", "", None, 7, 7.0, "\x7f"]
    rows = [{"id": id_, "Job Title": "CEO", "demo": True} for id_ in odd]
    (folder / "leads.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert same("leads.ndjson", formats=("csv", "json", "parquet"))[0] == 0


AWKWARD = {
    "quotes": HEADER + '1,"VP, ""Sales""",1,yes,,\n2,"a\nb",2,no,"x;y",\n3,CEO,"500",yes,,\n',
    "too few and too many cells": HEADER + "1,CEO,1,yes,,\n2,CEO\n3,CEO,1,yes,,,,\n4,VP,1,yes,,\n",
    "quotes that go on": HEADER + '1,"CEO"x,1,yes,,\n2,VP,1,yes,,\n',
    "blank lines": "\n" + HEADER + "\n1,CEO,1,yes,,\n   \n2,VP,1,yes,,\n\n",
    "carriage returns": (HEADER + "1,CEO,1,yes,,\n2,VP,many,yes,,\n").replace("\n", "\r\n"),
    "mixed line ends": HEADER + "1,CEO,1,yes,,\r\n2,VP,many,yes,,\n3,,,,,\r\n",
    "old line ends": (HEADER + "1,CEO,1,yes,,\n2,VP,1,yes,,\n").replace("\n", "\r"),
    "a mark": "\ufeff" + HEADER + "1,CEO,1,yes,,\n",
    "semicolons": (HEADER + "1,CEO,1,yes,,\n2,VP,x,yes,,\n").replace(",", ";"),
    "tabs and spaces": (HEADER + " 1 ,CEO ,1, yes ,,\n").replace(",", "\t"),
    "values that do not fit": HEADER + "1,CEO,many,perhaps,,soon\n2,VP,1e400,1,,2026-13-01\n3,x,-0,0,;;,\n",
    "no rows": HEADER,
    "no end": HEADER + "1,CEO,1,yes,,\n2,VP,2,no,,",
    "the same id": HEADER + "a,CEO,1,yes,,\nA,VP,1,yes,,\n A,VP,1,yes,,\n,VP,1,yes,,\n",
    "a column of events": "id,Job Title,events\n1,CEO,12\n",
    "no column of the model": "id,x\n1,2\n",
    "one column": "id\n1\n \n2\n",
    "a comment": HEADER + "#1,CEO,1,yes,,\n'2',VP,1,yes,,\n",
    "a NUL": HEADER + "1,C\0EO,1,yes,,\n2,VP,1,yes,,\n",
    "letters of all kinds": HEADER + "ÄÖ,\uff23EO,\u0661,yes,İx,\nß,\u00a0CEO\u2003,1,YES,ΑΣ;x,\n",
}  # fmt: skip


@pytest.mark.parametrize("name", AWKWARD)
def test_a_file_of_csv_means_the_same_to_every_engine(name: str, folder: Path) -> None:
    (folder / "leads.csv").write_bytes(AWKWARD[name].encode())
    same("leads.csv", "--events", "events.csv") if "id," in AWKWARD[name] else same("leads.csv")


@pytest.mark.parametrize("name", ["too few and too many cells", "values that do not fit"])
def test_rejects_of_an_output_and_under_strict_are_the_same(name: str, folder: Path) -> None:
    (folder / "leads.csv").write_bytes(AWKWARD[name].encode())
    same("leads.csv", "--strict")
    found = []
    for engine in ENGINES:
        result = score(engine, "leads.csv", "--format", "csv")
        found.append((result.exit_code, result.stdout, result.stderr))
    assert found[0] == found[1] == found[2]


COLUMNS = "lead,type,at,path,attended,Min\n"
EVENTS_AWKWARD = {
    "that do not fit": COLUMNS
    + "1,webinar,2026-06-01,,perhaps,\n3,webinar,soon,,yes,\n,visit,2026-06-01,,,\n2,,2026-06-01,,,\n",
    "too short": COLUMNS + "1,visit,,/a,,\n3,visit\n2,nothing,,,,\n9,visit\n",
    "quoted": COLUMNS + '"1","visit","2026-06-20","/pricing?a=""b""",,\n9,"visit",x,,,\n',
    "of strangers": EVENTS + "9,visit,2026-06-01,/x,,\n9,visit,2026-06-01,,,\n8,v,2026-06-01,,,\n7,v,x,,,\n6,v,x,,,\n",
    "of kinds nearly known": EVENTS + "3,Visit,2026-06-01,,,\n1,webinars,2026-06-01,,,\n1,Visit,2026-06-01,,,\n",
    "without attributes": "lead,type,at\n1,webinar,2026-06-01\n2, visit ,2026-06-01\n",
    "after as of": EVENTS + "1,webinar,2026-08-01,,perhaps,\n",
    "with spaces": COLUMNS + " 1 ,visit, 2026-06-20 , /Pricing ,,\n",
}  # fmt: skip


@pytest.mark.parametrize("name", EVENTS_AWKWARD)
def test_events_mean_the_same_to_every_engine(name: str, folder: Path) -> None:
    (folder / "events.csv").write_bytes(EVENTS_AWKWARD[name].encode())
    same("leads.csv", "--events", "events.csv")


NDJSON = [
    '{"id": 1, "Job Title": "CEO", "demo": true, "tags": ["x", "y"], "employees": 500}',
    '{"id": "2", "Job Title": 5, "demo": 1, "tags": "x", "employees": "12", "since": "2026-01-01"}',
    '{"id": 3, "id": 4}',
    "nonsense",
    '{"id": true, "demo": "yes"}',
    '{"id": 1.5, "demo": 2, "tags": [1, null, {}], "employees": 1e400}',
    '{"id": 12345678901234567890123, "employees": 12345678901234567890123}',
    '{"id": 8, "events": [{"type": "webinar", "at": "2026-06-29", "attended": true}]}',
    '{"id": 9, "events": {"type": "webinar"}, "demo": "yes"}',
    '{"id": 10, "events": [1, {"type": "visit"}, {"type": "visit", "at": "x"}]}',
    '{"id": "1", "events": null}',
    "[1]",
    '{"id": "a\\u0000b", "Job Title": "C\\u0000"}',
]


@pytest.mark.parametrize("more", [[], ["--events", "events.csv"], ["--events", "e.ndjson", "--events", "events.csv"]])
def test_a_file_of_json_means_the_same_to_every_engine(more: list[str], folder: Path) -> None:
    (folder / "leads.ndjson").write_text("\n".join(NDJSON) + "\n")
    events = [
        '{"lead": 1, "type": "webinar", "at": 5}',
        '{"lead": "3", "type": 7, "at": "2026-01-01"}',
        "{",
        '{"x": 1}',
    ]
    (folder / "e.ndjson").write_text("\n".join(events) + "\n")
    assert same("leads.ndjson", *more)[0] == 1
    if more:
        return
    (folder / "leads.json").write_text("[" + ",\n".join(NDJSON[:2] + NDJSON[4:5] + NDJSON[7:11]) + "]")
    assert same("leads.json", *more)[0] == 1


def parquet(name: str, rows: str) -> None:
    duckdb.sql(f"COPY ({rows}) TO '{name}' (FORMAT parquet)")


def test_files_of_parquet_mean_the_same_to_every_engine(folder: Path) -> None:
    parquet(
        "leads.parquet",
        """SELECT * FROM (VALUES
            (1, 'CEO', 500.0::DOUBLE, true, ['x'], TIMESTAMP '2026-01-01'),
            (2, ' vp ', 'nan'::DOUBLE, false, [], NULL),
            (NULL, NULL, 1.5, true, NULL, NULL),
            (3, 'clerk', 10, NULL, ['X', NULL], TIMESTAMP '2026-05-05 10:00:00'))
            t(id, "Job Title", employees, demo, tags, since)""",
    )
    parquet(
        "events.parquet",
        """SELECT * FROM (VALUES
            ('1', 'visit', TIMESTAMPTZ '2026-06-20 00:00:00+00', '/pricing', NULL, NULL),
            (NULL, 'visit', TIMESTAMPTZ '2026-06-20 00:00:00+00', '/pricing', NULL, NULL),
            ('3', 'webinar', TIMESTAMPTZ '2026-06-29 00:00:00+00', NULL, 2, 31.0),
            ('1', 'webinar', NULL, NULL, 1, 31.0),
            ('2', 'webinar', TIMESTAMPTZ '2026-06-29 00:00:00+00', NULL, 1, 31.0),
            ('9', 'Visit', TIMESTAMPTZ '2026-06-29 00:00:00+00', NULL, NULL, NULL))
            t("lead", type, "at", path, attended, "Min")""",
    )  # fmt: skip
    assert same("leads.parquet", formats=("csv", "parquet"))[0] == 0
    code, _, results, rejects = same("leads.parquet", "--events", "events.parquet", formats=("parquet", "ndjson"))
    assert code == 1
    assert [json.loads(line)["id"] for line in results.splitlines()] == ["2", None]
    assert [json.loads(line)["line"] for line in rejects.splitlines()] == [2, 4, 3]
    assert same("leads.csv", "--events", "events.parquet")[0] == 1


def test_a_column_of_json_in_parquet_is_a_text_to_every_engine(folder: Path) -> None:
    titles = """CASE n WHEN 1 THEN '"CEO"' WHEN 2 THEN 'null' ELSE '7' END::JSON"""
    parquet("leads.parquet", f"""SELECT n AS id, {titles} AS "Job Title", true AS demo FROM range(4) AS t(n)""")
    found = [json.loads(line) for line in same("leads.parquet", formats=("csv", "ndjson"))[2].splitlines()]
    assert all(not one["fired"] for one in found)
    parquet("leads.parquet", """SELECT 1 AS id, true AS demo, '[{"type": "visit"}]'::JSON AS events""")
    assert same("leads.parquet")[0] == 1


def test_leads_of_parquet_may_bring_their_events(folder: Path) -> None:
    group = "{type: 'webinar', \"at\": TIMESTAMP '2026-06-29', attended: true, \"Min\": 40}"
    parquet("leads.parquet", f"SELECT 1 AS id, true AS demo, [{group}] AS events UNION ALL SELECT 2, false, NULL")
    assert same("leads.parquet")[0] == 0
    assert same("leads.parquet", "--events", "events.csv")[0] == 0


def test_compressed_and_wide_files_mean_the_same_to_every_engine(folder: Path) -> None:
    (folder / "leads.csv.gz").write_bytes(gzip.compress(LEADS.encode()))
    (folder / "events.csv").write_bytes(EVENTS.encode("utf-16"))
    assert same("leads.csv.gz", "--events", "events.csv")[0] == 0


@pytest.mark.parametrize("engine", ENGINES)
def test_a_file_that_breaks_off_leaves_nothing_half_written(engine: str, folder: Path) -> None:
    (folder / "out.csv").write_text("as it was")
    (folder / "leads.csv").write_bytes(LEADS.encode() + b"4,\xff,1,yes,,\n")
    before = {file.name for file in folder.iterdir()}
    result = score(engine, "leads.csv", "-o", "out.csv")
    assert result.exit_code == 2
    assert "leads.csv:5: the file is not UTF-8" in result.stderr
    assert (folder / "out.csv").read_text() == "as it was"
    assert {file.name for file in folder.iterdir()} == before


def test_standard_input_can_be_scored_by_every_engine(folder: Path) -> None:
    found = [score(engine, "-", "--events", "events.csv", "--format", "csv", input=LEADS) for engine in ENGINES]
    assert found[0].stdout == found[1].stdout == found[2].stdout
    assert found[0].stderr == found[1].stderr == found[2].stderr


def test_another_column_identifies_the_leads_for_every_engine(folder: Path) -> None:
    (folder / "leads.csv").write_text("id,crm,Job Title,demo\n7,1,CEO,yes\n8,,CEO,yes\n")
    code, _, results, _ = same("leads.csv", "--id", "crm", "--events", "events.csv")
    assert (code, json.loads(results.splitlines()[0])["id"]) == (0, "1")
    assert same("leads.csv", "--id", "crn")[0] == 2


# --- which engine ---------------------------------------------------------------------------------------------------


def test_a_model_that_has_no_sql_is_scored_one_by_one_unless_duckdb_is_asked_for(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "acme.score").write_text("lead:\n    a text\n    b text\nif a mentions b then +5\n")
    (folder / "leads.csv").write_text("id,a,b\n1,one two,two\n")
    monkeypatch.setattr("scorelang.cli.sizes.LARGE", 0)
    result = score("auto", "leads.csv", "--format", "csv")
    assert (result.exit_code, result.stdout.splitlines()[1][:4]) == (0, "1,5,")
    result = score("duckdb", "leads.csv", "--format", "csv")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "DuckDB cannot score this exactly: acme.score:4: " in result.stderr
    assert "a mentions b" in result.stderr


def test_large_files_are_scored_by_duckdb_and_small_ones_are_not(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[object] = []
    monkeypatch.setattr("scorelang.cli.sets.SetRun.work", lambda run: asked.append(run) or 1 / 0)
    assert score("auto", "leads.csv").exit_code == 0
    monkeypatch.setattr("scorelang.cli.sizes.LARGE", 100)
    monkeypatch.setattr("scorelang.cli.sizes.FOR_EACH_AGED", 0)
    assert score("auto", "-", input=LEADS).exit_code == 0
    assert not asked
    command = ["score", "acme.score", "leads.csv", "--engine", "auto"]
    assert CliRunner().invoke(program, command).exit_code != 0
    assert len(asked) == 1


def test_files_have_to_be_larger_for_a_model_with_rules_that_age_points(folder: Path) -> None:
    plain = scorelang.loads("if size > 5 then +1\nvisit then +2").checked
    aged = scorelang.loads("visit then +2, losing 50% every 7 days\neach visit then +1, once a day").checked
    for number, model in ((0, plain), (2, aged)):
        with open("large.csv", "wb") as file:
            file.truncate(LARGE + number * FOR_EACH_AGED - 1)
        assert not is_large("large.csv", (), model)
        with open("large.csv", "ab") as file:
            file.write(b"x")
        assert is_large("large.csv", (), model)


def test_duckdb_keeps_to_its_memory_and_a_limit_that_is_none_is_a_wrong_call(folder: Path) -> None:
    before = {file.name for file in folder.iterdir()}
    assert score("duckdb", "leads.csv", "--memory-limit", "100MB", "--format", "csv").exit_code == 0
    result = score("duckdb", "leads.csv", "--memory-limit", "much")
    assert result.exit_code == 2
    assert "--memory-limit" in result.stderr
    assert {file.name for file in folder.iterdir()} == before


def test_times_of_datetimes_in_json_are_those_of_the_reference(folder: Path) -> None:
    moments: list[Any] = [datetime(2026, 6, 20, tzinfo=UTC).isoformat(), "2026-06-20", "2026-06-20T10:00", 5, None]
    rows = [{"lead": "1", "type": "visit", "at": moment, "path": "/pricing"} for moment in moments]
    (folder / "e.ndjson").write_text("".join(json.dumps(row) + "\n" for row in rows))
    assert same("leads.csv", "--events", "e.ndjson")[0] == 1


# --- many times -----------------------------------------------------------------------------------------------------


def test_many_times_are_those_of_as_many_runs(folder: Path) -> None:
    same("leads.csv", "--events", "events.csv")
    days = ["2026-06-20", "2026-06-27", "2026-07-04"]
    alone = [score("reference", "leads.csv", "--events", "events.csv", "--format", "csv", as_of=day) for day in days]
    rows = [result.stdout.splitlines()[1:] for result in alone]
    wanted = [row for lead in zip(*rows, strict=True) for row in lead]
    for engine in ENGINES:
        arguments = ("leads.csv", "--events", "events.csv", "--format", "csv", "--every", "week")
        result = score(engine, *arguments, as_of="2026-06-20..2026-07-08")
        assert result.stdout.splitlines()[1:] == wanted
        assert (
            "3 rows = 3 scored + 0 rejected, as of 2026-06-20T00:00:00Z to 2026-07-04T00:00:00Z, 3 times"
            in result.stderr
        )


def test_a_lead_that_does_not_fit_at_the_last_time_has_no_results(folder: Path) -> None:
    (folder / "events.csv").write_text(EVENTS + "1,webinar,2026-06-25,,perhaps,\n")
    for engine in ENGINES:
        result = score(
            engine, "leads.csv", "--events", "events.csv", "--every", "month", "--format", "ndjson", "--top", "3",
            as_of="2026-05-31..2026-06-30",
        )  # fmt: skip
        found = [(json.loads(line)["id"], json.loads(line)["as_of"]) for line in result.stdout.splitlines()]
        assert found == [("2", "2026-05-31T00:00:00Z"), ("2", "2026-06-30T00:00:00Z"), ("3", "2026-06-30T00:00:00Z")]
        assert result.exit_code == 1


def test_a_table_of_many_times_says_them(folder: Path) -> None:
    result = score("python", "leads.csv", "--every", "hour", as_of="2026-06-30..2026-06-30T01:00")
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:3]] == [
        ["1", "2026-06-30"],
        ["1", "2026-06-30T01:00:00Z"],
    ]


def test_days_are_those_of_the_time_zone_of_the_model(folder: Path) -> None:
    (folder / "acme.score").write_text('timezone "Europe/Berlin"\nif a is "x" then +1\n')
    (folder / "leads.csv").write_text("id,a\n1,x\n")
    result = score("python", "leads.csv", "--every", "day", "--format", "ndjson", as_of="2026-03-28..2026-03-30")
    times = [json.loads(line)["as_of"] for line in result.stdout.splitlines()]
    assert times == ["2026-03-27T23:00:00Z", "2026-03-28T23:00:00Z", "2026-03-29T22:00:00Z"]


@pytest.mark.parametrize(
    ("as_of", "more", "said"),
    [
        ("2026-01-01..2026-02-01", [], "is a range: add `--every`"),
        ("2026-01-01", ["--every", "day"], "--every needs a range"),
        ("2026-02-01..2026-01-01", ["--every", "day"], "the range ends before it begins"),
        ("2026-01-01..2026-12-31", ["--every", "hour"], "these are more than 1,000 times"),
        ("2026-01-01..soon", ["--every", "day"], "'soon' is no time"),
    ],
)
def test_a_range_that_is_none_is_a_wrong_call(as_of: str, more: list[str], said: str, folder: Path) -> None:
    result = score("auto", "leads.csv", *more, as_of=as_of)
    assert result.exit_code == 2
    assert said in result.stderr.replace("\n", " ")


def test_many_times_over_parquet_are_those_of_the_reference(folder: Path) -> None:
    parquet("leads.parquet", "SELECT * FROM read_csv('leads.csv', all_varchar = true)")
    parquet("events.parquet", "SELECT *, 1 AS unused FROM read_csv('events.csv', all_varchar = true)")
    arguments = ("leads.parquet", "--events", "events.parquet", "--format", "csv", "--every", "month")
    found = [score(engine, *arguments, as_of="2026-04-30..2026-07-31") for engine in ENGINES]
    assert found[0].stdout == found[1].stdout == found[2].stdout
    assert found[0].stderr == found[2].stderr
    assert [line.split(",")[-4] for line in found[0].stdout.splitlines()[1:5]] == [
        "2026-04-30T00:00:00Z", "2026-05-30T00:00:00Z", "2026-06-30T00:00:00Z", "2026-07-30T00:00:00Z",
    ]  # fmt: skip


@pytest.fixture
def heeding() -> Iterator[None]:
    """Signals as a program in a terminal has them: whoever runs the tests may ignore them, and z3 leaves its own."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("heeding")
def test_a_signal_during_a_query_ends_the_run_as_it_does_elsewhere() -> None:
    def query() -> None:
        try:
            signal.raise_signal(signal.SIGINT)
        except KeyboardInterrupt:
            raise RuntimeError("Query interrupted") from None  # which is what DuckDB makes of it

    with pytest.raises(KeyboardInterrupt), explained():
        query()
    with pytest.raises(RuntimeError, match="no signal"), explained():
        raise RuntimeError("no signal")


# --- patterns and databases -----------------------------------------------------------------------------------------


def test_a_pattern_stands_for_all_files_that_match(folder: Path) -> None:
    for name in ("leads", "events"):
        (folder / name).mkdir()
    (folder / "leads" / "a.csv").write_text(HEADER + "1,CEO,500,yes,x;y,2026-01-01\n2,VP,many,no,,\n")
    (folder / "leads" / "b.csv").write_text("id,demo,Job Title\n3,yes,\n4,yes\n")
    (folder / "events" / "a.csv").write_text(EVENTS)
    (folder / "events" / "b.csv").write_text(
        "lead,type,at,attended\n1,webinar,2026-06-01,yes\n4,webinar\n9,webinar,x,\n"
    )
    code, err, _, rejects = same("leads/*.csv", "--events", "events/*.csv", formats=("csv", "ndjson"))
    assert code == 1
    assert "leads/*.csv: 4 rows = 2 scored + 2 rejected" in err
    assert [(json.loads(line)["file"], json.loads(line)["line"]) for line in rejects.splitlines()] == [
        ("events/b.csv", 3), ("leads/a.csv", 3), ("leads/b.csv", 3),
    ]  # fmt: skip


def test_a_pattern_of_parquet_stands_for_all_files_that_match(folder: Path) -> None:
    parquet("leads-1.parquet", "SELECT 1 AS id, 'CEO' AS \"Job Title\", 'yes' AS demo")
    parquet("leads-2.parquet", "SELECT 2 AS id, 'VP' AS \"Job Title\", 'perhaps' AS demo")
    code, _, _, rejects = same("leads-*.parquet", "--events", "events.csv", formats=("parquet",))
    assert code == 1
    assert [(json.loads(line)["file"], json.loads(line)["line"]) for line in rejects.splitlines()] == [
        ("leads-2.parquet", 1)
    ]
    parquet("leads-3.parquet", "SELECT '3' AS id")
    assert "has other columns" in score("duckdb", "leads-*.parquet").stderr
    assert score("auto", "leads-*.parquet").exit_code == 1


def test_a_pattern_that_nothing_matches_or_that_matches_the_output_is_a_wrong_call(folder: Path) -> None:
    result = score("auto", "nothing-*.csv")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2,
        "error: nothing-*.csv: no file matches this pattern",
    )
    assert "its events would count twice" in score(
        "auto", "leads.csv", "--events", "events.csv", "--events", "event*.csv"
    ).stderr.replace("\n", " ")
    assert "leads.csv would be overwritten" in score("auto", "lead*.csv", "-o", "leads.csv").stderr
    assert "x.db would be overwritten" in score("auto", "x.db::leads", "-o", "x.db", "--format", "csv").stderr
    assert "x.db::leads would be overwritten" in score("auto", "x.db::leads", "-o", "./x.db::leads").stderr.replace(
        "./", ""
    )


TABLES = """
CREATE TABLE leads(id BIGINT, "Job Title" VARCHAR, employees DOUBLE, demo BOOLEAN, since TIMESTAMP);
INSERT INTO leads VALUES (1, 'CEO', 500, true, '2026-01-01'), (2, 'VP', 2.5, NULL, NULL);
INSERT INTO leads VALUES (NULL, NULL, NULL, true, NULL);
CREATE TABLE events("lead" VARCHAR, type VARCHAR, "at" TIMESTAMP, path VARCHAR, attended BOOLEAN, "Min" INTEGER);
INSERT INTO events VALUES ('1', 'visit', '2026-06-20', '/pricing', NULL, NULL);
INSERT INTO events VALUES ('2', 'webinar', '2026-06-20', NULL, true, 40);
INSERT INTO events VALUES (NULL, 'visit', '2026-06-20', '/x', NULL, NULL);
"""  # fmt: skip


def test_tables_of_a_duckdb_file_mean_the_same_to_every_engine(folder: Path) -> None:
    with duckdb.connect("crm.duckdb") as connection:
        connection.execute(TABLES)
    code, err, results, rejects = same("crm.duckdb::leads", "--events", "crm.duckdb::events", formats=("csv", "ndjson"))
    assert code == 1
    assert "crm.duckdb::leads: 3 rows = 3 scored + 0 rejected" in err
    assert [json.loads(line)["score"] for line in results.splitlines()] == [28.5, 26.25, 0]
    assert json.loads(rejects)["file"] == "crm.duckdb::events"
    assert "this is a DuckDB database" in score("auto", "crm.duckdb").stderr
    result = score("auto", "crm.duckdb::lead")
    assert result.exit_code == 2
    assert result.stderr.startswith("error: crm.duckdb::lead: the table cannot be read: Table")


def test_tables_of_an_sqlite_file_mean_the_same_to_every_engine(folder: Path) -> None:
    with closing(sqlite3.connect("crm.sqlite")) as connection:
        connection.executescript(TABLES)
    code, _, results, _ = same("crm.sqlite::leads", "--events", "crm.sqlite::events")
    assert code == 1
    assert [json.loads(line)["id"] for line in results.splitlines()] == ["1", "2", None]
    assert "crm.sqlite::leads" in score("auto", "crm.sqlite").stderr
    result = score("auto", "crm.sqlite::lead")
    assert (result.exit_code, result.stderr.splitlines()[0]) == (
        2, "error: crm.sqlite::lead: the table cannot be read: no such table: lead",
    )  # fmt: skip


def test_tables_of_a_postgres_server_mean_the_same_to_every_engine_and_can_be_written(folder: Path) -> None:
    with server() as connection:
        more = (
            "CREATE SCHEMA crm; ALTER TABLE leads SET SCHEMA crm; ALTER TABLE crm.leads ADD tags TEXT[], ADD own JSONB"
        )
        typed = TABLES.replace("DOUBLE", "NUMERIC").replace(" TIMESTAMP,", " TIMESTAMPTZ,")
        connection.execute(f"{typed}; {more}; UPDATE crm.leads SET tags = '{{x}}', own = '{{\"a\": [1.5]}}'")
        address = f"postgres://postgres@/postgres?host={connection.info.host}&table="
        code, err, results, _ = same(f"{address}crm.leads", "--events", f"{address}events", formats=("csv", "ndjson"))
        assert code == 1
        assert "3 rows = 3 scored + 0 rejected" in err
        assert [json.loads(line)["score"] for line in results.splitlines()] == [28.45, 26.2, 0]
        result = score("auto", f"{address}lead")
        assert result.exit_code == 2
        assert 'the table cannot be read: relation "lead" does not exist' in result.stderr
        assert "table cannot be read" in score("auto", f"{address.replace('/postgres?', '/nothing?')}leads").stderr
        for _ in range(2):  # the second time the table is there
            assert score("python", f"{address}crm.leads", "-o", f"{address}scores").exit_code == 0
        rows = connection.execute("SELECT id, score, as_of, fired->0->>'points' FROM scores ORDER BY id").fetchall()
        assert rows[0] == ("1", 23.45, datetime(2026, 6, 30, tzinfo=UTC), "20.0")


def test_a_password_in_an_address_and_an_address_without_a_table_are_refused(folder: Path) -> None:
    result = score("auto", "postgres://ann:secret@db.example/crm?table=leads")
    assert result.exit_code == 2
    assert "a password stands in the address" in result.stderr
    assert "secret" not in result.stderr
    assert "names no table" in score("auto", "postgres://ann@db.example/crm").stderr


# --- into a database ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ["python", "duckdb"])
def test_results_can_go_into_the_database_that_the_leads_are_in(engine: str, folder: Path) -> None:
    with duckdb.connect("crm.duckdb") as connection:
        connection.execute(TABLES + "CREATE TABLE scores AS SELECT 1 AS old")
    arguments = ("crm.duckdb::leads", "--events", "crm.duckdb::events", "-o", "crm.duckdb::scores")
    assert score(engine, *arguments).exit_code == 1
    with duckdb.connect("crm.duckdb") as connection:
        rows = connection.execute("SELECT id, score, stage, fired[1].rule FROM scores").fetchall()
    assert [row[:3] for row in rows] == [("1", 28.5, "MQL"), ("2", 26.25, "none"), (None, 0, "none")]
    assert [row[3] for row in rows] == [rows[0][3], rows[0][3], None]
    assert (folder / "crm.duckdb::scores.rejects.ndjson").exists()


def test_results_can_go_into_an_sqlite_database(folder: Path) -> None:
    for _ in range(2):  # the second time the table is there
        assert score("python", "leads.csv", "-o", "new.sqlite::scores").exit_code == 0
    with closing(sqlite3.connect("new.sqlite")) as connection:
        rows = connection.execute("SELECT id, score, qualified, as_of, fired FROM scores").fetchall()
    assert rows[0][:4] == ("1", 23.45, 1, "2026-06-30T00:00:00.000000Z")
    assert json.loads(rows[0][4])[0]["points"] == 20


def test_a_table_that_cannot_be_written_is_a_clear_error_and_leaves_nothing_behind(folder: Path) -> None:
    before = {file.name for file in folder.iterdir()}
    assert "there is no folder no" in score("python", "leads.csv", "-o", "no/x.duckdb::scores").stderr
    assert "this is no DuckDB or SQLite database" in score("python", "leads.csv", "-o", "leads.csv::scores").stderr
    assert "which has no format" in score("python", "leads.csv", "-o", "x.duckdb::t", "--format", "csv").stderr
    assert "the table cannot be written" in score("python", "leads.csv", "-o", "x.duckdb::no.such.one").stderr
    assert {file.name for file in folder.iterdir()} == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_a_long_query_shows_how_far_it_has_come_on_a_terminal(folder: Path) -> None:
    import pty

    primary, secondary = pty.openpty()
    with duckdb.connect() as connection, open(secondary, "w") as terminal, pytest.MonkeyPatch.context() as patch:
        patch.setattr("sys.stderr", terminal)
        patch.setattr("scorelang.cli.console.PATIENCE", 0)
        with watched(connection, "scoring"):
            connection.execute("SELECT SUM(hash(range)) FROM range(30000000)")
            time.sleep(0.5)
        terminal.flush()
        shown = os.read(primary, 1 << 16)
    os.close(primary)
    assert b"scoring" in shown
    assert b"/100" in shown
