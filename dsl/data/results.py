"""Writing results, in the shape of the language's JSON result, as CSV, NDJSON, JSON or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from typing import Any, BinaryIO

import msgspec
from attrs import frozen

from scorelang.data import to_parquet
from scorelang.data.errors import DataError
from scorelang.data.outputs import utf8
from scorelang.data.reading import FORMATS

Result = Mapping[str, Any]

BEFORE = ("id", "score")
AFTER = ("persona", "stage", "qualified", "blocked_by", "route", "fired", "as_of", "model", "version", "fingerprint")


@frozen
class Columns:
    """The columns that depend on the model: its categories, and what it grades, in the order of the model."""

    categories: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()

    @property
    def names(self) -> tuple[str, ...]:
        """The header of a flat file: `id`, `score`, the categories, `Fit grade` and so on, and what follows from them.

        A category that is called as another column is gets `category` before its name, so that no two names are
        equal, whatever their case.
        """
        taken = {*BEFORE, *AFTER, *(f"{what} grade".casefold() for what in self.grades)}
        categories = []
        for name in self.categories:
            while name.casefold() in taken:
                name = f"category {name}"
            taken.add(name.casefold())
            categories.append(name)
        return (*BEFORE, *categories, *(f"{what} grade" for what in self.grades), *AFTER)


def write_results(results: Iterable[Result], out: BinaryIO, *, format: str, columns: Columns) -> int:
    """Write every result in `format` (one of `FORMATS`) as it comes, and return how many there were.

    NDJSON and JSON are the results as they are, except that whole numbers lose their fraction. CSV and Parquet are
    flat, with `columns.names`; in CSV `qualified` is `yes` or `no`, `blocked_by` is joined with `; `, and `fired` is
    `rule:+20; other:-5`. Texts are never changed, even if a spreadsheet would take one that begins with `=`, `+`, `-`
    or `@` for a formula: an identity must stay what it was.
    """
    match format:
        case "csv":
            return _write_csv(results, out, columns)
        case "ndjson":
            return _write_ndjson(results, out)
        case "json":
            return _write_json(results, out)
        case "parquet":
            types = dict(zip(columns.names, _types(columns), strict=True))
            return to_parquet.write_parquet((_flat(result, columns) for result in results), out, types)
    raise DataError(f"there is no format called `{format}`", "-", hint=f"formats: {', '.join(FORMATS)}")


def _write_csv(results: Iterable[Result], out: BinaryIO, columns: Columns) -> int:
    writer = csv.writer(_LineFeeds(out))
    writer.writerow(columns.names)
    count = 0
    for result in results:
        writer.writerow([_cell(value) for value in _flat(result, columns)])
        count += 1
    return count


class _LineFeeds:
    """Rows with a line feed at their end.

    The csv module quotes carriage returns in cells only while its own line ends hold one, so it writes those.
    """

    def __init__(self, out: BinaryIO) -> None:
        self._text = utf8(out)

    def write(self, row: str) -> None:
        self._text.write(row.removesuffix("\r\n") + "\n")


def _write_ndjson(results: Iterable[Result], out: BinaryIO) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    for result in results:
        out.write(encode(_plain(result)) + b"\n")
        count += 1
    return count


def _write_json(results: Iterable[Result], out: BinaryIO) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    for result in results:
        out.write((b",\n" if count else b"[\n") + encode(_plain(result)))
        count += 1
    out.write(b"\n]\n" if count else b"[]\n")
    return count


def _plain(value: Any) -> Any:
    """The value with every whole float as an integer, which JSON writes without a fraction."""
    if isinstance(value, float):
        return int(value) if value.is_integer() else value
    if isinstance(value, Mapping):
        return {name: _plain(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(member) for member in value]
    return value


def _flat(result: Result, columns: Columns) -> list[Any]:
    """The values of a result in the order of `columns.names`."""
    categories, grades, model = (result.get(part) or {} for part in ("categories", "grades", "model"))
    return [
        result.get("id"),
        result.get("score"),
        *(categories.get(name) for name in columns.categories),
        *(grades.get(what) for what in columns.grades),
        *(result.get(name) for name in ("persona", "stage", "qualified")),
        [_said(obstacle) for obstacle in result.get("blocked_by") or ()],
        result.get("route"),
        list(result.get("fired") or ()),
        result.get("as_of"),
        model.get("name"),
        model.get("version"),
        model.get("fingerprint"),
    ]


def _types(columns: Columns) -> list[str]:
    """The types of DuckDB for `columns.names`."""
    return [
        *("VARCHAR", "DOUBLE"),
        *("DOUBLE" for _ in columns.categories),
        *("VARCHAR" for _ in columns.grades),
        *("VARCHAR", "VARCHAR", "BOOLEAN", "VARCHAR[]", "VARCHAR", "STRUCT(rule VARCHAR, points DOUBLE)[]"),
        *("TIMESTAMPTZ", "VARCHAR", "VARCHAR", "VARCHAR"),
    ]


def _said(obstacle: Any) -> str:
    """What stood in the way as one text: the first thing said about it, and the rest in brackets."""
    if not isinstance(obstacle, Mapping):
        return str(obstacle)
    first, *rest = (str(part) for part in obstacle.values() if part is not None)
    return f"{first} ({', '.join(rest)})" if rest else first


def _cell(value: Any) -> object:
    """A value as CSV has it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return _plain(value)
    if isinstance(value, list):
        return "; ".join(_fired(member) if isinstance(member, Mapping) else member for member in value)
    return value


def _fired(rule: Mapping[str, Any]) -> str:
    points = _plain(rule["points"])
    return f"{rule['rule']}:{'+' if points >= 0 else ''}{points}"
