"""Writing results, in the shape of the language's JSON result, as CSV, NDJSON, JSON or Parquet."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, BinaryIO, Literal

import msgspec
from attrs import frozen

from scorelang.data import to_parquet
from scorelang.data.bitmaps import bitmap_of
from scorelang.data.errors import DataError
from scorelang.data.outputs import utf8
from scorelang.data.reading import FORMATS

Result = Mapping[str, Any]

BEFORE = ("id", "score")
AFTER = ("persona", "stage", "qualified", "blocked_by", "route", "fired", "as_of", "model", "version", "fingerprint")


# How results say which rules fired: as a list with their points, as a bitmap, or not at all.
FiredAs = Literal["list", "bitmap", "none"]


@frozen
class Columns:
    """The columns that depend on the model: its categories, and what it grades, in the order of the model.

    `fired` is how the rules that fired are said; `rules` are the identities of all, which a bitmap needs.
    """

    categories: tuple[str, ...] = ()
    grades: tuple[str, ...] = ()
    fired: FiredAs = "list"
    rules: tuple[str, ...] = ()

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
        return (*BEFORE, *categories, *(f"{what} grade" for what in self.grades), *self.after)

    @property
    def after(self) -> tuple[str, ...]:
        """The columns of what follows from the points."""
        return tuple(name for name in AFTER if name != "fired" or self.fired != "none")

    def fired_of(self, fired: Sequence[Mapping[str, Any]]) -> Any:
        """The rules that fired, a list of groups, as these columns say them."""
        return bitmap_of({rule["rule"] for rule in fired}, self.rules) if self.fired == "bitmap" else fired


def write_results(results: Iterable[Result], out: BinaryIO, *, format: str, columns: Columns) -> int:
    """Write every result in `format` (one of `FORMATS`) as it comes, and return how many there were.

    NDJSON and JSON are the results as they are, except that whole points lose their fraction. CSV and Parquet are
    flat, with `columns.names`: Parquet with types and lists of groups; CSV with `qualified` as `yes` or `no`,
    `blocked_by` as `funded and demo (unknown); nobody to write to` (what is not said to be false or unknown was true)
    and `fired` as `decision-maker:+20; careers:-5.5`. Texts are never changed, even if a spreadsheet would take one
    that begins with `=`, `+`, `-` or `@` for a formula: an identity must stay what it was.

    Where `columns.fired` says so, `fired` is a bitmap, or is not there at all; a result may then lack it.
    """
    match format:
        case "csv":
            return _write_csv(results, out, columns)
        case "ndjson":
            return _write_ndjson(results, out, columns)
        case "json":
            return _write_json(results, out, columns)
        case "parquet":
            types = dict(zip(columns.names, types_of(columns), strict=True))
            return to_parquet.write_parquet((_flat(result, columns) for result in results), out, types)
    raise DataError(f"there is no format called `{format}`", "the results", hint=f"formats: {', '.join(FORMATS)}")


def _write_csv(results: Iterable[Result], out: BinaryIO, columns: Columns) -> int:
    writer = csv.writer(_LineFeeds(out))
    writer.writerow(columns.names)
    count = 0
    for result in results:
        writer.writerow(_flat(_worded(result, columns), columns))
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


def _write_ndjson(results: Iterable[Result], out: BinaryIO, columns: Columns) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    for result in results:
        out.write(encode(_plain(result, columns)) + b"\n")
        count += 1
    return count


def _write_json(results: Iterable[Result], out: BinaryIO, columns: Columns) -> int:
    encode = msgspec.json.Encoder().encode
    count = 0
    for result in results:
        out.write((b",\n" if count else b"[\n") + encode(_plain(result, columns)))
        count += 1
    out.write(b"\n]\n" if count else b"[]\n")
    return count


def _plain(result: Result, columns: Columns) -> dict[str, Any]:
    """The result with its whole points as integers, which JSON writes without a fraction."""
    found = {
        **result,
        "score": _points(result["score"]),
        "categories": {name: _points(points) for name, points in result["categories"].items()},
    }
    if columns.fired == "list":
        found["fired"] = [{"rule": rule["rule"], "points": _points(rule["points"])} for rule in result["fired"]]
    elif columns.fired == "bitmap":
        found["fired"] = columns.fired_of(result["fired"])
    else:
        found.pop("fired", None)
    return found


def _points(points: float) -> float:
    whole = int(points)
    return whole if whole == points else points


def _flat(result: Result, columns: Columns) -> list[Any]:
    """The values of a result in the order of `columns.names`."""
    categories, grades, model = result["categories"], result["grades"], result["model"]
    return [
        result["id"],
        result["score"],
        *(categories.get(name) for name in columns.categories),
        *(grades.get(what) for what in columns.grades),
        *(columns.fired_of(result[name]) if name == "fired" else result[name] for name in columns.after[:-3]),
        model["name"],
        model["version"],
        model["fingerprint"],
    ]


def types_of(columns: Columns) -> list[str]:
    """The types of DuckDB for `columns.names`."""
    fired = {"list": ["STRUCT(rule VARCHAR, points DOUBLE)[]"], "bitmap": ["VARCHAR"], "none": []}
    return [
        *("VARCHAR", "DOUBLE"),
        *("DOUBLE" for _ in columns.categories),
        *("VARCHAR" for _ in columns.grades),
        *("VARCHAR", "VARCHAR", "BOOLEAN", "STRUCT(rule VARCHAR, because VARCHAR, was VARCHAR)[]"),
        *("VARCHAR", *fired[columns.fired], "TIMESTAMPTZ", "VARCHAR", "VARCHAR", "VARCHAR"),
    ]


def _worded(result: Result, columns: Columns) -> Result:
    """The result with texts for what CSV has no values for."""
    fired = {"fired": "; ".join(map(_fired, result["fired"]))} if columns.fired == "list" else {}
    return {
        **result,
        **fired,
        "score": _points(result["score"]),
        "categories": {name: _points(points) for name, points in result["categories"].items()},
        "qualified": "yes" if result["qualified"] else "no",
        "blocked_by": "; ".join(map(_blocked, result["blocked_by"])),
    }


def _fired(rule: Mapping[str, Any]) -> str:
    points = _points(rule["points"])
    return f"{rule['rule']}:+{points}" if points >= 0 else f"{rule['rule']}:{points}"


def _blocked(gate: Mapping[str, Any]) -> str:
    """What stood in the way, and what it was where that is not what it says."""
    because: str = gate["because"]
    return because if gate["was"] == "true" else f"{because} ({gate['was']})"
