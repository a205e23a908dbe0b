"""`--format FORMAT[=FILE]`, which may be repeated, and `--output`: which report goes where."""

from __future__ import annotations

from collections.abc import Sequence

import click

from scorelang.cli.models import STDIN
from scorelang.suggest import listed


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
