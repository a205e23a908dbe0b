"""Mending findings: edits are applied until nothing is left to mend, and the model is loaded and compared each time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from attrs import frozen

from scorelang import model as m
from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.lint.engine import Lint, lint_source
from scorelang.lint.finding import Edit, Finding, Fix
from scorelang.lint.meaning import same_meaning
from scorelang.source import Source, source_of

# A fix that calls for the next one, and that for the first again, would go on for ever.
MOST_ROUNDS = 20


@frozen
class Fixed:
    """A file after its fixes: its text, how many of them were applied, and what is still found."""

    source: Source
    count: int
    findings: tuple[Finding, ...]


def fix_source(
    source: Source, folder: Path | None, lint: Lint, path: Path | None = None, *, unsafe: bool = False
) -> Fixed:
    """The file with every fix that can be applied: the safe ones, and with `unsafe` the others too.

    After a safe fix the model means the same; after an unsafe one it still loads. A fix that would break this is left
    out. The findings are those of the text as it then is.
    """
    # What every lead has takes time to find out, and has no fix: it is asked of the mended text. Only then is it known
    # which ignores of it are of no use.
    source, count = _mended(source, folder, lint.without_logic, path, unsafe=unsafe)
    findings = lint_source(source, folder, lint, path)
    applied = _round(source, folder, findings, unsafe=unsafe)
    if applied is None:
        return Fixed(source, count, findings)
    source, more = _mended(applied[0], folder, lint.without_logic, path, unsafe=unsafe)
    return Fixed(source, count + applied[1] + more, lint_source(source, folder, lint, path))


def _mended(source: Source, folder: Path | None, lint: Lint, path: Path | None, *, unsafe: bool) -> tuple[Source, int]:
    """The source when nothing is left to mend, and how many fixes that took."""
    count = 0
    for _ in range(MOST_ROUNDS):
        applied = _round(source, folder, lint_source(source, folder, lint, path), unsafe=unsafe)
        if applied is None:
            break
        source, done = applied
        count += done
    return source, count


def _round(
    source: Source, folder: Path | None, findings: Sequence[Finding], *, unsafe: bool
) -> tuple[Source, int] | None:
    """The source with as many fixes as fit beside each other; None when there are none, or none that can be applied."""
    fixes = [one.fix for one in findings if one.fix is not None and one.source == source and (unsafe or one.fix.safe)]
    chosen = _apart(fixes)
    if not chosen:
        return None
    model = _model(source, folder)
    after = _applied(source, chosen, folder, model)
    if after is not None:
        return after, len(chosen)
    # One of them cannot be applied: each on its own then, as far as it goes.
    count = 0
    for fix in sorted(chosen, key=lambda fix: -fix.edits[0].span.start):
        once = _applied(source, [fix], folder, model)
        if once is not None:
            source, count = once, count + 1
    return (source, count) if count else None


def _apart(fixes: Iterable[Fix]) -> list[Fix]:
    """Fixes that do not touch each other, the first of those that do."""
    chosen: list[Fix] = []
    taken: list[tuple[int, int]] = []
    for fix in fixes:
        spans = [(edit.span.start, edit.span.end) for edit in fix.edits]
        if not any(start <= other_end and other <= end for start, end in spans for other, other_end in taken):
            chosen.append(fix)
            taken += spans
    return chosen


def _applied(source: Source, fixes: Sequence[Fix], folder: Path | None, model: m.CheckedModel | None) -> Source | None:
    """The source after the fixes, or None where it would not load, or mean something else although all are safe."""
    after = source_of(source.name, edited(source.text, [edit for fix in fixes for edit in fix.edits]))
    then = _model(after, folder)
    if then is None or model is None or after.text == source.text:
        return None
    if all(fix.safe for fix in fixes) and not same_meaning(model, then):
        return None
    return after


def edited(text: str, edits: Iterable[Edit]) -> str:
    """The text after edits that do not touch each other."""
    for edit in sorted(edits, key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def _model(source: Source, folder: Path | None) -> m.CheckedModel | None:
    return check_source(source, folder, Diagnostics())
