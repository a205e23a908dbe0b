"""What `scorelang explain` does: find the lead, and say why it has its score."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from difflib import get_close_matches

import click
from attrs import Factory, define, frozen

from scorelang.cli.console import is_terminal, note, printable, show, wants_colour
from scorelang.cli.errors import FINDINGS, FINE, CommandError
from scorelang.cli.leads import BadRow, Lead, Leads, key_names, read_index, rejects_of
from scorelang.cli.models import called, load_model, names_of
from scorelang.cli.options import check_inputs, instant
from scorelang.cli.outputs import check_reports
from scorelang.cli.rejects import place_of
from scorelang.cli.table import table_width
from scorelang.data import BadRecord, Record, Reject, open_text_output
from scorelang.explain import DEFAULT_WIDTH, Explanation, explain, render_html, render_text, styled
from scorelang.suggest import listed, plural
from scorelang.values import SPACES, fold

# A suggestion is looked for among so many ids.
MOST_IDS = 100_000


@frozen
class Options:
    """What the command line asks for, as typed."""

    model: str
    leads: str
    id: str | None
    key: str | None
    row: int | None
    events: Sequence[str]
    as_of: str | None
    html: str | None
    format: str

    @property
    def as_json(self) -> bool:
        """Whether it is written for programs."""
        return self.format == "json"


def explain_lead(options: Options) -> int:
    """Explain every row that is meant; return the exit code. Raises what `exit_code` has words for."""
    if (options.id is None) == (options.row is None):
        raise click.UsageError("say which lead: either `--id ID` or `--row N`")
    if options.html is not None and options.as_json:
        raise click.UsageError("choose one of `--html` and `--format json`")
    check_inputs(options.model, options.leads, options.events)
    check_reports([options.html], [options.model, options.leads, *options.events])
    model = load_model(options.model, options.key)
    checked = model.checked
    as_of = instant(model, options.as_of)
    index = read_index(options.events)
    if index is not None and index.bad:
        note(f"{plural(len(index.bad), 'event')} could not be read; `scorelang score` says which")
    leads = Leads(checked, options.leads, as_of, index, key_named=options.id is not None)
    rows = _find(options, leads)
    found = [row for row in rows if isinstance(row, Lead) and row.fits]
    names = names_of(options.model)
    explanations = [names.explanation(explain(checked, lead.record.values, lead.facts, lead.given)) for lead in found]
    for row in rows:
        lost = row.lost if isinstance(row, Lead) else ()
        for reject in (*map(Reject.of_bad_record, lost), *rejects_of(row, checked, row.path)):
            show(f"{place_of(reject)}: {printable(reject.message)}", err=True)
    _write(options, [row.row for row in found], explanations)
    return FINE if len(found) == len(rows) else FINDINGS


# --- finding --------------------------------------------------------------------------------------------------------


def _find(options: Options, leads: Leads) -> list[Lead | BadRow]:
    """The rows that are meant. Raises `CommandError` when there are none."""
    pick = _Pick(leads, options.row, None if options.id is None else fold(options.id.strip(SPACES)))
    rows: list[Lead | BadRow] = []
    for row in leads.picked(pick):
        rows.append(row)
        if options.row is not None:
            break
    if not rows:
        raise _nobody(options, leads, pick)
    if len(rows) > 1:
        numbers = listed((str(row.row) for row in rows), limit=10)
        note(f"{plural(len(rows), 'row has', 'rows have')} the id {options.id}: {numbers}; `--row N` takes one of them")
    return rows


@define
class _Pick:
    """Takes rows by number or by identity, and remembers the identities of the others."""

    leads: Leads
    row: int | None
    id: str | None
    rows: int = 0
    others: dict[str, None] = Factory(dict)

    def __call__(self, row: int, record: Record | BadRecord) -> bool:
        self.rows = row
        if self.row is not None:
            return row == self.row
        id_ = self.leads.key_of(record) if isinstance(record, Record) else None
        if id_ is None:
            return False
        if fold(id_) == self.id:
            return True
        if len(self.others) < MOST_IDS:
            self.others[id_] = None
        return False


def _nobody(options: Options, leads: Leads, pick: _Pick) -> CommandError:
    where = called(options.leads)
    if options.row is not None:
        return CommandError(f"{where}: there is no row {options.row}; it has {plural(pick.rows, 'row')}")
    if not pick.others:
        names = listed((f"`{name}`" for name in key_names(leads.model)), last="or")
        hint = "`--id-column COLUMN` names what identifies them, or `--row N` takes one by its number"
        return CommandError(f"{where}: the leads have no {names}", hint)
    near = get_close_matches(str(options.id), pick.others, n=3, cutoff=0.5)
    hint = printable(f"close to it: {', '.join(near)}" if near else f"ids there: {listed(pick.others, limit=5)}")
    return CommandError(f"{where}: no lead has the id {options.id}", hint)


# --- showing --------------------------------------------------------------------------------------------------------


def _write(options: Options, rows: Sequence[int], explanations: Sequence[Explanation]) -> None:
    if options.as_json:
        show(json.dumps([each.to_dict() for each in explanations], indent=2, ensure_ascii=False))
    elif options.html is not None:
        _write_html(options.html, rows, explanations)
    else:
        for number, explanation in enumerate(explanations):
            if len(explanations) > 1:
                show(f"{chr(10) if number else ''}--- row {rows[number]} ---")
            _show(explanation)


def _write_html(path: str, rows: Sequence[int], explanations: Sequence[Explanation]) -> None:
    if len(explanations) > 1:
        raise CommandError(
            "a page explains one row, and several have this id", f"`--row {rows[0]}` takes the first of them"
        )
    for explanation in explanations:
        with open_text_output(path) as out:
            out.write(render_html(explanation))


def _show(explanation: Explanation) -> None:
    """The explanation as text, as wide as a terminal or COLUMNS wants it, and there in colour."""
    width = table_width(is_terminal(sys.stdout), otherwise=DEFAULT_WIDTH)
    if not wants_colour(sys.stdout):
        show(render_text(explanation, width).rstrip("\n"))
        return
    from rich.console import Console
    from rich.text import Text

    # The lines are wrapped already.
    Console(soft_wrap=True).print(Text.assemble(*styled(explanation, width)), end="")
