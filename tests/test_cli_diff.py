"""`scorelang diff`: two versions in, what differs and what becomes of leads out."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner, Result

from scorelang.cli import program

MODEL = """\
model "Acme", version 3, timezone "Europe/Berlin"
use chiefs from "people.score"
lead:
    title      text from "Job Title"
    employees  number missing "unknown"
    demo       flag
    created    date from "Created"
category Fit, 0 to 50:
    if title in chiefs then +20 because "decision maker"
    if employees >= 200 then +5
category Behaviour, at most 60:
    visit "/pricing" within 30 days then +10
require demo
stage Known from 5
stage MQL from 20
grade Fit: A from 20, else B
route:
    "Call" if stage is at least MQL
    "Nurture" otherwise
"""
PEOPLE = 'list chiefs = ["CEO", "VP"]\n'
LEADS = """\
id,Job Title,employees,demo,Created
1,CEO,500,yes,2026-06-01
2,VP,unknown,yes,2026-06-02
3,Clerk,10,yes,2026-06-08
4,CTO,300,yes,2026-06-23
"""
EVENTS = """\
lead,type,at,path
1,visit,2026-06-20,https://acme.example/pricing/
3,visit,2026-06-29,/pricing
"""
AS_OF = ("--as-of", "2026-06-30")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, an edited one, leads and events, which is the current one."""
    edited = MODEL.replace("+20 because", "+15 because").replace("+10\n", "+12\n").replace("version 3", "version 4")
    files = {
        "old.score": MODEL, "new.score": edited, "people.score": PEOPLE, "leads.csv": LEADS, "events.csv": EVENTS
    }  # fmt: skip
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def run(*arguments: str, input: str | None = None) -> Result:
    result = CliRunner().invoke(program, ["diff", *arguments], input=input)
    assert result.exit_code != 3, result.stderr
    return result


def impact(*arguments: str, old: str = "old.score", new: str = "new.score") -> dict[str, object]:
    result = run(old, new, "--leads", "leads.csv", *AS_OF, "--format", "json", *arguments)
    found = json.loads(result.stdout)["impact"]
    assert isinstance(found, dict)
    return found


# --- the change -----------------------------------------------------------------------------------------------------


def test_the_change_is_told_rule_by_rule(folder: Path) -> None:
    result = run("old.score", "new.score")
    assert result.exit_code == 0
    assert (
        result.stdout
        == """\
old.score → new.score: 3 changes

Model
  changed  Acme
           version: 3 → 4

Rules
  changed  decision-maker in Fit (new.score:9)
           points: +20 → +15
  changed  visit-pricing-within-30-days in Behaviour (new.score:12)
           points: +10 → +12
"""
    )


def test_a_model_and_itself_differ_in_nothing(folder: Path) -> None:
    assert run("old.score", "old.score").stdout == "old.score → old.score: nothing changes\n"


def test_what_nothing_uses_changes_nothing_in_what_the_model_means(folder: Path) -> None:
    (folder / "new.score").write_text(MODEL + 'list unused = ["x"]\n', encoding="utf-8")
    assert run("old.score", "new.score").stdout.endswith(": nothing changes in what the model means\n")


def test_one_version_may_come_from_standard_input(folder: Path) -> None:
    result = run("old.score", "-", input=MODEL.replace("from 20\n", "from 25\n"))
    assert "standard input" in result.stdout.partition("\n")[0]
    assert "from: 20 → 25" in result.stdout


def test_a_version_that_is_no_model_is_shown_with_its_mistakes(folder: Path) -> None:
    (folder / "new.score").write_text("if a than +1\n", encoding="utf-8")
    result = run("old.score", "new.score")
    assert result.exit_code == 2
    assert "new.score:1" in result.stderr
    assert result.stdout == ""


# --- the leads ------------------------------------------------------------------------------------------------------


