"""What `scorelang init` does."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from scorelang.api import Model, loads
from scorelang.cli.console import show
from scorelang.cli.errors import FINE, CommandError
from scorelang.cli.models import STDIN, STDIN_NAME
from scorelang.cli.starter import starter
from scorelang.data import BadRecord, InferredField, Record, Records, infer_lead, open_text_output, read_records
from scorelang.format import format_text
from scorelang.interpret import evaluate, interpret
from scorelang.leads import Facts, read_lead
from scorelang.model import rules_of
from scorelang.suggest import plural
from scorelang.values import Unfit, identity

# So many rows settle the types, and so many of them where the middle of a number is.
MOST_ROWS = 100_000
SAMPLE = 1_000


def draft(leads: str, output: str | None, *, force: bool) -> int:
    """Write a model for the leads; return the exit code. Raises `CommandError`, `DataError`."""
    target = output or f"{_stem(leads)}.score"
    if target != STDIN and os.path.exists(target) and not force:
        raise CommandError(f"{target} is there already", "`--force` writes over it, `-o FILE` writes another file")
    sample: list[Record] = []
    with read_records(leads) as records:
        fields = infer_lead(_sampled(records, sample), limit=MOST_ROWS)
    if not any(field.type for field in fields):
        raise CommandError(
            f"{leads}: there are no leads in it", "a model is drafted from real values: at least one row"
        )
    check_identities(fields, sample)
    text = starter(fields, sample, _title(_stem(leads)), STDIN_NAME if leads == STDIN else Path(leads).name)
    model = proven(text, sample)
    text = format_text(text)
    with open_text_output(target) as out:
        out.write(text)
    rules = len(list(rules_of(model.checked.ordered)))
    where = "standard output" if target == STDIN else target
    show(f"{where}: {plural(len(model.checked.fields), 'field')}, {plural(rules, 'example rule')}, 1 test", err=True)
    if target != STDIN and leads != STDIN:
        show(f"next: change the rules, then `scorelang score {target} {leads} --top 15`", err=True)
    return FINE


def check_identities(fields: Sequence[InferredField], sample: Sequence[Record]) -> None:
    """Raise `CommandError` when the field `id`, which always identifies a lead, has values that identify nobody."""
    for column in (field.column for field in fields if field.name == "id"):
        for record in sample:
            try:
                identity(record.values.get(column))
            except Unfit:
                said = f"`{column}` is {record.values[column]!r}, and an identity is a text or a whole number"
                raise CommandError(f"line {record.line}: {said}", "give the column another name") from None


def proven(text: str, sample: list[Record]) -> Model:
    """The model of a draft; whatever is wrong with it, with its test or with how it reads the sample is a bug of ours.

    Raises `AssertionError`.
    """
    try:
        model = loads(text)
    except Exception as error:
        raise AssertionError(f"the draft is no model: {error}") from error
    for case in model.checked.tests:
        outcome = interpret(model.checked, Facts(None, case.fields, (), case.as_of))
        for expectation in case.expectations:
            assert expectation.condition is not None
            if evaluate(expectation.condition, outcome.scope) is not True:
                raise AssertionError(f"the test of the draft fails: {expectation.place.text}")
    for record in sample:
        _, problems = read_lead(model.checked, record.values, (), 0)
        if problems:
            raise AssertionError(f"the draft does not read its own data: {problems[0]}")
    return model


def _sampled(records: Records, sample: list[Record]) -> Iterator[Record | BadRecord]:
    """The records as they come; the first of them stay in `sample`."""
    for record in records:
        if isinstance(record, Record) and len(sample) < SAMPLE:
            sample.append(record)
        yield record


def _stem(path: str) -> str:
    """The name of a file without its extensions."""
    return "leads" if path == STDIN else Path(path).name.partition(".")[0] or "leads"


def _title(stem: str) -> str:
    words = re.sub(r"[\W_]+", " ", stem).strip() or "leads"
    return words[:1].upper() + words[1:]
