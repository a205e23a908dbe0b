"""`scorelang tune`: files in, a report and perhaps a changed model out."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import CliRunner, Result

import scorelang
from scorelang.cli import program
from scorelang.cli.outcomes import tuning
from scorelang.outcomes import learn
from scorelang.tune import references

MODEL = """\
model "Acme", version 1, owner "ops@acme.example"
lead:
    title     text from "Job Title"
    employees number missing "unknown"
    industry  text
category Fit:
    if title is "CEO"   then +2 because "chief"  # who decides
    if employees >= 100 then +10
    each visit          then +1
    if industry is missing then -1
stage MQL from 10
test "a chief":
    given title "CEO"
    expect score 1
"""


def lead(number: int, chance: np.random.Generator) -> tuple[str, str]:
    """Chiefs mostly buy, and farms; large firms do so hardly more often than others."""
    chief, farm, size = chance.random() < 0.3, chance.random() < 0.2, int(chance.integers(1, 200))
    odds = -2.5 + 2.2 * chief + 1.5 * farm + 0.2 * (size >= 100)
    won = "Closed Won" if chance.random() < 1 / (1 + np.exp(-odds)) else "Closed Lost"
    industry = "Farm" if farm else "Steel" if chance.random() < 0.9 else ""
    day = f"{2020 + number // 336}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}"
    colour = ("red", "blue")[number % 2]
    return f"{number},{'CEO' if chief else 'Clerk'},{size},{industry},{colour}", f"{number},{day},{won}"


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """The texts of a model, 1,200 leads and what became of them."""
    chance = np.random.default_rng(3)
    rows = [lead(number, chance) for number in range(1200)]
    return {
        "acme.score": MODEL,
        "leads.csv": "\n".join(["id,Job Title,employees,industry,colour", *(row for row, _ in rows)]) + "\n",
        "outcomes.csv": "\n".join(["lead,at,outcome", *(row for _, row in rows)]) + "\n",
        "visits.csv": "lead,type,at,path\n3,visit,2020-01-01,/pricing\n",
    }


@pytest.fixture(scope="module")
def report(files: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> Result:
    """What the command says of them without further options."""
    place = tmp_path_factory.mktemp("report")
    with pytest.MonkeyPatch.context() as patch:
        prepare(place, files, patch)
        return run("acme.score", "leads.csv", "--events", "visits.csv", *WORDS)


@pytest.fixture
def folder(tmp_path: Path, files: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with those files, which is the current one; LightGBM is not installed there."""
    prepare(tmp_path, files, monkeypatch)
    return tmp_path


def prepare(folder: Path, files: dict[str, str], patch: pytest.MonkeyPatch) -> None:
    for name, text in files.items():
        (folder / name).write_text(text, encoding="utf-8")
    patch.chdir(folder)
    patch.setenv("COLUMNS", "140")
    patch.setattr(references, "_has_trees", lambda: False)


WORDS = ("--outcomes", "outcomes.csv", "--won", "Closed Won", "--lost", "Closed Lost")


def run(*arguments: str) -> Result:
    result = CliRunner().invoke(program, ["tune", *arguments])
    assert result.exit_code != 3, result.stderr
    return result


def tuned(*arguments: str, code: int = 0) -> str:
    result = run("acme.score", "leads.csv", "--events", "visits.csv", *WORDS, *arguments)
    assert result.exit_code == code, result.stderr + result.stdout
    return result.stdout


def data(*arguments: str, code: int = 0) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(tuned(*arguments, "--format", "json", code=code))
    return found


# --- the report -----------------------------------------------------------------------------------------------------


def test_the_report_says_what_was_learned_from_what_it_was_tested_on_and_how_well(report: Result) -> None:
    assert report.exit_code == 0
    text = report.stdout
    assert text.startswith("learned from 840 leads, tested on 360 decided later, from 20")
    for words in ("present points", "tuned points", "logistic regression on all fields", "best tenth", "folds"):
        assert words in text
    assert re.search(r"^won: [\d.]+% \([\d.–]+\) of those to learn from, ", text, re.MULTILINE)
    assert "Recommended: the new points rank the leads held out better" in text
    assert re.search(r"^chief +\+2 +\+\d+ ", text, re.MULTILINE)


def test_what_is_not_learned_is_named_with_its_line_and_reason(report: Result) -> None:
    assert re.search(r"^each-visit +9 +it counts once for every event$", report.stdout, re.MULTILINE)


