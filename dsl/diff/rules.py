"""What became of the rules: those that were added or removed, and of the others what differs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator, Sequence

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.diff.grids import grid_aspects
from scorelang.diff.meaning import Meaning
from scorelang.diff.pairing import Entry, in_another_order, paired
from scorelang.diff.parts import Aspect, Change, Kind, Spot
from scorelang.suggest import plural
from scorelang.testing.same import never_both

OUTSIDE = "outside every category"
ALONE = "a rule of its own"


@frozen
class Unit:
    """A rule or grid with the choice that it is a branch of."""

    rule: m.Rule | m.Grid
    choice: m.Choice | None = None

    @property
    def is_rest(self) -> bool:
        """Whether it is the `otherwise` of its choice."""
        return isinstance(self.rule, m.Rule) and self.rule.form == "otherwise"


Units = Sequence[tuple[Entry[Unit] | None, Entry[Unit] | None]]


@frozen
class Eyes:
    """What two models mean: by what their defines and lists stand for, and by their names."""

    whole: Meaning
    named: Meaning

    def differ(self, old: object, new: object) -> bool:
        """Whether two parts differ by more than what the defines and lists in them have become."""
        return self.whole.of(old) != self.whole.of(new) and self.named.of(old) != self.named.of(new)


def unit_pairs(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Units:
    """The rules of both versions, each with what it was or became."""
    groups = _renamed_groups(old, new, eyes)
    before, after = [_entry(unit, eyes, groups) for unit in units(old)], [_entry(unit, eyes, {}) for unit in units(new)]
    pairs = paired([one for one in before if not one.item.is_rest], [one for one in after if not one.item.is_rest])
    return [*pairs, *_rests(before, after, _choices(pairs))]


def _rests(before: list[Entry[Unit]], after: list[Entry[Unit]], choices: dict[int, m.Choice]) -> Units:
    """The `otherwise` of each choice: which one it is, its choice says, and not what it gives."""
    became = {id(choices.get(id(one.item.choice))): one for one in before if one.item.is_rest}
    found: list[tuple[Entry[Unit] | None, Entry[Unit] | None]] = [
        (became.get(id(one.item.choice)), one) for one in after if one.item.is_rest
    ]
    kept = [one for one, _ in found]
    return [*found, *((one, None) for one in before if one.item.is_rest and one not in kept)]


def rule_changes(old: m.CheckedModel, new: m.CheckedModel, pairs: Units, eyes: Eyes) -> Iterator[Change]:
    """Everything that differs between the rules of two versions."""
    choices = _choices(pairs)
    for before, after in pairs:
        if before is not None and after is not None:
            found = _changed(old, new, before, after, choices, eyes)
            if found is not None:
                yield found
        elif after is not None:
            text = told(after.item, new)
            spot = Spot.of(after.item.rule.place)
            yield Change("rule", "added", after.id, text, after.item.rule.group, after=spot)
        elif before is not None:
            text = told(before.item, old)
            spot = Spot.of(before.item.rule.place)
            yield Change("rule", "removed", before.id, text, before.item.rule.group, before=spot)
    yield from _choice_changes(pairs, choices)


# --- how rules read -------------------------------------------------------------------------------------------------


def told(unit: Unit, model: m.CheckedModel) -> str:
    """A rule on one line: `if title is "CEO" then +10, at most 20`."""
    rule = unit.rule
    if isinstance(rule, m.Grid):
        rows, columns = plural(len(rule.rows), "row"), plural(len(rule.columns), "column")
        return f"{wording.grid(rule)}, {rows}, {columns}"
    limits = wording.modifiers(rule.modifiers, model.zone)
    points = f"then {_points(rule)}" + (f", {limits}" if limits else "")
    if rule.form == "otherwise":
        return f"otherwise {points.removeprefix('then ')}"
    text = f"{'if ' if _is_condition(rule) else ''}{rule.text} {points}"
    return f"{text} ({_place_in(unit)})" if unit.choice is not None else text


def _is_condition(rule: m.Rule) -> bool:
    """Whether `if` stands before the condition; a rule that is built of events only may do without."""
    return rule.form == "if" and not isinstance(rule.condition, m.Happened | m.OnlyHappened)


def _points(rule: m.Rule) -> str:
    return wording.signed(rule.points) if isinstance(rule.points, int) else rule.points.place.text


def _place_in(unit: Unit) -> str:
    assert unit.choice is not None
    branches = unit.choice.branches
    word = "best of" if unit.choice.best else "branch"
    if unit.choice.best:
        return f"{word} {len(branches)}"
    return f"{word} {next(at for at, one in enumerate(branches, 1) if one is unit.rule)} of {len(branches)}"


# --- pairing --------------------------------------------------------------------------------------------------------


def units(model: m.CheckedModel) -> Iterator[Unit]:
    """Every rule and grid, in the order of the text."""
    for part in model.ordered:
        for scoring in part.scoring if isinstance(part, m.Group) else (part,):
            if isinstance(scoring, m.Choice):
                yield from (Unit(branch, scoring) for branch in scoring.branches)
            else:
                yield Unit(scoring)


def _entry(unit: Unit, eyes: Eyes, groups: dict[str | None, str]) -> Entry[Unit]:
    rule = unit.rule
    group = groups.get(rule.group, rule.group)
    if isinstance(rule, m.Grid):
        meaning: Hashable = eyes.whole.of((rule.rows, rule.columns, rule.points))
        return Entry(unit, rule.id, group, wording.grid(rule), meaning, "matrix")
    what = (rule.form, rule.condition, rule.query, rule.points, rule.modifiers)
    effect = eyes.named.of((rule.points, rule.modifiers))
    return Entry(unit, rule.id, group, rule.text, eyes.whole.of(what), effect)


def _renamed_groups(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> dict[str | None, str]:
    """The new names of categories and personas that hold the same rules under another name."""
    before = {group.name: group for group in old.groups}
    after = {group.name: group for group in new.groups}
    found: dict[str | None, str] = {}
    for name, group in before.items():
        if name in after:
            continue
        for other, candidate in after.items():
            if other not in before and other not in found.values() and _hold_the_same(group, candidate, eyes):
                found[name] = other
                break
    return found


def _hold_the_same(one: m.Group, other: m.Group, eyes: Eyes) -> bool:
    """Whether more than half of the rules of two categories are the same."""
    meanings = [Counter(_entry(Unit(rule), eyes, {}).meaning for rule in m.rules_of([group])) for group in (one, other)]
    same = sum((meanings[0] & meanings[1]).values())
    return one.word == other.word and 2 * same > max(meanings[0].total(), meanings[1].total())


def renamed_groups(pairs: Units) -> dict[str, str]:
    """The new names of categories that were renamed, by the old ones, as the rules were paired."""
    found: dict[str, str] = {}
    for before, _ in pairs:
        if before is not None and before.group is not None and before.item.rule.group not in (None, before.group):
            found[str(before.item.rule.group)] = before.group
    return found


# --- what differs ---------------------------------------------------------------------------------------------------


def _changed(
    old: m.CheckedModel,
    new: m.CheckedModel,
    before: Entry[Unit],
    after: Entry[Unit],
    choices: dict[int, m.Choice],
    eyes: Eyes,
) -> Change | None:
    one, other = before.item.rule, after.item.rule
    aspects: list[Aspect] = []
    if before.group != after.group:
        aspects.append(Aspect("category", one.group or OUTSIDE, other.group or OUTSIDE))
    aspects += _choice_aspects(before.item, after.item, choices)
    if isinstance(one, m.Grid) and isinstance(other, m.Grid):
        aspects += grid_aspects(one, other, eyes.whole, eyes.named)
    elif isinstance(one, m.Rule) and isinstance(other, m.Rule):
        aspects += _rule_aspects(one, other, old, new, eyes)
    else:
        aspects.append(Aspect("rule", told(before.item, old), told(after.item, new)))
    kind: Kind = (
        "renamed" if not aspects else "moved" if all(each.what == "category" for each in aspects) else "changed"
    )
    was = one.id if one.id != other.id else None
    if one.reason != other.reason:
        aspects.append(Aspect("because", one.reason or "", other.reason or ""))
    elif was is not None and kind == "renamed" and not after.item.is_rest:
        aspects.append(Aspect("identity", one.id, other.id))
    if not aspects:
        return None
    spots = Spot.of(one.place), Spot.of(other.place)
    return Change("rule", kind, other.id, told(after.item, new), other.group, was, tuple(aspects), *spots)


def _rule_aspects(one: m.Rule, other: m.Rule, old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Iterator[Aspect]:
    if eyes.differ(one.points, other.points):
        yield Aspect("points", _points(one), _points(other))
    if eyes.differ((one.form, one.condition, one.query), (other.form, other.condition, other.query)):
        yield Aspect("condition", one.text, other.text)
    if eyes.differ(one.modifiers, other.modifiers):
        limits = wording.modifiers(one.modifiers, old.zone), wording.modifiers(other.modifiers, new.zone)
        yield Aspect("limits", *limits)


# --- choices --------------------------------------------------------------------------------------------------------


def _choices(pairs: Units) -> dict[int, m.Choice]:
    """What each choice of the old version became, by its id(): the one that has most of its branches."""
    votes: dict[int, Counter[int]] = {}
    known: dict[int, m.Choice] = {}
    for before, after in pairs:
        if before is not None and after is not None and before.item.choice and after.item.choice:
            known[id(after.item.choice)] = after.item.choice
            votes.setdefault(id(before.item.choice), Counter())[id(after.item.choice)] += 1
    found: dict[int, m.Choice] = {}
    for choice, counted in sorted(votes.items(), key=lambda each: -each[1].most_common(1)[0][1]):
        best = next((one for one, _ in counted.most_common() if known[one] not in found.values()), None)
        if best is not None:
            found[choice] = known[best]
    return found


def _choice_aspects(before: Unit, after: Unit, choices: dict[int, m.Choice]) -> Iterator[Aspect]:
    """Whether the rule now competes with others, or with other ones than before."""
    became = None if before.choice is None else choices.get(id(before.choice))
    if (before.choice is None) != (after.choice is None) or (after.choice is not None and became is not after.choice):
        yield Aspect("stands as", _standing(before), _standing(after))


def _standing(unit: Unit) -> str:
    if unit.choice is None:
        return ALONE
    word = "choose best" if unit.choice.best else "choose"
    first = unit.choice.branches[0]
    return f"a branch of `{word}:`" + ("" if first is unit.rule else f" with {first.id}")


def _choice_changes(pairs: Units, choices: dict[int, m.Choice]) -> Iterator[Change]:
    """Choices whose branches stand in another order, where that matters, or that choose in another way."""
    every = {id(before.item.choice): before.item.choice for before, _ in pairs if before and before.item.choice}
    for key, became in choices.items():
        choice = every[key]
        aspects = []
        if choice.best is not became.best:
            aspects.append(Aspect("chooses", *("the best" if one.best else "the first" for one in (choice, became))))
        ids = {before.id: after.id for before, after in pairs if before is not None and after is not None}
        if _order_matters(choice, became, ids):
            orders = (", ".join(rule.id for rule in one.branches) for one in (choice, became))
            aspects.append(Aspect("order", *orders))
        if aspects:
            first = became.branches[0]
            spots = Spot.of(choice.place), Spot.of(became.place)
            name = f"choose of {first.id}"
            yield Change("choice", "changed", name, "", first.group, None, tuple(aspects), *spots)


def _order_matters(old: m.Choice, new: m.Choice, ids: dict[str, str]) -> bool:
    """Whether branches that may be true together have changed places."""
    if old.best and new.best:
        return False
    at = {rule.id: number for number, rule in enumerate(new.branches)}
    kept = [(at[ids[rule.id]], rule) for rule in old.branches if ids.get(rule.id) in at]
    if not in_another_order([number for number, _ in kept], sorted(number for number, _ in kept)):
        return False
    turned = ((one, other) for place, (to, one) in enumerate(kept) for after, other in kept[place + 1 :] if after < to)
    return any(not never_both(one, other) for one, other in turned)
