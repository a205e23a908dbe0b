"""`scorelang backtest`, `threshold`, `feedback` and `drift`: files in, findings out."""

from __future__ import annotations

import csv
import json
import os
import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from click.testing import Result
from sklearn.metrics import roc_auc_score
from statsmodels.stats.contingency_tables import Table2x2

import scorelang
from scorelang.outcomes import learn

from .command_line import run

MODEL = """\
model "Acme", version 1
lead:
    title     text from "Job Title"
    email     text
    employees number missing "unknown"
    industry  text
category Fit:
    if title is "CEO" then +20 because "decision maker"
    if employees >= 200 then +10
    if industry is "Farm" then +5
category Behaviour:
    visit "/pricing" within 30 days then +10
disqualify if email is missing because "nobody to write to"
stage MQL from 20
"""
WORDS = ("--won", "Closed Won", "--lost", "Closed Lost", "--rejected", "Recycled")


def lead(number: int) -> str:
    """CEOs (one in four) mostly buy; free addresses are mostly rejected."""
    title = "CEO" if number % 4 == 0 else "Clerk"
    email = f"p{number}@{'gmail.com' if number % 5 == 1 else 'acme.example'}"
    return f"{number},{title},{email},{number % 7 * 50},{'Farm' if number % 50 == 0 else 'SaaS'}"


