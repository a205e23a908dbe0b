"""Conditions and the values in them, by type, so that what is written is always a condition that checks.

Functions give text at a level of the grammar: `condition` anything, `_and_item` what may stand beside `and`,
`comparison` what may stand behind `not`; what binds less tightly stands in brackets.
"""

from __future__ import annotations

from collections.abc import Callable

from .queries import event_test, events, measured, named_event
from .world import Here, World

SIGNS = ("is", ">=", "<", ">", "<=", "is not", "=", "!=", "==")
EQUAL = ("is", "is not", "=", "!=")
TEXT_WORDS = ("mentions", "contains", "starts with", "ends with", "like")


def condition(w: World, here: Here, depth: int = 2) -> str:
    """Any condition."""
    shape = w.words.pick(("one", "one", "one", "and", "or", "not", "bracket", "quorum")) if depth > 0 else "one"
    match shape:
        case "and":
            return " and ".join(_and_item(w, here, depth - 1) for _ in range(w.words.number(2, 3)))
        case "or":
            return " or ".join(_or_item(w, here, depth - 1) for _ in range(w.words.number(2, 3)))
        case "not":
            return f"{w.words.pick(('not', 'not', 'not not', 'not not not'))} {comparison(w, here, depth - 1)}"
        case "bracket":
            return f"({condition(w, here, depth - 1)})"
        case "quorum":
            return _quorum(w, here, depth - 1)
    return comparison(w, here, depth)


def _or_item(w: World, here: Here, depth: int) -> str:
    if w.words.chance(25):
        return f"{_and_item(w, here, depth)} and {_and_item(w, here, depth)}"
    return _and_item(w, here, depth)


def _and_item(w: World, here: Here, depth: int) -> str:
    if w.words.chance(20):
        return f"({condition(w, here, depth)})"
    return ("not " if w.words.chance(20) else "") + comparison(w, here, depth)


def _quorum(w: World, here: Here, depth: int) -> str:
    items = [condition(w, here, depth) for _ in range(w.words.number(1, 4))]
    how = w.words.pick(("at least", "at most", "exactly"))
    end = "," if w.words.chance(10) else ""
    return f"{how} {w.words.number(0, len(items))} of ({', '.join(items)}{end})"


def comparison(w: World, here: Here, depth: int = 1) -> str:
    """One test, with nothing in it that binds less tightly than `not`."""
    tests: list[Callable[[World, Here, int], str]] = [_text_test, _number_test, _number_test, _flag_test, _date_test]
    tests += [_page_test, _tags_test, _known_test, event_test, event_test]
    if here.reached("gate"):
        tests += [_result_test, _result_test]
    return w.words.pick(tests)(w, here, depth)


# --- texts ----------------------------------------------------------------------------------------------------------


def _text(w: World, here: Here, type_: str = "text") -> str | None:
    """A value of a text type that is not a literal."""
    names = w.values(here, type_)
    defines = w.visible(w.defines, here, type_)
    if defines and w.words.chance(20):
        named = w.words.pick(defines)
        return w.use(named.name, named.home, here)
    if not names:
        return None
    name = w.words.pick(names)
    w.tell(here, name, type_)
    return f"domain({name})" if type_ == "text" and w.words.chance(20) else name


def _text_test(w: World, here: Here, depth: int, type_: str = "text") -> str:
    left = _text(w, here, type_)
    if left is None:
        return _number_test(w, here, depth)
    match w.words.pick(("is", "in", "word", "word list", "other", "turned")):
        case "in":
            return f"{left} {w.words.pick(('in', 'not in'))} {list_of(w, here, type_)}"
        case "word":
            operator = w.words.pick(TEXT_WORDS)
            return f"{left} {operator} {w.words.quoted(w.words.text_of(type_, pattern=operator == 'like'))}"
        case "word list":
            operator = w.words.pick(TEXT_WORDS)
            return f"{left} {operator} {list_of(w, here, type_, pattern=operator == 'like')}"
        case "other":
            right = _text(w, here, w.words.pick(("text", "page"))) or left
            return f"{left} {w.words.pick((*EQUAL, *TEXT_WORDS))} {right}"
        case "turned":
            return f"{w.words.quoted(w.words.text_of(type_))} {w.words.pick(EQUAL)} {left}"
    return f"{left} {w.words.pick(EQUAL)} {w.words.quoted(w.words.text_of(type_))}"


def _page_test(w: World, here: Here, depth: int) -> str:
    return _text_test(w, here, depth, "page")


def list_of(w: World, here: Here, type_: str, *, pattern: bool = False) -> str:
    """A list, by name or written out, whose members are of that type."""
    named = w.visible(w.lists, here, "number" if type_ == "number" else "text")
    if named and w.words.chance(40):
        found = w.words.pick(named)
        return w.use(found.name, found.home, here)
    return written_list(w, type_, pattern=pattern)


