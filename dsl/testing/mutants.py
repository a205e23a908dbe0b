"""Small changes of a model that its tests should notice: a point more, a threshold moved, a window longer, a list cut.

Every change is made in the checked model, so that it is a model again; the standard library is left as it is. A change
that can be shown to make no difference is not made (`same`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from fractions import Fraction
from typing import Any

import attrs
from attrs import evolve, frozen

from scorelang import model as m
from scorelang import wording
from scorelang.testing.rebuild import SCORING, names_of, replaced
from scorelang.testing.same import best_is_first, never_both, reach_of
from scorelang.values import DAY, Type

# Of a list, so many members are dropped, one at a time.
MOST_MEMBERS = 3
# What a text becomes that no data has.
NOWHERE = "\u2205"
# Hundredths that points and their thresholds are moved by.
POINT = 100
_FROM_STANDARD = re.compile(r'^use\s+([^"]+?)\s+from\s+"std/', re.MULTILINE)
_BESIDE = {">=": ">", ">": ">=", "<=": "<", "<": "<="}


@frozen
class Mutant:
    """A changed model: where the change is, and what it is: `+20 → +21`."""

    place: m.Place
    change: str
    model: m.CheckedModel


# Where, what, and which node becomes which.
_Change = tuple[m.Place, str, object, object]


def mutants(model: m.CheckedModel) -> Iterator[Mutant]:
    """Every change of a model, one at a time, in the order of its text; that of files it brings in stands first."""
    found = [change for change in _changes(model) if not change[0].source.name.startswith("std/")]
    found.sort(key=lambda change: (change[0].source is model.source, change[0].source.name, change[0].span.start))
    for place, change, old, new in found:
        yield Mutant(place, change, replaced(model, old, new))


def _changes(model: m.CheckedModel) -> Iterator[_Change]:
    first = m.Place(model.source, attrs.evolve(model.ordered[0].place.span)) if model.ordered else None
    for name, bound in (("least", model.least), ("most", model.most)):
        if bound is not None and first is not None:
            moved: dict[str, Any] = {name: bound - POINT if name == "most" else bound + POINT}
            yield first, f"score {_bound(name)} {_moved(bound, moved[name])}", model, evolve(model, **moved)
    seen: set[int] = set()
    stack: list[tuple[object, m.Place | None]] = [(getattr(model, name), None) for name in reversed(SCORING)]
    while stack:
        item, around = stack.pop()
        if isinstance(item, tuple):
            stack.extend((part, around) for part in reversed(item))
        elif id(item) not in seen and attrs.has(type(item)) and not isinstance(item, m.Place):
            seen.add(id(item))
            place = getattr(item, "place", around)
            if place is not None and not (isinstance(item, m.Items) and _is_standard(item.place)):
                yield from ((place, change, item, new) for change, new in _of(item))
            below = [getattr(item, name) for name in names_of(type(item))]
            stack.extend((part, place) for part in reversed(below))


def _is_standard(place: m.Place) -> bool:
    """Whether a list is brought in from the standard library: its members are not the model's to test."""
    brought = (names for names in _FROM_STANDARD.findall(place.source.text))
    return place.text in {name.strip() for names in brought for name in names.split(",")}


def _of(item: object) -> Iterator[tuple[str, object]]:
    """The changes of one node: what each says, and what the node becomes."""
    of = _CHANGES.get(type(item))
    if of is not None:
        yield from of(item)


# --- points ---------------------------------------------------------------------------------------------------------


def _rule(rule: m.Rule) -> Iterator[tuple[str, object]]:
    if isinstance(rule.points, int):
        more = rule.points + (POINT if rule.points >= 0 else -POINT)
        told = f"{wording.signed(rule.points)} → {wording.signed(more)}"
        yield f"{told} for {rule.text}", evolve(rule, points=more)


def _grid(grid: m.Grid) -> Iterator[tuple[str, object]]:
    for row, cells in enumerate(grid.points):
        for column, points in enumerate(cells):
            changed = (*cells[:column], points + POINT, *cells[column + 1 :])
            where = f"row {grid.labels[0][row]}, column {grid.labels[1][column]}"
            told = f"{wording.signed(points)} → {wording.signed(points + POINT)}"
            rows = (*grid.points[:row], changed, *grid.points[row + 1 :])
            yield f"{told} in {where}", evolve(grid, points=rows)


def _choice(choice: m.Choice) -> Iterator[tuple[str, object]]:
    for at in range(len(choice.branches) - 1):
        first, second = choice.branches[at : at + 2]
        if not choice.best and second.form != "otherwise" and not never_both(first, second):
            branches = (*choice.branches[:at], second, first, *choice.branches[at + 2 :])
            yield f"{second.text} before {first.text}", evolve(choice, branches=branches)
    if not choice.best and len(choice.branches) > 1 and not best_is_first(choice):
        yield "choose → choose best", evolve(choice, best=True)