def outcome(number: int) -> tuple[str, str]:
    if number % 4 == 0 and number % 5 != 1 and number % 12 != 0:
        return "Closed Won", ""
    if number % 5 == 1:
        return "Recycled", "not a business"
    return "Closed Lost", "price"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a model, 300 leads with events and what became of them, which is the current one."""
    numbers = range(1, 301)
    days = {number: f"2026-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}" for number in numbers}
    decisions = [
        f"{number},{days[number]},{outcome(number)[0]},{outcome(number)[1]},{100 if number % 4 == 0 else ''}"
        for number in numbers
    ]
    files = {
        "acme.score": MODEL,
        "leads.csv": "\n".join(["id,Job Title,email,employees,industry", *map(lead, numbers)]) + "\n",
        "events.csv": "\n".join(
            ["lead,type,at,path", *(f"{number},visit,{days[number]},/pricing" for number in numbers if number % 3 == 0)]
        )
        + "\n",
        "outcomes.csv": "\n".join(["lead,at,outcome,reason,value", *decisions]) + "\n",
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "100")
    return tmp_path


def judged(command: str, *arguments: str) -> Result:
    files = ("acme.score", "leads.csv", "--events", "events.csv", "--outcomes", "outcomes.csv")
    return run(command, *files, *WORDS, *arguments)


def data(command: str, *arguments: str) -> dict[str, Any]:
    result = judged(command, *arguments, "--format", "json")
    assert result.exit_code == 0, result.stderr
    found: dict[str, Any] = json.loads(result.stdout)
    return found


# --- what became of leads -------------------------------------------------------------------------------------------


def test_a_lead_is_scored_as_of_its_decision_and_events_after_it_are_not_seen(folder: Path) -> None:
    (folder / "events.csv").write_text("lead,type,at,path\n3,visit,2026-01-05,/pricing\n", encoding="utf-8")
    before, after = folder / "before.csv", folder / "after.csv"
    before.write_text("lead,at,outcome\n3,2026-01-06,won\n4,2026-01-06,lost\n", encoding="utf-8")
    after.write_text("lead,at,outcome\n3,2026-01-04,won\n4,2026-01-04,lost\n", encoding="utf-8")
    fired = {}
    for path in (before, after):
        found = run("backtest", "acme.score", "leads.csv", "--events", "events.csv", "--outcomes", str(path),
                    "--format", "json")  # fmt: skip
        fired[path.stem] = {rule["rule"]: rule["leads"] for rule in json.loads(found.stdout)["rules"]}
    assert fired["before"]["visit-pricing-within-30-days"] == 1
    assert fired["after"]["visit-pricing-within-30-days"] == 0


def test_a_lead_that_was_decided_before_the_time_given_is_refused(folder: Path) -> None:
    result = judged("backtest", "--as-of", "2026-06-01", "--rejects", "rejects.ndjson")
    assert result.exit_code == 1
    assert "it was decided at 2026-01-02T00:00:00Z, before `--as-of 2026-06-01`" in result.stderr
    assert "rejects.ndjson" in result.stderr
    first = json.loads((folder / "rejects.ndjson").read_text(encoding="utf-8").splitlines()[0])
    assert (first["file"], first["line"], first["lead"]) == ("leads.csv", 2, "1")


def test_rows_of_outcomes_that_do_not_fit_are_rejects_with_line_and_reason(folder: Path) -> None:
    with (folder / "outcomes.csv").open("a", encoding="utf-8") as file:
        file.write("7,2026-01-01,Closed Wonn,,\n8,soon,Closed Won,,\n")
    result = judged("backtest")
    assert result.exit_code == 1
    assert "outcomes.csv:302: `outcome` is 'Closed Wonn', which is no outcome" in result.stderr
    assert "outcomes.csv:303: `at` is 'soon', which is not a date" in result.stderr


def test_leads_that_do_not_fit_the_model_are_rejects(folder: Path) -> None:
    text = (folder / "leads.csv").read_text(encoding="utf-8").replace("\n3,Clerk", "\n3,Clerk,extra", 1)
    text = text.replace(",100,", ",many,", 1)
    (folder / "leads.csv").write_text(text, encoding="utf-8")
    result = judged("backtest")
    assert result.exit_code == 1
    assert "leads.csv:4: " in result.stderr
    assert "leads.csv:3: " in result.stderr
    assert "300 rows = 298 with an outcome + 0 without one + 2 rejected" in result.stderr


def test_leads_without_an_outcome_are_counted_and_left_out(folder: Path) -> None:
    with (folder / "leads.csv").open("a", encoding="utf-8") as file:
        file.write(lead(999) + "\n")
    with (folder / "outcomes.csv").open("a", encoding="utf-8") as file:
        file.write("somebody,2026-01-01,Closed Won,,\n")
    result = judged("backtest")
    assert "301 rows = 300 with an outcome + 1 without one + 0 rejected" in result.stderr
    assert "note: outcomes.csv has outcomes of 1 lead not in leads.csv" in result.stderr
    assert result.exit_code == 0


def test_an_outcome_of_a_lead_that_stands_there_twice_counts_once(folder: Path) -> None:
    with (folder / "leads.csv").open("a", encoding="utf-8") as file:
        file.write(lead(5) + "\n")
    result = judged("backtest")
    assert result.exit_code == 1
    assert "leads.csv:302: an earlier row has the id 5 too, and its outcome counts once" in result.stderr


def test_the_outcome_can_be_a_column_of_the_leads(folder: Path) -> None:
    (folder / "plain.score").write_text('if big then +5 because "big"\n', encoding="utf-8")
    rows = "\n".join(f"{'yes' if at % 2 else 'no'},{'TRUE' if at % 3 else 'FALSE'}" for at in range(60))
    (folder / "plain.csv").write_text(f"big,bought\n{rows}\n", encoding="utf-8")
    result = run("backtest", "plain.score", "plain.csv", "--outcome", "bought", "--won", "true", "--format", "json")
    assert result.exit_code == 0, result.stderr
    assert json.loads(result.stdout)["whole"]["goal"]["count"] == 40
    assert "`id`" not in result.stderr


def test_parquet_and_ndjson_say_what_became_of_leads_too(folder: Path) -> None:
    rows = [{"lead": at, "outcome": "won" if at % 2 else "lost", "at": "2026-06-01"} for at in range(1, 21)]
    (folder / "outcomes.ndjson").write_text("\n".join(map(json.dumps, rows)), encoding="utf-8")
    result = run("backtest", "acme.score", "leads.csv", "--outcomes", "outcomes.ndjson", "--format", "json")
    assert json.loads(result.stdout)["whole"]["goal"] == {
        "count": 10, "of": 20, "share": 0.5, "low": 0.299298, "high": 0.700702,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what became of the leads: `--outcomes FILE`, or `--outcome COLUMN` of the leads"),
        (
            ("--outcome", "industry", "--won", "SaaS"),
            "the model asks for the time, and nothing says when outcomes fell",
        ),
        (("--outcome", "indstry", "--won", "SaaS", "--as-of", "2026-06-30"), "did this mean `industry`?"),
        (
            ("--outcome", "industry", "--won", "SaaS", "--lost", "saas", "--as-of", "2026-06-30"),
            "a word means one thing",
        ),
        (("--outcomes", "outcomes.csv"), "no lead has an outcome that can be used"),
        (("--outcomes", "outcomes.csv", *WORDS, "--goal", "opportunity", "--by", "colour"), "no column `colour`"),
        (("--outcomes", "outcomes.csv", *WORDS, "--bands", "many"), "write the points at which bands begin"),
        (("--outcomes", "outcomes.csv", *WORDS, "--train-until", "spring"), "write a date as in 2026-03-31"),
        (("--outcomes", "outcomes.csv", *WORDS, "--train-until", "2020-01-01"), "no lead was decided before that"),
        (
            ("--outcomes", "outcomes.csv", *WORDS, "--target", "luck=3%"),
            "write it as in `--target reach=40%`; measures:",
        ),
        (("--outcomes", "outcomes.csv", *WORDS, "--target", "reach=300%"), "write it as in `--target reach=40%`"),
        (("--outcomes", "absent.csv"), "absent.csv: there is no such file"),
        (("--outcomes", "outcomes.csv", "-o", "leads.csv"), "leads.csv would be overwritten"),
        (("--outcomes", "outcomes.csv", "--outcome", "result"), "there is no column `result`, which outcomes need"),
        (
            ("--outcomes", "outcomes.csv", "--rejected", "Recycled"),
            "no lead got anywhere; the outcomes there are rejected",
        ),
    ],
)
def test_what_cannot_be_meant_is_refused_with_a_reason(arguments: tuple[str, ...], said: str, folder: Path) -> None:
    result = run("backtest", "acme.score", "leads.csv", *arguments)
    assert result.exit_code == 2
    assert said in re.sub(r"\s+", " ", result.stderr)


@pytest.mark.parametrize("command", ["backtest", "threshold", "feedback"])
def test_without_the_libraries_every_command_says_how_to_have_them(
    command: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(learn, "LIBRARIES", ("no_such_library",))
    result = judged(command, *(["--recall", "0.5"] if command == "threshold" else []))
    assert result.exit_code == 2
    assert "pip install 'scorelang[learn]'" in result.stderr
    assert run("drift", "acme.score", "leads.csv", "--reference", "leads.csv").exit_code == 2


# --- backtest -------------------------------------------------------------------------------------------------------


def test_a_backtest_counts_what_a_hand_would_count(folder: Path) -> None:
    found = data("backtest", "--bands", "10,20")
    won = [at for at in range(1, 301) if outcome(at)[0] == "Closed Won"]
    assert found["goal"] == "won"
    assert (found["whole"]["first"], found["whole"]["last"]) == ("2026-01-02T00:00:00Z", "2026-11-21T00:00:00Z")
    assert found["whole"]["goal"]["count"] == len(won)
    assert found["stages"][0]["name"] == "MQL"
    assert found["stages"][0]["goal"]["count"] == len(won)
    assert found["rules"][0]["leads"] == 75
    assert found["rules"][0]["with"]["count"] == len(won)
    assert sum(band["leads"] for band in found["bands"]) == 300
    assert found["bands"][-1]["gain"] == 1
    assert {measure["name"] for measure in found["measures"]} == {"acceptance", "win rate", "pipeline"}
    assert sum(band["value"] for band in found["bands"]) == 100 * len(won)


def test_a_backtest_as_text_says_every_share_with_its_interval_and_number(folder: Path) -> None:
    result = judged("backtest", "--by", "industry", "--leaks", "--train-until", "50%")
    assert result.exit_code == 0, result.stderr
    text = result.stdout
    for title in ("By score", "By stage", "Thresholds", "Calibration", "By industry", "Rules", "Fields that may know"):
        assert f"\n{title}" in text
    assert re.search(r"^Farm +\d .* small$", text, re.MULTILINE)
    shares = re.findall(r"\d+\.\d% ?\S*", text)
    assert shares
    assert re.search(r"won: \d+ of 150 leads, \d+\.\d% \(\d+\.\d–\d+\.\d\); AUC 0\.\d{3}", text)
    assert all(len(line) <= 100 for line in text.splitlines())


def test_the_measures_of_the_team_are_held_against_targets(folder: Path) -> None:
    result = judged("backtest", "--target", "win-rate=90%", "--target", "pipeline=100", "--target", "acceptance=10%")
    assert re.search(r"^acceptance .* 10\.0%  met$", result.stdout, re.MULTILINE)
    assert re.search(r"^win rate .* 90\.0%  missed$", result.stdout, re.MULTILINE)
    assert re.search(r"^pipeline .* 100  met$", result.stdout, re.MULTILINE)


def test_every_step_that_outcomes_have_is_shown_by_band_and_stage(folder: Path) -> None:
    words = ["accepted", "rejected", "reached", "conversation", "opportunity", "won", "lost"]
    rows = "".join(f"{at},2026-03-01,{words[at % 7]}\n" for at in range(1, 301))
    (folder / "outcomes.csv").write_text(f"lead,at,outcome\n{rows}", encoding="utf-8")
    result = run("backtest", "acme.score", "leads.csv", "--outcomes", "outcomes.csv")
    assert result.exit_code == 0, result.stderr
    for title in ("Steps by score", "Steps by score, further", "Steps by stage", "Steps by stage, further"):
        assert f"\n{title}\n" in result.stdout
    assert re.search(r"^ +accepted +reached +conversation$", result.stdout, re.MULTILINE)
    assert all(f"\n{name} " in result.stdout for name in ("reach", "qualification", "conversion", "win rate"))
    assert all(len(line) <= 100 for line in result.stdout.splitlines())


def test_segments_are_by_a_field_or_by_the_column_that_it_is_read_from(folder: Path) -> None:
    for extra in ((), ("--leaks",)):
        found = data("backtest", "--by", "title", "--by", "Job Title", *extra)
        names = {name: [one["name"] for one in parts] for name, parts in found["segments"].items()}
        assert names == {"title": ["Clerk", "CEO"], "Job Title": ["Clerk", "CEO"]}
        assert judged("backtest", "--by", "colour", *extra).exit_code == 2
    leaks = data("backtest", "--by", "title", "--leaks")["leaks"]
    assert sorted(one["field"] for one in leaks) == ["Job Title", "email", "employees", "id", "industry"]


def test_standard_input_is_read_once(folder: Path) -> None:
    arguments = ("acme.score", "-", "--outcomes", "-")
    assert "only one file can be `-`" in run("backtest", *arguments).stderr
    text = (folder / "outcomes.csv").read_text(encoding="utf-8")
    result = run("backtest", "acme.score", "leads.csv", "--outcomes", "-", *WORDS, input=text)
    assert result.exit_code == 0, result.stderr


def test_numbers_as_text_are_read_as_the_model_reads_them(folder: Path) -> None:
    rows = ["4,CEO,a@b.example, 200 ,SaaS", "2,CEO,a@b.example,unknown,SaaS", "3,CEO,a@b.example,,SaaS"]
    (folder / "leads.csv").write_text("\n".join(["id,Job Title,email,employees,industry", *rows]), encoding="utf-8")
    found = {rule["rule"]: rule["leads"] for rule in data("backtest")["rules"]}
    assert found["employees-at-least-200"] == 1


def test_events_that_leads_bring_along_are_theirs_and_no_suspect(folder: Path) -> None:
    events = [{"type": "visit", "at": "2026-01-05", "path": "/pricing"}]
    rows = [{"id": at, "email": "a@b.example", "events": events if at % 2 else []} for at in range(60)]
    (folder / "leads.json").write_text(json.dumps(rows), encoding="utf-8")
    said = "".join(f"{at},2026-01-06,{'won' if at % 3 else 'lost'}\n" for at in range(60))
    (folder / "outcomes.csv").write_text(f"lead,at,outcome\n{said}", encoding="utf-8")
    arguments = ("--outcomes", "outcomes.csv", "--leaks", "--format", "json")
    found = json.loads(run("backtest", "acme.score", "leads.json", *arguments).stdout)
    assert {rule["rule"]: rule["leads"] for rule in found["rules"]}["visit-pricing-within-30-days"] == 30
    assert [one["field"] for one in found["leaks"]] == ["id", "email"]


def test_findings_as_json_say_which_model_they_are_of(folder: Path) -> None:
    model = {"name": "Acme", "version": 1, "fingerprint": scorelang.load("acme.score").fingerprint}
    assert (
        data("backtest")["model"] == data("feedback")["model"] == data("threshold", "--recall", "1")["model"] == model
    )


def test_the_column_of_the_outcome_is_no_suspect(folder: Path) -> None:
    (folder / "plain.score").write_text('if big then +5 because "big"\n', encoding="utf-8")
    rows = "\n".join(f"{at % 2},{at % 5},{'yes' if at % 5 > 3 else 'no'}" for at in range(100))
    (folder / "plain.csv").write_text(f"big,size,y\n{rows}\n", encoding="utf-8")
    result = run(
        "backtest", "plain.score", "plain.csv", "--outcome", "y", "--won", "yes", "--leaks", "--format", "json"
    )
    leaks = json.loads(result.stdout)["leaks"]
    assert [one["field"] for one in leaks] == ["size", "big"]
    assert leaks[0]["auc"]["value"] == 1


def test_a_model_may_say_what_the_words_of_a_crm_mean(folder: Path) -> None:
    told = data("backtest")
    said = 'outcomes:\n    won from "Closed Won"\n    lost from "closed lost"\n    rejected from "nothing"\n'
    (folder / "acme.score").write_text(MODEL + said, encoding="utf-8")
    # What the call says of an outcome stands for what the model says of it.
    files = ("acme.score", "leads.csv", "--events", "events.csv", "--outcomes", "outcomes.csv")
    found = json.loads(run("backtest", *files, "--rejected", "Recycled", "--format", "json").stdout)
    assert found["stages"] == told["stages"]


def test_a_report_goes_to_a_file(folder: Path) -> None:
    result = judged("backtest", "-o", "report.txt")
    assert result.stdout == ""
    assert (folder / "report.txt").read_text(encoding="utf-8").startswith("won: ")


def test_on_the_bank_the_numbers_are_those_of_the_libraries_and_duration_is_the_first_suspect() -> None:
    path = Path(os.environ.get("SCORELANG_DATA", "absent"), "uci_bank_marketing", "bank-additional-full.csv")
    if not path.exists():
        pytest.skip("SCORELANG_DATA names no folder that has the data of the bank")
    model = Path(__file__).parent.parent / "examples" / "bank" / "bank.score"
    result = run("backtest", str(model), str(path), "--outcome", "y", "--won", "yes", "--leaks", "--format", "json")
    found = json.loads(result.stdout)
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, delimiter=";"))
    scored = list(scorelang.load(model).score_many(rows, as_of="2026-06-30"))
    won = [row["y"] == "yes" for row in rows]
    assert found["whole"]["auc"]["value"] == pytest.approx(roc_auc_score(won, [one.score for one in scored]), abs=1e-6)
    [rule] = [rule for rule in found["rules"] if rule["rule"] == "bought-in-the-last-campaign"]
    fired = [row["poutcome"] == "success" for row in rows]
    cells = [[sum(f and w is side for f, w in zip(fired, won, strict=True)) for side in (True, False)]]
    cells.append([won.count(True) - cells[0][0], won.count(False) - cells[0][1]])
    compared = Table2x2(np.array(cells).T)
    assert rule["evidence"]["value"] == pytest.approx(compared.log_riskratio, abs=1e-6)
    assert (rule["evidence"]["low"], rule["evidence"]["high"]) == pytest.approx(
        compared.log_riskratio_confint(), abs=1e-6
    )
    assert found["leaks"][0]["field"] == "duration"


# --- threshold ------------------------------------------------------------------------------------------------------


def test_a_threshold_leaves_no_more_leads_a_week_than_can_be_worked(folder: Path) -> None:
    found = data("threshold", "--capacity", "2/week")
    assert found["threshold"]["above"]["a_week"] <= 2
    assert found["threshold"]["above"]["leads"] + found["threshold"]["below"]["leads"] == 300
    assert found["stage"] == "MQL"
    more = data("threshold", "--capacity", "1000 a month")
    assert more["threshold"]["above"]["leads"] == 300


def test_a_threshold_has_the_wanted_precision_or_recall(folder: Path) -> None:
    precise = data("threshold", "--precision", "0.35")["threshold"]
    assert precise["above"]["goal"]["share"] >= 0.35
    found = data("threshold", "--recall", "1")["threshold"]
    assert found["above"]["of_all"]["share"] == 1
    assert found["points"] == 20


def test_a_share_is_a_number_or_in_percent(folder: Path) -> None:
    for option in ("--precision", "--recall"):
        assert data("threshold", option, "35%") == data("threshold", option, "0.35")
    for wrong in ("0%", "101%", "35", "most", "nan"):
        result = judged("threshold", "--recall", wrong)
        assert result.exit_code == 2
        assert "is no share above 0 and up to 1" in re.sub(r"[\s│]+", " ", result.stderr)


def test_one_lead_is_no_leads(folder: Path) -> None:
    text = judged("threshold", "--capacity", "1/week").stdout
    assert "above which there is at most 1 lead a week" in text


def test_a_threshold_is_where_value_less_cost_is_largest(folder: Path) -> None:
    found = data("threshold", "--cost", "10", "--value", "400")
    best = found["threshold"]["above"]["profit"]
    assert best == found["threshold"]["above"]["goal"]["count"] * 400 - found["threshold"]["above"]["goal"]["of"] * 10
    assert best >= found["now"]["above"]["profit"]
    assert data("threshold", "--cost", "10")["wanted"]["value"] == 100


def test_outcomes_of_other_leads_a_file_without_leads_and_a_word_that_is_not_there_are_told_as_such(
    folder: Path,
) -> None:
    files = ("acme.score", "leads.csv", "--events", "events.csv", "--outcomes")
    text = (folder / "outcomes.csv").read_text(encoding="utf-8")
    (folder / "others.csv").write_text(re.sub(r"^(\d)", r"x\1", text, flags=re.MULTILINE), encoding="utf-8")
    result = run("backtest", *files, "others.csv", *WORDS)
    assert result.exit_code == 2
    assert "its column `lead` is looked up in the column `id` of leads.csv, and none is there" in result.stderr
    result = run("backtest", *files, "outcomes.csv", "--won", "Order", "--lost", "Closed Won,Closed Lost,Recycled")
    assert result.exit_code == 2
    assert "no outcome is `Order`; `--won WORD,…` says what means won" in result.stderr
    (folder / "leads.csv").write_text("id,Job Title\n", encoding="utf-8")
    result = run("backtest", *files, "outcomes.csv", *WORDS)
    assert result.exit_code == 2
    assert "there are no leads in leads.csv" in result.stderr


def test_a_word_that_is_no_outcome_is_told_with_the_option_that_says_what_it_means(folder: Path) -> None:
    result = run("backtest", "acme.score", "leads.csv", "--events", "events.csv", "--outcomes", "outcomes.csv")
    assert result.exit_code == 2
    assert "is 'Closed Lost', which is no outcome" in result.stderr
    assert 'where it means won, `--won "Closed Lost"` says so, and likewise the others' in result.stderr


def test_what_one_is_worth_is_told_with_how_many_that_is_the_mean_of_and_that_no_threshold_pays(folder: Path) -> None:
    text = judged("threshold", "--cost", "5000").stdout
    won = sum(outcome(number)[0] == "Closed Won" for number in range(1, 301))
    assert f"a lead costs 5,000, one that gets there is worth 100 (the mean of {won})" in text
    assert "at no threshold is what is won worth more than what it costs" in text
    paying = judged("threshold", "--cost", "1", "--value", "400").stdout
    assert "one that gets there is worth 400\n" in paying
    assert "at no threshold" not in paying


def test_the_threshold_as_text_is_a_line_to_paste(folder: Path) -> None:
    result = judged("threshold", "--capacity", "40")
    assert "threshold: 35 points, the lowest above which there are at most 40 leads in all" in result.stdout
    assert "\nstage MQL from 35, now from 20\n" in result.stdout
    assert "As it is, with MQL from 20" in result.stdout


def test_disqualified_leads_are_below_every_threshold(folder: Path) -> None:
    text = (folder / "leads.csv").read_text(encoding="utf-8").replace("p4@acme.example", "", 1)
    (folder / "leads.csv").write_text(text, encoding="utf-8")
    found = data("threshold", "--recall", "0.9")
    assert found["threshold"]["disqualified"] == 1
    assert judged("threshold", "--recall", "1").exit_code == 2


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "say what the threshold is to do, by one of"),
        (("--recall", "0.5", "--capacity", "5"), "not --capacity and --recall"),
        (("--capacity", "50/fortnight"), "write how many leads, as in `--capacity 50/week`"),
        (("--recall", "0.5", "--value", "5"), "--value goes with `--cost`"),
        (("--precision", "1"), "no threshold is that precise; the best has"),
        (("--recall", "0.5", "--stage", "SQL"), "--stage SQL: the model has no such stage with points; stages: MQL"),
        (("--cost", "inf", "--value", "5"), "--cost inf: write a number"),
        (("--capacity", "1/year"), "even the highest score alone is had by more leads than that"),
    ],
)
def test_a_threshold_that_cannot_be_is_refused(arguments: tuple[str, ...], said: str, folder: Path) -> None:
    result = judged("threshold", *arguments)
    assert result.exit_code == 2
    assert said in re.sub(r"\s+", " ", result.stderr)


# --- feedback -------------------------------------------------------------------------------------------------------


def test_feedback_names_what_rejected_leads_share_and_the_line_that_would_have_stopped_them(folder: Path) -> None:
    found = data("feedback")
    rejected = [at for at in range(1, 301) if outcome(at)[0] == "Recycled"]
    assert found["acceptance"]["count"] == 300 - len(rejected)
    [reason] = found["reasons"]
    assert reason["reason"] == "not a business"
    mark = reason["marks"][0]
    assert mark["what"] == "domain(email) in free_mail"
    assert mark["here"]["count"] == mark["here"]["of"] == len(rejected)
    line = mark["line"]
    assert line == 'use free_mail from "std/email"\ndisqualify if domain(email) in free_mail'
    # The line does what it says.
    better = scorelang.loads((folder / "acme.score").read_text(encoding="utf-8") + line + "\n")
    assert not better.score({"email": "a@gmail.com"}, as_of="2026-01-01").qualified


def test_feedback_as_text_has_the_line_to_paste(folder: Path) -> None:
    text = judged("feedback", "--by", "industry").stdout
    assert "not a business (" in text
    assert "    disqualify if domain(email) in free_mail" in text
    assert "By industry, the largest groups first" in text
    assert "By stage" in text


def test_every_line_that_feedback_suggests_is_one_of_the_language(folder: Path) -> None:
    words = ("--accepted", "Closed Won", "--rejected", "Closed Lost,Recycled", "--format", "json")
    result = run("feedback", "acme.score", "leads.csv", "--outcomes", "outcomes.csv", *words)
    found = json.loads(result.stdout)
    lines = [mark["line"] for reason in found["reasons"] for mark in reason["marks"] if mark["line"]]
    assert lines
    text = (folder / "acme.score").read_text(encoding="utf-8")
    for line in lines:
        scorelang.loads(f"{text}{line}\n")


def test_without_rejections_there_is_no_feedback(folder: Path) -> None:
    result = run("feedback", "acme.score", "leads.csv", "--outcomes", "outcomes.csv", "--won", "Closed Won,Recycled",
                 "--lost", "Closed Lost")  # fmt: skip
    assert result.exit_code == 2
    assert "no lead was accepted or rejected" in result.stderr


# --- drift ----------------------------------------------------------------------------------------------------------


def drift(*arguments: str) -> Result:
    return run("drift", "acme.score", "leads.csv", "--reference", "old.csv", "--as-of", "2026-06-30", *arguments)


def test_leads_do_not_drift_against_themselves(folder: Path) -> None:
    (folder / "old.csv").write_bytes((folder / "leads.csv").read_bytes())
    result = drift()
    assert result.exit_code == 0, result.stdout
    assert "nothing drifted" in result.stdout
    found = json.loads(drift("--format", "json").stdout)
    assert found["score"]["psi"] == 0
    assert all(rule["psi"] == 0 and not rule["silent"] for rule in found["rules"])


def test_fields_that_change_rules_that_go_silent_and_values_that_go_missing_are_found(folder: Path) -> None:
    old = (folder / "leads.csv").read_text(encoding="utf-8")
    (folder / "old.csv").write_text(old, encoding="utf-8")
    new = old.replace(",CEO,", ",Chief,").replace(",300,", ",unknown,")
    (folder / "leads.csv").write_text(new, encoding="utf-8")
    result = drift("--format", "json")
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert [rule["rule"] for rule in found["rules"] if rule["silent"]] == ["decision-maker"]
    assert [one["field"] for one in found["missing"] if one["rising"]] == ["employees"]
    assert found["fields"][0]["verdict"] == "drifted"
    assert "silent: decision-maker" in drift().stdout


def test_rows_that_do_not_fit_are_rejects_of_drift_too(folder: Path) -> None:
    old = (folder / "leads.csv").read_text(encoding="utf-8")
    (folder / "old.csv").write_text(old.replace(",50,", ",fifty,", 1), encoding="utf-8")
    result = drift("--rejects", "rejects.ndjson")
    assert result.exit_code == 1
    assert "old.csv: 300 rows = 299 scored + 1 rejected" in result.stderr
    assert len((folder / "rejects.ndjson").read_text(encoding="utf-8").splitlines()) == 1


def test_shares_over_time_have_the_number_of_leads_of_each_half(folder: Path) -> None:
    rows = (folder / "leads.csv").read_text(encoding="utf-8").splitlines()
    dated = [f"{row},2026-{at // 28 % 12 + 1:02}-01" for at, row in enumerate(rows[1:])]
    for name in ("leads.csv", "old.csv"):
        (folder / name).write_text("\n".join([f"{rows[0]},came", *dated]) + "\n", encoding="utf-8")
    text = drift("--created", "came").stdout
    halves = re.findall(r"of the earlier (\d+)  +of the later (\d+)", text)
    assert len(halves) == 2
    assert all(int(early) + int(late) == 600 for early, late in halves)


def test_of_few_leads_it_is_said_that_they_tell_little(folder: Path) -> None:
    rows = (folder / "leads.csv").read_text(encoding="utf-8").splitlines()
    (folder / "old.csv").write_text("\n".join(rows) + "\n", encoding="utf-8")
    assert "fewer than 30 leads" not in drift().stdout
    (folder / "leads.csv").write_text("\n".join(rows[:20]) + "\n", encoding="utf-8")
    assert "fewer than 30 leads on one side: what does not show here may well be" in drift().stdout


def test_a_time_that_is_none_is_told_with_its_own_option(folder: Path) -> None:
    (folder / "old.csv").write_bytes((folder / "leads.csv").read_bytes())
    for option in ("--as-of", "--reference-as-of"):
        result = drift(option, "soon")
        assert result.exit_code == 2
        assert f"Error: {option}: 'soon' is no time" in result.stderr