def written_list(w: World, type_: str, *, pattern: bool = False) -> str:
    """A list that is written out."""
    if type_ == "number":
        members = [w.words.signed() for _ in range(w.words.number(1, 3))]
    else:
        members = [w.words.quoted(w.words.text_of(type_, pattern=pattern)) for _ in range(w.words.number(1, 3))]
    return f"[{', '.join(members)}{',' if w.words.chance(5) else ''}]"


def _tags_test(w: World, here: Here, depth: int) -> str:
    names = w.values(here, "text list")
    if not names:
        return _flag_test(w, here, depth)
    literal = w.words.quoted(w.words.text())
    what = w.words.pick((literal, literal, list_of(w, here, "text"), _text(w, here) or literal))
    return f"{w.words.pick(names)} contains {what}"


# --- numbers --------------------------------------------------------------------------------------------------------


def number(w: World, here: Here, depth: int = 1, *, told: bool = False) -> str:
    """An expression whose value is a number; `told` when its place tells an undeclared name's type."""
    shape = w.words.pick(("atom", "atom", "atom", "sum", "product")) if depth > 0 else "atom"
    if shape == "sum":
        first = w.words.pick(("", "", "-")) + atom(w, here, depth - 1)
        return f"{first} {w.words.pick('+-')} {product(w, here, depth - 1)}"
    if shape == "product":
        return product(w, here, depth - 1)
    return atom(w, here, depth, told=told)


def product(w: World, here: Here, depth: int) -> str:
    """Numbers multiplied or divided, without a sign in front."""
    if w.words.chance(40):
        return atom(w, here, depth)
    return f"{atom(w, here, depth)} {w.words.pick('*/')} {atom(w, here, depth)}"


def atom(w: World, here: Here, depth: int = 1, *, told: bool = False) -> str:
    """A number that arithmetic may stand beside."""
    shapes = ["value", "value", "value", "literal", "length", "days since", "define"]
    shapes += ["count", "measured", "since last", "bracket"] if depth > 0 else []
    shapes += ["score"] if here.reached("gate") else []
    match w.words.pick(shapes):
        case "value":
            names = w.values(here, "number")
            if names:
                name = w.words.pick(names)
                w.tell(here, name, "number")
                return name
        case "length":
            text = _text(w, here, w.words.pick(("text", "page")))
            if text is not None:
                return f"length({text})"
        case "days since":
            date = _date(w, here)
            if date is not None:
                return f"days since {w.words.pick((date, date, f'({date})', w.words.date()))}"
        case "define":
            defines = w.visible(w.defines, here, "number")
            if defines:
                named = w.words.pick(defines)
                return w.use(named.name, named.home, here)
        case "count":
            return _whole(f"count of {events(w, here)}")
        case "measured":
            return _whole(measured(w, here) or w.words.count())
        case "since last":
            return _whole(f"days since last {events(w, here)}")
        case "bracket":
            return f"({number(w, here, depth - 1)})"
        case "score":
            return _points_result(w)
    return w.words.count()


def _whole(text: str) -> str:
    """A number of events; in brackets where the condition at its end would read on."""
    return f"({text})" if " where " in text else text


def _number_test(w: World, here: Here, depth: int) -> str:
    if w.words.chance(50):
        left = number(w, here, min(depth, 1))
        right = w.words.signed() if w.words.chance(70) else number(w, here, min(depth, 1))
        return f"{left} {w.words.pick(SIGNS)} {right}"
    left = number(w, here, 0)
    if w.words.chance(50):
        return f"{left} {w.words.pick(('in', 'not in'))} {list_of(w, here, 'number')}"
    if w.words.chance(20):
        return f"{left} from -1 * {number(w, here, 0)} to {number(w, here, 1)}"
    low, high = sorted((w.words.number(-3, 12), w.words.number(-3, 12)))
    return f"{left} from {low} to {high}"


# --- flags, dates, missing ------------------------------------------------------------------------------------------


def _flag(w: World, here: Here) -> str | None:
    """A name that means a flag."""
    return _named(w, here, "flag", 40)


def _date(w: World, here: Here) -> str | None:
    """A name that means a date."""
    return _named(w, here, "date", 30)


def _named(w: World, here: Here, type_: str, of_defines: int) -> str | None:
    """A name that means a value of the type; where there are defines of it, so many per cent of these are theirs."""
    names = w.values(here, type_)
    defines = w.visible(w.defines, here, type_)
    if defines and w.words.chance(of_defines):
        named = w.words.pick(defines)
        return w.use(named.name, named.home, here)
    if not names:
        return None
    name = w.words.pick(names)
    w.tell(here, name, type_)
    return name


