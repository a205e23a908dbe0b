"""A lead that two versions of a model read: what it has, and what each version sees of it.

Fields and events are those of both versions. A field is the same to both when it has the same name, or else when both
read it from the same column of the data. What one version says is missing may be known to the other. No lead that is
looked at has what the two declare in contradiction, as a field that is a number to one and a text to the other: that is
told as what was left out.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from attrs import evolve, frozen

from scorelang import model as m
from scorelang.analysis.shapes import Shapes
from scorelang.leads import Facts
from scorelang.values import Type, Unfit, Value, coerce, zone_of

# Of these, each version may have its own values that mean missing.
OWN_MISSING = (Type.TEXT, Type.PAGE, Type.NUMBER, Type.FLAG, Type.DATE)


@frozen(eq=False)
class Reading:
    """How one version reads a lead: what the lead calls its fields, and which values are missing to it alone.

    No lead has the fields `absent`, nor events of the kinds `unheard`.
    """

    model: m.CheckedModel
    names: Mapping[str, str]
    missing: Mapping[str, frozenset[Value]]
    absent: frozenset[str]
    unheard: frozenset[str]

    @property
    def apart(self) -> frozenset[str]:
        """Fields that the other version reads in another way."""
        return frozenset(self.missing) | self.absent

    def of(self, facts: Facts) -> Facts:
        """What this version sees of a lead: its own fields, and events of its own kinds."""
        fields: dict[str, Value] = {}
        for each in self.model.fields:
            value = facts.fields.get(self.names[each.name])
            missing = each.name in self.absent or value in self.missing.get(each.name, ())
            fields[each.name] = None if missing else True if each.type is Type.ANYTHING and value is not None else value
        events = []
        for event in facts.events:
            if event.kind in self.model.kinds and event.kind not in self.unheard:
                names = [each.name for each in self.model.kinds[event.kind].attributes]
                events.append(evolve(event, attributes={name: event.attributes.get(name) for name in names}))
        return evolve(facts, fields=fields, events=tuple(events))

    def joined(self, facts: Facts) -> Facts:
        """A lead of this version as one for both."""
        return evolve(facts, fields={self.names[name]: value for name, value in facts.fields.items()})


@frozen(eq=False)
class Joint:
    """A lead for both versions.

    `model` has the fields and events of both, and the rules of both, so that leads can be made from them; it is never
    scored. `left_out` says what leads do not have that one of the versions could read, and `notes` what is assumed of
    data; `events` and `forgotten` are the kinds, and the references, of which there are no events.
    """

    model: m.CheckedModel
    old: Reading
    new: Reading
    forgotten: tuple[m.Query, ...]
    left_out: tuple[str, ...]
    notes: tuple[str, ...]


def joint(old: m.CheckedModel, new: m.CheckedModel) -> Joint:
    """The lead that both versions read."""
    names = dict(_paired(old, new))
    left_out: list[str] = []
    notes: list[str] = []
    fields = {each.name: each for each in new.fields}
    before = {each.name: each for each in old.fields}
    missing: tuple[dict[str, frozenset[Value]], ...] = ({}, {})
    absent: tuple[set[str], ...] = (set(), set())
    for name, as_new in names.items():
        one, other = before[name], fields.get(as_new)
        if other is None:
            fields[as_new] = evolve(one, name=as_new)
            continue
        notes += _columns(one, other)
        reason = _contradiction(one, other)
        if reason is not None:
            left_out.append(f"leads with `{as_new}`, which is {reason}")
            absent[0].add(name)
            absent[1].add(as_new)
            continue
        if one.missing != other.missing:
            missing[0][name], missing[1][as_new] = one.missing - other.missing, other.missing - one.missing
        type_ = one.type if other.type is Type.ANYTHING else other.type
        fields[as_new] = evolve(other, type=type_, missing=one.missing & other.missing)
    if old.timezone != new.timezone:
        notes.append("dates of the lead and of events are taken to say their time zone, as the two have different ones")
    kinds, none, reasons = _kinds(old, new)
    forgotten, more = _forgotten(old, new)
    left_out += [*reasons, *more]
    model = evolve(
        new,
        fields=tuple(fields.values()),
        kinds=kinds,
        groups=(*new.groups, *old.groups),
        scoring=(*new.scoring, *old.scoring),
        gates=(*new.gates, *old.gates),
        stages=(*new.stages, *old.stages),
        route=(*new.route, *old.route),
        invariants=(),
    )
    readings = (
        Reading(old, names, missing[0], frozenset(absent[0]), none),
        Reading(new, {each.name: each.name for each in new.fields}, missing[1], frozenset(absent[1]), none),
    )
    return Joint(model, *readings, forgotten, tuple(left_out), tuple(notes))


# --- fields ---------------------------------------------------------------------------------------------------------


def _paired(old: m.CheckedModel, new: m.CheckedModel) -> Iterator[tuple[str, str]]:
    """Every field of the old version, and what it is called for both: as in the new one, or as nothing there is."""
    after = {each.name for each in new.fields}
    before = {each.name for each in old.fields}
    columns = {each.column or each.name: each.name for each in new.fields if each.name not in before}
    for each in old.fields:
        if each.name in after:
            yield each.name, each.name
        else:
            yield each.name, columns.pop(each.column or each.name, each.name)


def _columns(one: m.FieldDefinition, other: m.FieldDefinition) -> Iterator[str]:
    columns = one.column or one.name, other.column or other.name
    if one.name != other.name:
        yield f"`{one.name}` and `{other.name}` are read from the same column, and taken to be the same"
    elif columns[0] != columns[1]:
        yield f"`{one.name}` is read from “{columns[0]}” and from “{columns[1]}”, which are taken to say the same"


def _contradiction(one: m.FieldDefinition, other: m.FieldDefinition) -> str | None:
    """Why the two versions cannot read a field alike; None where they can."""
    if one.type is not other.type and Type.ANYTHING not in (one.type, other.type):
        return f"{one.type.value} to the one and {other.type.value} to the other"
    if one.missing == other.missing:
        return None
    if one.type in OWN_MISSING and one.type is other.type and _is_of_values(one) and _is_of_values(other):
        return None
    return "missing for other values to the one than to the other"


def _is_of_values(definition: m.FieldDefinition) -> bool:
    """Whether values alone decide what is missing: not so where only one of the ways to write a value means it."""
    for text in definition.missing if not definition.type.is_text else ():
        try:
            value = coerce(definition.type, text, zone_of("UTC"))
        except Unfit:
            continue
        if isinstance(text, str) and value is not None and value not in definition.missing:
            return False
    return True


# --- events ---------------------------------------------------------------------------------------------------------


def _kinds(old: m.CheckedModel, new: m.CheckedModel) -> tuple[dict[str, m.KindDefinition], frozenset[str], list[str]]:
    """The kinds of events of both, those of which there are no events, and why."""
    kinds = dict(new.kinds)
    none: set[str] = set()
    reasons: list[str] = []
    for name, before in old.kinds.items():
        if name not in kinds:
            kinds[name] = before
            continue
        attributes = {each.name: each for each in kinds[name].attributes}
        for one in before.attributes:
            other = attributes.setdefault(one.name, one)
            if (one.type, one.missing) != (other.type, other.missing) and name not in none:
                none.add(name)
                said = _contradiction(one, other) or "missing for other values to the one than to the other"
                reasons.append(f"leads with a `{name}`, whose `{one.name}` is {said}")
        kinds[name] = m.KindDefinition(name, tuple(attributes.values()))
    return kinds, frozenset(none), reasons


def _forgotten(old: m.CheckedModel, new: m.CheckedModel) -> tuple[tuple[m.Query, ...], list[str]]:
    """What leads start over after; of versions that differ in it no lead is looked at that does."""
    starts = [each.start_over for each in (old, new) if each.start_over is not None]
    shapes = Shapes()
    if len(starts) == 2 and shapes.of(starts[0]) == shapes.of(starts[1]):
        return (starts[0],), []
    return tuple(starts), ["leads that start over, which the two do after different events"] if starts else []
