"""What `scorelang compile` does."""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random

from scorelang import model as m
from scorelang.cli.errors import FINE
from scorelang.cli.models import load_model
from scorelang.cli.outputs import check_reports
from scorelang.codegen.alone import Case, module_of
from scorelang.data import open_text_output
from scorelang.diagnostics import LeadError
from scorelang.engines import Reference
from scorelang.leads import Facts
from scorelang.testing.leads import generated, material_of
from scorelang.testing.run import cases_of, facts_of
from scorelang.values import Type, Value, format_instant

# So many generated leads are in a module's test of itself; the same model always gets the same.
GENERATED = 40
SEED = 1


def compile_model(path: str, output: str | None) -> int:
    """Write a model as a module; return the exit code. Raises what `exit_code` has words for."""
    check_reports([output], [path])
    model = load_model(path).checked
    text = module_of(model, self_test_cases(model))
    with open_text_output(output) as out:
        out.write(text)
    return FINE


def self_test_cases(model: m.CheckedModel) -> Iterator[Case]:
    """Leads with the results that the interpreter gives: those of the model's tests, then generated ones."""
    reference = Reference(model)
    for facts in _leads(model):
        lead, events = _raw(model, facts)
        try:
            result = reference.score(lead, events, facts.as_of, True)
        except LeadError:
            # An instant outside the calendar cannot be written down.
            continue
        yield (
            json.dumps(lead),
            json.dumps(events),
            json.dumps(format_instant(facts.as_of)),
            json.dumps(result.to_dict()),
        )


def _leads(model: m.CheckedModel) -> Iterator[Facts]:
    for test in model.tests:
        for row in cases_of(test):
            yield facts_of(model, test, row)
    random, material = Random(SEED), material_of(model)
    for _ in range(GENERATED):
        yield generated(material, random)


def _raw(model: m.CheckedModel, facts: Facts) -> tuple[dict[str, object], list[dict[str, object]]]:
    """Facts as data has them."""
    lead = {field.name: _written(field.type, facts.fields.get(field.name)) for field in model.fields}
    events = []
    for event in facts.events:
        types = {attribute.name: attribute.type for attribute in model.kinds[event.kind].attributes}
        attributes = {name: _written(types[name], value) for name, value in event.attributes.items()}
        events.append({**attributes, "type": event.kind, "at": format_instant(event.at)})
    return {"id": facts.id, **lead}, events


def _written(type_: Type, value: Value) -> object:
    if type_ is Type.DATE and isinstance(value, int):
        return format_instant(value)
    return sorted(value) if isinstance(value, frozenset) else value
