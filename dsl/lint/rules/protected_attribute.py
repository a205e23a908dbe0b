"""Scores by age, gender, religion and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang import model as m
from scorelang.check.walk import query_of, walk
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule

# What people may not be treated unequally for, by words of a field's name: Article 21 of the Charter of Fundamental
# Rights of the European Union, and the US Equal Credit Opportunity Act (15 U.S.C. 1691), with words that tell the same.
PROTECTED = {
    "birth": "age", "birthday": "age", "birthdate": "age", "dob": "age",
    "gender": "gender", "sex": "gender", "pregnant": "gender", "pregnancy": "gender", "maternity": "gender",
    "racial": "ethnicity", "ethnicity": "ethnicity", "ethnic": "ethnicity", "nationality": "ethnicity",
    "religion": "religion", "religious": "religion",
    "disability": "disability", "disabilities": "disability", "handicap": "disability",
    "marital": "marital status", "married": "marital status", "spouse": "marital status", "divorced": "marital status",
    "sexual": "sexual orientation",
}  # fmt: skip
# These are as often about things (`session_age`, `race_results`, `disabled_features`): they tell of a person alone,
# or when nothing but the words below stands beside them.
OFTEN_OF_THINGS = {
    "age": "age", "ages": "age", "aged": "age", "race": "ethnicity", "skin": "ethnicity", "disabled": "disability",
    "genetic": "genetic features",
}  # fmt: skip
OF_PEOPLE = """
adult applicant applicants buyer buyers candidate candidates child children citizen client clients consumer consumers
contact contacts customer customers employee employees guest guests member members parent partner patient patients
people person personal persons prospect prospects respondent student students visitor visitors worker her his is my
their band bands bracket brackets bucket buckets class code cohort color colour group groups in of range ranges
segment value year years yr yrs
"""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")
# What such a word says beside one of these is of no person: `domain_birth`, `disability_insurance_product`.
THINGS = "account company domain firm insurance product site website"


class ProtectedAttribute(Rule):
    """A field about age, gender, ethnicity, religion, disability or marital status that counts for the score.

    In many places it is against the law to treat people unequally by it, and in most it is not what a company wants to
    be known for. Such a field is known by its name or its column.

    Leave it out. Where it is lawful and meant, say why: `# lint: ignore[protected-attribute] reason`. Only the first
    place is told where a field counts: in points, a gate, a stage or the route. Attributes of events are looked at too.
    `age`, `race` and `disabled` tell of a person alone, and beside words for people or units (`contact_age`,
    `age_group`): the age of an account or a session is nobody's.
    """

    name = "protected-attribute"
    code = "SL311"
    bad = "if age < 30 then +10"
    good = "if company_age < 3 then +10"

    def check(self) -> Iterator[Finding]:
        """The first use of every such field in what counts."""
        model = self.subject.model
        fields = {field.name: _protected(field) for field in model.fields}
        for kind in model.kinds.values():
            fields |= {f"{kind.name}.{field.name}": _protected(field) for field in kind.attributes}
        if self.subject.is_test_file or not any(fields.values()):
            return
        told: set[str] = set()
        for name, place in sorted(self._uses(), key=lambda use: use[1].span.start):
            what = fields.get(name)
            if what is not None and name not in told and self.subject.is_here(place):
                told.add(name)
                hint = "where it is lawful and meant, say why: `# lint: ignore[protected-attribute] reason`"
                yield self.report(place.span, f"`{name}` counts here", f"it tells {what}", help=(hint,))

    def _uses(self) -> Iterator[tuple[str, m.Place]]:
        """Each field, and each attribute of an event as `event.attribute`, with where it counts."""
        found = {id(one): one for root in self._counting() for one in walk(root)}
        yield from ((one.name, one.place) for one in found.values() if isinstance(one, m.FieldValue))
        queries = [query for one in found.values() if (query := query_of(one)) is not None]
        queries += [rule.query for rule in self.subject.rules if isinstance(rule, m.Rule) and rule.query is not None]
        for query in queries:
            for one in walk(query.where) if query.where is not None else ():
                if isinstance(one, m.AttributeValue):
                    yield f"{query.kind}.{one.name}", one.place
            if query.first is not None and (query.pattern is not None or query.members is not None):
                yield f"{query.kind}.{query.first}", query.place
        measured = (one for one in found.values() if isinstance(one, m.Measured))
        yield from ((f"{one.query.kind}.{one.attribute}", one.place) for one in measured)

    def _counting(self) -> Iterator[m.Expression]:
        """The expressions that decide on points, gates, stages and the route."""
        model = self.subject.model
        for rule in self.subject.rules:
            if isinstance(rule, m.Grid):
                yield from (test for test in (*rule.rows, *rule.columns) if test is not None)
            else:
                where = rule.query.where if rule.query is not None else None
                yield from (one for one in (rule.condition, rule.points, where) if isinstance(one, m.Expression))
        yield from (gate.condition for gate in model.gates)
        for stage in model.stages:
            yield from (one for one in (stage.when, *stage.or_when) if one is not None)
        yield from (line.condition for line in model.route if line.condition is not None)


def _protected(field: m.FieldDefinition) -> str | None:
    """What of a person a field tells; None for one that is not protected."""
    for name in filter(None, (field.name, field.column)):
        words = [word.lower() for word in WORD.findall(name)]
        found = next((PROTECTED[word] for word in words if word in PROTECTED), None)
        if found is not None and not set(THINGS.split()) & set(words):
            return found
        often = next((OFTEN_OF_THINGS[word] for word in words if word in OFTEN_OF_THINGS), None)
        if often is not None and all(word in OFTEN_OF_THINGS or word in OF_PEOPLE.split() for word in words):
            return often
    return None
