"""What reads as something else than was meant: a text without quotes, a difference for a range, brackets left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from scorelang import nodes as n
from scorelang.check.standard import standard_list
from scorelang.check.state import Around, State
from scorelang.source import Span

# Words that no field is taken to be called until it is declared, with what to write instead.
JOINING = frozenset(("and", "or", "if", "then", "is", "because", "when"))
NOTHING = frozenset(("empty", "null", "nil", "none", "nan", "blank", "undefined"))
FLAGS = {"yes": "yes", "true": "yes", "no": "no", "false": "no"}
NUMBERS = {
    "one": "1", "two": "2", "three": "3", "four": "4", "five": "5", "six": "6", "seven": "7", "eight": "8",
    "nine": "9", "ten": "10", "twelve": "12", "fifteen": "15", "twenty": "20", "thirty": "30", "fifty": "50",
    "hundred": "100", "thousand": "1_000",
}  # fmt: skip
# Operators behind which a text stands, and hardly ever a field.
PARTS = frozenset(("contains", "mentions", "starts with", "ends with", "like"))
# Behind `is` these say that a value is there, or that none is.
THERE = {"unknown": "is missing", "unset": "is missing", "absent": "is missing",
         "set": "is known", "present": "is known", "filled": "is known", "there": "is known",
         "provided": "is known", "available": "is known", "given": "is known"}  # fmt: skip
# What CRMs know of everybody: no kind of event is called so without being declared.
PROPERTIES = frozenset(
    (
        *("email", "phone", "mobile", "title", "job_title", "company", "country", "city", "industry", "website"),
        *("name", "first_name", "last_name", "budget", "revenue", "employees", "linkedin", "address", "department"),
    )
)
THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d\d0")
QUOTED = re.compile(r'"(?:[^"\\]|\\.)*"')


def instead_of(name: str) -> str | None:
    """What to write instead of a word that is hardly a name; None for one that may be a name."""
    lower = name.lower()
    if lower in NOTHING:
        return "a missing value is asked for with `is missing` or `is known`"
    if lower in FLAGS:
        return f"a flag is `yes` or `no`: write `{FLAGS[lower]}`"
    if lower in NUMBERS:
        return f"a number is written in digits: `{NUMBERS[lower]}`"
    return None


def is_a_name(name: str) -> bool:
    """Whether a word that nothing declares may be the name of something."""
    return name not in JOINING and instead_of(name) is None


# --- comparisons ----------------------------------------------------------------------------------------------------


def is_compared_by_mistake(state: State, around: Around, node: n.Compare) -> bool:
    """Report a comparison whose right side hardly is what it reads as."""
    return (
        _is_range(state, around, node.right)
        or _is_presence(state, around, node)
        or _is_grade(state, around, node)
        or _is_unquoted(state, around, node)
        or _is_of_literals(state, around, node)
    )


def _is_range(state: State, around: Around, right: n.Node) -> bool:
    """`10-50`, which would be -40."""
    match right:
        case n.Sum(terms=(("+", n.Number() as low), ("-", n.Number() as high))):
            text = around.source.slice(right.span)
            if " " in text:
                return False
            message = f"`{text}` is a difference: {low.value - high.value:g}"
            hint = f"write `from {low.text} to {high.text}`"
            state.error(around, right.span, "not-a-range", message, "a range stands behind `from`", help=(hint,))
            return True
    return False


def _is_presence(state: State, around: Around, node: n.Compare) -> bool:
    """`title is unknown`, `email is set`."""
    if node.operator != "is" or not isinstance(node.right, n.Name) or not _is_new(state, around, node.right):
        return False
    says = THERE.get(node.right.name)
    if says is None:
        return False
    left = around.source.slice(node.left.span)
    if re.search(r"\bnot\b|!=", around.source.text[node.left.span.end : node.right.span.start]):
        says = "is known" if says == "is missing" else "is missing"
    message = f"`{node.right.name}` stands here as the name of a field"
    state.error(around, node.right.span, "unknown-name", message, "", help=(f"write `{left} {says}`",))
    return True


def _is_unquoted(state: State, around: Around, node: n.Compare) -> bool:
    """`title is CEO`: a capital where the field beside it has none. `title contains vp`: a part of a text."""
    left, right = node.left, node.right
    if not isinstance(left, n.Name) or not isinstance(right, n.Name) or not _is_new(state, around, right):
        return False
    if node.operator == "is":
        is_capital = left.name == left.name.lower() and _is_new(state, around, left)
        if not is_capital or not _is_capital(state, around, right):
            return False
    elif node.operator not in PARTS or right.name in {*state.fields, *around.scope.lost} or not is_a_name(right.name):
        return False
    before = around.source.text[left.span.start : right.span.start]
    _unquoted(state, around, right, f'write `{" ".join(before.split())} "{right.name}"`')
    return True


def _is_grade(state: State, around: Around, node: n.Compare) -> bool:
    """`Fit is A`, which would compare points with a field called `A`."""
    left, right = node.left, node.right
    if node.operator != "is" or not isinstance(left, n.Name) or not isinstance(right, n.Name):
        return False
    if left.name not in state.categories or not _is_capital(state, around, right) or right.name in state.fields:
        return False
    hints = (f"its grade is asked for with `{left.name}.grade is {right.name}`", f"its points: `{left.name} >= 20`")
    message = f"`{left.name}` is the points of a category, and `{right.name}` is no number"
    state.error(around, right.span, "type-mismatch", message, "a grade?", help=hints)
    return True


def _is_capital(state: State, around: Around, name: n.Name) -> bool:
    return name.name != name.name.lower() and is_a_name(name.name) and _is_new(state, around, name)


def _unquoted(state: State, around: Around, name: n.Name, hint: str) -> None:
    standard = standard_list(name.name, exactly=True)
    state.error(
        around,
        name.span,
        "unknown-name",
        f"`{name.name}` stands here as the name of a field",
        "a text stands in quotes",
        help=(standard, hint, f"if a field is called so, declare it in a `lead:` block: `{name.name} text`"),
    )


def _is_new(state: State, around: Around, name: n.Name) -> bool:
    """Whether nothing declares a name, so that only its use would make it a field or an attribute."""
    if state.declared_fields or name.name in around.scope.symbols or name.name in state.categories:
        return False
    attributes = state.kinds[around.event].attributes if around.event is not None else {}
    slot = attributes.get(name.name) or state.fields.get(name.name)
    return slot is None or not slot.declared


def _is_of_literals(state: State, around: Around, node: n.Compare) -> bool:
    """`"Job Title" is "CEO"`: the name of a column is no field."""
    if not isinstance(node.left, n.Text) or not isinstance(node.right, n.Text | n.Number | n.Flag | n.Date | n.ListOf):
        return False
    if node.left.value in state.categories:
        return False
    name = re.sub(r"\W+", "_", node.left.value.strip().lower()).strip("_")
    column = f'declare a field that comes from it: `{name} text from "{node.left.value}"` in a `lead:` block'
    state.error(
        around,
        node.left.span,
        "not-a-field",
        "this text is compared with a value: it is the same for every lead",
        "a text, not a field",
        help=(column if name.isidentifier() else None,),
    )
    return True


# --- `and` and `or` -------------------------------------------------------------------------------------------------


def is_joined_by_mistake(state: State, around: Around, node: n.And | n.Or) -> bool:
    """Report a part of an `and` or `or` that belongs to the part before it."""
    word = "and" if isinstance(node, n.And) else "or"
    return _is_outside(state, around, node.items, word) or _is_bare_text(state, around, node.items)


def _is_bare_text(state: State, around: Around, items: tuple[n.Node, ...]) -> bool:
    """`industry is "SaaS" or Fintech`."""
    texts: list[str] = []
    left = ""
    for item in items:
        match item:
            case n.Compare(operator="is", left=n.Name(name=name), right=n.Text() | n.Name() as right) if name.islower():
                if name != left:
                    texts.clear()
                left = name
                texts.append(f'"{right.value if isinstance(right, n.Text) else right.name}"')
            case n.Name(name=name) if left and _is_capital(state, around, item):
                hint = ", ".join([*texts, f'"{name}"'])
                _unquoted(state, around, item, f"write `{left} in [{hint}]`")
                return True
    return False


def _is_outside(state: State, around: Around, items: tuple[n.Node, ...], word: str) -> bool:
    """`visit where path = "/pricing" and seconds > 5`: more than one condition on an event needs brackets."""
    for at, item in enumerate(items[:-1]):
        events = next((one for one in _events(item) if one.where is not None), None)
        kind = state.kinds.get(events.kind.name) if events is not None else None
        if events is None or kind is None or _is_bracketed(around, item):
            continue
        for other in items[at + 1 :]:
            for name in _names(other):
                if name.name in kind.attributes and _is_no_field(state, around, name):
                    _outside(state, around, (item, events, other), name, word)
                    return True
    return False


def _outside(state: State, around: Around, parts: tuple[n.Node, n.Events, n.Node], name: n.Name, word: str) -> None:
    item, events, other = parts
    assert events.where is not None
    where = events.where.span
    cuts = ((item.span.start, where.start), (where.start, where.end), (other.span.start, other.span.end))
    before, asked, more = (around.source.text[start:end] for start, end in cuts)
    fix = f"{before}({asked} {word} {more}){around.source.text[where.end : item.span.end]}"
    state.error(
        around,
        name.span,
        "outside-where",
        f"`{name.name}` is asked of the lead here, and `{events.kind.name}` has an attribute of that name",
        f"`where` goes up to the `{word}` before this",
        help=(
            f"what is asked of the event stands in brackets: `{' '.join(fix.split())}`",
            f"if the lead has such a field, declare it in a `lead:` block: `{name.name} …`",
        ),
    )


def _is_no_field(state: State, around: Around, name: n.Name) -> bool:
    slot = state.fields.get(name.name)
    return name.name not in around.scope.symbols and (slot is None or not slot.declared)


def _is_bracketed(around: Around, item: n.Node) -> bool:
    text, start, end = around.source.text, item.span.start, item.span.end
    if text[start] == "(" and text[end - 1] == ")":
        return True
    return text[:start].rstrip().endswith("(") and text[end:].lstrip().startswith(")")


def _events(node: n.Node) -> Iterator[n.Events]:
    return (one for one in n.descend(node) if isinstance(one, n.Events))


def _names(node: n.Node) -> Iterator[n.Name]:
    """The names in a condition, those in references to events left out."""
    return (one for one in n.descend(node, (n.Events, n.Call)) if isinstance(one, n.Name))


# --- numbers and events ---------------------------------------------------------------------------------------------


def is_thousands(state: State, around: Around, node: n.Number) -> bool:
    """Report `1.000`, which is one: elsewhere it is a thousand."""
    if THOUSANDS.fullmatch(node.text) is None:
        return False
    thousands, short = node.text.replace(".", "_"), f"{node.value:g}"
    state.error(
        around,
        node.span,
        "thousands-with-a-point",
        f"`{node.text}` is {short}: a point stands before decimals",
        "a thousand, or one?" if node.value == 1 else "thousands, or decimals?",
        help=(f"write `{thousands}` for thousands, `{short}` for the smaller number",),
    )
    return True


def is_comment(state: State, around: Around, node: n.Node) -> bool:
    """Report `+10 -- comment`, which would take the field `comment` away."""
    text = QUOTED.sub(lambda quoted: " " * len(quoted[0]), around.source.slice(node.span))
    at = text.find("--")
    if at < 0:
        return False
    span = Span(node.span.start + at, node.span.start + at + 2)
    hint = f"write `# {around.source.slice(Span(span.end, node.span.end)).strip()}`"
    state.error(around, span, "not-a-comment", "`--` is minus, twice", "a comment begins with `#`", help=(hint,))
    return True


def is_no_event(state: State, around: Around, node: n.NoEvents) -> bool:
    """Report `no phone`, which would be true of every lead: nothing is called so but a field."""
    events = node.events
    narrowed = (events.pattern, events.members, events.where, events.window)
    name = events.kind.name
    if name not in PROPERTIES or name in around.scope.symbols or any(part is not None for part in narrowed):
        return False
    hints = (f"write `{name} is missing`", f"if events are called so, declare them: `event {name}(name text)`")
    message = f"`no` counts events, and `{name}` hardly is one"
    state.error(around, events.kind.span, "unknown-event", message, "a field?", help=hints)
    return True


def meant_event(name: str, known: Iterable[str]) -> str | None:
    """The kind of event of which a name is another form, or from which one letter parts it; None for any other."""
    for kind in known:
        endings = (f"{kind}s", f"{kind}ed", f"{kind}d", f"{kind[:-1]}ies", f"{kind[:-1]}ied")
        if name != kind and (name.lower() == kind or name in endings or _is_one_off(name, kind)):
            return kind
    return None


def _is_one_off(one: str, other: str) -> bool:
    """Whether two words differ by one letter: another, one more, one less, or two that changed places."""
    if min(len(one), len(other)) < 4 or abs(len(one) - len(other)) > 1:
        return False
    same = next((at for at, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    left, right = one[same:], other[same:]
    swapped = len(left) > 1 and left[:2] == right[1::-1] and left[2:] == right[2:]
    return swapped or left[1:] == right[1:] or left[1:] == right or left == right[1:]
