"""Leads decoded from JSON score as those that the standard library reads, whatever stands in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

import scorelang
from scorelang import LeadError

TEXT = """lead:
    title   text from "Job Title"
    size    number missing 999
    born    date from "Born"
    seen    date missing "never"
    class   text
event visit(path page from "Page URL", due date)
event note(due text)
if title is "ceo" then +1
if size > 5 then +2
if born since 2000-01-01 then +4
if seen is known then +8
visit "/a" within 30 days then +16
visit where due since 2025-01-01 then +32
note "soon" then +64
if class is "x" then +128
"""
MODEL = scorelang.loads(TEXT)
REFERENCE = scorelang.loads(TEXT, engine="reference")
VISIT = {"type": "visit", "at": "2025-12-30T00:00:00Z"}

LINES: tuple[dict[str, Any], ...] = (
    {},
    {"id": 5, "title": "CEO", "size": 6, "born": "2001-01-01T00:00:00Z", "seen": "2025-01-01", "class": "X"},
    {"Job Title": "CEO", "Born": "2001-01-01", "seen": "never", "size": "999"},
    {"title": None, "Job Title": "CEO", "born": None, "Born": "2001-01-01", "size": 999.0},
    {"events": []},
    {"events": None},
    {"events": [VISIT | {"path": "/a"}, VISIT | {"Page URL": "/A?x", "path": None}, VISIT | {"Page URL": "/A"}]},
    {"events": [VISIT | {"due": "2025-06-01"}, {"type": "note", "at": "2025-12-01T00:00:00+02:00", "due": "Soon"}]},
    {"events": [VISIT | {"at": "2025-12-01T23:59:59.9999999Z"}, VISIT | {"at": "2026-01-01T00:00:00.0000009Z"}]},
    {"events": [{"type": "unknown", "at": "whenever"}, {"type": " visit ", "at": "2025-12-30", "path": "/a"}]},
    {"size": 10**400, "unheard of": {"a": [1]}},
    {"born": "2001-01-01T00:00:00", "seen": ""},
)
WRONG: tuple[dict[str, Any], ...] = (
    {"size": "x"}, {"born": 5}, {"events": 5}, {"events": [VISIT | {"at": None}]}, {"events": [{"at": "2025-01-01"}]},
    {"events": [VISIT | {"due": "x"}]}, {"id": "a", "title": 1.5}, {"events": [5]}, {"id": []},
)  # fmt: skip


@pytest.mark.parametrize("lead", LINES)
def test_a_decoded_lead_scores_as_one_that_the_standard_library_reads(lead: dict[str, Any]) -> None:
    for line in (json.dumps(lead), json.dumps(lead).encode()):
        expected = REFERENCE.score(json.loads(line), as_of="2026-01-01")
        for model in (MODEL, REFERENCE):
            decoded = model.decoder().decode(line)
            for detail in (True, False):
                assert model.score(decoded, as_of="2026-01-01", detail=detail) == expected
            assert model.explain(decoded, as_of="2026-01-01").to_dict() == REFERENCE.explain(
                json.loads(line), as_of="2026-01-01"
            ).to_dict()  # fmt: skip


@pytest.mark.parametrize("at", ["2025-12-30T00:00:00Z", "2025-12-30", "2025-12-30T23:59:59.9999999Z"])
@pytest.mark.parametrize("born", ["2001-01-01T00:00:00Z", "2001-01-01", None])
def test_dates_in_any_form_are_decoded_into_structs(at: str, born: str | None) -> None:
    line = json.dumps({"born": born, "events": [VISIT | {"at": at, "path": "/a", "due": "2025-06-01"}]})
    decoder = MODEL.decoder()
    assert type(decoder.decode(line)) is decoder.lead
    assert MODEL.score(decoder.decode(line), as_of="2026-01-01") == REFERENCE.score(
        json.loads(line), as_of="2026-01-01"
    )


@pytest.mark.parametrize("lead", WRONG)
def test_decoded_data_that_does_not_fit_is_the_same_error(lead: dict[str, Any]) -> None:
    with pytest.raises(LeadError) as expected:
        REFERENCE.score(lead, as_of="2026-01-01")
    with pytest.raises(LeadError) as raised:
        MODEL.score(MODEL.decoder().decode(json.dumps(lead)), as_of="2026-01-01")
    assert (raised.value.lead, raised.value.field) == (expected.value.lead, expected.value.field)


@pytest.mark.parametrize("line", [b"", b"[1]", b"5", b'{"a":', b"\xff", "null", '{"a": 1} x', "[" * 100_000])
def test_what_is_no_json_object_is_a_lead_error(line: bytes | str) -> None:
    with pytest.raises(LeadError, match="a lead as a JSON object"):
        MODEL.decoder().decode(line)


def test_events_may_be_given_beside_a_decoded_lead() -> None:
    lead = MODEL.decoder().decode(b'{"title": "CEO"}')
    events = [VISIT | {"path": "/a"}]
    assert MODEL.score(lead, events, "2026-01-01").score == 1 + 16
    assert next(MODEL.score_many([lead], events=None, as_of="2026-01-01")).score == 1


def test_a_model_that_reads_a_field_from_events_decodes_dictionaries() -> None:
    model = scorelang.loads('lead:\n    tags text list from "events"\nif tags contains "a" then +1\n')
    assert isinstance(model.decoder().decode('{"events": []}'), dict)


def test_a_lead_decoded_for_another_model_scores_as_a_mapping() -> None:
    lead = REFERENCE.decoder().decode(b'{"Job Title": "CEO", "size": 6}')
    assert MODEL.score(lead, as_of="2026-01-01").score == 3