def test_the_leads_that_move_are_counted_and_told(folder: Path) -> None:
    result = run("old.score", "new.score", "--leads", "leads.csv", "--events", "events.csv", *AS_OF)
    assert result.exit_code == 0
    assert "4 leads of leads.csv, scored by both, as of 2026-06-29T22:00:00Z" in result.stdout
    assert "score up" in result.stdout
    assert "decision-maker +20 → +15" in result.stdout
    assert result.stderr == "leads.csv: 4 rows = 4 scored + 0 rejected, as of 2026-06-29T22:00:00Z\n"


def test_json_counts_what_changes(folder: Path) -> None:
    found = impact("--events", "events.csv")
    assert found["changed"] == {
        "anything": 3, "score": 3, "score up": 1, "score down": 2, "stage": 1, "persona": 0, "qualified": 0,
        "route": 1, "grade Fit": 1,
    }  # fmt: skip
    assert found["flow"] == [
        {"before": "Known", "after": "Known", "leads": 2},
        {"before": "MQL", "after": "Known", "leads": 1},
        {"before": "MQL", "after": "MQL", "leads": 1},
    ]
    assert found["workload"] == {
        "line": "Known", "leads": 4, "before": 4, "after": 4, "gained": 0, "lost": 0, "change": 0.0, "weekly": None
    }  # fmt: skip


def test_the_line_and_the_weeks_are_those_that_were_asked_for(folder: Path) -> None:
    work = impact("--line", "MQL", "--created", "created")["workload"]
    assert isinstance(work, dict)
    assert (work["line"], work["before"], work["after"]) == ("MQL", 2, 1)
    assert work["weekly"] == {
        "weeks": 4, "first": "2026-06-01", "last": "2026-06-28", "dated": 4, "undated": 0, "before": 0.5,
        "after": 0.25, "busiest_before": 2, "busiest_after": 1,
    }  # fmt: skip
    assert impact("--line", "MQL", "--created", "Created")["workload"] == work


def test_both_versions_score_at_the_same_instant(folder: Path) -> None:
    (folder / "new.score").write_text(MODEL.replace("Europe/Berlin", "America/New_York"), encoding="utf-8")
    assert impact()["as_of"] == "2026-06-30T04:00:00Z"


def test_the_leads_that_moved_most_are_as_many_as_asked_for(folder: Path) -> None:
    moved = impact("--top", "1")["moved"]
    assert isinstance(moved, list)
    assert [lead["id"] for lead in moved] == ["2"]
    assert (moved[0]["old"]["grades"], moved[0]["new"]["grades"]) == ({"Fit": "A"}, {"Fit": "B"})
    assert moved[0]["because"][0] == {"what": "rule", "name": "decision-maker", "before": 20, "after": 15}
    assert impact("--top", "0")["moved"] == []


@pytest.mark.parametrize("name", ["leads.ndjson", "leads.json", "leads.parquet"])
def test_leads_come_in_every_format_that_is_scored(folder: Path, name: str) -> None:
    import duckdb

    target = {"leads.ndjson": "(FORMAT json)", "leads.json": "(FORMAT json, ARRAY true)", "leads.parquet": ""}[name]
    duckdb.sql(f"COPY (FROM read_csv('leads.csv', all_varchar = true)) TO '{name}' {target}")
    expected = impact()
    result = run("old.score", "new.score", "--leads", name, *AS_OF, "--format", "json")
    assert json.loads(result.stdout)["impact"] == {**expected, "file": name}


def test_rows_that_do_not_fit_are_told_as_score_tells_them(folder: Path) -> None:
    with (folder / "leads.csv").open("a", encoding="utf-8") as file:
        file.write("5,CEO,many,yes,2026-06-24\n")
    result = run("old.score", "new.score", "--leads", "leads.csv", *AS_OF, "--rejects", "out.ndjson")
    assert result.exit_code == 1
    assert "4 leads of leads.csv, scored by both" in result.stdout
    assert "without 1 row that neither can read" in " ".join(result.stdout.split())
    assert result.stderr.count("leads.csv:6: ") == 1
    assert "5 rows = 4 scored + 1 rejected" in result.stderr
    (reject,) = (folder / "out.ndjson").read_text(encoding="utf-8").splitlines()
    assert json.loads(reject)["value"] == "many"


