"""Leads with outcomes as a set: what comes of them is what comes of each, one after the other."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import duckdb
import numpy as np
import pytest
from click.testing import Result
from hypothesis import given
from hypothesis import strategies as st

from scorelang.cli import sizes
from scorelang.cli.outcomes import judging
from scorelang.outcomes.cells import NO_STEP, entries_in, joined, read_entries, repeated
from scorelang.outcomes.columns import MOST_VALUES, ColumnBuilder, built, column_of, grouped
from scorelang.outcomes.histories import Entries, histories
from scorelang.outcomes.history import history_of
from scorelang.outcomes.reading import BadOutcomeError, Columns, Entry, OutcomeIndex, Reader
from scorelang.outcomes.table import BITS, NEVER, TIMED
from scorelang.outcomes.words import STEPS, Words
from scorelang.values import zone_of

from .command_line import run

# --- what became of leads -------------------------------------------------------------------------------------------

ENTRIES = st.tuples(
    st.sampled_from(STEPS),
    st.none() | st.integers(-3, 3),
    st.none() | st.sampled_from(["price", "timing"]),
    st.none() | st.sampled_from([0.0, 1.5, 100.0]),
)


def known(value: object, none: object) -> object:
    return none if value is None else value


@given(st.lists(st.lists(ENTRIES, max_size=5), max_size=4))
def test_many_histories_are_those_of_each_lead(said: Sequence[list[Entry]]) -> None:
    index = OutcomeIndex({f"lead {number}": entries for number, entries in enumerate(said)})
    leads = np.array([f"lead {number}" for number in range(len(said))], dtype=object)
    entries, strangers = joined(*entries_in(index), leads)
    assert (repeated(leads).any(), strangers) == (False, 0)
    found = histories(entries, len(said))
    for number, of_lead in enumerate(said):
        if not of_lead:
            assert found.steps[number] == 0
            continue
        one = history_of(of_lead)
        assert found.steps[number] == sum(BITS[step] for step in one.steps)
        assert found.first[number] == known(one.first, NEVER)
        assert [found.times[step][number] for step in TIMED] == [one.times.get(step, NEVER) for step in TIMED]
        assert known(one.value, "none") == ("none" if np.isnan(found.values[number]) else found.values[number])
        assert found.reasons[number] == one.reason


CELLS = st.fixed_dictionaries({
    "outcome": st.sampled_from(["won", "LOST ", "Closed Won", "perhaps", "", "7"]) | st.none(),
    "at": st.sampled_from(["2026-01-31", "2026-01-31T10:00:00+02:00", "", "soon"]) | st.none(),
    "reason": st.sampled_from(["price", " ", "", " too late "]) | st.none(),
    "value": st.sampled_from(["1,5", "1.5", "", "much", "12"]) | st.none(),
})  # fmt: skip


@given(st.lists(CELLS, max_size=6), st.sampled_from([Columns(), Columns(at=None, reason="why")]))
def test_columns_are_read_as_each_row_is(rows: list[dict[str, str | None]], columns: Columns) -> None:
    reader = Reader(columns, Words.of({"won": ["Closed Won"]}), zone_of("Europe/Berlin"))
    cells = {name: np.array([row[name] for row in rows], dtype=object) for name in ("outcome", "at", "reason", "value")}
    found, bad = read_entries(reader, cells, len(rows))
    for number, row in enumerate(rows):
        try:
            entry = reader.entry(row)
        except BadOutcomeError:
            assert bad[number]
            continue
        assert not bad[number]
        assert (found.steps[number] == NO_STEP) == (entry is None)
        if entry is not None:
            assert said_in(found, number) == entry


def said_in(entries: Entries, number: int) -> Entry:
    at, value = int(entries.at[number]), float(entries.values[number])
    step = STEPS[entries.steps[number]]
    return step, None if at == NEVER else at, entries.reasons[number], None if np.isnan(value) else value


def test_leads_of_one_identity_are_told_and_so_are_outcomes_of_others() -> None:
    index = OutcomeIndex({"a": [("won", 1, None, None)], "b": [("lost", 2, None, None)], "z": [("won", 3, None, 4.0)]})
    leads = np.array(["b", None, "a", "b", "c", None], dtype=object)
    entries, strangers = joined(*entries_in(index), leads)
    assert sorted(entries.leads.tolist()) == [0, 2]
    assert repeated(leads).tolist() == [True, False, False, True, False, False]
    assert strangers == 1


def test_outcomes_of_leads_none_of_which_has_an_identity_are_of_others() -> None:
    index = OutcomeIndex({"a": [("won", 1, None, None)], "b": [("lost", 2, None, None)]})
    entries, strangers = joined(*entries_in(index), np.array([None, None], dtype=object))
    assert (entries.leads.tolist(), strangers) == ([], 2)


# --- columns --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("texts", [[], ["b", "", None, "a", "b"], [None, ""]])
def test_a_column_of_texts_is_the_one_that_takes_them_one_by_one(texts: list[str | None]) -> None:
    builder = ColumnBuilder()
    for text in texts:
        builder.add(text)
    one, all_ = built("x", builder), column_of("x", np.array(texts, dtype=object))
    assert (all_.codes.tolist(), all_.values, all_.full) == (one.codes.tolist(), one.values, one.full)


def test_a_column_with_too_many_values_is_one_group() -> None:
    texts = np.array([str(number) for number in range(MOST_VALUES + 1)], dtype=object)
    builder = ColumnBuilder()
    for text in texts:
        builder.add(text)
    for column in (built("x", builder), column_of("x", texts)):
        codes, names = grouped(column, 10)
        assert column.full
        assert (set(codes.tolist()), names) == ({0}, ["(too many values)"])


# --- commands -------------------------------------------------------------------------------------------------------

MODEL = """\
model "Acme", version 1
lead:
    title     text from "Job Title"
    employees number missing "unknown"
    since     date
