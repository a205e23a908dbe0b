"""Results as lines of CSV and NDJSON, made by the database: byte for byte what `scorelang.data.results` writes.

Each function gives SQL over the table of results of `scorelang.sql.batch`.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

import msgspec

from scorelang import model as m
from scorelang.data.results import Columns
from scorelang.values import format_instant

# The columns that are the same for every lead.
ABOUT = ("as_of", "model", "version", "fingerprint")
# What msgspec escapes in a text, in an order in which no escape is escaped again.
ESCAPES = {
    "\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r",
    **{chr(code): f"\\u{code:04x}" for code in range(32) if code not in (8, 9, 10, 12, 13)},
}  # fmt: skip


def csv_line(model: m.CheckedModel, columns: Columns, instants: Sequence[int]) -> str:
    """A row of CSV without its line end."""
    persona, stage, qualified, blocked, route, *fired = _after(columns)
    why = "one.because || CASE WHEN one.was = 'true' THEN '' ELSE ' (' || one.was || ')' END"
    gave = f"one.rule || CASE WHEN one.points >= 0 THEN ':+' ELSE ':' END || {_points('one.points')}"
    grades = [f"v{at}" for at in range(2 + len(columns.categories), 2 + len(columns.categories) + len(columns.grades))]
    cells = [
        _cell("v0"),
        _points("v1"),
        *(_points(f"v{at}") for at in range(2, 2 + len(columns.categories))),
        *map(_cell, grades),
        _cell(persona),
        _cell(stage),
        f"CASE WHEN {qualified} THEN 'yes' ELSE 'no' END",
        _cell(_joined(blocked, why, "; ")),
        _cell(route),
        *(_cell(_joined(one, gave, "; ") if columns.fired == "list" else one) for one in fired),
        _at(instants),
        _text(_constants(model)),
    ]
    return " || ',' || ".join(cells)


def json_line(model: m.CheckedModel, columns: Columns, instants: Sequence[int]) -> str:
    """A result as an object of JSON without a line end."""
    persona, stage, qualified, blocked, route, *fired = _after(columns)
    first = 2 + len(columns.categories)
    categories = [(name, _points(f"v{at}")) for at, name in enumerate(columns.categories, 2)]
    grades = [(name, _string(f"v{at}")) for at, name in enumerate(columns.grades, first)]
    gates = [("rule", _string("one.rule")), ("because", _string("one.because")), ("was", _string("one.was"))]
    rules = [("rule", _string("one.rule")), ("points", _points("one.points"))]
    about = {"name": model.name, "version": model.version, "fingerprint": model.fingerprint}
    return _object(
        [
            ("id", _string("v0")),
            ("score", _points("v1")),
            ("categories", _object(categories)),
            ("grades", _object(grades)),
            ("persona", _string(persona)),
            ("stage", _string(stage)),
            ("qualified", f"CASE WHEN {qualified} THEN 'true' ELSE 'false' END"),
            ("blocked_by", _listed(blocked, gates)),
            ("route", _string(route)),
            *(("fired", _listed(one, rules) if columns.fired == "list" else _string(one)) for one in fired),
            ("as_of", f"'\"' || {_at(instants)} || '\"'"),
            ("model", _text(msgspec.json.encode(about).decode())),
        ]
    )


def _after(columns: Columns) -> list[str]:
    """The columns of what follows from the points."""
    first = 2 + len(columns.categories) + len(columns.grades)
    return [f"v{first + at}" for at, name in enumerate(columns.after) if name not in ABOUT]


def _object(members: Sequence[tuple[str, str]]) -> str:
    """The text of an object; what stands between two values is one text."""
    parts, between = [], "{"
    for name, value in members:
        parts += [_text(f"{between}{msgspec.json.encode(name).decode()}:"), value]
        between = ","
    return " || ".join([*parts, _text("}")]) if members else _text("{}")


def _listed(groups: str, members: Sequence[tuple[str, str]]) -> str:
    return f"'[' || {_joined(groups, _object(members), ',')} || ']'"


def _joined(groups: str, item: str, between: str) -> str:
    return f"COALESCE(ARRAY_TO_STRING(LIST_TRANSFORM({groups}, lambda one: {item}), {_text(between)}), '')"


def _points(number: str) -> str:
    """Points without a fraction where they are whole. Their doubles have the same digits here and in Python."""
    whole = f"CAST(CAST({number} AS HUGEINT) AS VARCHAR)"
    return f"CASE WHEN {number} = TRUNC({number}) THEN {whole} ELSE CAST({number} AS VARCHAR) END"


def _at(instants: Sequence[int]) -> str:
    texts = [_text(format_instant(instant)) for instant in instants]
    return texts[0] if len(texts) == 1 else f'[{", ".join(texts)}]["date" + 1]'


def _cell(text: str) -> str:
    """A text as a cell of CSV; a missing one is empty."""
    quoted = f"'\"' || REPLACE({text}, '\"', '\"\"') || '\"'"
    return f"CASE WHEN {text} IS NULL THEN '' WHEN REGEXP_MATCHES({text}, '[,\"\\r\\n]') THEN {quoted} ELSE {text} END"


def _string(text: str) -> str:
    """A text as JSON; a missing one is null."""
    escaped = text
    for character, escape in ESCAPES.items():
        escaped = f"REPLACE({escaped}, {_text(character)}, {_text(escape)})"
    odd = f"REGEXP_MATCHES({text}, '[\\x00-\\x1f\"\\\\]')"
    return (
        f"CASE WHEN {text} IS NULL THEN 'null' ELSE '\"' || CASE WHEN {odd} THEN {escaped} ELSE {text} END || '\"' END"
    )


def _constants(model: m.CheckedModel) -> str:
    """The last cells of every row of CSV."""
    out = io.StringIO()
    csv.writer(out).writerow([model.name, model.version, model.fingerprint])
    return out.getvalue().removesuffix("\r\n")


def _text(value: str) -> str:
    """A text as SQL; characters that no text of SQL should hold are written by their codes."""
    pieces = "".join(character if character >= " " else f"\0{ord(character)}\0" for character in value).split("\0")
    written = [
        f"CHR({piece})" if number % 2 else "'" + piece.replace("'", "''") + "'"
        for number, piece in enumerate(pieces)
        if piece or not number
    ]
    return written[0] if len(written) == 1 else f"({' || '.join(written)})"
