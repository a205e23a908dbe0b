"""What linting finds: where, what is the matter, and how it could be mended."""

from __future__ import annotations

from collections.abc import Sequence

from attrs import frozen

from scorelang.diagnostics import Diagnostic, Severity
from scorelang.source import Source, Span

# The code of everything that `scorelang check` finds: such a file is no model, and is not linted.
NO_MODEL = "SL000"
# The code of what says that questions were left open: it is told beside the findings, and is none.
UNDECIDED = "SL400"


@frozen
class Edit:
    """The characters of a span, replaced by a text."""

    span: Span
    text: str


@frozen
class Fix:
    """Edits that mend a finding; `safe` when the model still means the same after them."""

    message: str
    edits: tuple[Edit, ...]
    safe: bool

    def to_dict(self, source: Source) -> dict[str, object]:
        """The fix in JSON's types; lines and columns from 1, the end column exclusive."""
        return {
            "message": self.message,
            "safe": self.safe,
            "edits": [{**place_of(source, edit.span), "text": edit.text} for edit in self.edits],
        }


@frozen
class Finding:
    """One finding: the rule's name, code and severity, where it is, and what to do about it."""

    name: str
    code: str
    severity: Severity
    source: Source
    span: Span
    message: str
    label: str = ""
    help: tuple[str, ...] = ()
    fix: Fix | None = None

    @property
    def line(self) -> int:
        """The line of the finding, from 1."""
        return self.source.line_of(self.span.start)

    @property
    def column(self) -> int:
        """The column of the finding, from 1."""
        return self.source.column_of(self.span.start)

    @property
    def is_error_of_model(self) -> bool:
        """Whether this is an error that `scorelang check` reports."""
        return self.code == NO_MODEL

    def render(self) -> str:
        """The finding as a person reads it."""
        return self.diagnostic().render()

    def diagnostic(self) -> Diagnostic:
        """The finding as a diagnostic, with how to get its fix among the hints."""
        flag = "" if self.fix is None else "--fix" if self.fix.safe else "--unsafe-fixes"
        hints = self.help if self.fix is None else (*self.help, f"`{flag}` would {self.fix.message}")
        return Diagnostic(self.name, self.message, self.source, self.span, self.label, hints, (), self.severity)

    def to_dict(self) -> dict[str, object]:
        """The finding in JSON's types; the line and the column from 1. SARIF says more: its end, and hints."""
        return {
            "name": self.name,
            "code": self.code,
            "severity": self.severity,
            "path": self.source.name,
            "line": self.line,
            "column": self.column,
            "message": self.message,
            "fix": None if self.fix is None else self.fix.to_dict(self.source),
        }


def place_of(source: Source, span: Span) -> dict[str, object]:
    """A span as lines and columns, from 1; the end column is exclusive."""
    return {
        "line": source.line_of(span.start),
        "column": source.column_of(span.start),
        "end_line": source.line_of(max(span.end, span.start)),
        "end_column": source.column_of(max(span.end, span.start)),
    }


def of_diagnostics(diagnostics: Sequence[Diagnostic]) -> tuple[Finding, ...]:
    """The errors of a file that is no model, as findings: named by their own codes."""
    return tuple(
        Finding(one.code, NO_MODEL, one.severity, one.source, one.span, one.message, one.label, one.help)
        for one in diagnostics
    )


def undecided(source: Source, message: str, hint: str) -> Finding:
    """That questions about a file were not decided, and what may decide them."""
    return Finding("undecided", UNDECIDED, "info", source, Span(0, 0), message, "", (hint,) if hint else ())