def _modifiers(modifiers: m.Modifiers) -> Iterator[tuple[str, object]]:
    if modifiers.most is not None:
        more = modifiers.most + POINT
        yield f"at most {_moved(modifiers.most, more)}", evolve(modifiers, most=more)
    if modifiers.least is not None:
        less = modifiers.least - POINT
        yield f"at least {_moved(modifiers.least, less)}", evolve(modifiers, least=less)
    if modifiers.frequency is not None:
        number = modifiers.frequency.number + 1
        told = f"{modifiers.frequency.number} → {number} times a {modifiers.frequency.period}"
        yield told, evolve(modifiers, frequency=evolve(modifiers.frequency, number=number))
    for at, decay in enumerate(modifiers.decays):
        decays = (*modifiers.decays[:at], *modifiers.decays[at + 1 :])
        yield f"without {wording.decay(decay)}", evolve(modifiers, decays=decays)
    if modifiers.during is not None:
        start, end = modifiers.during
        yield "during begins a day later", evolve(modifiers, during=(start + DAY, end))
        yield "during ends a day earlier", evolve(modifiers, during=(start, end - DAY))


def _losing(losing: m.Losing) -> Iterator[tuple[str, object]]:
    share = losing.share + Fraction(1, 10) if losing.share <= Fraction(9, 10) else losing.share - Fraction(1, 10)
    for changed in (evolve(losing, share=share), evolve(losing, every=losing.every + DAY)):
        yield f"{wording.decay(losing)} → {wording.decay(changed)}", changed


def _fading(fading: m.Fading) -> Iterator[tuple[str, object]]:
    changed = evolve(fading, over=fading.over + DAY)
    yield f"{wording.decay(fading)} → {wording.decay(changed)}", changed


def _group(group: m.Group) -> Iterator[tuple[str, object]]:
    low, high = reach_of(group.scoring) or (None, None)
    for name, step, reach in (("least", POINT, low), ("most", -POINT, high)):
        bound = getattr(group, name)
        if reach is not None and isinstance(bound, int) and (bound + step - reach) * step <= 0:
            # No lead comes as far as the bound, before or after.
            continue
        if isinstance(bound, int) and group.weight is None:
            moved: dict[str, Any] = {name: bound + step}
            yield f"{group.name} {_bound(name)} {_moved(bound, bound + step)}", evolve(group, **moved)
        elif isinstance(bound, str):
            unbound: dict[str, Any] = {name: None}
            yield f"{group.name} without {_bound(name)} {bound}", evolve(group, **unbound)


# --- results --------------------------------------------------------------------------------------------------------


def _stage(stage: m.Stage) -> Iterator[tuple[str, object]]:
    if stage.threshold is not None:
        for moved in (stage.threshold + POINT, stage.threshold - POINT):
            yield f"{stage.name} from {_moved(stage.threshold, moved)}", evolve(stage, threshold=moved)
    if stage.when is not None and stage.threshold is not None:
        yield f"{stage.name} without when {stage.when.place.text}", evolve(stage, when=None)
    for at, condition in enumerate(stage.or_when):
        rest = (*stage.or_when[:at], *stage.or_when[at + 1 :])
        yield f"{stage.name} without or when {condition.place.text}", evolve(stage, or_when=rest)


def _gate(gate: m.Gate) -> Iterator[tuple[str, object]]:
    passes = m.Constant(Type.FLAG, gate.condition.place, gate.word == "require")
    yield f"without {wording.gate(gate)}", evolve(gate, condition=passes)


def _grade(grade: m.Grade) -> Iterator[tuple[str, object]]:
    for at, (label, least) in enumerate(grade.bands):
        for moved in (least + POINT, least - POINT):
            bands = (*grade.bands[:at], (label, moved), *grade.bands[at + 1 :])
            yield f"{grade.what} {label} from {_moved(least, moved)}", evolve(grade, bands=bands)


def _destination(to: m.Destination) -> Iterator[tuple[str, object]]:
    if to.condition is not None:
        never = m.Constant(Type.FLAG, to.place, False)
        yield f"without {wording.quoted(to.text)}", evolve(to, condition=never)


# --- conditions -----------------------------------------------------------------------------------------------------


def _apply(apply: m.Apply) -> Iterator[tuple[str, object]]:
    last = apply.operands[-1]
    beside = _BESIDE.get(apply.operator)
    if beside is not None:
        yield f"{apply.operator} → {beside} in {apply.place.text}", evolve(apply, operator=beside)
    if apply.operator in ("starts with", "ends with", "mentions"):
        told = f"{apply.operator} → contains in {apply.place.text}"
        yield told, evolve(apply, operator="contains")
    if isinstance(last, m.Constant) and not isinstance(last.value, bool) and last.type is not Type.FLAG:
        changed = _elsewhere(last)
        if changed is not None:
            shown = f"{wording.value(last.type, last.value)} → {wording.value(changed.type, changed.value)}"
            operands = (*apply.operands[:-1], changed)
            yield f"{shown} in {apply.place.text}", evolve(apply, operands=operands)


