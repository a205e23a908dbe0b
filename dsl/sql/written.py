"""A model as the text of a query, over tables whose columns have the names and types of the model's."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from attrs import evolve
from sqlglot import exp

from scorelang import model as m
from scorelang.check.walk import roots_of, walk
from scorelang.data.results import FiredAs
from scorelang.source import Span
from scorelang.sql import spell as s
from scorelang.sql.cells import Kind
from scorelang.sql.dialect import Dialect, Unspellable, dialect_of
from scorelang.sql.expressions import CannotLower
from scorelang.sql.flat import flat
from scorelang.sql.lower import NotLowered, Plan, lower
from scorelang.sql.sources import Table
from scorelang.values import Type, format_instant, from_hundredths

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

REFER = "refer is true where this query does not score exactly: `scorelang score` does, or says what does not fit"


def written(
    model: m.CheckedModel, as_of: int, leads: str, events: str | None, dialect: str, fired: FiredAs = "list"
) -> str:
    """The query, with a comment above it that says of which model and time it is.

    `leads` and `events` are names of tables, a schema before a point. Raises `NotLowered`.
    """
    spoken = dialect_of(dialect)
    query = spelled(model, as_of, table_of(leads), None if events is None else table_of(events), spoken, fired)
    name = model.name or model.source.name
    head = [f"{name}, {model.fingerprint}, as of {format_instant(as_of)}", REFER, *spoken.notes]
    comments = "".join(f"-- {line}\n" for line in (" ".join(line.splitlines()) for line in head))
    return f"{comments}{spoken.sql(query, pretty=True)};\n"


def spelled(
    model: m.CheckedModel,
    as_of: int,
    leads: exp.Expression,
    events: exp.Expression | None,
    dialect: Dialect,
    fired: FiredAs = "list",
) -> exp.Expression:
    """The query in the words of a dialect, over what stands after FROM. Raises `NotLowered`."""
    try:
        return _spelled(model, as_of, leads, events, dialect, fired)
    except Unspellable as error:
        found = [
            CannotLower(place, f"{dialect.title} has no exact way to say {why}")
            for place, why in _unspellable(model, as_of, leads, events, dialect, error)
        ]
        raise NotLowered(found) from None


def _spelled(
    model: m.CheckedModel,
    as_of: int,
    leads: exp.Expression,
    events: exp.Expression | None,
    dialect: Dialect,
    fired: FiredAs = "list",
) -> exp.Expression:
    model = model if dialect.has_lists else _without_idle_lists(model)
    key = next((known for known in model.fields if known.name == model.key), m.FieldDefinition(model.key, Type.TEXT))
    numbered = Table("leads_numbered", *_columns([*model.fields, key], dialect))
    also = None
    if events is not None:
        attributes = [attribute for kind in model.kinds.values() for attribute in kind.attributes]
        own = [m.FieldDefinition(name, Type.TEXT) for name in ("lead", "type")]
        also = Table("events_given", *_columns([*attributes, *own, m.FieldDefinition("at", Type.DATE)], dialect))
    plan = lower(model, as_of, numbered, also, dialect)
    query = plan.query([s.aliased(plan.refer, "refer"), *columns_of(plan, fired)])
    if dialect.most_columns is not None and plan.width > dialect.most_columns:
        raise Unspellable(f"a table of {plan.width:,} columns, which all rules together need", together=True)
    given = [(leads, "leads_numbered", [s.aliased(dialect.number(), "row"), exp.Star()])]
    given += [] if events is None else [(events, "events_given", [exp.Star()])]
    ctes = [
        exp.CTE(this=s.select(columns, table), alias=exp.TableAlias(this=s.name(name)))
        for table, name, columns in given
    ]
    query.args["with_"].set("expressions", [*ctes, *query.args["with_"].expressions])
    return dialect.spelled(query)


def _without_idle_lists(model: m.CheckedModel) -> m.CheckedModel:
    """The model without the text lists that nothing in it looks at: a column that nobody reads needs no words."""
    roots = [*roots_of(model), *([model.start_over.where] if model.start_over and model.start_over.where else [])]
    found = [one for root in roots for one in walk(root)]
    read = {one.name for one in found if isinstance(one, m.FieldValue)}
    asked = {one.name for one in found if isinstance(one, m.AttributeValue)}
    kinds = {name: evolve(kind, attributes=_but_idle(kind.attributes, asked)) for name, kind in model.kinds.items()}
    return evolve(model, fields=_but_idle(model.fields, read), kinds=kinds)


def _but_idle(definitions: Iterable[m.FieldDefinition], read: set[str]) -> tuple[m.FieldDefinition, ...]:
    return tuple(one for one in definitions if one.type is not Type.TEXT_LIST or one.name in read)


def _unspellable(
    model: m.CheckedModel,
    as_of: int,
    leads: exp.Expression,
    events: exp.Expression | None,
    dialect: Dialect,
    whole: Unspellable,
) -> Iterator[tuple[m.Place, str]]:
    """The parts of a model that a dialect cannot say, found by trying each alone."""
    top = m.Place(model.source, Span(0, len(model.source.text.partition("\n")[0])))
    bare = evolve(model, groups=(), scoring=(), gates=(), stages=(), grades=(), route=(), start_over=None)
    found: list[tuple[m.Place, str]] = []
    for place, alone in [] if whole.together else [(top, bare), *_parts(model, bare)]:
        try:
            _spelled(alone, as_of, leads, events, dialect)
        except Unspellable as error:
            found.append((place, str(error)))
            if alone is bare:
                break
    yield from found or [(top, str(whole))]


def _parts(model: m.CheckedModel, bare: m.CheckedModel) -> Iterator[tuple[m.Place, m.CheckedModel]]:
    """The bare model with one rule, gate, stage or the like, for each of them."""
    for rule in m.rules_of(model.ordered):
        yield rule.place, evolve(bare, scoring=(rule,))
    for group in model.groups:
        least, most = (None if isinstance(bound, str) else bound for bound in (group.least, group.most))
        yield group.place, evolve(bare, groups=(evolve(group, scoring=(), least=least, most=most),))
    for gate in model.gates:
        yield gate.place, evolve(bare, gates=(evolve(gate, stage=None),))
    for stage in model.stages:
        yield stage.place, evolve(bare, stages=(stage,))
    if model.start_over is not None:
        yield model.start_over.place, evolve(bare, start_over=model.start_over)


def columns_of(plan: Plan, fired: FiredAs = "list") -> list[exp.Expression]:
    """The columns of a result, as `flat` gives them; lists and instants as the dialect has them."""
    columns = flat(plan, fired)
    if plan.dialect.native:
        return columns
    blocked = []
    for gate, was in plan.outcome.blocked:
        because = gate.reason or gate.condition.place.text
        blocked.append(_group(s.known(was), rule=s.text(gate.id), because=s.text(because), was=was))
    groups = [
        _group(rule.there, rule=s.text(rule.id), points=_points(rule.points, rule.always))
        for rule in plan.outcome.fired
    ]
    own = {
        "blocked_by": s.call("BLOCKED", *blocked),
        **({"fired": s.call("FIRED", *groups)} if fired == "list" else {}),
        "as_of": s.call("INSTANT", s.text(format_instant(plan.as_of).removesuffix("Z"))),
    }
    return [s.aliased(own.get(column.alias, column.this), column.alias) for column in columns]


def _group(there: exp.Expression, **members: exp.Expression) -> exp.Expression:
    """A group of a list: whether it is there, and then its keys and values."""
    pairs = [part for key, value in members.items() for part in (s.text(key), value)]
    return exp.Tuple(expressions=[there, *pairs])


def _points(points: exp.Expression, always: int | None) -> exp.Expression:
    if always is not None:
        return s.double(from_hundredths(always))
    return s.over(s.cast(points, "DOUBLE"), s.double(100.0))


def _columns(definitions: Iterable[m.FieldDefinition], dialect: Dialect) -> tuple[dict[str, Kind], dict[str, Kind]]:
    """The kinds of columns by their names, and of what lists hold: a field's column is the one it comes `from`.

    Raises `Unspellable` for a column that is two things, or for two that are one.
    """
    kinds: dict[str, Kind] = {}
    members: dict[str, Kind] = {}
    names: dict[str, str] = {}
    for definition in definitions:
        name, kind = definition.column or definition.name, KINDS[definition.type]
        if not dialect.native and kinds.get(name, kind) != kind:
            raise Unspellable(f"the column `{name}`, which the model reads as values of two types")
        if not dialect.native and not dialect.cased and names.setdefault(name.casefold(), name) != name:
            raise Unspellable(f"the columns `{names[name.casefold()]}` and `{name}`, which differ only in case")
        kinds.setdefault(name, kind)
        if definition.type is Type.TEXT_LIST:
            if not dialect.has_lists:
                raise Unspellable(f"the text list `{name}`")
            members[name] = "text"
    return kinds, members


def table_of(named: str) -> exp.Expression:
    """A table by its name, a schema before a point."""
    *schemas, table = named.split(".")
    node = exp.Table(this=s.name(table))
    for key, part in zip(("db", "catalog"), reversed(schemas), strict=False):
        node.set(key, s.name(part))
    return node
