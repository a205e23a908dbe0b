"""`test` blocks: leads and events that a model makes for itself, and what it expects of them."""

from __future__ import annotations

from . import conditions as c
from .rules import Lines
from .world import Here, Kind, World


def test_block(w: World, name: str) -> Lines:
    """A test with givens, expectations, and perhaps a table."""
    words = w.words
    lines: Lines = []
    dated = words.chance(40)
    if dated:
        lines.append((1, f"as of {words.date()}"))
    free = words.some(list(w.fields), 0, min(3, len(w.fields)))
    lines += [(1, f"given {_field(w, field)}") for field in free]
    lines += [(1, f"given {_event(w, dated=dated)}") for _ in range(words.number(0, 2))]
    lines += [(1, f"expect {', '.join(_expected(w) for _ in range(words.number(1, 3)))}")]
    lines = words.shuffled(lines)
    rest = [field for field, type_ in w.fields.items() if field not in free and type_ != "text list"]
    if rest and words.chance(30):
        lines += _table(w, words.some(rest, 1, 2))
    return [(0, f"test {words.quoted(name)}:"), *lines]


def _literal(w: World, type_: str) -> str:
    words = w.words
    match type_:
        case "number":
            return words.signed()
        case "flag":
            return words.pick(("yes", "no", "true", "false"))
        case "date":
            return words.date()
        case "text list":
            return f"[{words.quoted(words.text())}, {words.quoted(words.text())}]"
    return words.quoted(words.text_of(type_))


def _field(w: World, name: str) -> str:
    type_ = w.fields[name]
    w.tell(Here("test"), name, type_) if type_ != "text list" else None
    if w.words.chance(15):
        return f"{name} missing"
    if type_ == "date" and w.words.chance(40):
        number, unit = w.words.duration()
        return f"{name} {number} {unit} ago"
    if type_ == "flag" and w.words.chance(20):
        return name
    return f"{name} {_literal(w, type_)}"


def _event(w: World, *, dated: bool) -> str:
    words = w.words
    kind: Kind = words.pick(w.visible_kinds(Here("test")))
    w.use(kind.name, kind.home, Here("test"))
    if not kind.declared:
        w.untold[kind.name] = "event"
    text = kind.name
    if kind.first and kind.first[1] in ("text", "page") and words.chance(50):
        text += f" {words.quoted(words.text_of(kind.first[1]))}"
    others = [
        (name, type_) for name, type_ in kind.attributes.items() if (name, type_) != kind.first and type_ != "text list"
    ]
    chosen = words.some(others, 0, 2)
    if kind.open:
        for name, type_ in chosen:
            w.tell(Here("test").inside(kind.name), name, type_)
    if chosen:
        text += " with " + ", ".join(f"{name} {_literal(w, type_)}" for name, type_ in chosen)
    when = words.pick(("", "ago", "ago", *(("on",) if dated else ())))
    if when == "ago":
        number, unit = words.duration()
        text += f" {number} {unit} ago"
    elif when == "on":
        text += f" on {words.date()}"
    return text + (f", {words.number(1, 4)} times" if words.chance(20) else "")


def _expected(w: World) -> str:
    words = w.words
    shapes = ["condition", "score", "stage", "qualified", "persona"]
    shapes += ["reason"] if w.reasons else []
    shapes += ["grade"] if w.grades else []
    shapes += ["route"] if w.routes else []
    match words.pick(shapes):
        case "score":
            names = [c.label(w, name) for name in w.categories]
            return f"{words.pick(['score', *names])} {words.number(-5, 40)}"
        case "stage":
            return f"stage {c.label(w, words.pick([*w.stages, 'none']))}"
        case "qualified":
            return words.pick(("qualified", "qualified no", "qualified yes"))
        case "persona" if w.personas:
            return f"persona {c.label(w, words.pick(w.personas))}"
        case "grade":
            what = words.pick(list(w.grades))
            shown = what if what.isidentifier() else words.quoted(what)
            return f"{shown}.grade {c.label(w, words.pick(w.grades[what]))}"
        case "route":
            return f"route {words.quoted(words.pick(w.routes))}"
        case "reason":
            how = words.pick(("fires", "not fires", "blocked by", "not blocked by"))
            return f"{how} {words.quoted(words.pick(w.reasons))}"
    return c.condition(w, Here("test"), 1)


def _table(w: World, fields: list[str]) -> Lines:
    """Rows that run the test again, with other fields and results."""
    words = w.words
    results = ["score", "stage", *(f"{what}.grade" for what in w.grades if what.isidentifier())]
    result = words.pick(results)
    lines: Lines = [(1, f"| {' | '.join([*fields, result])} |")]
    for name in fields:
        w.tell(Here("test"), name, w.fields[name])
    for _ in range(words.number(1, 3)):
        cells = ["missing" if words.chance(15) else _literal(w, w.fields[name]) for name in fields]
        cells.append(_result_cell(w, result))
        lines.append((1, f"| {' | '.join(cells)} |"))
    return lines


def _result_cell(w: World, result: str) -> str:
    """What a table's cell says of a result."""
    words = w.words
    if result == "stage":
        return c.label(w, words.pick([*w.stages, "none"]))
    if result.endswith(".grade"):
        return c.label(w, words.pick(w.grades[result.removesuffix(".grade")]))
    low, high = sorted((words.number(-9, 60), words.number(-9, 60)))
    return words.pick((str(low), f">= {low}", f"{low} to {high}"))
