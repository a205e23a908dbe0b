"""Rules that give points: single ones, choices, matrices, and the categories and personas that hold them."""

from __future__ import annotations

from . import conditions as c
from .queries import event_test, events, happened
from .words import REASONS, points, unsigned
from .world import Here, World

Lines = list[tuple[int, str]]


def _decay(w: World, here: Here, *types: str) -> str:
    """A way to wear off, by its name or written out."""
    named = w.visible(w.decays, here, *types)
    if named and w.words.chance(40):
        found = w.words.pick(named)
        return w.use(found.name, found.home, here)
    return written_decay(w, w.words.pick(types))


def written_decay(w: World, type_: str) -> str:
    """`losing` or `fading`, written out."""
    number, unit = w.words.duration()
    if type_ == "fading":
        return f"fading out over {number} {unit}"
    share = w.words.pick(("50", "25", "100", "10", "0.5", "99.99", "33.3"))
    return f"losing {share}% every {number} {unit}"


def _given_points(w: World, here: Here) -> str:
    if not w.words.chance(20):
        hundredths = w.words.hundredths()
        return "0" if hundredths == 0 else points(hundredths)
    more = f" {w.words.pick('+-')} {c.product(w, here, 0)}" if w.words.chance(20) else ""
    first = c.product(w, here, 1)
    # A number alone is points, which have two decimals at most.
    alone = not more and first[0].isdigit() and not set(first) & set("*/")
    return f"{w.words.pick('+-')}{w.words.pick(('', ' '))}{'1.25' if alone else first}{more}"


def _during(w: World) -> str:
    start, end = sorted((w.words.date()[:10], w.words.date()[:10]))
    clock = w.words.pick(("", "", "T00:00", "T23:59:59.999999"))
    return f"during {start} to {end}{clock}"


def _modifiers(w: World, here: Here, *, dated: bool, each: bool) -> str:
    """What is done with the points, in any order, and the reason."""
    parts: list[str] = []
    if w.words.chance(15):
        least, most = sorted((w.words.hundredths(), w.words.hundredths()))
        chosen = w.words.pick(((most, "at most"), (least, "at least")))
        parts.append(f"{chosen[1]} {unsigned(chosen[0])}")
        if w.words.chance(30):
            parts = [f"at least {unsigned(least)}", f"at most {unsigned(most)}"]
    if dated and w.words.chance(40):
        parts.append(_decay(w, here, "losing", "fading"))
        parts += [_decay(w, here, "fading", "losing")] if w.words.chance(10) else []
    if each and w.words.chance(30):
        period = w.words.pick(("day", "week", "month"))
        parts.append(f"{w.words.pick(('once', '1 times', '2 times', '3 times'))} a {period}")
    if w.words.chance(8):
        parts.append(_during(w))
    text = "".join(f", {part}" for part in w.words.shuffled(parts))
    return text + _because(w)


def _because(w: World) -> str:
    if not w.words.chance(20):
        return ""
    reason = w.words.pick(REASONS)
    if reason not in w.reasons:
        w.reasons.append(reason)
    return f"{w.words.pick((' ', ', '))}because {w.words.quoted(reason)}"


def rule(w: World, here: Here, *, branch: bool = False) -> str:
    """One line that gives points; a branch of a choice is never an `each`."""
    match w.words.pick(("if", "if", "dated", "events") if branch else ("if", "if", "dated", "events", "each", "each")):
        case "each":
            meant = events(w, here)
            inside = here.inside(meant.partition(" ")[0])
            return f"each {meant} then {_given_points(w, inside)}{_modifiers(w, here, dated=True, each=True)}"
        case "events":
            first = happened(w, here)
            more = f" {w.words.pick(('and', 'or'))} {event_test(w, here)}" if w.words.chance(25) else ""
            return f"{first}{more} then {_given_points(w, here)}{_modifiers(w, here, dated=True, each=False)}"
        case "dated":
            test = f"{happened(w, here)} and {c.comparison(w, here)}"
            return f"if {test} then {_given_points(w, here)}{_modifiers(w, here, dated=True, each=False)}"
    test = c.condition(w, here, 2)
    return f"if {test} then {_given_points(w, here)}{_modifiers(w, here, dated=False, each=False)}"


def choice(w: World, here: Here, depth: int) -> Lines:
    """`choose:` or `choose best:` and its branches."""
    lines: Lines = [(depth, w.words.pick(("choose:", "choose best:")))]
    lines += [(depth + 1, rule(w, here, branch=True)) for _ in range(w.words.number(1, 3))]
    if w.words.chance(60):
        lines.append((depth + 1, f"otherwise {_given_points(w, here)}{_modifiers(w, here, dated=False, each=False)}"))
    return lines


# --- matrices -------------------------------------------------------------------------------------------------------