def test_rules_that_lean_on_blanks_are_flagged(report: Result) -> None:
    assert "Rules that lean on blanks" in report.stdout
    assert re.search(r"^industry-is-missing +10 +[\d.]+% \(", report.stdout, re.MULTILINE)


def test_lightgbm_is_named_where_it_is_not_installed_with_what_to_install(report: Result) -> None:
    assert "LightGBM on all fields is not installed; `pip install lightgbm` adds it" in report.stdout


def test_the_line_of_a_stage_is_told_with_how_many_leads_it_would_have(report: Result) -> None:
    assert re.search(r"^stage MQL +10 +\d+ +\d+ ", report.stdout, re.MULTILINE)


def test_as_json_it_is_one_object_with_every_number(folder: Path) -> None:
    found = data("--diff", "--suggest")
    assert found["model"]["name"] == "Acme"
    assert found["split"] == "time"
    assert found["recommended"] is True
    assert [one["name"] for one in found["contests"]] == [
        "present points", "tuned points", "tuned, with the suggested rules", "logistic regression on all fields",
    ]  # fmt: skip
    contest = found["contests"][1]
    assert contest["auc"]["reached"] + contest["auc"]["others"] == found["held_out"] == 360
    assert contest["more"]["low"] <= contest["more"]["value"] <= contest["more"]["high"]
    assert {"rule", "line", "before", "after", "train", "held"} <= set(found["changes"][0])
    assert any(line.startswith('+    if title is "CEO"') for line in found["diff"])
    assert "points" not in found
    assert "lines" not in found


def test_a_report_goes_to_a_file(folder: Path) -> None:
    assert tuned("--output", "report.txt") == ""
    assert "tuned points" in (folder / "report.txt").read_text(encoding="utf-8")