category Fit, 0 to 30:
    if title is "CEO" then +20 because "decision maker"
    if employees >= 200 then +10
    if employees > 0 then +employees / 100 because "size"
    choose:
        if title is "Clerk" then -2
        otherwise +1
category Behaviour:
    visit "/pricing" within 30 days then +10
    if since before 2026-01-01 then +1
    if since within 100 days then +2
    each visit then +3, once a week, fading out over 40 days
    visit since 2026-02-10 then +1
    choose:
        if employees > 100 then +2, during 2026-03-05 to 2026-03-20
        if days since last visit > 20 then -1
        otherwise +3, during 2026-03-10 to 2026-03-30
disqualify if title is "Student"
stage MQL from 10
stage SQL from 30
grade score: A from 25, B from 10, else C
"""
WORDS = ("--won", "Closed Won", "--lost", "Closed Lost")
TITLES = ("CEO", "Clerk", "ceo ", "Student", "Müller, Head", "")
OUTCOMES = ("Closed Won", "closed lost", "Closed Lost", "", "accepted")


def lead(number: int) -> str:
    employees = "many" if number % 41 == 0 else "unknown" if number % 13 == 0 else str(number % 9 * 70)
    said = "Perhaps" if number % 37 == 0 else OUTCOMES[number % 5]
    worth = "much" if number % 31 == 0 else str(number * 10) if number % 5 == 0 else ""
    title = TITLES[number % 6]
    title = f'"{title}"' if "," in title else title
    day = f"2026-03-{number % 28 + 1:02}" if number % 3 else ""
    id_ = 7 if number in (77, 91) else number
    return f"{id_},{title},{employees},2025-12-{number % 28 + 1:02},{said},{day},price {number % 2},{worth}"


def outcome(number: int) -> list[str]:
    """What is said of a lead: of some nothing, of some several things, of some what cannot be read."""
    day = f"2026-03-{number % 28 + 1:02}"
    first = f"{number},{day},{'Perhaps' if number % 29 == 0 else OUTCOMES[number % 3]},price,{number}"
    second = f" {number} ,{'soon' if number % 17 == 0 else '2026-04-01'},accepted,,"
    return [first, second][: number % 4]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, 200 leads and what became of them, which is the current one."""
    numbers = range(1, 201)
    said = [line for number in numbers for line in outcome(number)]
    leads = [*map(lead, numbers), ",CEO,5,,won,,,", "1,2,3"]
    visits = [f"{number},visit,2026-02-{number % 28 + 1:02},/pricing" for number in numbers if number % 3 == 0]
    files = {
        "acme.score": MODEL,
        "leads.csv": ["id,Job Title,employees,since,result,decided,why,worth", *leads],
        "events.csv": ["lead,type,at,path", *visits, ",visit,2026-02-01,/pricing", "9,visit,never,/pricing"],
        "outcomes.csv": ["lead,at,outcome,reason,value", *said, "999,2026-03-01,won,,", ",2026-03-01,won,,"],
    }
    files["quoted.csv"] = [",".join(f'"{cell}"' for cell in line.split(",")) for line in files["outcomes.csv"]]
    names, *rows = (line.split(",") for line in files["outcomes.csv"])
    files["outcomes.ndjson"] = [json.dumps(dict(zip(names, row, strict=True))) for row in rows]
    for name, lines in files.items():
        text = lines if isinstance(lines, str) else "".join(f"{line}\n" for line in lines)
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


