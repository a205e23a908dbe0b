"""What can be wrong with a file of data as a whole."""

from __future__ import annotations

from scorelang.diagnostics import ScorelangError


class DataError(ScorelangError):
    """A file that cannot be read or written, or is not what it says.

    `path` is the path as typed (`-` is standard input), `line` counts from 1 or is None where no line is to
    blame, `hint` says how to mend it or is None.
    """

    def __init__(self, message: str, path: str, line: int | None = None, hint: str | None = None) -> None:
        super().__init__(message, path, line, hint)
        self.message = message
        self.path = path
        self.line = line
        self.hint = hint

    def __str__(self) -> str:
        where = shown(self.path) if self.line is None else f"{shown(self.path)}:{self.line}"
        return f"{where}: {self.message}" + (f"\n  = {self.hint}" if self.hint else "")


def shown(path: str) -> str:
    """A path as messages name it: `-` in words, and no character that could not be printed."""
    if path == "-":
        return "standard input"
    return path.encode("utf-8", "backslashreplace").decode("utf-8")


def reason(error: OSError) -> str:
    """Why the operating system refused, in its own words, without error numbers and paths."""
    return (error.strerror or str(error) or type(error).__name__).lower()
