"""A first model for real leads: their columns as a `lead:` block, a few rules to change, and a test."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Sequence
from decimal import Decimal
from statistics import median_low

from attrs import frozen

from scorelang.data import InferredField, Record
from scorelang.suggest import listed, plural
from scorelang.values import fold, fold_page

MOST_RULES = 5
MOST_OF_A_TYPE = 2
LONGEST_VALUE = 40  # characters
MOST_VALUES = 200  # a text with more different ones is no group of leads
LARGEST = 1e12  # a number beyond it is no quantity
FIRST_POINTS, POINTS = 20, 10

# Words in the names of columns that no example is made of: grounds on which nobody may be treated worse (Charter of
# Fundamental Rights of the EU, article 21; Equality Act 2010, section 4), and what is known only when all is over.
PERSONAL = frozenset(
    (
        *("age", "birth", "birthday", "sex", "gender", "race", "colour", "color", "ethnic", "ethnicity", "nationality"),
        *("religion", "belief", "disability", "disabled", "marital", "married", "pregnant", "orientation", "language"),
    )
)
OUTCOME = frozenset(
    ("y", "target", "label", "outcome", "result", "won", "lost", "converted", "conversion", "churned", "revenue")
)
CODES = frozenset(("id", "code", "zip", "postcode", "phone", "email", "name", "uuid", "key"))


@frozen
class Example:
    """A rule to begin with: its condition, its points, and a value of the field for which it fires."""

    field: InferredField
    condition: str
    given: str
    points: int


def starter(fields: Sequence[InferredField], sample: Sequence[Record], name: str, file: str) -> str:
    """The text of a model for leads that look like this.

    `sample` are some of the records, `name` is what the model is called, `file` what messages call the data. At least
    one field must have a type.
    """
    usable = [field for field in fields if field.type is not None]
    key = key_of(usable)
    rules = examples(usable, sample, key)
    email = next((field for field in usable if field.name == "email" and field.type == "text"), None)
    total = sum(rule.points for rule in rules)
    parts = [
        _opening(fields, name, file),
        _lead_block(fields, key),
        _category(rules, key),
        ['disqualify if email is missing because "nobody to write to"'] if email else [],
        [f"stage MQL from {max(total // 2, 1)}"],
        ["route:", '    "Sales" if stage is at least MQL', '    "Nurture" otherwise'],
        _test(rules, email, total),
    ]
    return "\n\n".join("\n".join(part) for part in parts if part) + "\n"


def key_of(fields: Iterable[InferredField]) -> InferredField | None:
    """The column that identifies a lead: called so, always there and nearly always different; `id` is always one."""
    candidates = []
    for field in fields:
        words = field.name.split("_")
        called = field.type == "text" and ("id" in words or field.name in ("email", "uuid", "key"))
        if field.name == "id" or (called and field.missing == 0 and field.distinct > 0.5 * field.records):
            candidates.append(field)
    # `id` before the others, and what is different in every row before what is not.
    return min(candidates, key=lambda field: (field.name != "id", field.distinct < field.records), default=None)


# --- the lead -------------------------------------------------------------------------------------------------------


def _opening(fields: Sequence[InferredField], name: str, file: str) -> list[str]:
    rows = max(field.records for field in fields)
    return [
        f"# A draft that `scorelang init` made from {_comment(file)} ({plural(rows, 'row')}).",
        "# What the columns hold is a guess, and the rules are only examples: change both to what is true for you.",
        "",
        f"model {_quoted(name)}, version 1",
    ]


def _lead_block(fields: Sequence[InferredField], key: InferredField | None) -> list[str]:
    usable = [field for field in fields if field.type is not None]
    keyed = "lead:" if key is None or key.name == "id" else f"lead keyed by {key.name}:"
    cells = [(field.name, str(field.type), _source_of(field), _seen(field)) for field in usable]
    widths = [max(len(row[column]) for row in cells) for column in range(3)]
    lines = [keyed]
    if key is None and all(field.name != "id" for field in usable):
        lines.insert(0, "# No column identifies a lead; `lead keyed by COLUMN:` would name one. Events need it.")
    for row in cells:
        padded = "  ".join(cell.ljust(width) for cell, width in zip(row[:3], widths, strict=True) if width)
        lines.append(f"    {padded}  # {row[3]}".rstrip(" #"))
    # A lead's own events are read without being declared.
    left_out = [_comment(field.column) for field in fields if field.type is None and field.column != "events"]
    if left_out:
        lines.append(f"# Left out, because no type reads all their values: {', '.join(left_out)}")
    return lines


def _source_of(field: InferredField) -> str:
    """Where data has the field, and which of its values are none."""
    column = f"from {_quoted(field.column)}" if field.column != field.name else ""
    missing = ", ".join(
        value if field.type == "number" and _is_number(value) else _quoted(value) for value in field.missing_values
    )
    return " ".join(filter(None, (column, f"missing {missing}" if missing else "")))


def _seen(field: InferredField) -> str:
    """What the data has, in a few words."""
    parts = []
    if field.type == "number" and field.low is not None and field.high is not None:
        parts.append(f"{_number(field.low)} to {_number(field.high)}")
    elif field.type == "flag":
        parts.append(listed(f"{_comment(value)} {count:,}×" for value, count in field.top))
    elif field.distinct == field.records > 1:
        parts.append("different in every row")
    elif field.top:
        values = [_comment(value) for value, _ in field.top[:3]]
        more = field.distinct - len(values)
        parts.append(", ".join(values) + (f" and {more:,} more" if more > 0 else ""))
    if field.missing:
        parts.append(f"{_percent(field.missing)} missing")
    return "; ".join(parts)


# --- the rules ------------------------------------------------------------------------------------------------------


def examples(fields: Sequence[InferredField], sample: Sequence[Record], key: InferredField | None) -> list[Example]:
    """Rules on columns that seem to say something about a lead; at least one, if only that something is known."""
    found: list[Example] = []
    of_type: dict[str, int] = {}
    for field in fields:
        words = set(field.name.split("_"))
        if field is key or words & (PERSONAL | OUTCOME | CODES) or field.missing > 0.5 or len(found) == MOST_RULES:
            continue
        rule = _example(field, sample)
        if rule is not None and of_type.get(str(field.type), 0) < MOST_OF_A_TYPE:
            of_type[str(field.type)] = of_type.get(str(field.type), 0) + 1
            found.append(Example(field, *rule, POINTS if found else FIRST_POINTS))
    if not found:
        field = next((field for field in fields if field is not key), fields[0])
        found.append(Example(field, f"{field.name} is known", _some_value(field), FIRST_POINTS))
    return found


def _example(field: InferredField, sample: Sequence[Record]) -> tuple[str, str] | None:
    """A condition on the field, and a value for which it holds; None when nothing seems worth asking of it."""
    values = _distinct(value for value, _ in field.top if 0 < len(value) <= LONGEST_VALUE and value.isprintable())
    match field.type:
        case "text" if values and 2 <= field.distinct <= min(MOST_VALUES, field.records / 2):
            chosen = [_quoted(value) for value in values[: 1 if field.distinct == 2 else 2]]
            condition = f"{field.name} is {chosen[0]}" if len(chosen) == 1 else f"{field.name} in [{', '.join(chosen)}]"
            return condition, chosen[0]
        case "page" if values:
            page = _quoted(fold_page(values[0]))
            return f"{field.name} is {page}", page
        case "text list" if values:
            return f"{field.name} contains {_quoted(values[0])}", _quoted(values[0])
        case "flag" if field.distinct > 1:
            return field.name, "yes"
        case "number" if field.distinct > 2 and (threshold := _threshold(field, sample)) is not None:
            return f"{field.name} >= {_number(threshold)}", _number(threshold)
        case "date":
            return f"{field.name} within 90 days", "10 days ago"
    return None


def _threshold(field: InferredField, sample: Sequence[Record]) -> float | None:
    """The median of the sample, or the least number above the smallest when half of them are that."""
    raw = (record.values.get(field.column) for record in sample)
    texts = [str(value).strip() for value in raw if value is not None]
    numbers = [float(text) for text in texts if _is_number(text) and text not in field.missing_values]
    numbers = [number for number in numbers if abs(number) < LARGEST]
    if not numbers:
        return None
    middle = median_low(numbers)
    return middle if middle > min(numbers) else min((number for number in numbers if number > middle), default=None)


def _some_value(field: InferredField) -> str:
    """Any value of the field's type, as a test gives it."""
    return {"number": "1", "flag": "yes", "date": "10 days ago", "page": '"/"'}.get(str(field.type), '"something"')