COLUMN = ("--outcome", "result", "--outcome-at", "decided", "--outcome-reason", "why", "--outcome-value", "worth")
FILE = ("--outcomes", "outcomes.csv")
AS_OF = ("--as-of", "2026-03-02")


def never(*arguments: object) -> None:
    raise AssertionError("the leads were scored one by one")


def both(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> tuple[Result, Result]:
    """A command over leads one by one, and as a set."""
    one = run(*arguments)
    rejects = Path("rejects.ndjson").read_text(encoding="utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(sizes, "LARGE", 0)
        patched.setattr(sizes, "FOR_EACH_AGED", 0)
        patched.setattr(judging, "_one_by_one", never)
        many = run(*arguments)
    assert Path("rejects.ndjson").read_text(encoding="utf-8") == rejects
    return one, many


@pytest.mark.parametrize(
    "arguments",
    [
        (*COLUMN, *AS_OF),
        (*FILE, *AS_OF),
        (*FILE, *AS_OF, "--events", "events.csv", "--by", "title", "--train-until", "2026-03-12"),
        (*COLUMN, *AS_OF, "--leaks", "--format", "json"),
        COLUMN,
        FILE,
        (*FILE, "--events", "events.csv", "--leaks", "--format", "json"),
        ("--outcomes", "outcomes.ndjson", "--events", "events.csv", "--by", "title"),
        ("--outcomes", "quoted.csv", *AS_OF),
        ("--outcomes", "outcomes.ndjson", *AS_OF),
        (*FILE, *AS_OF, "--leaks", "--by", "employees", "--format", "json", "--goal", "accepted"),
    ],
    ids=[
        "column",
        "file",
        "events",
        "leaks",
        "column, each at its decision",
        "file, each at its decision",
        "events, each at its decision",
        "json, each at its decision",
        "quoted",
        "json",
        "leaks-of-file",
    ],
)
def test_a_backtest_of_a_set_is_the_one_of_its_leads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...]
) -> None:
    asked = ("backtest", "acme.score", "leads.csv", *WORDS, "--rejects", "rejects.ndjson", *arguments)
    one, many = both(monkeypatch, *asked)
    assert one.exit_code == 1, one.stderr
    assert "with an outcome" in one.stderr
    assert many.stderr == one.stderr
    assert many.stdout == one.stdout


