"""The lines of tables: for each one a function from a field's value to a row, and the look-up where the field is read.

A row holds the points for every total that the table adds to, and the rules that fired; for a text also the text.
"""

from __future__ import annotations

from scorelang.codegen.events import Pass, Shared
from scorelang.codegen.points import Points
from scorelang.codegen.tables import Table
from scorelang.codegen.writer import Writer


def parts_of(local: str, table: Table) -> tuple[list[str], str]:
    """The locals with a table's points for each total, and the one with the rules that fired."""
    return [f"{local}_{total}" for total in table.totals], f"{local}_fired"


def row_function(shared: Shared, gathered: Pass, table: Table, numbers: dict[str, int], read: str) -> list[str]:
    """The lines of the function from a value to its row, and of what is worked out before any lead is scored.

    `read` is the name of the function that reads the field.
    """
    local = shared.field(table.field.name).text
    writer = Writer("t", depth=1)
    writer.line("fired = []")
    writer.line("fire = fired.append")
    for total in table.totals:
        writer.line(f"{total} = 0")
    points = Points(shared, gathered, writer, True, numbers)
    for scoring, total in table.units:
        points.scoring(scoring, total)
    row = [*([local] if table.field.type.is_text else []), *table.totals, "tuple(fired)"]
    return [
        f"def row_{local}({local}):",
        *writer.lines,
        f"    return ({', '.join(row)},)",
        *_prepared(shared, table, read),
    ]


def _prepared(shared: Shared, table: Table, read: str) -> list[str]:
    local = shared.field(table.field.name).text
    if table.field.type.is_text:
        return [f"seen_{local}, find_{local} = remembering(row_{local}, {read})"]
    if table.breaks:
        values = shared.constants.name(table.values)
        return [f"rows_{local} = tuple(map(row_{local}, {values}))", f"none_{local} = row_{local}(None)"]
    return [f"rows_{local} = {{value: row_{local}(value) for value in (True, False, None)}}"]


def look_up(shared: Shared, writer: Writer, table: Table, *, exact: bool) -> None:
    """The lines that take a lead's row from the table; for a text its local still holds the raw value.

    With `exact` that value may be one that cannot be looked up.
    """
    local = shared.field(table.field.name).text
    points, fired = parts_of(local, table)
    names = ", ".join([*points, fired])
    if table.field.type.is_text:
        found = f"find_{local}({local})" if exact else f"seen_{local}.get({local}) or find_{local}({local})"
        writer.line(f"{local}, {names} = {found}")
    elif table.breaks:
        breaks = shared.constants.name(table.breaks)
        row = f"rows_{local}[bisect_right({breaks}, {local})] if {local} is not None else none_{local}"
        writer.line(f"{names} = {row}")
    else:
        writer.line(f"{names} = rows_{local}[{local}]")
