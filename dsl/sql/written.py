"""A model as the text of a query, over tables whose columns have the names and types of the model's."""

from __future__ import annotations

from collections.abc import Iterable

from sqlglot import exp

from scorelang import model as m
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind
from scorelang.sql.flat import flat
from scorelang.sql.lower import lower
from scorelang.sql.sources import Table
from scorelang.values import Type, format_instant

KINDS: dict[Type, Kind] = {
    Type.TEXT: "text",
    Type.PAGE: "text",
    Type.NUMBER: "double",
    Type.FLAG: "flag",
    Type.DATE: "instant",
    Type.TEXT_LIST: "list",
    # Whatever the column is: only NULL is then missing.
    Type.ANYTHING: "other",
}


def written(model: m.CheckedModel, as_of: int, leads: str, events: str | None, dialect: str) -> str:
    """The query, with a comment above it that says of which model and time it is.

    `leads` and `events` are names of tables, a schema before a point. Raises `NotLowered`.
    """
    key = next((known for known in model.fields if known.name == model.key), m.FieldDefinition(model.key, Type.TEXT))
    numbered = Table("leads_numbered", *_columns([*model.fields, key]))
    also = None
    if events is not None:
        attributes = [attribute for kind in model.kinds.values() for attribute in kind.attributes]
        own = [m.FieldDefinition(name, Type.TEXT) for name in ("lead", "type")]
        also = Table("events_given", *_columns([*attributes, *own, m.FieldDefinition("at", Type.DATE)]))
    plan = lower(model, as_of, numbered, also)
    query = plan.query([s.aliased(plan.refer, "refer"), *flat(plan)])
    given = [(leads, "leads_numbered", [s.aliased(_number(), "row"), exp.Star()])]
    given += [] if events is None else [(events, "events_given", [exp.Star()])]
    ctes = [
        exp.CTE(this=s.select(columns, _table(table)), alias=exp.TableAlias(this=s.name(name)))
        for table, name, columns in given
    ]
    query.args["with_"].set("expressions", [*ctes, *query.args["with_"].expressions])
    name = model.name or model.source.name
    head = f"-- {name}, {model.fingerprint}, as of {format_instant(as_of)}".replace("\n", " ")
    return f"{head}\n{query.sql(dialect, pretty=True, copy=False)};\n"


def _columns(definitions: Iterable[m.FieldDefinition]) -> tuple[dict[str, Kind], dict[str, Kind]]:
    """The kinds of columns by their names, and of what lists hold: a field's column is the one it comes `from`."""
    kinds: dict[str, Kind] = {}
    members: dict[str, Kind] = {}
    for definition in definitions:
        name = definition.column or definition.name
        kinds.setdefault(name, KINDS[definition.type])
        if definition.type is Type.TEXT_LIST:
            members[name] = "text"
    return kinds, members


def _number() -> exp.Expression:
    """A number for each lead, in no order that anybody must know."""
    return exp.Window(this=exp.RowNumber())


def _table(named: str) -> exp.Expression:
    *schemas, table = named.split(".")
    node = exp.Table(this=s.name(table))
    for key, part in zip(("db", "catalog"), reversed(schemas), strict=False):
        node.set(key, s.name(part))
    return node
