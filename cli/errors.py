"""How a run that went wrong ends: one clear word on standard error, and an exit code."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Callable, Sequence

import click

from scorelang.cli.console import show, swallow
from scorelang.diagnostics import Diagnostic, HintedError, ModelError, ScorelangError
from scorelang.suggest import plural

FINE, FINDINGS, WRONG, BUG, INTERRUPTED = 0, 1, 2, 3, 130


class PipeClosed(Exception):  # noqa: N818
    """Whoever read our output has read enough, and nothing was wrong until then."""


class CommandError(HintedError):
    """Something that a command was asked for and cannot do; `hint` says what can be done instead."""


def exit_code(run: Callable[[], object]) -> int:
    """Run a command line; say what went wrong, if anything did, and return the exit code for it."""
    try:
        code = run()
        # What is still held back must not fail after the last word on it was spoken.
        _flush()
        return code if isinstance(code, int) else FINE
    except (PipeClosed, BrokenPipeError):
        # Of help and the like; what can be wrong is printed by `show`, which goes on.
        swallow(sys.stdout)
        return FINE
    except (KeyboardInterrupt, click.Abort):
        show("interrupted", err=True)
        return INTERRUPTED
    except click.ClickException as error:
        _show_usage(error)
        return error.exit_code
    except ModelError as error:
        show(shown(error.diagnostics), err=True)
        show(counted(error.diagnostics), err=True)
        return WRONG
    except (ScorelangError, OSError) as error:
        say(error)
        return WRONG
    except Exception as error:
        if type(error).__name__ == "ArgumentError" and "KeyboardInterrupt" in str(error):
            # Ctrl-C while arguments of z3 were made: `ctypes` turns whatever happens then into this.
            show("interrupted", err=True)
            return INTERRUPTED
        _confess(error)
        return BUG


def shown(diagnostics: Sequence[Diagnostic]) -> str:
    """Diagnostics for people, their first lines in colour; `show` takes the colour away where it does not belong."""
    return "\n\n".join(_coloured(diagnostic) for diagnostic in diagnostics)


def counted(diagnostics: Sequence[Diagnostic]) -> str:
    """How many findings there are, file by file: `acme.score: 2 errors, 1 warning`."""
    files: dict[str, dict[str, int]] = {}
    for diagnostic in diagnostics:
        counts = files.setdefault(diagnostic.source.name, {})
        counts[diagnostic.severity] = counts.get(diagnostic.severity, 0) + 1
    return "\n".join(
        f"{name}: {', '.join(plural(count, severity) for severity, count in sorted(counts.items()))}"
        for name, counts in files.items()
    )


def told(error: ScorelangError | OSError, before: list[Diagnostic]) -> tuple[Diagnostic | str, ...]:
    """Say what is wrong with one of several files, but for what was told `before`: what several use is wrong once."""
    if not isinstance(error, ModelError):
        say(error)
        return (str(error),)
    new = [found for found in error.diagnostics if found not in before]
    before += new
    show("\n".join(filter(None, (shown(new), counted(new)))), err=True) if new else None
    return tuple(error.diagnostics)


def _coloured(diagnostic: Diagnostic) -> str:
    first, _, rest = diagnostic.render().partition("\n")
    word, colon, message = first.partition(": ")
    colour = {"error": "red", "warning": "yellow"}.get(diagnostic.severity, "cyan")
    return f"{click.style(word, fg=colour, bold=True)}{colon}{click.style(message, bold=True)}\n{rest}"


def say(error: ScorelangError | OSError) -> None:
    """Show an error on standard error."""
    text = str(error)
    if isinstance(error, OSError):
        place = f"{error.filename}: " if error.filename is not None else ""
        text = place + (error.strerror or text or type(error).__name__).lower()
    _show_error(text)


def _show_error(text: str) -> None:
    show(f"{click.style('error', fg='red', bold=True)}: {text}", err=True)


def _confess(error: Exception) -> None:
    if os.environ.get("SCORELANG_DEBUG") == "1":
        traceback.print_exception(error, file=sys.stderr)
    said = " ".join(str(error).split())
    what = f"{type(error).__name__}: {said}" if said else type(error).__name__
    _show_error(f"{what}\n  = this is a bug of scorelang: please report it (SCORELANG_DEBUG=1 shows where it happened)")


def _show_usage(error: click.ClickException) -> None:
    try:
        error.show()
    except BrokenPipeError:
        swallow(sys.stderr)


def _flush() -> None:
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        swallow(sys.stdout)
