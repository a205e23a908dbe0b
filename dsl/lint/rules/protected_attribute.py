"""Scores by age, gender, religion and the like."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scorelang import model as m
from scorelang.check.walk import walk
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule

# What people may not be treated unequally for, by words of a field's name: Article 21 of the Charter of Fundamental
# Rights of the European Union, and the US Equal Credit Opportunity Act (15 U.S.C. 1691), with words that tell the same.
PROTECTED = {
    "age": "age", "ages": "age", "birth": "age", "birthday": "age", "birthdate": "age", "dob": "age",
    "gender": "gender", "sex": "gender", "pregnant": "gender", "pregnancy": "gender", "maternity": "gender",
    "race": "ethnicity", "racial": "ethnicity", "ethnicity": "ethnicity", "ethnic": "ethnicity",
    "nationality": "ethnicity", "skin": "ethnicity",
    "religion": "religion", "religious": "religion",
    "disability": "disability", "disabilities": "disability", "disabled": "disability", "handicap": "disability",
    "marital": "marital status", "married": "marital status", "spouse": "marital status", "divorced": "marital status",
    "sexual": "sexual orientation", "genetic": "genetic features",
}  # fmt: skip
# Beside one of these the word is about a thing: `account_age`, `email_disabled`, `age_in_days`.
OF_THINGS = """
account company crm deal domain email event firm flag form record lead mail notification opportunity page product site
subscription tracking user website days hours months weeks verification gate
"""
WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+")


class ProtectedAttribute(Rule):
    """A field about age, gender, ethnicity, religion, disability or marital status that counts for the score.

    In many places it is against the law to treat people unequally by it, and in most it is not what a company wants to
    be known for. Such a field is known by its name or its column.

    Leave it out. Where it is lawful and meant, say why: `# lint: ignore[protected-attribute] reason`. Only the first
    place is told where a field counts: in points, a gate, a stage or the route. The age of an account or a company is
    nobody's.
    """

    name = "protected-attribute"
    code = "SL311"
    bad = "if age < 30 then +10"
    good = "if company_age < 3 then +10"

    def check(self) -> Iterator[Finding]:
        """The first use of every such field in what counts."""
        fields = {field.name: _protected(field) for field in self.subject.model.fields}
        if self.subject.is_test_file or not any(fields.values()):
            return
        told: set[str] = set()
        uses = {id(one): one for root in self._counting() for one in walk(root) if isinstance(one, m.FieldValue)}
        for one in sorted(uses.values(), key=lambda one: one.place.span.start):
            what = fields.get(one.name)
            if what is not None and one.name not in told and self.subject.is_here(one.place):
                told.add(one.name)
                hint = "where it is lawful and meant, say why: `# lint: ignore[protected-attribute] reason`"
                yield self.report(one.place.span, f"`{one.name}` counts here", f"it tells {what}", help=(hint,))

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
        if found is not None and not set(OF_THINGS.split()) & set(words):
            return found
    return None
