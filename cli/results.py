"""Results as a table for people; every other format is the business of `scorelang.data`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial

from scorelang.cli.table import Column, table
from scorelang.data import Columns
from scorelang.data.results import FiredAs
from scorelang.model import CheckedModel, rules_of
from scorelang.result import Result, plain

NONE = "-"

Shown = tuple[Column, Callable[[Result], str]]


def columns_of(model: CheckedModel, fired: FiredAs = "list") -> Columns:
    """The columns of a flat file of results that depend on the model."""
    categories = tuple(group.name for group in model.groups if group.word == "category")
    rules = tuple(rule.id for rule in rules_of(model.ordered))
    return Columns(categories, tuple(grade.what for grade in model.grades), fired, rules)


def result_table(
    model: CheckedModel, results: Iterable[tuple[int, Result]], width: int, *, dated: bool = False
) -> Iterator[str]:
    """The lines of a table of results, each with the number of its row, which stands in for an id that is missing.

    With `dated` there is a column for the time of scoring.
    """
    shown = [*_as_of(dated), *_shown(model)]
    columns = [Column(model.key, whole=True), *(column for column, _ in shown)]
    rows = (
        [f"row {row}" if result.id is None else result.id, *(cell(result) for _, cell in shown)]
        for row, result in results
    )
    return table(columns, rows, width)


def _as_of(dated: bool) -> Iterator[Shown]:
    """When the lead was scored: the date alone where that is all there is to it."""
    if dated:
        yield Column("as of", whole=True), lambda result: result.as_of.removesuffix("T00:00:00Z")


def _shown(model: CheckedModel) -> Iterator[Shown]:
    """A column for everything that the model works out, and how its cells are written."""
    flat = columns_of(model)
    titles = {what: "grade" if len(flat.grades) == 1 else f"{what} grade" for what in flat.grades}
    yield Column("score", number=True), lambda result: str(plain(result.score))
    yield from _grade(titles, "score", optional=False)
    for name in flat.categories:
        yield Column(name, number=True, optional=True), partial(_category, name)
        yield from _grade(titles, name, optional=True)
    if any(group.word == "persona" for group in model.groups):
        yield Column("persona"), lambda result: result.persona or NONE
    if model.stages:
        yield Column("stage"), lambda result: result.stage
    if model.gates:
        yield Column("qualified", optional=True), lambda result: "yes" if result.qualified else "no"
    if model.route:
        yield Column("route"), lambda result: result.route or NONE


def _category(name: str, result: Result) -> str:
    return str(plain(result.categories[name]))


def _grade(titles: Mapping[str, str], what: str, *, optional: bool) -> Iterator[Shown]:
    if what in titles:
        yield Column(titles[what], optional=optional), lambda result: result.grades[what]