@pytest.mark.parametrize("outcomes", [COLUMN, FILE], ids=["column", "file"])
def test_a_model_that_knows_no_time_takes_any_time(
    folder: Path, monkeypatch: pytest.MonkeyPatch, outcomes: tuple[str, ...]
) -> None:
    timeless = "".join(line for line in MODEL.splitlines(True) if "since" not in line and "visit" not in line)
    (folder / "acme.score").write_text(timeless.replace("category Behaviour:\n", ""), encoding="utf-8")
    # Without the last row, which has too few cells, DuckDB reads the file itself.
    leads = (folder / "leads.csv").read_text(encoding="utf-8").removesuffix("1,2,3\n")
    (folder / "leads.csv").write_text(leads, encoding="utf-8")
    asked = ("backtest", "acme.score", "leads.csv", *WORDS, "--rejects", "rejects.ndjson", *outcomes)
    one, many = both(monkeypatch, *asked)
    assert (many.stdout, many.stderr) == (one.stdout, one.stderr)


def test_a_model_that_asks_how_long_ago_a_day_was_is_scored_as_of_each_decision(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "acme.score").write_text("if days since 2026-03-10 > 2 then +10\nif employees > 70 then +1\n")
    asked = ("backtest", "acme.score", "leads.csv", *WORDS, *FILE, "--rejects", "rejects.ndjson")
    one, many = both(monkeypatch, *asked)
    assert "days-since" in one.stdout
    assert (many.stdout, many.stderr) == (one.stdout, one.stderr)


def test_feedback_and_tune_of_a_set_are_those_of_its_leads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for command in ("feedback", "tune"):
        asked = (command, "acme.score", "leads.csv", *WORDS, "--rejected", "Perhaps", *COLUMN, *AS_OF)
        one, many = both(monkeypatch, *asked, "--rejects", "rejects.ndjson")
        assert (many.stdout, many.stderr) == (one.stdout, one.stderr)


