"""A model of scorelang as a model of dbt: its query, and a file with what dbt shall test of the results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator

from attrs import frozen

from scorelang import model as m
from scorelang.data.results import Columns, FiredAs
from scorelang.sql.dialect import dialect_of
from scorelang.sql.written import REFER, spelled, table_of
from scorelang.values import format_instant

# What stands in the query where dbt says the tables' names.
_LEADS, _EVENTS = "scorelang_leads", "scorelang_events"


@frozen
class DbtModel:
    """The name of a model of dbt, its query, and its properties (YAML)."""

    name: str
    query: str
    properties: str


def dbt_model(
    model: m.CheckedModel, as_of: int, leads: str, events: str | None, dialect: str, fired: FiredAs = "list"
) -> DbtModel:
    """The model for dbt, with its schema tests.

    `leads` and `events` are models or seeds of dbt, or sources where a schema stands before a point. Raises
    `NotLowered`.
    """
    spoken = dialect_of(dialect)
    given = None if events is None else table_of(_EVENTS)
    query = _without_jinja(spoken.sql(spelled(model, as_of, table_of(_LEADS), given, spoken, fired), pretty=True))
    for name, table in ((_LEADS, leads), (_EVENTS, events)):
        if table is not None:
            query = re.sub(rf'["`]{name}["`]', lambda _, table=table: _reference(table), query)  # type: ignore[misc]
    name = _name(model)
    said = f"{model.name or model.source.name}, {model.fingerprint}, as of {format_instant(as_of)}"
    head = "".join(f"-- {_without_jinja(' '.join(line.splitlines()))}\n" for line in (said, REFER))
    text = f"{{{{ config(materialized='table') }}}}\n\n{head}{query}\n"
    return DbtModel(name, text, "\n".join(_properties(model, name, said, leads, events)) + "\n")


def _name(model: m.CheckedModel) -> str:
    words = re.findall(r"[a-z0-9]+", (model.name or model.source.name.removesuffix(".score")).lower())
    return "_".join([*words, "scores"])


def _without_jinja(text: str) -> str:
    """A text of which dbt reads no part as its own."""
    return re.sub(r"\{(?=[{%#])", "{{ '{' }}", text)


def _reference(table: str) -> str:
    schema, _, name = table.rpartition(".")
    quoted = (json.dumps(part) for part in ((schema, name) if schema else (name,)))
    return f"{{{{ {'source' if schema else 'ref'}({', '.join(quoted)}) }}}}"


# --- properties -----------------------------------------------------------------------------------------------------


def _properties(model: m.CheckedModel, name: str, said: str, leads: str, events: str | None) -> Iterator[str]:
    """The lines of the file. A text is written as JSON writes it, which YAML reads too."""
    yield "version: 2"
    yield from _sources([table for table in (leads, events) if table is not None])
    yield "models:"
    yield f"  - name: {name}"
    yield f"    description: {_text(_without_jinja(f'{said}. {REFER}.'))}"
    yield "    columns:"
    yield from _column("refer", "not_null")
    yield "          - accepted_values:"
    yield "              values: [false]"
    yield "              quote: false"
    yield "              config: {severity: warn}"
    yield from _column("id", "unique", "not_null")
    categories = tuple(group.name for group in model.groups if group.word == "category")
    names = Columns(categories, tuple(grade.what for grade in model.grades)).names
    for column in ("score", *names[2 : 2 + len(categories)], "qualified"):
        yield from _column(column, "not_null")
    for grade in model.grades:
        labels = [*(label for label, _ in grade.bands), grade.otherwise]
        yield from _column(f"{grade.what} grade", "not_null", accepted=labels)
    yield from _column("stage", "not_null", accepted=["none", *(stage.name for stage in model.stages)])
    personas = [group.name for group in model.groups if group.word == "persona"]
    if personas:
        yield from _column("persona", accepted=personas)
    if model.route:
        yield from _column("route", accepted=[to.text for to in model.route])


def _column(name: str, *tests: str, accepted: list[str] | None = None) -> Iterator[str]:
    yield f"      - name: {_text(name)}"
    yield "        quote: true"
    yield "        data_tests:"
    yield from (f"          - {test}" for test in tests)
    if accepted is not None:
        yield "          - accepted_values:"
        yield f"              values: [{', '.join(_text(_in_sql(value)) for value in dict.fromkeys(accepted))}]"


def _sources(tables: list[str]) -> Iterator[str]:
    found: dict[str, list[str]] = {}
    for table in tables:
        schema, _, name = table.rpartition(".")
        if schema:
            found.setdefault(schema, []).append(name)
    if found:
        yield "sources:"
    for schema, names in found.items():
        yield f"  - name: {_text(schema)}"
        yield "    tables:"
        yield from (f"      - name: {_text(name)}" for name in names)


def _in_sql(value: str) -> str:
    """A value that dbt puts between single quotes, as it is."""
    return _without_jinja(value.replace("'", "''"))


def _text(value: str) -> str:
    return json.dumps(value, ensure_ascii=False)