def _category(rules: Sequence[Example], key: InferredField | None) -> list[str]:
    width = max(len(rule.condition) for rule in rules)
    lines = [
        "# Examples to change. What is only known once a lead is won or lost must not give points.",
        "category Fit:",
        *(f"    if {rule.condition.ljust(width)} then +{rule.points}" for rule in rules),
    ]
    if key is not None:
        lines += [
            "",
            "# What leads do comes from a file of events (columns: lead, type, at), read with `--events`:",
            "# category Behaviour:",
            '#     visit "/pricing" within 30 days then +10',
        ]
    return lines


def _test(rules: Sequence[Example], email: InferredField | None, total: int) -> list[str]:
    given = [f"given {rule.field.name} {rule.given}" for rule in rules]
    if email is not None and all(rule.field is not email for rule in rules):
        given.append('given email "ann@acme.example"')
    return [
        'test "a lead for which every example holds goes to sales":',
        *(f"    {line}" for line in given),
        f"    expect score {total}, stage MQL",
        '    expect route "Sales"',
    ]


# --- how a model writes things ----------------------------------------------------------------------------------------


def _quoted(text: str) -> str:
    """A text as a model writes it, with escapes for everything that cannot be seen."""
    plain = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else json.dumps(each)[1:-1] for each in plain)


def _comment(text: str) -> str:
    """A text inside a comment: on one line, and short."""
    shown = "".join(each if each.isprintable() else " " for each in text)
    return shown if len(shown) <= LONGEST_VALUE else f"{shown[:LONGEST_VALUE]}…"


def _distinct(values: Iterable[str]) -> list[str]:
    """The values, each once: the language does not regard case."""
    seen = {fold(value): value for value in reversed(list(values))}
    return list(reversed(seen.values()))


def _number(value: float) -> str:
    """A number as a model writes it: no exponent, and of a fraction six digits."""
    if value.is_integer():
        return str(int(value))
    return format(Decimal(format(value, ".6g")), "f")


def _is_number(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def _percent(share: float) -> str:
    return "under 1%" if share < 0.01 else f"{share:.0%}"