def test_rows_that_one_version_alone_can_read_are_counted_apart(folder: Path) -> None:
    (folder / "new.score").write_text(MODEL.replace('missing "unknown"', ""), encoding="utf-8")
    found = impact()
    assert (found["leads"], found["not_compared"]) == (3, {"neither": 0, "only_old": 1, "only_new": 0})


@pytest.mark.parametrize(
    "extra",
    ["", "5,CEO,many,yes,2026-06-24\n6,VP,unknown,no,never\n7,VP,3\n,CEO,300,yes,\n"],
    ids=["all-fit", "some-do-not"],
)
@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("stage MQL from 20", "stage Hot from 25"),
        ('missing "unknown"', ""),
        ("grade Fit: A from 20, else B", "grade score: A from 30, B from 20, else C"),
        ("require demo", "require employees >= 100"),
    ],
)
def test_many_leads_are_compared_as_few_are(folder: Path, before: str, after: str, extra: str) -> None:
    new = (folder / "new.score").read_text(encoding="utf-8")
    assert before in new
    new = new.replace(before, after).replace('"Call" if stage is at least MQL', '"Call" if score > 20')
    (folder / "new.score").write_text(new, encoding="utf-8")
    with (folder / "leads.csv").open("a", encoding="utf-8") as file:
        file.write(extra)
    with (folder / "events.csv").open("a", encoding="utf-8") as file:
        file.write("2,visit,soon,/pricing\n,visit,2026-06-20,/\n9,visit,2026-06-20,/\n" if extra else "")
    arguments = ("old.score", "new.score", "--leads", "leads.csv", "--events", "events.csv", *AS_OF)
    options = ("--created", "created", "--top", "3", "--format", "json", "--rejects")
    one_by_one = run(*arguments, *options, "one.ndjson", "--engine", "python")
    at_once = run(*arguments, *options, "many.ndjson", "--engine", "duckdb", "--memory-limit", "1GB")
    assert json.loads(at_once.stdout) == json.loads(one_by_one.stdout)
    assert at_once.stderr.replace("many.ndjson", "one.ndjson") == one_by_one.stderr
    rejects = [(folder / name).read_text(encoding="utf-8").splitlines() for name in ("one.ndjson", "many.ndjson")]
    assert sorted(rejects[0]) == sorted(rejects[1])


