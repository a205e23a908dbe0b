"""Every case of the specification, scored by DuckDB: all cases of a model and a time in one query."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import scorelang
from scorelang import LeadError

from .duckdb_engine import connected, score_many
from .test_spec import AS_OF, READ, Case, as_events, difference


def groups() -> Iterator[object]:
    """The cases of the specification by their model and time, as parameters."""
    found: dict[tuple[int, str], list[Case]] = {}
    for page in READ:
        for case in page.cases:
            found.setdefault((id(case.model), case.said.get("as_of", AS_OF)), []).append(case)
    for cases in found.values():
        yield pytest.param(cases, id=cases[0].place)


def histories_of(cases: list[Case]) -> list[tuple[dict[str, Any], list[Any]]]:
    """The leads of cases that refuse none, each with its events."""
    found = []
    for case in cases:
        lead = dict(case.said["lead"])
        happened = case.said.get("events", lead.pop("events", None))
        if "error" not in case.said:
            found.append((lead, as_events(happened or [])))
    return found


@pytest.mark.parametrize("cases", list(groups()))
def test_duckdb_scores_leads_as_specified(cases: list[Case], tmp_path: Path) -> None:
    model = scorelang.loads(cases[0].model.block.text, folder=cases[0].model.folder(tmp_path))
    leads = []
    for case in cases:
        lead = dict(case.said["lead"])
        events = case.said.get("events", lead.get("events"))
        leads.append(lead if events is None else lead | {"events": as_events(events)})
    answers = score_many(connected(), model, leads, None, cases[0].said.get("as_of", AS_OF))
    for case, answer in zip(cases, answers, strict=True):
        if "error" in case.said:
            assert isinstance(answer, LeadError), case.place
            parts = [case.said["error"]] if isinstance(case.said["error"], str) else case.said["error"]
            assert [part for part in parts if part not in str(answer)] == [], case.place
        else:
            assert isinstance(answer, dict), (case.place, str(answer))
            assert difference(case.said.get("result", case.said.get("expect")), answer) is None, case.place
