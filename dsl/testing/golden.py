"""What a model makes of a lead, as the expectations of a test: a golden answer, for somebody to agree with."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import model as m
from scorelang import wording
from scorelang.interpret import Outcome
from scorelang.result import fired_amounts
from scorelang.testing.writing import quoted

# One part of a result: what it is of, and how a test says it.
Part = tuple[str, str]


def parts(model: m.CheckedModel, outcome: Outcome) -> Iterator[Part]:
    """Every part of a result that a test can expect, from the points to the route; rules and gates come last."""
    for done in outcome.subtotals:
        if done.group.word == "category":
            yield f"category {done.group.name}", f"{named(done.group.name)} {wording.points(done.value)}"
    yield "score", f"score {wording.points(outcome.score)}"
    if any(group.word == "persona" for group in model.groups):
        yield "persona", f"persona {named(outcome.persona) if outcome.persona else 'none'}"
    if any(gate.stage is None for gate in model.gates):
        yield "qualified", "qualified" if outcome.qualified else "not qualified"
    if model.stages:
        yield "stage", f"stage {named(outcome.stage)}"
    for what, label in outcome.grades.items():
        yield f"grade {what}", f"{named(what)}.grade {named(label)}"
    if model.route:
        yield "route", f"route {quoted(outcome.route) if outcome.route is not None else 'missing'}"
    fired = {amount.id for amount in fired_amounts(model, outcome)}
    for rule in m.rules_of(model.ordered):
        yield f"fires {rule.id}", f"{'fires' if rule.id in fired else 'not fires'} {quoted(rule.id)}"
    blocked = {found.gate.id for found in outcome.blocked}
    for gate in model.gates:
        if gate.stage is None:
            yield f"blocks {gate.id}", f"{'blocked by' if gate.id in blocked else 'not blocked by'} {quoted(gate.id)}"


def expected(model: m.CheckedModel, outcome: Outcome) -> list[str]:
    """All of the result but single rules and gates, in lines: points, then what follows from them."""
    found = [(what, text) for what, text in parts(model, outcome) if what.split()[0] not in ("fires", "blocks")]
    points = [text for what, text in found if what == "score" or what.startswith("category")]
    rest = [text for what, text in found if what != "score" and not what.startswith("category")]
    return [", ".join(texts) for texts in (points, rest) if texts]


def difference(model: m.CheckedModel, outcome: Outcome, other: Outcome) -> list[str]:
    """What to expect of a lead so that the other result fails: a few parts in which the two differ; none if none do."""
    if _told(model, outcome) == _told(model, other):
        return []
    there = dict(parts(model, other))
    found = [(what, text) for what, text in parts(model, outcome) if there.get(what) != text]
    if any(what.startswith("category") for what, _ in found):
        # The score differs because the category does.
        found = [(what, text) for what, text in found if what != "score"]
    plain = [text for what, text in found if what.split()[0] not in ("fires", "blocks")]
    return [", ".join(plain)] if plain else [text for _, text in found[:1]]


def _told(model: m.CheckedModel, outcome: Outcome) -> tuple[object, ...]:
    """All that `parts` could say, before it is said."""
    values = [done.value for done in outcome.subtotals if done.group.word == "category"]
    fired = [amount.id for amount in fired_amounts(model, outcome)]
    blocked = [found.gate.id for found in outcome.blocked]
    after = (outcome.persona, outcome.qualified, outcome.stage, dict(outcome.grades), outcome.route)
    return (values, outcome.score, fired, blocked, *after)


def named(name: str) -> str:
    """A name as it is written: in quotes when it is not one word."""
    return name if name.isidentifier() else quoted(name)
