"""Models with other points, or with rules added, as text: everything else stays as it was typed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang import model as m
from scorelang import nodes as n
from scorelang import wording
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.format import format_text
from scorelang.parse import parse
from scorelang.source import Source, source_of
from scorelang.testing.update import Edit, edited
from scorelang.tune.lines import Line

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


class RewriteError(Exception):
    """A text that was made is not the model that was meant: a mistake of this program."""


def with_points(
    model: m.CheckedModel, lines: Sequence[Line], points: NDArray[np.int64], folder: Path | None
) -> tuple[str, m.CheckedModel]:
    """The text of a model with other points on its lines, and the model that it says.

    Comments and all else stay. A text that was formatted is so again, for its columns may have moved.
    Raises `RewriteError` where the text does not say exactly that.
    """
    changed = [(line, int(new)) for line, new in zip(lines, points, strict=True) if int(new) != line.points]
    edits = [
        Edit(m.Place(model.source, span), wording.signed(new)) for line, new in changed for span in line.spans
    ]  # fmt: skip
    text = edited(model.source.text, edits)
    if format_text(model.source.text, name=model.source.name) == model.source.text:
        text = format_text(text, name=model.source.name)
    became = checked(model, text, folder)
    if became is None or _points_of(became) != _expected(model, changed):
        raise RewriteError(f"{model.source.name}: the new text does not say the new points")
    return text, became


def checked(model: m.CheckedModel, text: str, folder: Path | None) -> m.CheckedModel | None:
    """The model that a text says which is to take the place of a model's file; None where it is none."""
    return check_source(source_of(model.source.name, text), folder, Diagnostics())


def _points_of(model: m.CheckedModel) -> list[tuple[str, object]]:
    """Every rule's identity and points; an expression is told by its text."""
    return [
        (rule.id, rule.points.place.text if isinstance(rule.points, m.Expression) else rule.points)
        for rule in m.rules_of(model.ordered)
    ]


def _expected(model: m.CheckedModel, changed: Sequence[tuple[Line, int]]) -> list[tuple[str, object]]:
    found = _points_of(model)
    new = {(line.rule, line.points): points for line, points in changed}
    for number, (rule, points) in enumerate(found):
        if isinstance(points, tuple):
            found[number] = rule, tuple(tuple(new.get((number, cell), cell) for cell in row) for row in points)
        else:
            found[number] = rule, new.get((number, points), points) if isinstance(points, int) else points
    return found


# --- rules added ----------------------------------------------------------------------------------------------------


@frozen
class Addition:
    """A rule for a category (None: none) with the lines that it needs in the `lead:` block and above."""

    rule: str
    group: str | None
    declared: tuple[str, ...] = ()
    used: tuple[str, ...] = ()


def with_rules(model: m.CheckedModel, additions: Sequence[Addition]) -> str:
    """The text of a model with rules pasted below the last one of their category, and what they need."""
    source = model.source
    file = parse(source, Diagnostics())
    inserted: dict[int, list[str]] = {}
    for addition in additions:
        for at, line in _insertions(source, file, addition):
            lines = inserted.setdefault(at, [])
            if line not in lines:
                lines.append(line)
    text = source.text if source.text.endswith("\n") else source.text + "\n"
    for at in sorted(inserted, reverse=True):
        text = text[:at] + "".join(f"{line}\n" for line in inserted[at]) + text[at:]
    return text


def _insertions(source: Source, file: n.File, addition: Addition) -> Iterator[tuple[int, str]]:
    """Where which lines go: the offset of the line that they stand before."""
    header = next((one for one in file.statements if isinstance(one, n.Header)), None)
    for line in addition.used:
        yield (0 if header is None else _after(source, header)), line
    for line in addition.declared:
        lead = next((one for one in file.statements if isinstance(one, n.Lead) and one.fields), None)
        if lead is not None:
            yield _after(source, lead.fields[-1]), _indent(source, lead.fields[0]) + line
    group = next(
        (one for one in file.statements if isinstance(one, n.Category) and one.name.name == addition.group), None
    )
    if group is not None and group.rules:
        yield _after(source, group.rules[-1]), _indent(source, group.rules[0]) + addition.rule
        return
    rules = [one for one in file.statements if isinstance(one, n.Rule | n.Choose | n.Matrix | n.Category)]
    yield (_after(source, rules[-1]) if rules else len(source.text)), addition.rule


def _after(source: Source, node: n.Node) -> int:
    """Where the line after a node begins."""
    end = source.text.find("\n", max(node.span.start, node.span.end - 1))
    return len(source.text) if end < 0 else end + 1


def _indent(source: Source, node: n.Node) -> str:
    line = source.line(source.line_of(node.span.start))
    return line[: len(line) - len(line.lstrip())]
