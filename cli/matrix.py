"""What `scorelang rules` does."""

from __future__ import annotations

import csv
import io
import json
import os
import sys

import click
from attrs import asdict, evolve

from scorelang.api import Model
from scorelang.cli.console import is_terminal
from scorelang.cli.errors import FINE
from scorelang.cli.models import STDIN, load_model, names_of
from scorelang.cli.options import check_overwriting
from scorelang.cli.table import Column, table, table_width
from scorelang.data import open_text_output
from scorelang.result import plain
from scorelang.rules import render_html, render_markdown, rows, rules_of

FORMATS = {".md": "markdown", ".markdown": "markdown", ".html": "html", ".htm": "html", ".json": "json", ".csv": "csv"}
# What is left out of a table first, where there is no room.
OPTIONAL = ("rule", "where")


def show_rules(path: str, format_: str | None, output: str | None) -> int:
    """Write the rules of a model; return the exit code. Raises what `exit_code` has words for."""
    to_terminal = output in (None, STDIN) and is_terminal(sys.stdout)
    chosen = format_ or _format_of(output)
    check_overwriting([output], [path])
    model = load_model(path)
    with open_text_output(output) as out:
        out.write(_text(model, path, chosen, table_width(to_terminal)))
    return FINE


def _format_of(output: str | None) -> str:
    if output in (None, STDIN):
        return "table"
    extension = os.path.splitext(output or "")[1].lower()
    if extension not in FORMATS:
        raise click.UsageError(
            f"the name {output} says no format: add `--format`, or name it .md, .html, .json or .csv"
        )
    return FORMATS[extension]


def _text(model: Model, path: str, format_: str, width: int) -> str:
    match format_:
        case "markdown":
            return render_markdown(model)
        case "html":
            return render_html(model)
        case "json":
            return _json(model, path)
    header, body = rows(model)
    if format_ == "csv":
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows([header, *body])
        return text.getvalue()
    # A column in which nothing stands tells nobody anything.
    filled = [at for at in range(len(header)) if any(row[at] for row in body)]
    columns = [
        Column(header[at], wrapped=True, whole=header[at] in OPTIONAL, optional=header[at] in OPTIONAL) for at in filled
    ]
    return "".join(f"{line}\n" for line in table(columns, ([row[at] for at in filled] for row in body), width))


def _json(model: Model, path: str) -> str:
    """The rules as objects, whose whole points are ints, and whose files have their paths from the current folder."""
    names = names_of(path)
    found = [asdict(evolve(rule, path=names.name(rule.path)), recurse=False) for rule in rules_of(model.checked)]
    return json.dumps(_plain(found), indent=2, ensure_ascii=False) + "\n"


def _plain(value: object) -> object:
    if isinstance(value, float):
        return plain(value)
    if isinstance(value, dict):
        return {name: _plain(member) for name, member in value.items()}
    return [_plain(member) for member in value] if isinstance(value, list | tuple) else value
