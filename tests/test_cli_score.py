"""`scorelang score` and `scorelang explain`: files in, results, rejects and reasons out."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest
from click.testing import Result

import scorelang
from scorelang.values import EXPECTED, Type

from .command_line import run

MODEL = """\
model "Acme", version 3
lead:
    title      text from "Job Title"
    employees  number missing "unknown"
    demo       flag
category Fit, 0 to 50:
    if title in ["CEO", "VP"] then +20 because "decision maker"
    if employees >= 200 then +2.5
category Behaviour, at most 60:
    visit "/pricing" within 30 days then +10
    each webinar where attended then +5
require demo
stage MQL from 20
grade Fit: A from 20, else B
route:
    "Call" if stage is at least MQL
    "Nurture" otherwise
"""
LEADS = """\
id,Job Title,employees,demo
1,CEO,500,yes
2,VP,unknown,no
3,Clerk,10,yes
"""
EVENTS = """\
lead,type,at,path,name,attended
1,visit,2026-06-20,https://acme.example/pricing/,,
3,visit,2026-06-29,/pricing,,
3,webinar,2026-06-29,,Launch,yes
"""
AS_OF = ("--as-of", "2026-06-30")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, leads and events, which is the current one."""
    for name, text in {"acme.score": MODEL, "leads.csv": LEADS, "events.csv": EVENTS}.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("COLUMNS", raising=False)
    return tmp_path


def score(*arguments: str, input: str | bytes | None = None) -> Result:
    return run("score", "acme.score", *arguments, *AS_OF, input=input)


def objects(result: Result) -> list[dict[str, object]]:
    return [json.loads(line) for line in result.stdout.splitlines()]


def spawn(*arguments: str, heeding: bool = True, **settings: object) -> subprocess.Popen[bytes]:
    # Where a script runs the tests in the background, they ignore Ctrl-C, and so would what they start.
    before = f"import signal; signal.signal(signal.SIGINT, signal.{'default_int_handler' if heeding else 'SIG_IGN'})"
    command = [sys.executable, "-c", f"{before}; import scorelang.cli; scorelang.cli.main()", *arguments]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    return subprocess.Popen(command, **{**pipes, **settings})  # type: ignore[call-overload,no-any-return]


def names(folder: Path) -> set[str]:
    return {file.name for file in folder.iterdir()}


# --- results --------------------------------------------------------------------------------------------------------


def test_the_results_are_a_table_on_standard_output(folder: Path) -> None:
    result = score("leads.csv", "--events", "events.csv")
    assert result.exit_code == 0
    assert result.stdout.splitlines() == [
        "id  score   Fit  grade  Behaviour  stage  qualified  route",
        "1    32.5  22.5  A             10  MQL    yes        Call",
        "2      20    20  A              0  none   no         Nurture",
        "3      15     0  B             15  none   yes        Nurture",
    ]
    assert result.stderr == "leads.csv: 3 rows = 3 scored + 0 rejected, as of 2026-06-30T00:00:00Z\n"


def test_the_command_line_says_what_the_library_says(folder: Path) -> None:
    model = scorelang.load("acme.score")
    leads = list(csv.DictReader(io.StringIO(LEADS)))
    events = list(csv.DictReader(io.StringIO(EVENTS)))
    expected = [result.to_dict() for result in model.score_many(leads, events, "2026-06-30")]
    found = objects(score("leads.csv", "--events", "events.csv", "--format", "ndjson"))
    assert found == json.loads(json.dumps(expected))
    assert json.loads(score("leads.csv", "--events", "events.csv", "--format", "json").stdout) == found


@pytest.mark.parametrize("name", ["out.csv", "out.ndjson", "out.jsonl", "out.json", "out.parquet", "out.csv.gz"])
def test_the_extension_of_the_output_says_its_format(name: str, folder: Path) -> None:
    result = score("leads.csv", "-o", name)
    assert (result.exit_code, result.stdout) == (0, "")
    read = {"csv": "read_csv", "parquet": "read_parquet"}.get(name.split(".")[1], "read_json")
    rows = duckdb.sql(f"SELECT CAST(id AS VARCHAR), score FROM {read}('{folder / name}')").fetchall()
    assert rows == [("1", 22.5), ("2", 20), ("3", 0)]


