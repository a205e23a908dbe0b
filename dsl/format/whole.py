"""A whole file in its one layout, checked to say what it said."""

from __future__ import annotations

from scorelang.diagnostics import Diagnostic, Diagnostics, ModelError
from scorelang.format import FormatBug, words
from scorelang.format.columns import align
from scorelang.format.entries import entries
from scorelang.format.pieces import piece
from scorelang.parse import Typed, parse_typed
from scorelang.source import Source, source_of


def formatted(source: Source) -> Source:
    """The source in its one layout. Raises `FormatBug`, and `ModelError` for syntax errors.

    So it does for a mistake that nothing but brackets keeps from being a syntax error: `(visit "/a") or "/b"`.
    """
    found = Diagnostics()
    typed = parse_typed(source, found)
    found.raise_if_any()
    done = source_of(source.name, _text(source, typed))
    if done.text == source.text:
        return done
    again = parse_typed(done, found)
    # With spaces in it, a line may be longer than a line can be.
    limits = [diagnostic for diagnostic in found.found if diagnostic.code.endswith("-too-long")]
    if limits:
        raise ModelError(limits)
    is_same = again.file == typed.file
    if not is_same or found.found or _comments(done, again) != _comments(source, typed):
        if found.found and (mistakes := _mistakes(source)):
            raise ModelError(mistakes)
        what = found.found[0].code if found.found else "other comments" if is_same else "another meaning"
        raise FormatBug(f"{source.name} would not say the same when formatted ({what})")
    return done


def _mistakes(source: Source) -> list[Diagnostic]:
    """What is wrong with a model that can be read; nothing is told of one that needs other files to tell."""
    from scorelang.check import check_once

    found = Diagnostics()
    check_once(source, None, found)
    return [] if any(one.code == "no-folder" for one in found.found) else list(found.found)


def _text(source: Source, typed: Typed) -> str:
    pieces = [piece(source, entry, typed.steps) for entry in entries(source, typed.layout)]
    align(pieces)
    rows = [row for piece in pieces for row in (*([""] if piece.blank else []), *map(str, piece.rows))]
    return "".join(f"{row}\n" for row in rows)


def _comments(source: Source, typed: Typed) -> list[str]:
    return [words.comment(source.text[span.start : span.end]) for span in typed.layout.comments]
