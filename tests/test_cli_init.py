"""`scorelang init`: a model to begin with, for whatever columns there are."""

from __future__ import annotations

import json
import os
import string
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

import scorelang
from scorelang.cli.drafting import check_identities, proven
from scorelang.cli.errors import CommandError
from scorelang.cli.starter import OUTCOME, PERSONAL, examples, key_of, starter
from scorelang.data import Record, infer_lead

from .command_line import run

LEADS = """\
Lead ID,Job Title,Industry,Employees,Demo?,Created,Landing Page,Interests,email
""" + "".join(
    f"L{n},{'CEO' if n % 3 else 'VP'},{'SaaS' if n % 2 else 'unknown'},{n * 10},{'yes' if n % 4 else 'no'},"
    f"2026-0{n % 6 + 1}-15,https://acme.example/{'pricing' if n % 2 else 'docs'},"
    f"{'crm; analytics' if n % 2 else 'crm'},lead{n}@acme.example\n"
    for n in range(1, 41)
)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "inbound leads.csv").write_text(LEADS, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_draft_has_every_column_with_its_type(folder: Path) -> None:
    result = run("init", "inbound leads.csv", "-o", "acme.score")
    assert result.exit_code == 0, result.stderr
    assert "acme.score: 9 fields, 5 example rules, 1 test\n" in result.stderr
    model = scorelang.load("acme.score")
    assert model.name == "Inbound leads"
    assert {field.name: (field.type.value, field.column) for field in model.checked.fields} == {
        "lead_id": ("text", "Lead ID"), "job_title": ("text", "Job Title"), "industry": ("text", "Industry"),
        "employees": ("number", "Employees"), "demo": ("flag", "Demo?"), "created": ("date", "Created"),
        "landing_page": ("page", "Landing Page"), "interests": ("text list", "Interests"), "email": ("text", None),
    }  # fmt: skip
    assert model.checked.key == "lead_id"


def test_a_draft_scores_the_leads_that_it_was_made_from(folder: Path) -> None:
    run("init", "inbound leads.csv", "-o", "acme.score")
    result = run("score", "acme.score", "inbound leads.csv", "--as-of", "2026-06-30")
    assert result.exit_code == 0
    assert "40 rows = 40 scored + 0 rejected" in result.stderr
    assert len({line.split()[1] for line in result.stdout.splitlines()[1:]}) > 2


def test_a_draft_is_laid_out_as_all_models_are(folder: Path) -> None:
    (folder / "kw.csv").write_text("id,created_at,funded\n1,2020-01-01,yes\n2,2021-01-01,no\n", encoding="utf-8")
    for leads in ("inbound leads.csv", "kw.csv"):
        assert run("init", leads, "-o", "acme.score", "--force").exit_code == 0
        assert run("fmt", "acme.score", "--check").exit_code == 0


def test_a_draft_says_what_it_does_to_people(folder: Path) -> None:
    text = run("init", "inbound leads.csv", "-o", "-").stdout
    assert 'disqualify if email is missing because "nobody to write to"' in text
    assert "the rules are only examples: change both to what is true for you." in text
    assert "must not give points" in text


def test_a_model_that_is_there_is_not_overwritten_unless_it_is_asked_for(folder: Path) -> None:
    model = folder / "inbound leads.score"
    assert run("init", "inbound leads.csv").exit_code == 0
    model.write_text("# mine\n")
    result = run("init", "inbound leads.csv")
    assert result.exit_code == 2
    assert "inbound leads.score is there already\n  = `--force` writes over it" in result.stderr
    assert model.read_text() == "# mine\n"
    assert run("init", "inbound leads.csv", "--force").exit_code == 0
    assert "lead keyed by lead_id:" in model.read_text()


def test_leads_can_come_from_standard_input(folder: Path) -> None:
    assert run("init", "-", input='{"plan": "pro", "events": [{"type": "visit"}]}\n{"plan": "free"}\n').exit_code == 0
    text = (folder / "leads.score").read_text()
    assert 'model "Leads"' in text
    assert "Left out" not in text


@pytest.mark.parametrize("text", ["", "id,title\n", '[{"a": {}}, {"a": {}}]'])
def test_a_file_without_leads_is_a_mistake(text: str, folder: Path) -> None:
    result = run("init", "-", input=text)
    assert result.exit_code == 2
    assert result.stderr.startswith("error: ")
    assert not (folder / "leads.score").exists()


def test_an_id_that_cannot_be_one_is_said(folder: Path) -> None:
    result = run("init", "-", input='{"id": 0.5}')
    assert result.exit_code == 2
    assert "line 1: `id` is 0.5, and an identity is a text or a whole number" in result.stderr


def test_columns_that_no_type_reads_are_named(folder: Path) -> None:
    text = run("init", "-", "-o", "-", input='[{"a": 1, "address": {"city": "Ulm"}}]').stdout
    assert "# Left out, because no type reads all their values: address\n" in text


def test_no_example_is_about_what_people_are_or_how_it_ended() -> None:
    rows = [
        {"gender": "mf"[n % 2], "age": n, "won": n % 2, "plan": "ab"[n % 2], "y": ("yes", "no")[n % 2]}
        for n in range(9)
    ]
    records = [Record({name: str(value) for name, value in row.items()}, line) for line, row in enumerate(rows)]
    fields = infer_lead(records)
    rules = examples(fields, records, key_of(fields))
    assert [rule.field.name for rule in rules] == ["plan"]
    assert PERSONAL.isdisjoint(OUTCOME)


@pytest.mark.parametrize(
    "name",
    [
        "uci_bank_marketing/bank-additional-full.csv",
        "uci_online_shoppers/online_shoppers_intention.csv",
        "oulad/studentInfo.csv",
    ],
)
def test_a_draft_for_published_data_scores_all_of_it(name: str, folder: Path) -> None:
    data = Path(os.environ.get("SCORELANG_DATA", ""), name)
    if "SCORELANG_DATA" not in os.environ or not data.exists():
        pytest.skip(f"SCORELANG_DATA has no {name}")
    assert run("init", str(data), "-o", "real.score").exit_code == 0
    assert run("check", "real.score").exit_code == 0
    with data.open(encoding="utf-8") as file:
        head = "".join(islice(file, 2_000))
    result = run("score", "real.score", "-", "--format", "ndjson", "--as-of", "2026-01-01", input=head)
    assert (result.exit_code, "1,999 scored + 0 rejected" in result.stderr) == (0, True)
    assert len({json.loads(line)["score"] for line in result.stdout.splitlines()}) > 2


NAMES = st.one_of(
    st.text(min_size=1, max_size=12),
    st.sampled_from(
        ["id", "score", "stage", "if", "Job Title", "email", "visit", "not", "within", "lead", "then", "é"]
    ),
)
TEXTS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["yes", "no", "unknown", "999", "-1", "2026-01-01", "/x", "a; b", '"', "\\", "#", "1e5", "\u2028"]),
)
VALUES = st.one_of(TEXTS, st.integers(), st.floats(), st.booleans(), st.none(), st.lists(TEXTS, max_size=3))


@settings(max_examples=60)
@given(columns=st.lists(NAMES, min_size=1, max_size=5, unique=True), data=st.data())
def test_a_draft_is_a_model_whose_test_passes_whatever_the_data(columns: list[str], data: st.DataObject) -> None:
    assume(all(column.strip() for column in columns))
    kinds = [
        data.draw(st.sampled_from([TEXTS, VALUES, st.sampled_from("0123"), st.sampled_from(["a", "b", ""])]))
        for _ in columns
    ]
    rows = data.draw(st.integers(1, 12))
    records = [
        Record({column: data.draw(kind) for column, kind in zip(columns, kinds, strict=True)}, line)
        for line in range(rows)
    ]
    fields = infer_lead(records)
    assume(any(field.type for field in fields))
    try:
        check_identities(fields, records)
    except CommandError:
        assume(False)
    name = data.draw(st.text(string.printable, max_size=9))
    proven(starter(fields, records, name or "x", name), records)
