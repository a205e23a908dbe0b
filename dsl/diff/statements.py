"""What became of all that stands around the rules: categories, gates, stages, grades, route, fields and events."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from typing import Protocol, TypeVar

from scorelang import model as m
from scorelang import wording
from scorelang.diff.pairing import Entry, in_another_order, paired
from scorelang.diff.parts import Aspect, Change, Kind, Spot, What
from scorelang.diff.rules import Eyes


class Placed(Protocol):
    """What stands somewhere in a file."""

    @property
    def place(self) -> m.Place:
        """Where."""


T = TypeVar("T", bound=Placed)


# --- the model ------------------------------------------------------------------------------------------------------


def model_changes(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Iterator[Change]:
    """What is said of the model as a whole, and the bounds of the score."""
    told = {
        "name": (old.name, new.name),
        "version": (old.version, new.version),
        "owner": (old.owner, new.owner),
        "timezone": (old.timezone, new.timezone),
        "key": (old.key, new.key),
    }
    aspects = [Aspect(what, _text(one), _text(other)) for what, (one, other) in told.items() if one != other]
    if eyes.whole.of(old.start_over) != eyes.whole.of(new.start_over):
        aspects.append(Aspect("start over after", _query(old.start_over), _query(new.start_over)))
    if aspects:
        yield Change("model", "changed", new.name or new.source.name, aspects=tuple(aspects))
    bounds = wording.bounds(old.least, old.most), wording.bounds(new.least, new.most)
    if bounds[0] != bounds[1]:
        yield Change("score", "changed", "score", aspects=(Aspect("bounds", *bounds),))


def _text(value: object) -> str:
    return "" if value is None else str(value)


def _query(query: m.Query | None) -> str:
    return "" if query is None else query.place.text


# --- categories and personas ----------------------------------------------------------------------------------------


def group_changes(old: m.CheckedModel, new: m.CheckedModel, renamed: Mapping[str, str]) -> Iterator[Change]:
    """Categories and personas, without their rules. `renamed` are the new names of those that have another."""
    before = {(group.word, renamed.get(group.name, group.name)): group for group in old.groups}
    after = {(group.word, group.name): group for group in new.groups}
    for key, group in after.items():
        if key in before:
            yield from _group(before[key], group, renamed)
        else:
            text, spot = ", ".join(wording.group_limits(group)), Spot.of(group.place)
            yield Change(group.word, "added", group.name, text, after=spot)
    for key, group in before.items():
        if key not in after:
            text, spot = ", ".join(wording.group_limits(group)), Spot.of(group.place)
            yield Change(group.word, "removed", group.name, text, before=spot)
    personas = [[name for word, name in known if word == "persona"] for known in (before, after)]
    if in_another_order(*personas):
        orders = (", ".join(names) for names in personas)
        yield Change("persona", "changed", "personas", aspects=(Aspect("order", *orders),))


def _group(old: m.Group, new: m.Group, renamed: Mapping[str, str]) -> Iterator[Change]:
    aspects = []
    ends = [renamed.get(end, end) if isinstance(end, str) else end for end in (old.least, old.most)]
    if ends != [new.least, new.most]:
        bounds = wording.bounds(old.least, old.most), wording.bounds(new.least, new.most)
        aspects.append(Aspect("bounds", *bounds))
    if old.weight != new.weight:
        weights = ("" if weight is None else wording.weight(weight) for weight in (old.weight, new.weight))
        aspects.append(Aspect("weight", *(text.removeprefix("weight ") for text in weights)))
    if old.silence != new.silence:
        decays = ("" if silence is None else f"{wording.decay(silence)}" for silence in (old.silence, new.silence))
        aspects.append(Aspect("silence", *decays))
    was = old.name if old.name != new.name else None
    if aspects or was:
        kind: Kind = "changed" if aspects else "renamed"
        spots = Spot.of(old.place), Spot.of(new.place)
        yield Change(new.word, kind, new.name, "", None, was, tuple(aspects), *spots)


# --- gates, stages, grades ------------------------------------------------------------------------------------------


def gate_changes(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Iterator[Change]:
    """Every `require` and `disqualify`."""

    def entry(gate: m.Gate) -> Entry[m.Gate]:
        effect = (gate.word, gate.stage)
        return Entry(gate, gate.id, None, gate.condition.place.text, (effect, eyes.whole.of(gate.condition)), effect)

    def aspects(one: m.Gate, other: m.Gate) -> Iterator[Aspect]:
        if one.word != other.word:
            yield Aspect("word", one.word, other.word)
        if one.stage != other.stage:
            yield Aspect("for", one.stage or "qualifying", other.stage or "qualifying")
        if eyes.differ(one.condition, other.condition):
            yield Aspect("condition", one.condition.place.text, other.condition.place.text)
        if one.reason != other.reason:
            yield Aspect("because", one.reason or "", other.reason or "")

    yield from _changes("gate", list(map(entry, old.gates)), list(map(entry, new.gates)), wording.gate, aspects)


def stage_changes(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Iterator[Change]:
    """Stages: thresholds, conditions, and their order."""

    def entry(stage: m.Stage) -> Entry[m.Stage]:
        meaning = eyes.whole.of((stage.threshold, stage.when, frozenset(stage.or_when)))
        return Entry(stage, stage.name, None, stage.place.text, meaning)

    def aspects(one: m.Stage, other: m.Stage) -> Iterator[Aspect]:
        if one.name != other.name:
            yield Aspect("name", one.name, other.name)
        if one.threshold != other.threshold:
            yield Aspect("from", *(_points(stage.threshold) for stage in (one, other)))
        if eyes.differ(one.when, other.when):
            yield Aspect("when", *("" if when is None else when.place.text for when in (one.when, other.when)))
        if eyes.differ(frozenset(one.or_when), frozenset(other.or_when)):
            yield Aspect("or when", *(" or when ".join(_texts(stage.or_when)) for stage in (one, other)))

    yield from _changes("stage", list(map(entry, old.stages)), list(map(entry, new.stages)), _whole, aspects)
    names = [stage.name for stage in old.stages], [stage.name for stage in new.stages]
    if in_another_order(*names):
        yield Change("stage", "changed", "stages", aspects=(Aspect("order", *map(", ".join, names)),))


def grade_changes(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Iterator[Change]:
    """Grades: their bands."""

    def entry(grade: m.Grade) -> Entry[m.Grade]:
        return Entry(grade, grade.what, None, grade.what, (grade.what, grade.bands, grade.otherwise))

    def aspects(one: m.Grade, other: m.Grade) -> Iterator[Aspect]:
        if (one.bands, one.otherwise) != (other.bands, other.otherwise):
            yield Aspect("bands", wording.grade(one), wording.grade(other))

    yield from _changes("grade", list(map(entry, old.grades)), list(map(entry, new.grades)), wording.grade, aspects)


def route_changes(old: m.CheckedModel, new: m.CheckedModel, eyes: Eyes) -> Iterator[Change]:
    """The lines of the route, and their order: the first that is true counts."""

    def entry(to: m.Destination) -> Entry[m.Destination]:
        meaning = eyes.whole.of(to.condition)
        return Entry(to, to.text, None, to.text, meaning)

    def aspects(one: m.Destination, other: m.Destination) -> Iterator[Aspect]:
        if one.text != other.text:
            yield Aspect("to", wording.quoted(one.text), wording.quoted(other.text))
        if eyes.differ(one.condition, other.condition):
            texts = (to.condition.place.text if to.condition is not None else "otherwise" for to in (one, other))
            yield Aspect("condition", *texts)

    entries = list(map(entry, old.route)), list(map(entry, new.route))
    yield from _changes("route", *entries, _whole, aspects)
    pairs = [(one, other) for one, other in paired(*entries) if one is not None and other is not None]
    places = [entries[0].index(one) for one, _ in pairs]
    if places != sorted(places):
        texts = (", ".join(wording.quoted(to.text) for to in model.route) for model in (old, new))
        yield Change("route", "changed", "route", aspects=(Aspect("order", *texts),))


def _changes(
    what: What,
    old: Sequence[Entry[T]],
    new: Sequence[Entry[T]],
    text: Callable[[T], str],
    aspects: Callable[[T, T], Iterator[Aspect]],
) -> Iterator[Change]:
    """What was added, removed or changed; a change of what only names a thing is a renaming."""
    for before, after in paired(old, new):
        if before is None and after is not None:
            yield Change(what, "added", after.id, text(after.item), after=Spot.of(after.item.place))
        elif after is None and before is not None:
            yield Change(what, "removed", before.id, text(before.item), before=Spot.of(before.item.place))
        elif before is not None and after is not None:
            found = tuple(aspects(before.item, after.item))
            if found:
                kind: Kind = "renamed" if all(each.what in ("name", "because", "to") for each in found) else "changed"
                was = before.id if before.id != after.id else None
                spots = Spot.of(before.item.place), Spot.of(after.item.place)
                yield Change(what, kind, after.id, text(after.item), None, was, found, *spots)


def _whole(item: Placed) -> str:
    return item.place.text


def _points(threshold: int | None) -> str:
    return "" if threshold is None else wording.points(threshold)


def _texts(conditions: tuple[m.Expression, ...]) -> list[str]:
    return [condition.place.text for condition in conditions]


# --- what data has --------------------------------------------------------------------------------------------------


def data_changes(
    old: m.CheckedModel, new: m.CheckedModel, reaches: Mapping[Hashable, Sequence[str]]
) -> Iterator[Change]:
    """Fields of a lead and events with their attributes; `reaches` are the parts that use each in the new version."""
    before, after = ({field.name: field for field in model.fields} for model in (old, new))
    for name in dict.fromkeys([*after, *before]):
        found = _field(before.get(name), after.get(name))
        if found is not None:
            kind, aspects = found
            reached = tuple(reaches.get(("field", name), ())) if kind == "changed" else ()
            text = _definition(after.get(name) or before[name])
            yield Change("field", kind, name, text, aspects=aspects, reaches=reached)
    for name in dict.fromkeys([*new.kinds, *old.kinds]):
        yield from _kind(name, old.kinds.get(name), new.kinds.get(name), reaches)


def _field(one: m.FieldDefinition | None, other: m.FieldDefinition | None) -> tuple[Kind, tuple[Aspect, ...]] | None:
    if one is None or other is None:
        return ("added" if one is None else "removed"), ()
    aspects = []
    if one.type is not other.type:
        aspects.append(Aspect("type", one.type.value, other.type.value))
    if one.column != other.column:
        aspects.append(Aspect("from", *("" if each.column is None else each.column for each in (one, other))))
    if one.missing != other.missing:
        aspects.append(Aspect("missing", *map(_missing, (one, other))))
    return ("changed", tuple(aspects)) if aspects else None


def _missing(field: m.FieldDefinition) -> str:
    """What means missing, once each: a number stands there as what data may write for it, too."""
    shown = {wording.value(field.type, value) for value in field.missing if not isinstance(value, str)}
    texts = {wording.quoted(value) for value in field.missing if isinstance(value, str) and value not in shown}
    return ", ".join(sorted(shown | texts))


def _definition(field: m.FieldDefinition) -> str:
    column = f' from "{field.column}"' if field.column is not None else ""
    return f"{field.name} {field.type.value}{column}"


def _kind(
    name: str,
    one: m.KindDefinition | None,
    other: m.KindDefinition | None,
    reaches: Mapping[Hashable, Sequence[str]],
) -> Iterator[Change]:
    if one is None or other is None:
        attributes = ", ".join(map(_definition, (one or other or m.KindDefinition(name)).attributes))
        yield Change("event", "added" if one is None else "removed", name, f"{name}({attributes})")
        return
    before, after = ({attribute.name: attribute for attribute in kind.attributes} for kind in (one, other))
    aspects: list[Aspect] = []
    for attribute in dict.fromkeys([*after, *before]):
        found = _field(before.get(attribute), after.get(attribute))
        if found is None:
            continue
        if attribute not in before:
            aspects.append(Aspect(attribute, "", _definition(after[attribute])))
        elif attribute not in after:
            aspects.append(Aspect(attribute, _definition(before[attribute]), ""))
        else:
            aspects += [Aspect(f"{attribute} {each.what}", each.before, each.after) for each in found[1]]
    if aspects:
        kept = any(each.before and each.after for each in aspects)
        reached = tuple(reaches.get(("event", name), ())) if kept else ()
        yield Change("event", "changed", name, aspects=tuple(aspects), reaches=reached)
