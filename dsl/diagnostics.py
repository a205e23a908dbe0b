"""What is wrong, where, and how to mend it: for people and for machines."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence
from typing import Literal

from attrs import Factory, define, frozen

from scorelang.source import Source, Span

Severity = Literal["error", "warning", "info"]


@frozen
class Note:
    """A second place that belongs to a diagnostic, such as where a name was first declared."""

    source: Source
    span: Span
    text: str


@frozen
class Diagnostic:
    """One finding about a source: a stable code, what was found, where, and the hint that mends it."""

    code: str
    message: str
    source: Source
    span: Span
    label: str = ""
    help: tuple[str, ...] = ()
    notes: tuple[Note, ...] = ()
    severity: Severity = "error"

    @property
    def line(self) -> int:
        """The line of the finding, from 1."""
        return self.source.line_of(self.span.start)

    @property
    def column(self) -> int:
        """The column of the finding, from 1."""
        return self.source.column_of(self.span.start)

    @property
    def hint(self) -> str:
        """How to mend it: the label and the help, in one text."""
        return " ".join(filter(None, (self.label, *self.help)))

    def to_dict(self) -> dict[str, object]:
        """The finding for machines: JSON's types only."""
        end = max(self.span.end - 1, self.span.start)
        return {
            "code": self.code,
            "severity": self.severity,
            "message": self.message,
            "label": self.label,
            "hint": self.hint,
            "path": self.source.name,
            "line": self.line,
            "column": self.column,
            "end_line": self.source.line_of(end),
            "end_column": self.source.column_of(end) + 1,
            "help": list(self.help),
        }

    def render(self) -> str:
        """The finding for people: the line as typed, a caret under what is wrong, and the fix."""
        number = str(self.line)
        gutter = " " * len(number)
        lines = [
            f"{self.severity}[{self.code}]: {self.message}",
            f"{gutter} ┌─ {self.source.name}:{self.line}:{self.column}",
            *_excerpt(self.source, self.span, self.label, number),
        ]
        for note in self.notes:
            line = note.source.line_of(note.span.start)
            lines.append(f"{gutter} ├─ {note.source.name}:{line}:{note.source.column_of(note.span.start)}")
            lines.extend(_excerpt(note.source, note.span, note.text, str(line).rjust(len(number))))
        lines.extend(f"{gutter} = {text}" for text in self.help)
        return "\n".join(lines)


# Past this many characters a line is shown in part: a hostile line must not flood the terminal.
WIDEST = 160


def _excerpt(source: Source, span: Span, label: str, number: str) -> list[str]:
    """The line of the span, and below it carets and the label."""
    line = source.line(source.line_of(span.start))
    at = source.column_of(span.start) - 1
    length = max(1, min(span.end - span.start, len(line) - at))
    if len(line) > WIDEST:
        start = max(0, at - WIDEST // 2)
        line = ("…" if start else "") + line[start : start + WIDEST] + "…"
        at -= start - 1 if start else 0
        length = max(1, min(length, len(line) - at - 1))
    pad = "".join(["\t" if character == "\t" else " " * _width(character) for character in line[:at]])
    carets = "^" * max(1, sum(map(_width, line[at : at + length])))
    return [f"{number}│ {_printable(line)}".rstrip(), f"{' ' * len(number)}│ {pad}{carets} {label}".rstrip()]


def _width(character: str) -> int:
    """How many terminal columns a character takes."""
    if character.isascii():
        return 1
    if unicodedata.combining(character):
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _printable(line: str) -> str:
    """The line without what could rewrite the reader's terminal: controls, half characters, turns of direction."""
    if line.isascii() and line.isprintable():
        return line
    hidden = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return "".join(
        "�" if unicodedata.category(character) in hidden and character != "\t" else character for character in line
    )


class ScorelangError(Exception):
    """The base of every error that scorelang raises on purpose."""


class HintedError(ScorelangError):
    """A message of one line, and where there is one a `hint`: what can be done about it."""

    def __init__(self, message: str, hint: str | None = None) -> None:
        super().__init__(message, hint)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return self.message + (f"\n  = {self.hint}" if self.hint else "")


class ModelError(ScorelangError):
    """A `.score` text that is not a model; `diagnostics` holds every finding, in the order of the text."""

    def __init__(self, diagnostics: Sequence[Diagnostic]) -> None:
        super().__init__(tuple(diagnostics))
        self.diagnostics = tuple(diagnostics)

    def __str__(self) -> str:
        return render_all(self.diagnostics)


class LeadError(ScorelangError):
    """Data that does not fit the model: which lead, field and value, and the type that was expected."""

    def __init__(self, lead: str | None, field: str, value: object, expected: str, *, event: str | None = None) -> None:
        super().__init__(lead, field, value, expected)
        self.lead = lead
        self.field = field
        self.value = value
        self.expected = expected
        self.event = event

    def __reduce__(self) -> tuple[object, ...]:
        return (_lead_error, (self.lead, self.field, self.value, self.expected, self.event))

    def __repr__(self) -> str:
        return f"LeadError({str(self)!r})"

    def __str__(self) -> str:
        who = f"lead {self.lead}" if self.lead is not None else "a lead without an id"
        what = f"{self.event}.{self.field}" if self.event else self.field
        if self.value is None:
            return f"{who}: {what} is missing, and must be {self.expected}"
        shown = _shown(self.value)
        if len(shown) > 80:
            shown = shown[:77] + "..."
        return f"{who}: {what} is {shown}, which is not {self.expected}"


def _shown(value: object) -> str:
    try:
        return repr(value)
    except ValueError:
        # Python refuses to write out a whole number of thousands of digits.
        return f"a {type(value).__name__} too long to show"


def _lead_error(lead: str | None, field: str, value: object, expected: str, event: str | None) -> LeadError:
    return LeadError(lead, field, value, expected, event=event)


# So many findings are shown to a person; what follows them seldom says anything new.
MOST_SHOWN = 500


def render_all(diagnostics: Iterable[Diagnostic]) -> str:
    """The diagnostics as a person reads them, a blank line between them; of very many the first, and how many more."""
    every = list(diagnostics)
    shown = [diagnostic.render() for diagnostic in every[:MOST_SHOWN]]
    more = len(every) - len(shown)
    return "\n\n".join([*shown, f"and {more:,} more"] if more > 0 else shown)


@define
class Diagnostics:
    """Collects the findings of one run over a model's files."""

    found: list[Diagnostic] = Factory(list)
    seen: set[Diagnostic] = Factory(set)

    def error(
        self,
        source: Source,
        span: Span,
        code: str,
        message: str,
        label: str = "",
        *,
        help: Iterable[str | None] = (),
        notes: Iterable[Note] = (),
    ) -> None:
        """Note an error; the same finding at the same place is noted once."""
        texts = tuple(text for text in help if text)
        diagnostic = Diagnostic(code, message, source, span, label, texts, tuple(notes))
        if diagnostic not in self.seen:
            self.seen.add(diagnostic)
            self.found.append(diagnostic)

    def raise_if_any(self) -> None:
        """Raise `ModelError` with all that was found, if anything was."""
        if self.found:
            raise ModelError(sorted(self.found, key=lambda found: (found.source.name, found.span.start)))
