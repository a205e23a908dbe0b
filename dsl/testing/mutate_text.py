"""Changes that no test notices, as a person reads them."""

from __future__ import annotations

from collections.abc import Iterable

from scorelang.explain.parts import Where
from scorelang.suggest import plural
from scorelang.testing.as_text import Segment
from scorelang.testing.coverage_text import shown
from scorelang.testing.mutate import Mutation


def styled(found: Mutation, *, every: bool = False) -> list[Segment]:
    """How many changes are noticed; those that are not, each group with the test that would notice it.

    With `every`, the changes with which no generated lead came to another result are listed too.
    """
    total = found.noticed + found.unnoticed
    style = "bold green" if not found.unnoticed else "bold yellow"
    out: list[Segment] = [
        (f"changes of {found.path} that the tests notice: ", "bold"),
        (f"{shown(found.percent)}%", style),
        (f" ({found.noticed:,} of {total:,})\n", ""),
    ]
    if found.same:
        changes = plural(len(found.same), "more change")
        hint = "" if every else " (-v lists them)"
        out.append((f"  {changes} came to the same for every generated lead{hint}\n", "dim"))
        out += _changes(found.path, found.same) if every else []
    for missed in found.missed:
        out.append(("\nNot noticed\n", "yellow"))
        out += _changes(found.path, missed.changes)
        out += [("  would be by this test:\n\n", ""), (missed.test, "bold")]
    if found.more:
        out.append(("\nNot noticed either (once these tests are pasted, a run writes tests for these)\n", "yellow"))
        out += _changes(found.path, found.more)
    return out


def _changes(path: str, changes: Iterable[tuple[Where, str]]) -> list[Segment]:
    lines: list[Segment] = []
    for at, change in changes:
        place = f"line {at.line}" if at.path == path else str(at)
        lines += [(f"  {place:<10}  ", "dim"), (f"{change}\n", "")]
    return lines
