"""Scores by age, gender, religion and the like."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang.check.walk import query_of, roots_of, walk
from scorelang.lint.finding import Finding
from scorelang.lint.people import told_by
from scorelang.lint.rule import Rule


class ProtectedAttribute(Rule):
    """A field about age, gender, ethnicity, religion, disability or marital status that counts for the score.

    In many places it is against the law to treat people unequally by it, and in most it is not what a company wants to
    be known for. Such a field is known by its name or its column.

    Leave it out. Where it is lawful and meant, say why: `# lint: ignore[protected-attribute] reason`. Only the first
    place is told where a field counts: in points, a gate, a stage or the route. Attributes of events are looked at too.
    `age`, `race` and `disabled` tell of a person alone, and beside words for people or units (`contact_age`,
    `age_group`): the age of an account or a session is nobody's, and so is a `customer_age` that is not in years.
    """

    name = "protected-attribute"
    code = "SL311"
    bad = "if age < 30 then +10"
    good = "if company_age < 3 then +10"

    def check(self) -> Iterator[Finding]:
        """The first use of every such field in what counts, here or for a file that takes names from this one."""
        subject = self.subject
        if subject.is_test_file:
            return
        uses = [use for model in (subject.model, *subject.others.users) for use in _uses(model)]
        here = [use for use in uses if use[2].source.text == subject.source.text]
        told: set[str] = set()
        for name, what, place in sorted(here, key=lambda use: use[2].span.start):
            if name not in told:
                told.add(name)
                hint = "leave it out; where it is lawful, say why: `# lint: ignore[protected-attribute] reason`"
                yield self.report(place.span, f"`{name}` counts here", f"it tells {what}", help=(hint,))


def _uses(model: m.CheckedModel) -> Iterator[tuple[str, str, m.Place]]:
    """Each protected field, and each such attribute as `event.attribute`: what it tells, and where it counts."""
    fields = {field.name: _protected(field) for field in model.fields}
    for kind in model.kinds.values():
        fields |= {f"{kind.name}.{field.name}": _protected(field) for field in kind.attributes}
    for name, place in _reads(model) if any(fields.values()) else ():
        what = fields.get(name)
        if what is not None:
            yield name, what, place


def _reads(model: m.CheckedModel) -> Iterator[tuple[str, m.Place]]:
    """Each field, and each attribute of an event as `event.attribute`, with where it counts."""
    rules = [rule for rule in m.rules_of((*model.groups, *model.scoring)) if isinstance(rule, m.Rule)]
    found = {id(one): one for root in roots_of(model) for one in walk(root)}
    yield from ((one.name, one.place) for one in found.values() if isinstance(one, m.FieldValue))
    queries = [query for one in found.values() if (query := query_of(one)) is not None]
    queries += [rule.query for rule in rules if rule.query is not None]
    for query in queries:
        for one in walk(query.where) if query.where is not None else ():
            if isinstance(one, m.AttributeValue):
                yield f"{query.kind}.{one.name}", one.place
        if query.first is not None and (query.pattern is not None or query.members is not None):
            yield f"{query.kind}.{query.first}", query.place
    for rule in rules:
        if rule.query is not None and isinstance(rule.points, m.Expression):
            kind, values = rule.query.kind, walk(rule.points)
            yield from ((f"{kind}.{one.name}", one.place) for one in values if isinstance(one, m.AttributeValue))
    measured = (one for one in found.values() if isinstance(one, m.Measured))
    yield from ((f"{one.query.kind}.{one.attribute}", one.place) for one in measured)


def _protected(field: m.FieldDefinition) -> str | None:
    """What of a person a field tells, by its name or its column; None for one that is not protected."""
    return told_by(*(name for name in (field.name, field.column) if name))
