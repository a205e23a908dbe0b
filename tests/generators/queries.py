"""References to events: the kind, what narrows it, and what is asked of it."""

from __future__ import annotations

from . import conditions as c
from .world import Here, Kind, World

HOW = ("at least", "at most", "exactly", "fewer than", "more than")


def _kind(w: World, here: Here) -> Kind:
    kind = w.words.pick(w.visible_kinds(here))
    w.use(kind.name, kind.home, here)
    return kind


def _filter(w: World, here: Here, kind: Kind) -> str:
    """A test of the event's first attribute."""
    if kind.first is None or kind.first[1] not in ("text", "page", "number"):
        return ""
    type_ = kind.first[1]
    if type_ == "number" or w.words.chance(20):
        return f" in {c.list_of(w, here, type_)}"
    return f" {w.words.quoted(w.words.text_of(type_, pattern=True))}"


def _where(w: World, here: Here, kind: Kind, *, bracket: bool = False) -> str:
    """A condition on the event's attributes; more than a comparison needs brackets."""
    if not kind.attributes:
        return ""
    inside = here.inside(kind.name)
    if bracket or w.words.chance(50):
        return f" where ({c.condition(w, inside, 1)})"
    name, type_ = w.words.pick(list(kind.attributes.items()))
    negated = w.words.pick(("", "", "not ", "not not "))
    match type_:
        case "flag":
            w.tell(inside, name, "flag")
            return f" where {negated}{name}"
        case "number":
            return f" where {negated}{name} {w.words.pick(('>=', '<', 'is', '>'))} {w.words.signed()}"
        case "date":
            return f" where {negated}{name} {w.words.pick(('>=', '<', '>'))} {w.words.date()}"
        case "text list":
            return f" where {negated}{name} contains {w.words.quoted(w.words.text())}"
    operator = w.words.pick(("is", "contains", "mentions"))
    return f" where {negated}{name} {operator} {w.words.quoted(w.words.text_of(type_))}"


def events(w: World, here: Here, *, narrowed: bool = False) -> str:
    """Which events are meant; `narrowed` when something besides the kind must say it."""
    kind = _kind(w, here)
    first = _filter(w, here, kind) if w.words.chance(50) else ""
    where = _where(w, here, kind) if w.words.chance(20) else ""
    period = f" {c.window(w, of_events=True)}" if w.words.chance(40) or (narrowed and not first and not where) else ""
    return f"{kind.name}{first}{where}{period}"


def measured(w: World, here: Here) -> str | None:
    """A number over the events' attributes, the attribute's name at any of the places where it may stand."""
    numbers = [
        (kind, name) for kind in w.visible_kinds(here) for name, type_ in kind.attributes.items() if type_ == "number"
    ]
    if not numbers:
        return None
    kind, name = w.words.pick(numbers)
    w.use(kind.name, kind.home, here)
    parts = [kind.name]
    parts += [_filter(w, here, kind)] if w.words.chance(30) else []
    parts += [_where(w, here, kind, bracket=True)] if w.words.chance(20) else []
    parts += [f" {c.window(w, of_events=True)}"] if w.words.chance(30) else []
    parts = [part for part in parts if part]
    parts.insert(w.words.number(1, len(parts)), f".{name}")
    return f"{w.words.pick(('sum', 'largest', 'smallest', 'average'))} of {''.join(parts)}"


def happened(w: World, here: Here) -> str:
    """That there were such events: something to count an age from."""
    kind = _kind(w, here)
    first = _filter(w, here, kind) if w.words.chance(60) else ""
    where = _where(w, here, kind) if w.words.chance(20) else ""
    times = f" at least {w.words.number(1, 4)} times" if w.words.chance(25) else ""
    period = f" {c.window(w, of_events=True)}" if w.words.chance(35) else ""
    if not kind.declared and not (where or times or first.startswith(' "')):
        # A bare name, or one that is `in` a list, could be a field.
        w.untold[kind.name] = "event"
    tail = times + period if w.words.chance(50) else period + times
    return f"{kind.name}{first}{where}{tail}"


def named_event(w: World, here: Here) -> str | None:
    """An event with a text behind it, which may stand beside `is` as a flag does."""
    kind = _kind(w, here)
    if kind.first is None or kind.first[1] not in ("text", "page"):
        return None
    return f"{kind.name} {w.words.quoted(w.words.text_of(kind.first[1], pattern=True))}"


def event_test(w: World, here: Here, depth: int = 1) -> str:
    """Any condition on events."""
    match w.words.pick(("happened", "happened", "how often", "no", "only")):
        case "no":
            return f"no {events(w, here)}"
        case "only":
            return f"only {events(w, here)}"
        case "how often":
            return f"{_kind_and_filter(w, here)} {w.words.pick(HOW)} {w.words.number(0, 4)} times"
    return happened(w, here)


def _kind_and_filter(w: World, here: Here) -> str:
    kind = _kind(w, here)
    return f"{kind.name}{_filter(w, here, kind) if w.words.chance(50) else ''}"
