"""What a lead was given, for programs: the shape is docs/language.md, section Results."""

from __future__ import annotations

from collections.abc import Mapping

from attrs import field, frozen

from scorelang import interpret as i
from scorelang import model as m
from scorelang.values import format_instant, from_hundredths


def plain(number: float) -> float | int:
    """A number for JSON: a whole one has no fraction."""
    return int(number) if number.is_integer() else number


@frozen
class Fired:
    """A rule that fired: its identity, and the points that it added (negative when it took some)."""

    rule: str
    points: float


@frozen
class Blocked:
    """What stood in the way of qualifying: the gate's identity, its reason or else its condition, and what that was.

    `was` is `false` or `unknown` for a `require`, and `true` for a `disqualify`.
    """

    rule: str
    because: str
    was: str


@frozen
class ModelInfo:
    """Which model gave a result."""

    name: str | None
    version: float | int | str | None
    fingerprint: str


@frozen
class Result:
    """A scored lead. Points are floats that are exact to the hundredth; `as_of` is ISO 8601 in UTC.

    `persona` and `route` are None when there is none; `stage` is then `none`.
    """

    id: str | None
    score: float
    categories: Mapping[str, float]
    grades: Mapping[str, str]
    persona: str | None
    stage: str
    qualified: bool
    blocked_by: tuple[Blocked, ...]
    route: str | None
    fired: tuple[Fired, ...]
    as_of: str
    model: ModelInfo = field(repr=False)

    def to_dict(self, *, fired: bool = True) -> dict[str, object]:
        """The result in JSON's types; whole numbers are ints. Without `fired`, it is not said which rules fired."""
        rules = [{"rule": rule.rule, "points": plain(rule.points)} for rule in self.fired] if fired else ()
        return {
            "id": self.id,
            "score": plain(self.score),
            "categories": {name: plain(value) for name, value in self.categories.items()},
            "grades": dict(self.grades),
            "persona": self.persona,
            "stage": self.stage,
            "qualified": self.qualified,
            "blocked_by": [{"rule": gate.rule, "because": gate.because, "was": gate.was} for gate in self.blocked_by],
            "route": self.route,
            **({"fired": rules} if fired else {}),
            "as_of": self.as_of,
            "model": {"name": self.model.name, "version": self.model.version, "fingerprint": self.model.fingerprint},
        }


def result_of(model: m.CheckedModel, outcome: i.Outcome) -> Result:
    """The public result of an outcome."""
    facts = outcome.scope.facts
    categories = {
        done.group.name: from_hundredths(done.value) for done in outcome.subtotals if done.group.word == "category"
    }
    return Result(
        id=facts.id,
        score=from_hundredths(outcome.score),
        categories=categories,
        grades=dict(outcome.grades),
        persona=outcome.persona,
        stage=outcome.stage,
        qualified=outcome.qualified,
        blocked_by=tuple(
            Blocked(blocked.gate.id, blocked.gate.reason or blocked.gate.condition.place.text, blocked.was)
            for blocked in outcome.blocked
        ),
        route=outcome.route,
        fired=tuple(Fired(amount.id, from_hundredths(amount.points)) for amount in fired_amounts(model, outcome)),
        as_of=format_instant(facts.as_of),
        model=ModelInfo(model.name, model.version, model.fingerprint),
    )


def fired_amounts(model: m.CheckedModel, outcome: i.Outcome) -> list[i.Amount]:
    """The amounts that count, in the order of the rules in the model; those of other personas do not."""
    by_id = {amount.id: amount for amount in outcome.loose}
    for done in outcome.subtotals:
        if done.group.word == "category" or done.group.name == outcome.persona:
            by_id.update((amount.id, amount) for amount in done.amounts)
    return [by_id[rule.id] for rule in m.rules_of(model.ordered) if rule.id in by_id]