def test_a_report_of_a_set_is_the_one_of_its_leads_and_has_both_categories(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = ("report", "acme.score", "leads.csv", *WORDS, "--rejected", "Perhaps", *COLUMN, "--events", "events.csv")
    one, many = both(monkeypatch, *asked, "--rejects", "rejects.ndjson")
    assert "<h2" in one.stdout
    assert "Fit × Behaviour" in one.stdout
    assert (many.stdout, many.stderr) == (one.stdout, one.stderr)


@pytest.mark.parametrize(
    ("type_", "result", "won"),
    [("TIMESTAMPTZ", "won", "true"), ("TIMESTAMP", "stage", "2"), ("DATE", "share", "0.5")],
)
def test_a_backtest_of_parquet_is_the_one_of_its_leads(
    folder: Path, monkeypatch: pytest.MonkeyPatch, type_: str, result: str, won: str
) -> None:
    query = f"""
        SELECT n AS id, ['CEO', 'Clerk', ' ceo', NULL][n % 4 + 1] AS "Job Title", n % 9 * 70.5 AS employees,
               DATE '2025-12-01' + (n % 28)::INT AS since,
               TIMESTAMP '2024-03-01 12:30' + to_days((n * 7 % 300)::INT) AS asked, n % 5 = 0 AS won,
               n % 3 AS stage, n % 4 AS tier, (n % 3) / 4 AS share, n * 10 AS worth,
               if(n % 11 = 0, NULL, TIMESTAMP '2026-03-01 08:00' + to_days((n % 28)::INT))::{type_} AS decided
        FROM range(1, 200) AS t(n)"""
    duckdb.execute(f"COPY ({query}) TO 'leads.parquet' (FORMAT parquet)")
    asked = ("backtest", "acme.score", "leads.parquet", "--events", "events.csv", "--rejects", "rejects.ndjson")
    outcome = ("--outcome", result, "--won", won, "--outcome-at", "decided", "--outcome-value", "worth")
    one, many = both(monkeypatch, *asked, *outcome, "--by", "tier", "--leaks", "--format", "json")
    assert one.exit_code == 1, one.stderr
    assert '"leaks"' in one.stdout
    assert (many.stdout, many.stderr) == (one.stdout, one.stderr)


@pytest.mark.parametrize("identity", ["n::VARCHAR::BLOB", "[n]", "NULL::VARCHAR"])
def test_leads_whose_identities_are_none_have_no_outcomes_of_a_file(
    folder: Path, monkeypatch: pytest.MonkeyPatch, identity: str
) -> None:
    duckdb.execute(f"COPY (SELECT {identity} AS id, 'CEO' AS title FROM range(9) t(n)) TO 'leads.parquet'")
    asked = ("backtest", "acme.score", "leads.parquet", *WORDS, *FILE, "--rejects", "rejects.ndjson")
    one, many = both(monkeypatch, *asked)
    assert one.exit_code == 2
    assert "none is there" in one.stderr
    assert (many.stdout, many.stderr, many.exit_code) == (one.stdout, one.stderr, 2)


@pytest.mark.parametrize("kind", ["DATE", "TIMESTAMP", "TIMESTAMPTZ"])
def test_a_column_with_an_infinite_date_is_read_one_by_one(
    folder: Path, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    query = f"""SELECT n AS id, if(n % 2 = 0, 'won', 'lost') AS result, DATE '2026-03-01' AS decided,
        if(n % 3 = 0, 'infinity', '2026-01-01')::{kind} AS until FROM range(90) t(n)"""
    duckdb.execute(f"COPY ({query}) TO 'leads.parquet'")
    asked = ("backtest", "acme.score", "leads.parquet", "--outcome", "result", "--outcome-at", "decided", "--leaks")
    one = run(*asked, "--by", "until")
    assert "until" in one.stdout
    monkeypatch.setattr(sizes, "LARGE", 0)
    monkeypatch.setattr(sizes, "FOR_EACH_AGED", 0)
    many = run(*asked, "--by", "until")
    assert (many.stdout, many.stderr) == (one.stdout, one.stderr)


def test_a_file_without_leads_is_told_to_have_none_whatever_its_columns(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "leads.csv").write_text("id,result\n", encoding="utf-8")
    asked = ("backtest", "acme.score", "leads.csv", "--outcome", "resul", *AS_OF)
    one = run(*asked)
    monkeypatch.setattr(sizes, "LARGE", 0)
    monkeypatch.setattr(sizes, "FOR_EACH_AGED", 0)
    many = run(*asked)
    assert "there are no leads in leads.csv" in one.stderr
    assert (many.stdout, many.stderr, many.exit_code) == (one.stdout, one.stderr, one.exit_code)


def test_leads_with_columns_of_objects_go_one_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    query = "SELECT n AS id, [n, 2] AS tags, n % 2 = 0 AS won FROM range(300) AS t(n)"
    duckdb.execute(f"COPY ({query}) TO 'leads.parquet' (FORMAT parquet)")
    monkeypatch.setattr(sizes, "LARGE", 0)
    monkeypatch.setattr(sizes, "FOR_EACH_AGED", 0)
    asked = ("backtest", "acme.score", "leads.parquet", "--outcome", "won", "--won", "true", *AS_OF, "--leaks")
    assert "300 rows = 300 with an outcome" in run(*asked).stderr


def test_leads_that_are_no_table_go_one_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (folder / "leads.ndjson").write_text('{"id": 1, "won": true}\n{"id": 2, "won": false}\n', encoding="utf-8")
    monkeypatch.setattr(sizes, "LARGE", 0)
    found = run("backtest", "acme.score", "leads.ndjson", "--outcome", "won", "--won", "true", *AS_OF)
    assert "2 rows = 2 with an outcome" in found.stderr


def test_a_column_that_is_not_there_is_told_before_anything_is_scored(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sizes, "LARGE", 0)
    found = run("backtest", "acme.score", "leads.csv", "--outcome", "resul", *AS_OF)
    assert found.exit_code == 2
    assert "did this mean `result`?" in found.stderr
