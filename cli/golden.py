"""Writing tests: new ones for a model, and new answers for those that fail."""

from __future__ import annotations

import difflib
import os
import sys
from collections.abc import Sequence
from pathlib import Path

import click

from scorelang.cli.console import Ticker, is_terminal, note, show
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.models import STDIN, STDIN_NAME
from scorelang.data import open_text_output
from scorelang.explain.parts import where
from scorelang.suggest import plural
from scorelang.testing.generate import generate
from scorelang.testing.run import TestRun, cases_of, run_test
from scorelang.testing.suite import Suite
from scorelang.testing.update import edited, updates


def check_new(path: str) -> None:
    """Raise `CommandError` for a file that is there, and for one in a folder that is not."""
    if path == STDIN:
        return
    if Path(path).is_dir():
        raise CommandError(f"{path}: this is a folder, not a file", "name a file in it")
    if Path(path).exists():
        raise CommandError(f"{path} is there already", "write to another file, and paste from it what is worth keeping")
    if not Path(path).resolve().parent.is_dir():
        raise CommandError(f"{path}: there is no folder {Path(path).parent}", "create it, or name a folder that exists")


def write_tests(suites: Sequence[Suite], path: str) -> int:
    """Write the tests that a model lacks to a new file, or for `-` to standard output; return the exit code.

    Raises `CommandError` for a model of standard input, which has no path to be used by.
    """
    model = suites[0].model_path
    if model == STDIN_NAME and path != STDIN:
        raise CommandError("a test file names its model's file, and standard input has none", "write to `-`")
    total = 0

    def tick(count: int, of: int) -> None:
        nonlocal total
        total = of
        ticker.tick(count)

    with Ticker("changes tried", lambda: total, shown=path != STDIN) as ticker:
        blocks = generate(suites, tick)
    if not blocks:
        note(f"no generated lead reaches or shows anything of {model} that its tests do not")
        return FINE
    if path == STDIN:
        show("\n".join(blocks).rstrip("\n"))
        return FINE
    beside = os.path.relpath(model, Path(path).resolve().parent).replace(os.sep, "/")
    head = (
        f"# Written by `scorelang test --generate` from what {Path(model).name} says now.\n"
        "# Read every answer before you keep it: a test that agrees with a mistake guards the mistake.\n\n"
        f'use model "{beside}"\n\n'
    )
    with open_text_output(path) as out:
        out.write(head + "\n".join(blocks))
    show(f"{path}: {plural(len(blocks), 'test')} for {model}", err=True)
    return FINE


def update_tests(suites: Sequence[Suite], *, sure: bool) -> int:
    """Show what failing tests would have to say, and write it once that is agreed to; return the exit code."""
    code = FINE
    for suite in suites:
        found = updates(suite.model, _runs(suite))
        for expectation in found.by_hand:
            show(f"{where(expectation.place)}: to be looked at: {expectation.place.text}", err=True)
            code = FINDINGS
        if not found.edits:
            continue
        before = found.edits[0].place.source.text
        after = edited(before, found.edits)
        _show_difference(before, after, suite.path)
        if sure or (is_terminal(sys.stdin) and click.confirm(f"Write these answers to {suite.path}?", err=True)):
            _write(suite.path, after)
            show(f"{suite.path}: {plural(len(found.edits), 'answer')} written", err=True)
        else:
            note("nothing is written; `--yes` writes it")
            code = FINDINGS
    return code


def _runs(suite: Suite) -> list[TestRun]:
    """All rows of the tests that are wanted, as what stands above a table is expected of each."""
    tests = dict.fromkeys(item.test for item in suite.items if item.test is not None)
    return [run_test(suite.model, test, row) for test in tests for row in cases_of(test)]


def _show_difference(before: str, after: str, path: str) -> None:
    lines = difflib.unified_diff(
        before.splitlines(), after.splitlines(), path, f"{path} (new answers)", lineterm="", n=1
    )
    for line in lines:
        colour = {"+": "green", "-": "red"}.get(line[:1])
        show(click.style(line, fg=colour))


def _write(path: str, text: str) -> None:
    """Write the text with the line ends and the byte-order mark that the file has."""
    raw = Path(path).read_bytes().decode("utf-8")
    ends = "\r\n" if "\r\n" in raw else "\r" if "\r" in raw else "\n"
    mark = "\ufeff" if raw.startswith("\ufeff") else ""
    with open_text_output(path) as out:
        out.write(mark + text.replace("\n", ends))