def test_one_query_of_both_versions_says_what_two_queries_say(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    more = """\
    each visit where path is not "/" then +2, once a week, losing 50% every 30 days
    each visit then +1, at most 3
    if count of visit where path is "/pricing" > 0 then +3
persona Buyer:
    if title is "CEO" then +2
disqualify if employees > 900
require visit for MQL
"""
    for name, points in (("old.score", "+2, once"), ("new.score", "+4, once")):
        text = (folder / name).read_text(encoding="utf-8").replace("require demo\n", more + "require demo\n")
        (folder / name).write_text(text.replace("+2, once", points), encoding="utf-8")
    arguments = ("--events", "events.csv", "--engine", "duckdb", "--created", "created")
    together = impact(*arguments)
    assert together == impact("--events", "events.csv", "--engine", "python", "--created", "created")
    monkeypatch.setattr("scorelang.cli.diff.pairs.read_alike", lambda old, new: False)
    assert impact(*arguments) == together


@pytest.mark.parametrize("name", ["leads.ndjson", "leads.parquet"])
def test_the_days_on_which_many_leads_came_are_read_in_every_format(folder: Path, name: str) -> None:
    import duckdb

    created = {"leads.ndjson": "Created AS Created", "leads.parquet": "CAST(Created AS TIMESTAMPTZ) AS Created"}[name]
    options = "(FORMAT json)" if name.endswith("json") else ""
    duckdb.sql("SET TimeZone = 'UTC'")
    duckdb.sql(
        f"COPY (SELECT * REPLACE ({created}) FROM read_csv('leads.csv', all_varchar = true)) TO '{name}' {options}"
    )
    expected = impact("--created", "created")["workload"]
    arguments = ("old.score", "new.score", "--leads", name, *AS_OF, "--format", "json", "--created", "created")
    result = run(*arguments, "--engine", "duckdb")
    assert json.loads(result.stdout)["impact"]["workload"] == expected


def test_what_cannot_be_scored_as_a_set_is_scored_one_by_one(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from scorelang.sql.lower import NotLowered

    def not_lowered(*arguments: object) -> None:
        raise NotLowered([])

    expected = impact()
    monkeypatch.setattr("scorelang.cli.diff.comparing.is_large", lambda leads, events: True)
    assert impact() == expected
    monkeypatch.setattr("scorelang.cli.diff.pairs.compare_sets", not_lowered)
    assert impact() == expected
    result = run("old.score", "new.score", "--leads", "leads.csv", "--engine", "duckdb")
    assert result.exit_code == 2
    assert "without `--engine duckdb` the leads are scored one by one" in result.stderr


def test_leads_of_several_files_are_those_of_one(folder: Path) -> None:
    header, *rows = LEADS.splitlines(keepends=True)
    (folder / "part1.csv").write_text(header + "".join(rows[:2]), encoding="utf-8")
    (folder / "part2.csv").write_text(header + "".join(rows[2:]), encoding="utf-8")
    expected = impact()
    for engine in ("python", "duckdb"):
        result = run(
            "old.score", "new.score", "--leads", "part*.csv", *AS_OF, "--format", "json", "--engine", engine
        )  # fmt: skip
        assert json.loads(result.stdout)["impact"] == {**expected, "file": "part*.csv"}


# --- formats --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "begins"),
    [("out.md", "### old.score"), ("out.html", "<!doctype html>"), ("out.json", "{\n"), ("out.txt", "old.score →")],
)
def test_the_name_of_the_output_says_its_format(folder: Path, name: str, begins: str) -> None:
    assert run("old.score", "new.score", "-o", name).exit_code == 0
    assert (folder / name).read_text(encoding="utf-8").startswith(begins)


def test_a_name_that_says_no_format_needs_one(folder: Path) -> None:
    result = run("old.score", "new.score", "-o", "out.pdf")
    assert result.exit_code == 2
    assert "add `--format`, or name it .md, .html, .json or .txt" in result.stderr


# --- conditions -----------------------------------------------------------------------------------------------------


def test_a_condition_that_breaks_ends_with_1_and_says_by_what(folder: Path) -> None:
    arguments = ("old.score", "new.score", "--leads", "leads.csv", *AS_OF)
    result = run(*arguments, "--fail-if", "MQL -20%", "--fail-if", "changed 100%")
    assert result.exit_code == 1
    said = "leads at or above MQL: 2 before, 1 after (-50.0%)"
    assert f"fails: --fail-if 'MQL -20%': {said}\n" in result.stderr
    assert "changed" not in result.stderr.partition("fails")[2].partition("\n")[2]
    assert f"> **`MQL -20%`**: {said}" in run(*arguments, "--fail-if", "MQL -20%", "--format", "markdown").stdout
    assert run(*arguments, "--fail-if", "MQL +20%").exit_code == 0


def test_a_condition_finds_a_stage_under_the_name_that_it_had(folder: Path) -> None:
    new = (folder / "new.score").read_text(encoding="utf-8")
    new = new.replace("stage MQL from 20", "stage Hot from 20").replace("at least MQL", "at least Hot")
    (folder / "new.score").write_text(new, encoding="utf-8")
    for name in ("MQL", "Hot"):
        result = run("old.score", "new.score", "--leads", "leads.csv", *AS_OF, "--fail-if", f"{name} -50%")
        assert result.exit_code == 1
        assert "leads at or above Hot: 2 before, 1 after (-50.0%)" in result.stderr


def test_a_condition_that_is_none_ends_with_2(folder: Path) -> None:
    result = run("old.score", "new.score", "--leads", "leads.csv", "--fail-if", "MQLs +20%")
    assert result.exit_code == 2
    assert "did this mean `MQL`?" in result.stderr


# --- wrong calls ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("old.score", "new.score", "--fail-if", "MQL +1%"), "--fail-if: only with `--leads FILE`"),
        (("old.score", "new.score", "--as-of", "2026-01-01", "--line", "MQL"), "--as-of and --line: only with"),
        (("old.score", "new.score", "--engine", "duckdb"), "--engine: only with"),
        (("old.score", "new.score", "--leads", "leads.csv", "--memory-limit", "much"), "is no size"),
        (("-", "-"), "only one file can be `-`"),
        (("old.score", "-", "--leads", "-"), "only one file can be `-`"),
        (("old.score", "leads.csv", "--leads", "new.score"), "new.score is a model"),
        (("old.score", "new.score", "--leads", "leads.csv", "--line", "Mql"), "did this mean `MQL`?"),
        (("old.score", "new.score", "--leads", "leads.csv", "--created", "day"), "dates of the model: created"),
        (("old.score", "new.score", "-o", "new.score"), "new.score"),
        (("old.score", "nwe.score"), "did this mean new.score?"),
        (("old.score", "new.score", "--leads", "leads.csv", "--as-of", "soon"), "'soon' is no time"),
    ],
)
def test_a_call_that_cannot_be_meant_says_what_is_wrong(folder: Path, arguments: tuple[str, ...], said: str) -> None:
    result = run(*arguments, input="")
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