def _elsewhere(constant: m.Constant) -> m.Constant | None:
    """Another value than the one that is compared with: a number one more, a day later, a text that no data has."""
    match constant.value:
        case float():
            return evolve(constant, value=constant.value + 1)
        case int():
            return evolve(constant, value=constant.value + DAY)
        case str() if constant.type.is_text:
            return evolve(constant, value=NOWHERE)
    return None


def _items(items: m.Items) -> Iterator[tuple[str, object]]:
    """Without its first, its middle and its last member."""
    last = len(items.values) - 1
    if last < 1:
        return
    for at in sorted({0, last // 2, last})[:MOST_MEMBERS]:
        rest = (*items.values[:at], *items.values[at + 1 :])
        type_ = Type.NUMBER if isinstance(items.values[at], float) else Type.TEXT
        yield f"without {wording.value(type_, items.values[at])} in the list", evolve(items, values=rest)


def _all_of(all_of: m.AllOf) -> Iterator[tuple[str, object]]:
    if all(item.place != all_of.place for item in all_of.items):
        yield f"and → or in {all_of.place.text}", m.AnyOf(all_of.type, all_of.place, all_of.items)


def _any_of(any_of: m.AnyOf) -> Iterator[tuple[str, object]]:
    yield f"or → and in {any_of.place.text}", m.AllOf(any_of.type, any_of.place, any_of.items)


def _negated(negated: m.Negated) -> Iterator[tuple[str, object]]:
    if isinstance(negated.item, m.IsKnown | m.Negated):
        # The opposite of what stands in it is the same change.
        return
    yield f"the opposite of {negated.place.text}", m.AllOf(negated.type, negated.place, (negated.item,))


def _is_known(known: m.IsKnown) -> Iterator[tuple[str, object]]:
    yield f"the opposite of {known.place.text}", m.Negated(known.type, known.place, known)


def _counted(item: m.Happened | m.AmountOf) -> Iterator[tuple[str, object]]:
    """A number of times or conditions that is one more; `no visit` becomes one visit."""
    number = item.number + 1
    told = f"{item.how} {int(item.number)} → {int(number)}"
    yield f"{told} of {item.place.text}", evolve(item, number=number)


def _only(only: m.OnlyHappened) -> Iterator[tuple[str, object]]:
    changed = m.Happened(only.type, only.place, only.query, "at least", 1)
    yield f"without only: {only.place.text}", changed


def _query(query: m.Query) -> Iterator[tuple[str, object]]:
    if query.pattern is not None:
        yield f"any {query.kind}, not only {wording.quoted(query.pattern)}", evolve(query, pattern=None)
    if query.members is not None and len(query.members) > 1:
        for member in sorted(query.members, key=str)[:MOST_MEMBERS]:
            rest = query.members - {member}
            shown = wording.quoted(member) if isinstance(member, str) else str(member)
            yield f"without {shown} in the list of {query.place.text}", evolve(query, members=rest)
    if query.where is not None:
        yield f"any {query.kind}, not only where {query.where.place.text}", evolve(query, where=None)


def _period(period: m.Period) -> Iterator[tuple[str, object]]:
    if period.most_age is not None:
        yield f"{period.text}: a day longer", evolve(period, most_age=period.most_age + DAY)
        yield f"{period.text}: a day shorter", evolve(period, most_age=period.most_age - DAY)
    if period.least_age:
        yield f"{period.text}: from a day more", evolve(period, least_age=period.least_age + DAY)
        yield f"{period.text}: from a day less", evolve(period, least_age=period.least_age - DAY)
    for name in ("since", "before"):
        at = getattr(period, name)
        if at is not None:
            moved: dict[str, Any] = {name: at + DAY}
            yield f"{period.text}: a day later", evolve(period, **moved)


def _bound(name: str) -> str:
    return "at least" if name == "least" else "at most"


def _moved(before: int, after: int) -> str:
    return f"{wording.points(before)} → {wording.points(after)}"


_CHANGES: dict[type, Callable[[Any], Iterator[tuple[str, object]]]] = {
    m.Rule: _rule,
    m.Grid: _grid,
    m.Choice: _choice,
    m.Modifiers: _modifiers,
    m.Losing: _losing,
    m.Fading: _fading,
    m.Group: _group,
    m.Stage: _stage,
    m.Gate: _gate,
    m.Grade: _grade,
    m.Destination: _destination,
    m.Apply: _apply,
    m.Items: _items,
    m.AllOf: _all_of,
    m.AnyOf: _any_of,
    m.Negated: _negated,
    m.IsKnown: _is_known,
    m.Happened: _counted,
    m.AmountOf: _counted,
    m.OnlyHappened: _only,
    m.Query: _query,
    m.Period: _period,
}