def matrix(w: World, here: Here, depth: int) -> Lines:
    """A grid of points by two subjects."""
    (by_row, rows), (by_column, columns) = _axis(w, here), _axis(w, here)
    lines: Lines = [(depth, f"matrix by {by_row} and {by_column}{_because(w)}:")]
    lines.append((depth + 1, f"| | {' | '.join(columns)} |"))
    for row in rows:
        cells = [_cell_points(w) for _ in columns]
        lines.append((depth + 1, f"| {row} | {' | '.join(cells)} |"))
    return lines


def _cell_points(w: World) -> str:
    hundredths = w.words.hundredths(-2_000, 2_000)
    return "0" if hundredths == 0 else points(hundredths)


def _axis(w: World, here: Here) -> tuple[str, list[str]]:
    """A subject, and tests of it for the cells of one side."""
    subject, type_ = _subject(w, here)
    cells = [_cell(w, here, type_) for _ in range(w.words.number(1, 3))]
    return subject, cells + (["otherwise"] if w.words.chance(60) else [])


def _subject(w: World, here: Here) -> tuple[str, str]:
    named = [(name, type_) for name, type_ in w.fields.items()]
    named += [(found.name, found.type) for found in w.visible(w.defines, here) if found.home == here.home]
    if not named or w.words.chance(25):
        return c.number(w, here, 1), "number"
    name, type_ = w.words.pick(named)
    if name in w.fields:
        w.tell(here, name, type_)
    if type_ == "text" and w.words.chance(20):
        return f"domain({name})", "text"
    return name, type_


def _cell(w: World, here: Here, type_: str) -> str:
    if w.words.chance(15):
        return w.words.pick(("missing", "known"))
    match type_:
        case "number":
            low, high = sorted((w.words.number(-3, 12), w.words.number(-3, 12)))
            shapes = (
                f"< {w.words.signed()}",
                f"{w.words.pick(('', 'from '))}{low} to {high}",
                w.words.signed(),
                f">= {low}",
                f"in {c.list_of(w, here, type_)}",
            )
            return w.words.pick((*shapes, f"!= {low}", f"is not {high}"))
        case "flag":
            return w.words.pick(("yes", "no", "is yes", "!= no"))
        case "date":
            low, high = sorted((w.words.date()[:10], w.words.date()[:10]))
            return w.words.pick((f"< {high}", f"{low} to {high}", f">= {low}", high))
        case "text list":
            return f"contains {w.words.quoted(w.words.text())}"
    operator = w.words.pick(("", "", "is not ", "contains ", "mentions ", "like ", "in", "not in", "starts with "))
    if operator in ("in", "not in"):
        return f"{operator} {c.list_of(w, here, type_)}"
    return f"{operator}{w.words.quoted(w.words.text_of(type_, pattern=operator == 'like '))}"


# --- categories and personas ----------------------------------------------------------------------------------------


def scoring(w: World, here: Here, depth: int) -> Lines:
    """Anything that gives points."""
    match w.words.pick(("rule", "rule", "rule", "rule", "choice", "matrix")):
        case "choice":
            return choice(w, here, depth)
        case "matrix":
            return matrix(w, here, depth)
    return [(depth, rule(w, here))]


def group(w: World, here: Here, word: str, name: str, weight: str | None = None) -> Lines:
    """A category or persona with its options and rules."""
    options = _group_options(w, here, word, weight)
    head = "".join(f", {option}" for option in w.words.shuffled(options))
    shown = name if name.isidentifier() and not w.words.chance(10) else w.words.quoted(name)
    lines: Lines = [(0, f"{word} {shown}{head}:")]
    for _ in range(w.words.number(1, 4)):
        lines += scoring(w, here, 1)
    return lines


def _group_options(w: World, here: Here, word: str, weight: str | None) -> list[str]:
    options: list[str] = []
    least, most = sorted((w.words.hundredths(-2_000, 4_000), w.words.hundredths(100, 8_000)))
    above = [c.label(w, name) for name in w.categories] if not here.home else []
    if weight is not None:
        most = max(most, 100)
        bounds = (
            f"{unsigned(min(least, 0))} to {unsigned(most)}",
            f"0 to {unsigned(most)}",
            f"at most {unsigned(most)}",
        )
        options += [w.words.pick(bounds), f"weight {weight}%"]
    elif w.words.chance(60):
        bounds = (f"{unsigned(least)} to {unsigned(most)}", f"at most {unsigned(most)}", f"at least {unsigned(least)}")
        options.append(w.words.pick(bounds))
    elif above and w.words.chance(60):
        limit = w.words.pick(above)
        options.append(w.words.pick((f"at most {limit}", f"at least {limit}", f"{unsigned(least)} to {limit}")))
    if w.words.chance(35):
        options.append(f"{_decay(w, here, 'losing')} of silence")
    return options
