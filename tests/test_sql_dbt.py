"""`scorelang sql --dbt`: a model of dbt and its properties, read as dbt reads them but for the database."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import sqlglot
import yaml
from click.testing import CliRunner

import scorelang
from scorelang.cli import program

from .test_cli_sql import AS_OF, MODEL

ODD = (
    MODEL.replace('"Acme"', '"Acme {{ x }}"')
    + """
if title is "{% raw %}" then +1 because "it's {# odd #}"
grade Fit: "it's A" from 10, else B
route:
    "call {{ now }}" if demo
    "wait" otherwise
"""
)


def run(folder: Path, text: str, *arguments: str) -> tuple[int, str, str]:
    path = folder / "acme.score"
    path.write_text(text, encoding="utf-8")
    result = CliRunner().invoke(program, ["sql", str(path), "--as-of", AS_OF, *arguments])
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result.exit_code, result.stdout, result.stderr


def rendered(text: str) -> str:
    """What Jinja makes of the few forms that these files use."""
    text = re.sub(r"\{\{ config\(.*?\) \}\}", "", text)
    text = re.sub(r'\{\{ ref\("(\w+)"\) \}\}', r'"\1"', text)
    text = re.sub(r'\{\{ source\("(\w+)", "(\w+)"\) \}\}', r'"\1"."\2"', text)
    assert not re.search(r"\{[{%#](?! '\{' \}\})", text), "what is left is a brace that stands for itself"
    return text.replace("{{ '{' }}", "{")


def test_a_model_of_dbt_and_its_properties_are_written(tmp_path: Path) -> None:
    code, out, err = run(tmp_path, MODEL, "--dbt", str(tmp_path / "models"))
    assert (code, err) == (0, "")
    assert out == "".join(f"wrote {tmp_path / 'models' / f'acme_scores.{kind}'}\n" for kind in ("sql", "yml"))
    text = (tmp_path / "models" / "acme_scores.sql").read_text(encoding="utf-8")
    assert text.startswith("{{ config(materialized='table') }}\n\n-- Acme, ")
    assert '{{ ref("leads") }}' in text
    assert '{{ ref("events") }}' in text
    assert ";" not in text.splitlines()[-1]


def test_tables_with_a_schema_are_sources(tmp_path: Path) -> None:
    run(tmp_path, MODEL, "--dbt", str(tmp_path), "--leads", "crm.leads", "--events", "crm.events")
    assert '{{ source("crm", "leads") }}' in (tmp_path / "acme_scores.sql").read_text(encoding="utf-8")
    said = yaml.safe_load((tmp_path / "acme_scores.yml").read_text(encoding="utf-8"))
    assert said["sources"] == [{"name": "crm", "tables": [{"name": "leads"}, {"name": "events"}]}]


def test_the_properties_test_what_a_result_always_is(tmp_path: Path) -> None:
    run(tmp_path, MODEL, "--dbt", str(tmp_path))
    said = yaml.safe_load((tmp_path / "acme_scores.yml").read_text(encoding="utf-8"))
    (model,) = said["models"]
    assert model["name"] == "acme_scores"
    columns = {column["name"]: column["data_tests"] for column in model["columns"]}
    assert columns["id"] == ["unique", "not_null"]
    assert columns["Fit"] == ["not_null"]
    assert columns["stage"] == ["not_null", {"accepted_values": {"values": ["none", "MQL"]}}]
    warned = {"values": [False], "quote": False, "config": {"severity": "warn"}}
    assert columns["refer"] == ["not_null", {"accepted_values": warned}]


def test_what_a_model_says_is_no_template(tmp_path: Path) -> None:
    run(tmp_path, ODD, "--dbt", str(tmp_path))
    query = rendered((tmp_path / "acme_x_scores.sql").read_text(encoding="utf-8"))
    literals = {one.name for one in sqlglot.parse_one(query, read="duckdb").find_all(sqlglot.exp.Literal)}
    assert {"{% raw %}", "call {{ now }}", "it's A"} <= literals
    said = yaml.safe_load(rendered((tmp_path / "acme_x_scores.yml").read_text(encoding="utf-8")))
    columns = {column["name"]: column["data_tests"] for column in said["models"][0]["columns"]}
    assert columns["route"] == [{"accepted_values": {"values": ["call {{ now }}", "wait"]}}]
    assert columns["Fit grade"][1] == {"accepted_values": {"values": ["it''s A", "B"]}}


def test_the_query_gives_what_the_model_gives(tmp_path: Path) -> None:
    run(tmp_path, ODD, "--dbt", str(tmp_path))
    connection = duckdb.connect()
    connection.execute("""CREATE TABLE leads AS SELECT '1' AS id, '{% raw %}' AS "Job Title", 50.0::DOUBLE AS size,
        true AS demo, ['x'] AS tags, NULL::TIMESTAMPTZ AS created""")
    connection.execute('CREATE TABLE events(lead VARCHAR, type VARCHAR, "at" TIMESTAMPTZ, path VARCHAR)')
    query = rendered((tmp_path / "acme_x_scores.sql").read_text(encoding="utf-8"))
    found = connection.execute(f'SELECT score, route, "Fit grade" FROM ({query})').fetchall()
    lead = {"id": "1", "Job Title": "{% raw %}", "size": 50, "demo": True, "tags": ["x"]}
    expected = scorelang.loads(ODD).score(lead, [], AS_OF)
    assert found == [(expected.score, expected.route, expected.grades["Fit"])]


def test_a_file_and_a_folder_together_are_an_error(tmp_path: Path) -> None:
    code, _, err = run(tmp_path, MODEL, "--dbt", str(tmp_path), "-o", "x.sql")
    assert code == 2
    assert "-o and --dbt both say where the query goes" in err