# --- git ------------------------------------------------------------------------------------------------------------


def git(folder: Path, *arguments: str) -> None:
    who = ("-c", "user.name=A", "-c", "user.email=a@acme.example", "-c", "init.defaultBranch=main")
    subprocess.run(["git", *who, *arguments], cwd=folder, check=True, capture_output=True)


@pytest.fixture
def repository(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose model in `models/` was committed, and then edited with the list that it uses."""
    models = folder / "models"
    models.mkdir()
    (models / "acme.score").write_text(MODEL, encoding="utf-8")
    (models / "people.score").write_text(PEOPLE, encoding="utf-8")
    git(folder, "init")
    git(folder, "add", "models")
    git(folder, "commit", "-m", "first")
    git(folder, "tag", "v1")
    (models / "people.score").write_text('list chiefs = ["CEO", "VP", "CTO"]\n', encoding="utf-8")
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    return folder


def test_a_model_comes_from_a_revision_with_what_it_used_then(repository: Path) -> None:
    result = run("git:HEAD:models/acme.score", "models/acme.score")
    assert result.exit_code == 0, result.stderr
    assert (
        result.stdout
        == """\
git:HEAD:models/acme.score → models/acme.score: 1 change

Terms
  changed  list chiefs
           members: 2 → 3
           added: "cto"
           reaches 1 part: decision-maker
"""
    )
    leads = impact(old="git:v1:models/acme.score", new="models/acme.score")
    assert isinstance(leads["changed"], dict)
    assert leads["changed"]["score up"] == 1


def test_a_path_of_git_that_begins_with_a_dot_is_one_from_here(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(repository / "models")
    assert run("git:v1:./acme.score", "git:main:models/acme.score").stdout.endswith(": nothing changes\n")
    assert run("git:v1:../models/acme.score", "git:v1:models/acme.score").exit_code == 0


def test_a_mistake_in_a_revision_is_shown_under_its_name(repository: Path) -> None:
    (repository / "models" / "acme.score").write_text('use x from "gone.score"\nif a than +1\n', encoding="utf-8")
    git(repository, "commit", "-am", "broken")
    result = run("git:HEAD:models/acme.score", "old.score")
    assert result.exit_code == 2
    assert "git:HEAD:models/acme.score:2" in result.stderr
    assert "there is no file `gone.score`" in result.stderr


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("git:HEAD", "write `git:REVISION:PATH`"),
        ("git::acme.score", "write `git:REVISION:PATH`"),
        ("git:v2:models/acme.score", "git knows no revision `v2`"),
        ("git:--help:models/acme.score", "git knows no revision `--help`"),
        ("git:HEAD:acme.score", "did this mean `git:HEAD:models/acme.score`?"),
        ("git:HEAD:models", "there is no such file at HEAD"),
        ("git:HEAD:../../etc/passwd", "there is no such file at HEAD"),
    ],
)
def test_what_git_does_not_have_is_said(repository: Path, asked: str, said: str) -> None:
    result = run(asked, "old.score")
    assert result.exit_code == 2
    assert said in " ".join(result.stderr.split())


def test_a_shallow_checkout_says_what_to_fetch(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    git(repository, "commit", "-am", "second")
    git(repository, "clone", "--depth", "1", f"file://{repository}", "shallow")
    monkeypatch.chdir(repository / "shallow")
    result = run("git:HEAD~1:models/acme.score", "models/acme.score")
    assert result.exit_code == 2
    assert "this checkout is shallow" in result.stderr


def test_outside_of_a_repository_there_are_no_revisions(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(folder.parent))
    result = run("git:HEAD:old.score", "new.score")
    assert result.exit_code == 2
    assert "this folder is in no repository of git" in result.stderr


def test_without_git_a_revision_cannot_be_read(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(folder))
    result = run("git:HEAD:old.score", "new.score")
    assert result.exit_code == 2
    assert "git is not installed" in result.stderr


# --- the workflow of docs/changes.md --------------------------------------------------------------------------------


def test_the_workflow_that_is_documented_writes_a_comment_and_fails_where_too_much_moves(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (Path(__file__).resolve().parent.parent / "docs" / "changes.md").read_text(encoding="utf-8")
    (text,) = re.findall(r"^```yaml\n(.*?)^```$", page, re.MULTILINE | re.DOTALL)
    steps = yaml.safe_load(text)["jobs"]["change"]["steps"]
    (command,) = [step["run"] for step in steps if step.get("run", "").startswith("scorelang ")]
    (repository / "sample").mkdir()
    (repository / "sample" / "leads.csv").write_text(LEADS, encoding="utf-8")
    (repository / "sample" / "events.csv").write_text(EVENTS, encoding="utf-8")
    git(repository, "update-ref", "refs/remotes/origin/main", "HEAD")
    name, *arguments = shlex.split(command.replace("$BASE", "main"))
    assert name == "scorelang"
    result = CliRunner().invoke(program, arguments)
    assert result.exit_code == 1
    assert "leads at or above MQL: 2 before, 3 after (+50.0%)" in result.stderr
    assert "MQL +/-20%" in (repository / "change.md").read_text(encoding="utf-8")


# --- every lead -----------------------------------------------------------------------------------------------------


@pytest.mark.usefixtures("folder")
class TestProve:
    def test_a_lead_that_shows_the_difference_is_told_and_the_exit_code_is_1(self) -> None:
        result = run("old.score", "new.score", "--prove")
        assert result.exit_code == 1
        assert "Proof: different for some leads" in result.stdout
        assert "score      rises by at most 2; falls by at most 5" in result.stdout
        assert "A lead on which they differ" in result.stdout

    def test_the_lead_is_a_test_that_the_old_version_passes_and_the_new_one_fails(self) -> None:
        out = run("old.score", "new.score", "--prove").stdout
        test = out[out.index("test ") :].partition("\n\n")[0]
        codes = []
        for name in ("old", "new"):
            Path("with_test.score").write_text(f"{Path(f'{name}.score').read_text()}\n{test}\n", encoding="utf-8")
            codes.append(CliRunner().invoke(program, ["test", "with_test.score"]).exit_code)
        assert codes == [0, 1]

    def test_versions_that_mean_the_same_are_proved_to_and_the_exit_code_is_0(self) -> None:
        text = MODEL.replace("if employees >= 200 then +5", "if not employees < 200 then +5")
        Path("same.score").write_text(text, encoding="utf-8")
        result = run("old.score", "same.score", "--prove")
        assert result.exit_code == 0
        assert "Proof: the same for every lead" in result.stdout

    def test_what_both_cannot_read_is_told_and_proves_nothing(self) -> None:
        text = MODEL.replace("demo       flag", "demo       text").replace("require demo", "require demo is known")
        Path("other.score").write_text(text, encoding="utf-8")
        result = run("old.score", "other.score", "--prove")
        assert result.exit_code == 1
        assert "not looked at: leads with `demo`, which is flag to the one and text to the other" in result.stdout
        assert "stage      the same for every lead looked at" in result.stdout
        assert "same for every lead\n" not in result.stdout
        told = json.loads(run("old.score", "other.score", "--prove", "--format", "json").stdout)["proof"]
        assert {part["decision"] for part in told["parts"]} == {"same_where_looked_at"}

    def test_every_format_has_the_proof(self) -> None:
        told = json.loads(run("old.score", "new.score", "--prove", "--format", "json").stdout)["proof"]
        assert (told["decision"], told["up"]["points"], told["down"]["points"]) == ("different", 2, -5)
        assert told["lead"]["confirmed"]
        markdown = run("old.score", "new.score", "--prove", "--format", "markdown").stdout
        assert "### Proof: different for some leads" in markdown
        assert '```score\ntest "it is as it was":\n' in markdown
        html = run("old.score", "new.score", "--prove", "--format", "html").stdout
        assert "<h2>Proof: different for some leads</h2>" in html

    def test_without_it_there_is_no_proof(self) -> None:
        assert json.loads(run("old.score", "new.score", "--format", "json").stdout)["proof"] is None

    def test_what_is_not_decided_in_time_is_told(self) -> None:
        text = MODEL.replace("if employees >= 200 then +5", "if not employees < 200 then +5")
        Path("same.score").write_text(text, encoding="utf-8")
        result = run("old.score", "same.score", "--prove", "--timeout", "0.000001")
        assert result.exit_code == 1
        assert "Proof: not decided" in result.stdout
        assert "--timeout gives it longer" in " ".join(result.stdout.split())

    def test_what_no_time_would_decide_is_told_as_such(self) -> None:
        text = "event visit(path page)\neach visit then +1\nstage S from 50_000\n"
        Path("one.score").write_text(text, encoding="utf-8")
        Path("two.score").write_text(text.replace("+1", "+2"), encoding="utf-8")
        result = run("one.score", "two.score", "--prove")
        assert "stage  not decided" in result.stdout
        assert "none of at most 2,000 events was found that shows it; more time" in " ".join(result.stdout.split())
        assert "--timeout" not in result.stdout
        assert not json.loads(run("one.score", "two.score", "--prove", "--format", "json").stdout)["proof"]["late"]

    def test_a_lead_of_very_many_events_is_shown_in_time_and_in_part(self) -> None:
        text = "event visit(path page)\neach visit then +0.01, once a day, at most 15\nstage S from 5\n"
        Path("slow.score").write_text(text, encoding="utf-8")
        Path("fast.score").write_text(text.replace("0.01", "0.02"), encoding="utf-8")
        result = run("slow.score", "fast.score", "--prove", "--timeout", "1")
        assert "more lines: `--format json` has all\n    expect" in result.stdout
        assert len(result.stdout.splitlines()) < 100
        assert float(re.findall(r"both can read; ([\d.]+) s", result.stdout)[0]) < 4

    def test_a_time_limit_is_for_proofs(self) -> None:
        result = run("old.score", "new.score", "--timeout", "5")
        assert result.exit_code == 2
        assert "--timeout: only with `--prove`" in result.stderr

    def test_leads_may_be_scored_besides(self) -> None:
        result = run("old.score", "new.score", "--prove", "--leads", "leads.csv", *AS_OF, "--fail-if", "changed 1 lead")
        assert result.exit_code == 1
        assert "Proof: different for some leads" in result.stdout
        assert "fails: --fail-if" in result.stderr