def test_an_output_whose_name_says_no_format_needs_one(folder: Path) -> None:
    assert score("leads.csv", "-o", "out.txt").exit_code == 2
    assert score("leads.csv", "-o", str(folder)).exit_code == 2
    assert score("leads.csv", "-o", "out.txt", "--format", "table").exit_code == 0
    assert (folder / "out.txt").read_text().startswith("id  score")


def test_several_columns_of_grades_say_of_what_they_are(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "120")
    more = "grade Behaviour: Hot from 10, else Cold\ngrade score: Top from 20, else Low\n"
    (folder / "acme.score").write_text(MODEL + more)
    header = score("leads.csv").stdout.partition("\n")[0]
    assert header.startswith("id  score  score grade   Fit  Fit grade  Behaviour  Behaviour grade  stage")


def test_a_table_is_as_wide_as_the_environment_says(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    narrow = score("leads.csv").stdout
    monkeypatch.setenv("COLUMNS", "40")
    assert max(map(len, score("leads.csv").stdout.splitlines())) <= 40 < max(map(len, narrow.splitlines()))
    explained = run("explain", "acme.score", "leads.csv", "--id", "1", *AS_OF).stdout
    assert max(map(len, explained.splitlines())) <= 40
    for nothing in ("", "wide", "0", "-5"):
        monkeypatch.setenv("COLUMNS", nothing)
        assert score("leads.csv").stdout == narrow


def test_top_keeps_the_highest_scores_and_of_equals_the_first(folder: Path) -> None:
    rows = [*(f"{n},Clerk,," for n in range(9)), "a,VP,,", "b,CEO,500,", "c,CEO,,"]
    (folder / "leads.csv").write_text("\n".join(["id,Job Title,employees,demo", *rows]))
    found = objects(score("leads.csv", "--top", "5", "--format", "ndjson"))
    assert [lead["id"] for lead in found] == ["b", "a", "c", "0", "1"]


def test_leads_can_come_from_standard_input_in_any_format(folder: Path) -> None:
    assert objects(score("-", "--format", "ndjson", input=LEADS)) == objects(score("leads.csv", "--format", "ndjson"))
    lead = {"id": 7, "Job Title": "CEO", "demo": True}
    assert objects(score("-", "--format", "ndjson", input=json.dumps([lead])))[0]["score"] == 20
    assert score("-", input=LEADS).stderr.startswith("standard input: 3 rows = 3 scored + 0 rejected")


def test_events_inside_a_lead_count_with_those_of_other_files(folder: Path) -> None:
    own = {"type": "webinar", "at": "2026-06-01", "attended": True}
    text = json.dumps({"id": 1, "Job Title": "CEO", "demo": "yes", "events": [own]})
    assert objects(score("-", "--format", "ndjson", input=text))[0]["score"] == 25
    assert objects(score("-", "--events", "events.csv", "--format", "ndjson", input=text))[0]["score"] == 35


def test_a_column_of_a_table_that_is_called_events_is_no_list_of_events(folder: Path) -> None:
    assert score("-", input="id,Job Title,events\n1,CEO,12\n").exit_code == 0


def test_an_event_after_as_of_does_not_exist_yet(folder: Path) -> None:
    result = run("score", "acme.score", "leads.csv", "--events", "events.csv", "--as-of", "2026-06-25")
    assert "\n3       0     0  B              0" in result.stdout
    assert "as of 2026-06-25T00:00:00Z" in result.stderr


def test_without_as_of_it_is_now(folder: Path) -> None:
    before = time.time() - 1
    said = re.search(r"as of (\S+)Z\n", run("score", "acme.score", "leads.csv").stderr)
    assert said is not None
    moment = time.mktime(time.strptime(said[1], "%Y-%m-%dT%H:%M:%S")) - time.timezone
    assert before - 1 <= moment <= time.time() + 1


def test_an_as_of_that_is_no_time_is_a_wrong_call(folder: Path) -> None:
    result = run("score", "acme.score", "leads.csv", "--as-of", "soon")
    assert result.exit_code == 2
    assert "--as-of: 'soon' is no time; write it as 2026-11-21" in result.stderr


# --- rejects --------------------------------------------------------------------------------------------------------

MIXED = """\
id,Job Title,employees,demo
1,CEO,500,yes
2,VP,many,perhaps
3,Clerk
4,Clerk,10,yes
"""


def test_rows_that_do_not_fit_are_named_and_the_others_scored(folder: Path) -> None:
    result = score("-", input=MIXED)
    assert result.exit_code == 1
    assert [line.split()[0] for line in result.stdout.splitlines()] == ["id", "1", "4"]
    assert result.stderr.splitlines() == [
        "standard input:3: lead 2: employees is 'many', which is not a number",
        "standard input:3: lead 2: demo is 'perhaps', which is not a flag (yes or no)",
        "standard input:4: the row has 2 cells where the header has 4",
        "standard input: 4 rows = 2 scored + 2 rejected, as of 2026-06-30T00:00:00Z",
    ]


def test_beside_an_output_the_rejects_are_written_down(folder: Path) -> None:
    (folder / "leads.csv").write_text(MIXED)
    result = score("leads.csv", "-o", "out.csv")
    assert result.exit_code == 1
    rejects = [json.loads(line) for line in (folder / "out.csv.rejects.ndjson").read_text().splitlines()]
    assert [(reject["file"], reject["line"], reject["field"], reject["value"]) for reject in rejects] == [
        ("leads.csv", 3, "employees", "many"), ("leads.csv", 3, "demo", "perhaps"), ("leads.csv", 4, None, None),
    ]  # fmt: skip
    assert rejects[0]["expected"] == "a number"
    assert result.stderr.endswith("; out.csv.rejects.ndjson says why\n")


def test_without_an_output_no_file_is_written_unless_it_is_named(folder: Path) -> None:
    (folder / "leads.csv").write_text(MIXED)
    before = names(folder)
    assert score("leads.csv").exit_code == 1
    assert names(folder) == before
    assert score("leads.csv", "-o", os.devnull, "--format", "csv").exit_code == 1
    assert names(folder) == before
    score("leads.csv", "--rejects", "why.ndjson")
    assert len((folder / "why.ndjson").read_text().splitlines()) == 3


def test_standard_error_shows_20_rejects_and_counts_the_rest(folder: Path) -> None:
    rows = "".join(f"{n},CEO,many,yes\n" for n in range(25))
    shown = score("-", input="id,Job Title,employees,demo\n" + rows).stderr
    assert shown.count("which is not a number") == 20
    assert "\nand 5 more\n  = `--rejects FILE` writes them all down\n" in shown


def test_rejects_of_an_earlier_run_do_not_stay(folder: Path) -> None:
    (folder / "leads.csv").write_text(MIXED)
    score("leads.csv", "-o", "out.csv")
    (folder / "leads.csv").write_text(LEADS)
    result = score("leads.csv", "-o", "out.csv")
    assert "out.csv.rejects.ndjson" not in names(folder)
    assert "note: out.csv.rejects.ndjson is removed" in result.stderr
    score("leads.csv", "-o", "out.csv", "--rejects", "why.ndjson")
    assert (folder / "why.ndjson").read_text() == ""


@pytest.mark.parametrize("output", [[], ["-o", "out.csv"]])
def test_under_strict_the_first_row_that_does_not_fit_ends_the_run_with_nothing_written(
    output: list[str], folder: Path
) -> None:
    (folder / "leads.csv").write_text(MIXED)
    before = names(folder)
    result = score("leads.csv", "--strict", *output)
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.startswith("error: leads.csv:3: lead 2: employees is 'many', which is not a number\n")
    assert names(folder) == before
    (folder / "leads.csv").write_text(LEADS)
    assert score("leads.csv", "--strict").stdout == score("leads.csv").stdout


def test_a_bad_event_is_named_by_its_own_line_and_its_lead_is_rejected(folder: Path) -> None:
    rows = ("1,webinar,2026-06-01,yes", "1,webinar,2026-06-02,perhaps", "3,webinar,soon,yes", ",visit,2026-06-01,")
    (folder / "events.csv").write_text("\n".join(["lead,type,at,attended", *rows]))
    result = score("leads.csv", "--events", "events.csv", "-o", "out.csv")
    rejects = [json.loads(line) for line in (folder / "out.csv.rejects.ndjson").read_text().splitlines()]
    assert [(reject["file"], reject["line"], reject["lead"], reject["field"]) for reject in rejects] == [
        ("events.csv", 5, None, None), ("events.csv", 3, "1", "webinar.attended"), ("events.csv", 4, "3", "webinar.at"),
    ]  # fmt: skip
    assert result.exit_code == 1
    assert "3 rows = 1 scored + 2 rejected" in result.stderr


def test_an_event_that_cannot_be_read_rejects_the_lead_that_it_names(folder: Path) -> None:
    rows = ("1,visit,,/a,,", "3,visit", "2,nothing_of_ours,,,,", "9,visit")
    (folder / "events.csv").write_text("\n".join(["lead,type,at,path,name,attended", *rows]))
    result = score("leads.csv", "--events", "events.csv", "-o", "out.ndjson")
    assert result.exit_code == 1
    assert "leads.csv: 3 rows = 1 scored + 2 rejected" in result.stderr
    assert [json.loads(line)["id"] for line in (folder / "out.ndjson").read_text().splitlines()] == ["2"]
    rejects = [json.loads(line) for line in (folder / "out.ndjson.rejects.ndjson").read_text().splitlines()]
    assert [(reject["lead"], reject["line"], reject["message"], reject["record"]) for reject in rejects] == [
        ("3", 3, "the row has 2 cells where the header has 6", "3,visit"),
        ("9", 5, "the row has 2 cells where the header has 6", "9,visit"),
        ("1", 2, f"lead 1: visit.at is missing, and must be {EXPECTED[Type.DATE]}", {"type": "visit", "path": "/a"}),
    ]  # fmt: skip


def test_the_lead_of_an_event_that_cannot_be_read_is_not_explained(folder: Path) -> None:
    (folder / "events.csv").write_text("lead,type,at\n3,visit\n")
    result = run("explain", "acme.score", "leads.csv", "--events", "events.csv", "--id", "3", *AS_OF)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "events.csv:2: the row has 2 cells where the header has 3" in result.stderr


def test_an_event_that_cannot_be_read_is_a_finding_though_every_lead_is_scored(folder: Path) -> None:
    (folder / "events.csv").write_text("lead,type,at\n,visit,2026-06-01\n")
    result = score("leads.csv", "--events", "events.csv")
    assert result.exit_code == 1
    assert "events.csv:2: the event has no `lead`" in result.stderr
    score("leads.csv", "--events", "events.csv", "--rejects", "why.ndjson")
    record = json.loads((folder / "why.ndjson").read_text())["record"]
    assert record == {"lead": "", "type": "visit", "at": "2026-06-01"}
    assert "3 rows = 3 scored + 0 rejected" in result.stderr


def test_a_file_that_breaks_off_leaves_nothing_half_written(folder: Path) -> None:
    (folder / "out.csv").write_text("as it was")
    (folder / "leads.csv").write_bytes(LEADS.encode() + b"4,\xff,1,yes\n")
    before = names(folder)
    result = score("leads.csv", "-o", "out.csv")
    assert result.exit_code == 2
    assert "leads.csv:5: the file is not UTF-8" in result.stderr
    assert (folder / "out.csv").read_text() == "as it was"
    assert names(folder) == before


# --- what is worth knowing ------------------------------------------------------------------------------------------


def test_events_of_nobody_are_counted(folder: Path) -> None:
    (folder / "events.csv").write_text(
        EVENTS + "9,visit,2026-06-01,/x,,\n9,visit,2026-06-01,/x,,\n8,visit,2026-06-01,/x,,\n"
    )
    result = score("leads.csv", "--events", "events.csv")
    assert result.exit_code == 0
    assert "note: 3 events are of 2 leads not in leads.csv: 9 and 8\n" in result.stderr


def test_an_event_whose_kind_is_nearly_one_of_the_model_is_asked_about(folder: Path) -> None:
    (folder / "events.csv").write_text("lead,type,at\n1,Visit,2026-06-01\n2,sneeze,2026-06-01\n")
    result = score("leads.csv", "--events", "events.csv")
    assert "note: the model names no event `Visit` (1 event ignored): does it mean `visit`?\n" in result.stderr
    assert "sneeze" not in result.stderr


def test_ids_that_occur_twice_are_counted(folder: Path) -> None:
    result = score("-", input=LEADS + "1,VP,,yes\n")
    assert "note: 1 row has the id of an earlier row; each row is scored by itself\n" in result.stderr


def test_fields_that_no_lead_has_are_named(folder: Path) -> None:
    text = "note: standard input has no column for `title` (`Job Title`) and `demo`: missing for every lead\n"
    assert text in score("-", input="id,employees\n1,5\n").stderr
    assert text in score("-", input='{"id": 1, "employees": 5}').stderr
    assert "no column for any field of the model: is it the right file?" in score("-", input="id,x\n1,5\n").stderr


def test_rows_that_cannot_be_read_say_nothing_of_the_columns(folder: Path) -> None:
    assert "right file" not in score("-", input="id,Job Title,employees,demo\n1,CEO\n2,VP\n").stderr
    assert "right file" not in score("-", input='{"id": 1,\n{"id": 2,\n').stderr
    assert "no column for `title` (`Job Title`): missing" in score("-", input="id,employees,demo\n1,CEO\n").stderr
    assert "no column for any field of the model: is it the right file?" in score("-", input="id,x\n1\n").stderr


def test_attributes_that_the_model_asks_for_and_no_file_of_events_has_are_named(folder: Path) -> None:
    said = "note: the files of events have no column for `webinar.attended`: missing in all of these events\n"
    (folder / "events.csv").write_text("lead,type,at,path\n1,webinar,2026-06-01,\n")
    assert said in score("leads.csv", "--events", "events.csv").stderr
    (folder / "e.ndjson").write_text('{"lead": 1, "type": "webinar", "at": "2026-06-01", "name": "x"}\n')
    assert said in score("leads.csv", "--events", "e.ndjson").stderr
    (folder / "events.csv").write_text("lead,type,at,attended\n2,sneeze,2026-06-01,\n")
    assert "have no column" not in score("leads.csv", "--events", "e.ndjson", "--events", "events.csv").stderr
    (folder / "events.csv").write_text("lead,type,at\n1,visit,2026-06-01\n")
    result = score("leads.csv", "--events", "events.csv")
    assert "no column for `visit.path`: missing in all of these events\n" in result.stderr
    assert "webinar" not in result.stderr


def test_an_attribute_that_is_read_under_the_name_of_its_column_is_not_said_to_be_absent(folder: Path) -> None:
    model = 'lead:\n    id text\nevent call(minutes number from "Min", who text)\nif sum of call.minutes > 5 then +1\n'
    (folder / "acme.score").write_text(model)
    (folder / "events.csv").write_text("lead,type,at,Min\n1,call,2026-06-01,9\n")
    assert "no column" not in score("leads.csv", "--events", "events.csv").stderr
    (folder / "events.csv").write_text("lead,type,at,who\n1,call,2026-06-01,9\n")
    assert "no column for `call.minutes` (`Min`):" in score("leads.csv", "--events", "events.csv").stderr


def test_leads_without_an_id_are_told_apart_by_their_rows(folder: Path) -> None:
    result = score("-", input="Job Title,employees,demo\nCEO,5,yes\nVP,5,yes\n")
    assert result.exit_code == 0
    assert [line.partition("  ")[0] for line in result.stdout.splitlines()] == ["id", "row 1", "row 2"]
    assert "have no `id`, so the results are told apart by row" in result.stderr


def test_leads_without_an_id_cannot_have_events_of_other_files(folder: Path) -> None:
    result = score("-", "--events", "events.csv", input="Id,Job Title,employees,demo\n1,CEO,5,yes\n")
    assert result.exit_code == 2
    assert "there is no column `id`, which identifies a lead\n  = did this mean `--id-column Id`?" in result.stderr
    result = score("-", "--events", "events.csv", input=LEADS + ",CEO,5,yes\n")
    assert "note: 1 lead has no `id`, and so no events\n" in result.stderr


def test_another_column_can_identify_the_leads(folder: Path) -> None:
    text = "id,crm,Job Title,employees,demo\n7,1,CEO,500,yes\n"
    [lead] = objects(score("-", "--id", "crm", "--events", "events.csv", "--format", "ndjson", input=text))
    assert (lead["id"], lead["score"]) == ("1", 32.5)
    assert score("-", "--id", "crn", input=text).exit_code == 2


def test_identities_match_without_regard_to_case(folder: Path) -> None:
    (folder / "events.csv").write_text("lead,type,at,path\nann@X.example,visit,2026-06-20,/pricing\n")
    result = score("-", "--events", "events.csv", "--format", "ndjson", input="id,demo\nANN@x.example,yes\n")
    assert objects(result)[0]["score"] == 10


# --- wrong calls ----------------------------------------------------------------------------------------------------


def test_swapped_files_are_noticed(folder: Path) -> None:
    assert "the model comes before the leads: acme.score leads.csv" in run("score", "leads.csv", "acme.score").stderr
    assert run("score", "acme.score", "acme.score").exit_code == 2


def test_an_output_never_overwrites_an_input(folder: Path) -> None:
    for arguments in (
        ["-o", "leads.csv"],
        ["-o", "./leads.csv"],
        ["--rejects", "leads.csv"],
        ["-o", "x.csv", "--rejects", "x.csv"],
    ):
        result = score("leads.csv", *arguments)
        assert result.exit_code == 2
        assert "would be overwritten" in result.stderr
    assert (folder / "leads.csv").read_text() == LEADS


def test_standard_input_is_read_only_once(folder: Path) -> None:
    result = score("-", "--events", "-", input=LEADS)
    assert result.exit_code == 2
    assert "standard input can be read only once" in result.stderr


def test_events_are_not_counted_twice(folder: Path) -> None:
    result = score("leads.csv", "--events", "events.csv", "--events", "events.csv")
    assert result.exit_code == 2
    assert "its events would count twice" in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["score", "acne.score", "leads.csv"], "acne.score: there is no such file\n  = did this mean acme.score?"),
        (["score", "acme.score", "lead.csv"], "lead.csv: there is no such file\n  = did this mean leads.csv?"),
        (["score", ".", "leads.csv"], ".: this is a folder, not a file\n  = models there: acme.score"),
        (["score", "acme.score", "."], ".: this is a folder, not a file"),
        (["score", "acme.score", "leads.csv", "--events", "x.csv"], "x.csv: there is no such file"),
        (["score", "acme.score", "leads.csv", "-o", "no/x.csv"], "no/x.csv: there is no folder no"),
        (["score", "x/acme.score", "leads.csv"], "there is no folder x either"),
        (["explain", "acme.score", "lead.csv", "--id", "1"], "lead.csv: there is no such file"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_clear_line(arguments: list[str], said: str, folder: Path) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert f"error: {said}" in result.stderr or said in result.stderr
    assert "Traceback" not in result.stderr


def test_a_model_that_is_wrong_is_shown_as_check_shows_it(folder: Path) -> None:
    (folder / "acme.score").write_text("if x then 5\n")
    result = score("leads.csv")
    assert result.exit_code == 2
    assert result.stderr.strip() == f"{run('check', 'acme.score').stdout.strip()}\nacme.score: 1 error"


# --- processes ------------------------------------------------------------------------------------------------------


def many(folder: Path, rows: int) -> str:
    (folder / "many.csv").write_text(
        "id,Job Title,employees,demo\n" + "".join(f"{row},CEO,{row},yes\n" for row in range(rows))
    )
    return "many.csv"


@pytest.mark.parametrize("format_", ["csv", "table"])
def test_a_closed_pipe_ends_quietly(format_: str, folder: Path) -> None:
    with spawn("score", "acme.score", many(folder, 5_000), "--format", format_, *AS_OF) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        assert process.stdout.readline().startswith(b"id")
        process.stdout.close()
        assert process.stderr.read() == b""
    assert process.returncode == 0


@pytest.mark.skipif(os.name == "nt", reason="needs a shell with pipes")
@pytest.mark.parametrize(
    ("command", "code"),
    [
        ("score acme.score leads.csv", 0),
        ("score acme.score wrong.csv", 1),
        ("score acme.score wrong.csv --format csv --rejects why.ndjson", 1),
        ("score acme.score long.csv --format ndjson", 1),
        ("explain acme.score leads.csv --id 1", 0),
        ("check acme.score bad.score", 2),
        ("check bad.score --format json", 2),
        ("check nothing.score 2>&1", 2),
        ("lint acme.score --no-config", 1),
        ("fmt --check ugly.score", 1),
        ("fmt - < ugly.score", 0),
        ("fmt --sideways 2>&1", 2),
        ("--help", 0),
    ],
)
def test_a_closed_pipe_does_not_change_the_exit_code(command: str, code: int, folder: Path) -> None:
    (folder / "wrong.csv").write_text(MIXED)
    many(folder, 5_000)
    (folder / "long.csv").write_text(MIXED + (folder / "many.csv").read_text().split("\n", 1)[1])
    (folder / "bad.score").write_text("if if\n" * 50)
    (folder / "ugly.score").write_text("if   a then +1\n")
    line = f"{{ sleep 0.1; {sys.executable} -m scorelang.cli {command}; echo $? > code; }} | true"
    # Unbuffered, the pipe is known to be closed before the first lead is read.
    env = {**os.environ, "PYTHONUNBUFFERED": "1" if "why" in command else ""}
    done = subprocess.run(["sh", "-c", line], capture_output=True, text=True, check=False, env=env)
    assert (int((folder / "code").read_text()), "Traceback" in done.stderr) == (code, False), done.stderr
    assert "Exception ignored" not in done.stderr
    if "why" in command:
        assert len((folder / "why.ndjson").read_text().splitlines()) == 3


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
@pytest.mark.parametrize(("number", "code", "said"), [(signal.SIGINT, 130, b"interrupted"), (signal.SIGTERM, 143, b"")])
def test_a_run_that_is_stopped_leaves_nothing_behind(number: int, code: int, said: bytes, folder: Path) -> None:
    before = names(folder)
    process = spawn("score", "acme.score", "-", "-o", "out.csv", "--rejects", "why.ndjson", *AS_OF)
    assert process.stdin is not None
    process.stdin.write(LEADS.encode())
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while len(names(folder)) < len(before) + 2 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(number)
    _, err = process.communicate()
    assert (process.returncode, err.strip()) == (code, said)
    assert names(folder) == before


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")
def test_a_run_in_the_background_that_ignores_interrupts_goes_on(folder: Path) -> None:
    process = spawn("score", "acme.score", "-", "-o", "out.csv", *AS_OF, heeding=False)
    assert process.stdin is not None
    process.stdin.write(LEADS.encode())
    process.stdin.flush()
    deadline = time.monotonic() + 60
    while len(names(folder)) < 4 and time.monotonic() < deadline:
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, err = process.communicate()
    assert process.returncode == 0
    assert b"3 scored" in err
    assert "out.csv" in names(folder)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell")
def test_the_command_works_in_the_middle_of_a_pipe(folder: Path) -> None:
    line = f"cat leads.csv | {sys.executable} -m scorelang.cli score acme.score - --format csv --top 1 | tail -1"
    done = subprocess.run(["bash", "-c", line], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("1,22.5,")


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
@pytest.mark.parametrize("colours", [True, False])
def test_colours_are_for_terminals_whose_users_want_them(colours: bool, folder: Path) -> None:
    import pty

    primary, secondary = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "NO_COLOR": "" if colours else "1"}
    for arguments in (["score", "acme.score", "leads.csv"], ["explain", "acme.score", "leads.csv", "--id", "1"]):
        process = spawn(*arguments, stdout=secondary, env=environment)
        process.communicate()
        assert (b"\x1b[1m" in os.read(primary, 1 << 16)) is colours
    os.close(primary)
    os.close(secondary)


@pytest.mark.skipif(os.name == "nt", reason="Windows has no pseudo-terminals")
def test_a_long_run_shows_how_far_it_has_come_on_a_terminal_only(folder: Path) -> None:
    import pty

    primary, secondary = pty.openpty()
    environment = {**os.environ, "TERM": "xterm"}
    leads = many(folder, 20_000)
    slowly = ("--engine", "reference")
    with spawn(
        "score", "acme.score", leads, "-o", "out.csv", *AS_OF, *slowly, stderr=secondary, env=environment
    ) as process:
        shown = b""
        while b"20,000 scored" not in shown:
            shown += os.read(primary, 1 << 16)
        process.communicate()
    os.close(primary)
    os.close(secondary)
    assert b"/20001" in shown


# --- explain --------------------------------------------------------------------------------------------------------


def explain(*arguments: str, input: str | None = None) -> Result:
    return run("explain", "acme.score", *arguments, *AS_OF, input=input)


def test_an_explanation_names_the_rules_that_count(folder: Path) -> None:
    result = explain("leads.csv", "--id", "1", "--events", "events.csv")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.startswith("Lead 1: score 32.5, stage MQL")
    assert "decision maker" in result.stdout
    assert "/pricing" in result.stdout


def test_an_explanation_shows_events_as_their_file_has_them(folder: Path) -> None:
    assert 'name "Launch"' in explain("leads.csv", "--id", "3", "--events", "events.csv").stdout
    event = {"type": "webinar", "at": "2026-06-29", "name": "Launch II", "attended": True}
    own = json.dumps({"id": 3, "demo": True, "events": [event]})
    shown = explain("-", "--id", "3", "--events", "events.csv", input=own).stdout
    assert 'name "Launch"' in shown
    assert 'name "Launch II"' in shown


def test_an_explanation_for_machines_is_an_array_of_one_object_a_row(folder: Path) -> None:
    [explanation] = json.loads(explain("leads.csv", "--id", "1", "--format", "json").stdout)
    assert explanation["result"]["score"] == 22.5
    assert explanation["score"]["points"] == 22.5


def test_an_explanation_can_be_a_page(folder: Path) -> None:
    result = explain("leads.csv", "--id", "1", "--html", "why.html")
    assert (result.exit_code, result.stdout) == (0, "")
    assert "decision maker" in (folder / "why.html").read_text(encoding="utf-8")


def test_a_lead_is_found_without_regard_to_case_or_by_its_row(folder: Path) -> None:
    text = "id,Job Title,demo\nAnn,CEO,yes\nBob,VP,yes\n"
    by_id = explain("-", "--id", " BOB ", input=text)
    assert by_id.stdout.startswith("Lead Bob: score 20")
    assert explain("-", "--row", "2", input=text).stdout == by_id.stdout


def test_leads_without_ids_are_explained_by_row(folder: Path) -> None:
    text = "Job Title,demo\nClerk,yes\nVP,yes\n"
    assert "score 20" in explain("-", "--row", "2", input=text).stdout.splitlines()[0]
    result = explain("-", "--id", "1", input=text)
    assert result.exit_code == 2
    assert "there is no column `id`" in result.stderr
    result = explain("-", "--id", "1", input='{"demo": "yes"}')
    assert "the leads have no `id`\n  = `--id-column COLUMN` names what identifies them" in result.stderr


def test_an_id_that_is_not_there_gets_close_ones_suggested(folder: Path) -> None:
    text = "id,demo\nann@acme.example,yes\nbob@acme.example,no\n"
    result = explain("-", "--id", "anne@acme.example", input=text)
    assert result.exit_code == 2
    assert "no lead has the id anne@acme.example\n  = close to it: ann@acme.example" in result.stderr


def test_a_row_that_is_not_there_is_a_mistake(folder: Path) -> None:
    result = explain("leads.csv", "--row", "9")
    assert result.exit_code == 2
    assert "leads.csv: there is no row 9; it has 3 rows" in result.stderr


def test_every_row_with_the_id_is_explained(folder: Path) -> None:
    (folder / "leads.csv").write_text(LEADS + "1,Clerk,,yes\n")
    result = explain("leads.csv", "--id", "1")
    assert result.stdout.count("Lead 1: score") == 2
    assert "--- row 4 ---" in result.stdout
    assert "note: 2 rows have the id 1: 1 and 4; `--row N` takes one of them" in result.stderr
    assert len(json.loads(explain("leads.csv", "--id", "1", "--format", "json").stdout)) == 2
    assert explain("leads.csv", "--id", "1", "--html", "why.html").exit_code == 2


def test_a_lead_that_does_not_fit_is_a_finding(folder: Path) -> None:
    result = explain("-", "--id", "2", input=MIXED)
    assert (result.exit_code, result.stdout) == (1, "")
    assert "standard input:3: lead 2: employees is 'many', which is not a number" in result.stderr
    result = explain("-", "--row", "3", input=MIXED)
    assert "standard input:4: the row has 2 cells where the header has 4" in result.stderr


@pytest.mark.parametrize(
    "arguments", [[], ["--id", "1", "--row", "1"], ["--id", "1", "--html", "x", "--format", "json"]]
)
def test_a_question_that_is_not_clear_is_a_wrong_call(arguments: list[str], folder: Path) -> None:
    assert explain("leads.csv", *arguments).exit_code == 2