def _flag_test(w: World, here: Here, depth: int) -> str:
    left = _flag(w, here)
    if left is None or w.words.chance(10):
        shapes = ("literal", "bracket", "bracket", "event", "quorum") if depth > 0 else ("literal", "event")
        match w.words.pick(shapes):
            case "bracket":
                left = f"({condition(w, here, depth - 1)})"
            case "event":
                left = named_event(w, here) or "yes"
            case "quorum":
                left = _quorum(w, here, depth - 1)
            case _:
                left = w.words.pick(("yes", "no", "true", "false"))
    match w.words.pick(("bare", "bare", "literal", "other")):
        case "literal":
            return f"{left} {w.words.pick(EQUAL)} {w.words.pick(('yes', 'no', 'true', 'false'))}"
        case "other":
            right = _flag(w, here) or "yes"
            return f"{left} {w.words.pick(EQUAL)} {right}"
    return left


def _date_test(w: World, here: Here, depth: int) -> str:
    left = _date(w, here)
    if left is None:
        return _known_test(w, here, depth)
    match w.words.pick(("window", "window", "sign", "between", "other")):
        case "window":
            return f"{left} {window(w, of_events=False)}"
        case "between":
            low, high = sorted((w.words.date()[:10], w.words.date()[:10]))
            return f"{left} from {low} to {high}"
        case "other":
            return f"{left} {w.words.pick(SIGNS)} {_date(w, here)}"
    return f"{left} {w.words.pick(SIGNS)} {w.words.date()}"


def _known_test(w: World, here: Here, depth: int) -> str:
    names = [
        name for type_ in ("text", "number", "flag", "date", "page", "text list") for name in w.values(here, type_)
    ]
    what = w.words.pick(names) if names and w.words.chance(70) else f"({number(w, here, 1)})"
    if depth > 0 and w.words.chance(10):
        # An event happened or it did not: whether it is known cannot be asked.
        inner = condition(w, here, depth - 1)
        what = "(yes)" if inner.strip("()") in w.kinds else f"({inner})"
    return f"{what} {w.words.pick(('is', 'is not'))} {w.words.pick(('missing', 'known'))}"


# --- results --------------------------------------------------------------------------------------------------------


def _points_result(w: World) -> str:
    categories = [name if name.isidentifier() else f'"{name}"' for name in w.categories]
    return w.words.pick(["score", *categories])


def label(w: World, name: str) -> str:
    """A stage, grade or persona as a condition names it."""
    return w.words.quoted(name) if not name.isidentifier() or w.words.chance(20) else name


def _result_test(w: World, here: Here, depth: int) -> str:
    shapes = ["points", "persona"]
    shapes += ["qualified"] if here.reached("stage") else []
    shapes += ["stage", "rank", "grade"] if here.reached("route") else []
    shapes += ["route"] if here.reached("test") else []
    match w.words.pick(shapes):
        case "persona":
            return _label_test(w, "persona", [*w.personas, "none"])
        case "qualified":
            return w.words.pick(("qualified", "qualified is no"))
        case "stage":
            return _label_test(w, "stage", [*w.stages, "none"])
        case "rank":
            how = w.words.pick(("is at least", "is at most", "is not at least", "is not at most"))
            return f"stage {how} {label(w, w.words.pick([*w.stages, 'none']))}"
        case "grade" if w.grades:
            what = w.words.pick(list(w.grades))
            base = what if what.isidentifier() else f'"{what}"'
            return _label_test(w, f"{base}.grade", w.grades[what])
        case "route" if w.routes:
            return f"route {w.words.pick(('is', 'is not'))} {w.words.quoted(w.words.pick(w.routes))}"
    return f"{_points_result(w)} {w.words.pick(SIGNS)} {w.words.signed()}"


def _label_test(w: World, what: str, labels: list[str]) -> str:
    if w.words.chance(30):
        return f"{what} in [{', '.join(label(w, one) for one in w.words.some(labels, 1, 3))}]"
    return f"{what} {w.words.pick(('is', 'is not'))} {label(w, w.words.pick(labels))}"


# --- windows --------------------------------------------------------------------------------------------------------


def window(w: World, *, of_events: bool) -> str:
    """Which instants count."""
    number, unit = w.words.duration()
    shapes = ("within", "more than", "between", "since", "before", *(() if of_events else ("within the next",)))
    match w.words.pick(shapes):
        case "more than":
            return f"more than {number} {unit} ago"
        case "between":
            low, high = sorted((w.words.number(0, 20), w.words.number(0, 20)))
            return f"between {low} {w.words.pick(('', f'{unit} '))}and {high} {unit} ago"
        case "since":
            return f"since {w.words.date()}"
        case "before":
            return f"before {w.words.date()}"
        case "within the next":
            return f"within the next {number} {unit}"
    return f"within {number} {unit}"
