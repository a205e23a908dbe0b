"""`--format FORMAT[=FILE]`, which may be repeated, and `--output`: which report goes where."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from scorelang.cli.console import show
from scorelang.cli.errors import CommandError
from scorelang.cli.models import STDIN
from scorelang.suggest import listed

Command = TypeVar("Command", bound=Callable[..., Any])

output_option = click.option(
    "-o", "--output", metavar="FILE", help="Write the format that has no FILE of its own here.  [default: stdout]"
)


def formats_option(known: str) -> Callable[[Command], Command]:
    """`--format` of a command whose reports are shown as `pretty` unless that is said; `known` are all, in words."""
    return click.option(
        "--format",
        "formats",
        metavar="FORMAT[=FILE]",
        multiple=True,
        help=f"{known}, to FILE or else to standard output. May be repeated.  [default: pretty]",
    )


def write_report(text: str, path: str | None) -> None:
    """Write a report without its last line end to a file; None is standard output."""
    if path is None:
        show(text)
        return
    # Loaded when there is a file: `--help` reads none.
    from scorelang.data import open_text_output

    with open_text_output(path) as out:
        out.write(text + "\n")


def outputs_of(
    formats: Sequence[str], output: str | None, known: Sequence[str], example: str
) -> list[tuple[str, str | None]]:
    """Each format with its file; None is standard output. `known` are the formats, the first the one for nobody's ask.

    Raises `UsageError` for what cannot be meant, with `example` as a format with its file.
    """
    outputs: list[tuple[str, str | None]] = []
    for text in formats or known[:1]:
        name, equals, path = text.partition("=")
        if name not in known or (equals and not path):
            raise click.UsageError(
                f"--format {text}: it is {listed(known, last='or')}, with a file as in `--format {example}`"
            )
        outputs.append((name, path if equals and path != STDIN else None))
    free = [number for number, (_, path) in enumerate(outputs) if path is None]
    if len(free) > 1:
        names = " and ".join(outputs[number][0] for number in free)
        raise click.UsageError(f"{names} would both go to the same place; give one a file: `--format {example}`")
    if output == "":
        raise click.UsageError("-o: the name of the file is empty")
    if output is not None and output != STDIN:
        if not free:
            raise click.UsageError(f"-o {output}: every format has a file of its own already")
        outputs[free[0]] = (outputs[free[0]][0], output)
    return outputs


def check_reports(reports: Sequence[str | None], inputs: Sequence[str]) -> None:
    """Raise `CommandError` for reports that could not be written, or only over what is read, before that takes time.

    None is standard output. A model is never written over, nor a CSV file, which none of these outputs is: the files
    that models among `inputs` use are read too, and so are their lists.
    """
    from scorelang.cli.options import check_overwriting, is_device

    check_overwriting(reports, inputs)
    for path in reports:
        if path is None or path == STDIN or is_device(path):
            continue
        what = {".score": "a model", ".csv": "a CSV file"}.get(Path(path).suffix.lower())
        if what is not None and Path(path).exists():
            raise CommandError(f"{path} is {what}, and would be written over", "write another file")
        if not Path(path).parent.exists():
            fix = "create it, or name a folder that exists"
            raise CommandError(f"{path}: there is no folder {Path(path).parent}", fix)
