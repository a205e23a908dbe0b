"""The command line, as tests call it."""

from __future__ import annotations

from click.testing import CliRunner, Result

from scorelang.cli import program


def run(*arguments: str, input: str | bytes | None = None) -> Result:
    """What a command line comes to; one that ends in a bug of ours fails the test."""
    result = CliRunner().invoke(program, arguments, input=input)
    assert result.exit_code != 3, result.stderr
    return result