def test_without_dates_leads_are_drawn_at_random_and_the_report_says_so(folder: Path) -> None:
    rows = (folder / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    (folder / "outcomes.csv").write_text("\n".join(",".join(row.split(",")[::2]) for row in rows) + "\n")
    result = run("acme.score", "leads.csv", *WORDS, "--as-of", "2026-01-01")
    assert result.exit_code == 0, result.stderr
    assert "drawn at random" in result.stdout
    assert "`--split time` holds out the end of it" in " ".join(result.stdout.split())
    assert data("--as-of", "2026-01-01", "--split", "time")["dated"] is False


def test_a_random_split_of_dated_leads_says_that_the_next_ones_are_of_other_times(folder: Path) -> None:
    assert "the next ones are not" in tuned("--split", "random")


def test_the_same_call_gives_the_same_report_and_another_seed_other_leads(folder: Path, report: Result) -> None:
    assert tuned() == report.stdout
    one, other = (data("--split", "random", "--seed", seed)["contests"][0]["auc"]["value"] for seed in "12")
    assert one != other


def test_how_many_leads_are_held_out_is_for_the_caller_to_say(folder: Path) -> None:
    assert data("--held-out", "50%")["held_out"] == 600


# --- changes --------------------------------------------------------------------------------------------------------


def test_nothing_is_written_unless_that_is_asked(folder: Path) -> None:
    tuned("--diff")
    assert (folder / "acme.score").read_text(encoding="utf-8") == MODEL


def test_what_is_written_has_only_other_points_and_its_comments(folder: Path) -> None:
    result = run("acme.score", "leads.csv", "--events", "visits.csv", *WORDS, "--write")
    assert result.exit_code == 0
    assert "acme.score: the points of " in result.stderr
    written = (folder / "acme.score").read_text(encoding="utf-8")
    assert re.sub(r"then [-+]?\d+", "then N", written) == re.sub(r"then [-+]?\d+", "then N", MODEL)
    assert "# who decides" in written
    scorelang.loads(written)


def test_the_diff_shows_the_lines_that_are_written(folder: Path) -> None:
    text = tuned("--diff")
    added = [line[1:] for line in text.splitlines() if line.startswith("+ ")]
    tuned("--write")
    written = (folder / "acme.score").read_text(encoding="utf-8").splitlines()
    assert added
    assert all(line in written for line in added)


def test_the_line_ends_of_the_file_stay(folder: Path) -> None:
    (folder / "acme.score").write_bytes(("\ufeff" + MODEL).replace("\n", "\r\n").encode())
    tuned("--write")
    raw = (folder / "acme.score").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbfmodel")
    assert raw.count(b"\n") == raw.count(b"\r\n") == MODEL.count("\n")


def test_tests_that_the_new_points_break_are_counted(report: Result) -> None:
    assert "1 test that holds now does not with the new points; `scorelang test acme.score --update`" in report.stderr


def test_no_more_rules_change_than_may(folder: Path) -> None:
    found = data("--max-changes", "1")
    assert [one["rule"] for one in found["changes"]] == ["chief"]


def test_points_that_are_worse_on_leads_held_out_are_written_by_force_alone(folder: Path) -> None:
    rows = (folder / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    other = {"Closed Won": "Closed Lost", "Closed Lost": "Closed Won"}
    for at in range(841, len(rows)):
        start, _, word = rows[at].rpartition(",")
        rows[at] = f"{start},{other[word]}"
    (folder / "outcomes.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    text = tuned("--write", code=1)
    assert "Not recommended: the new points rank the leads held out worse" in text
    assert "The base rate moved from " in text
    assert (folder / "acme.score").read_text(encoding="utf-8") == MODEL
    tuned("--write", "--force")
    assert (folder / "acme.score").read_text(encoding="utf-8") != MODEL


def test_a_model_that_is_as_it_should_be_stays(folder: Path) -> None:
    tuned("--write")
    before = (folder / "acme.score").read_text(encoding="utf-8")
    result = run("acme.score", "leads.csv", "--events", "visits.csv", *WORDS, "--write")
    assert "Nothing to change" in result.stdout or "Not recommended" in result.stdout
    assert (folder / "acme.score").read_text(encoding="utf-8") == before


def test_points_go_on_the_scale_of_a_scorecard(folder: Path) -> None:
    found = data("--pdo", "20", "--base-odds", "1:3")
    assert found["scale"]["doubling"] == pytest.approx(20, rel=0.15)
    assert found["scale"]["odds"] == pytest.approx(1 / 3, abs=1e-5)
    text = tuned("--base-odds", "1:3")
    assert re.search(r"^odds of 0.33 to 1, a chance of 25.0%, are at [\d.-]+ points$", text, re.MULTILINE)


# --- suggestions ----------------------------------------------------------------------------------------------------


def test_suggested_rules_have_support_lift_and_interval_and_their_lines_can_be_pasted(folder: Path) -> None:
    text = tuned("--suggest", "--max-new", "1")
    assert "Rules that the model lacks" in text
    says = r"[\d.]+% \([\d.–]+\) of \d+ +[\d.]+ \([\d.–]+\)"
    assert re.search(rf'^industry is "Farm" +learned from +{says}\n +held out +{says}$', text, re.MULTILINE)
    line = re.search(r"^  in Fit:\n    (if industry .+)$", text, re.MULTILINE)
    assert line is not None
    pasted = MODEL.replace("    each visit", f"    {line[1]}\n    each visit")
    assert scorelang.loads(pasted).score({"industry": "farm"}).score > 0


def test_leads_that_were_all_decided_on_one_day_are_not_said_to_be_decided_later(folder: Path) -> None:
    text = (folder / "outcomes.csv").read_text(encoding="utf-8")
    (folder / "outcomes.csv").write_text(re.sub(r",\d{4}-\d\d-\d\d,", ",2026-01-01,", text), encoding="utf-8")
    assert re.search(r"tested on \d+ at the end of the file", tuned("--split", "time"))


def test_a_model_without_rules_gets_its_first_ones_suggested(folder: Path) -> None:
    (folder / "acme.score").write_text('lead:\n    title text from "Job Title"\n', encoding="utf-8")
    text = tuned("--suggest", "--split", "random")
    assert re.search(r'^  on their own:\n    if title is "\w+" then [+-]\d+$', text, re.MULTILINE)


def test_all_columns_can_be_looked_at_and_single_ones_left_out(folder: Path) -> None:
    leads = (folder / "leads.csv").read_text(encoding="utf-8").replace("colour", "Lead Colour")
    outcomes = (folder / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    rows = leads.splitlines()
    for at in range(1, len(rows)):
        mixed = "red" if outcomes[at].endswith("Won") != (at % 5 == 0) else "blue"
        rows[at] = rows[at].rpartition(",")[0] + f",{mixed}"
    (folder / "leads.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    text = tuned("--suggest", "--all-columns")
    assert re.search(r'^    if lead_colour is "(red|blue)" then [-+]\d+$', text, re.MULTILINE)
    assert '    lead_colour text from "Lead Colour"\n' in text
    left = tuned("--suggest", "--all-columns", "--leave-out", "Lead Colour")
    assert "colour" not in left.lower()
    assert "colour" not in tuned("--suggest").lower()


# --- wrong calls ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--max-new", "3"), "--max-new goes with `--suggest`"),
        (("--force",), "--force goes with `--write`"),
        (("--held-out", "most"), "write a share of the leads from 5% to 80%"),
        (("--held-out", "99%"), "write a share of the leads from 5% to 80%"),
        (("--base-odds", "9"), "write them as in `--base-odds 1:9`"),
        (("--base-odds", "1:0"), "write them as in `--base-odds 1:9`"),
        (("--pdo", "nan"), "--pdo nan: write a number of points"),
        (("--pdo", "20", "--max-changes", "2"), "--pdo sets the scale of all points"),
        (("--leave-out", "employes"), "there is no such field that the model reads; did this mean `employees`?"),
        (("--leave-out", "colour"), "there is no such field that the model reads"),
        (("--all-columns", "--leave-out", "color"), "there is no such column; did this mean `colour`?"),
    ],
)
def test_a_wrong_call_says_what_is_meant(folder: Path, arguments: tuple[str, ...], message: str) -> None:
    result = run("acme.score", "leads.csv", "--events", "visits.csv", *WORDS, *arguments)
    assert result.exit_code == 2
    assert message in " ".join(result.stderr.split())


def test_too_few_leads_teach_nothing(folder: Path) -> None:
    rows = (folder / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    (folder / "outcomes.csv").write_text("\n".join(rows[:40]) + "\n", encoding="utf-8")
    result = run("acme.score", "leads.csv", *WORDS)
    assert result.exit_code == 2
    assert "too few to learn from" in result.stderr
    assert "at least 20 of each are needed" in result.stderr


def test_leads_held_out_that_all_went_one_way_test_nothing(folder: Path) -> None:
    rows = (folder / "outcomes.csv").read_text(encoding="utf-8").splitlines()
    late = [row.replace("Closed Won", "Closed Lost") for row in rows[801:]]
    (folder / "outcomes.csv").write_text("\n".join([*rows[:801], *late]) + "\n", encoding="utf-8")
    result = run("acme.score", "leads.csv", *WORDS)
    assert result.exit_code == 2
    assert "none of the 360 leads held out got there" in result.stderr
    assert "--split random" in result.stderr


def test_a_model_without_plain_points_has_nothing_to_learn(folder: Path) -> None:
    (folder / "acme.score").write_text("each visit then +1\n", encoding="utf-8")
    result = run("acme.score", "leads.csv", *WORDS)
    assert result.exit_code == 2
    assert "there are no points that can be learned: it counts once for every event" in result.stderr


def test_a_model_from_standard_input_is_tuned_and_not_written(folder: Path) -> None:
    result = CliRunner().invoke(program, ["tune", "-", "leads.csv", *WORDS], input=MODEL)
    assert result.exit_code == 0, result.stderr
    result = CliRunner().invoke(program, ["tune", "-", "leads.csv", *WORDS, "--write"], input=MODEL)
    assert result.exit_code == 2
    assert "--write needs a file" in result.stderr


def test_rows_that_cannot_be_used_make_the_exit_code_1(folder: Path) -> None:
    leads = (folder / "leads.csv").read_text(encoding="utf-8")
    (folder / "leads.csv").write_text(leads + "9999,CEO,many,Farm,red\n", encoding="utf-8")
    outcomes = (folder / "outcomes.csv").read_text(encoding="utf-8")
    (folder / "outcomes.csv").write_text(outcomes + "9999,2020-01-01,Closed Won\n", encoding="utf-8")
    assert "tuned points" in tuned(code=1)


def test_without_the_libraries_it_says_what_to_install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(learn, "LIBRARIES", ("no_such_library",))
    result = run("acme.score", "leads.csv", *WORDS)
    assert result.exit_code == 2
    assert "pip install 'scorelang[learn]'" in result.stderr


def test_the_command_line_has_its_options_documented() -> None:
    result = CliRunner().invoke(program, ["tune", "--help"])
    assert result.exit_code == 0
    assert "--max-changes" in result.stdout
    assert f"default: {tuning.USUAL_NEW}" in result.stdout


def test_where_no_rule_adds_anything_the_report_says_so(folder: Path) -> None:
    text = tuned("--suggest", "--leave-out", "industry", "--leave-out", "title", "--leave-out", "employees")
    assert "No rule was found that says more than those of the model." in text
