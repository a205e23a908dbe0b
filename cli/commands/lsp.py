"""`scorelang lsp`: the language server that editors start."""

from __future__ import annotations

import click

from scorelang.cli.examples import ExampleCommand


@click.command(cls=ExampleCommand, examples=("scorelang lsp",))
def command() -> int:
    """Serve an editor on standard input and output, in the Language Server Protocol.

    Editors start this by themselves: docs/language_server.md says how to set them up. It shows what `scorelang check`
    and `scorelang lint` find while one types, and completes, explains, renames, formats and mends. Needs the extra
    `lsp`: pip install 'scorelang[lsp]'.
    """
    from importlib.util import find_spec

    from scorelang.cli.errors import CommandError

    if find_spec("pygls") is None:
        raise CommandError("the language server needs pygls, which is not installed", "pip install 'scorelang[lsp]'")
    from scorelang.lsp.server import serve

    serve()
    return 0
