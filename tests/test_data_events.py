"""Events: grouped by lead, lean, and every one that belongs to nobody accounted for."""

import io
import json
from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.data import DataError, EventIndex, plain_identity, read_events
from scorelang.values import Unfit, identity


def index(text: str, key: str = "lead") -> EventIndex:
    return read_events(["-"], key=key, stdin=io.BytesIO(text.encode()))


def test_events_are_grouped_by_lead_in_the_order_of_the_file() -> None:
    events = index("lead,type,at,path\n1,visit,2026-01-02,/b\n2,form,2026-01-01,\n1,visit,2026-01-01,/a\n")
    assert events.get("1") == [
        {"type": "visit", "at": "2026-01-02", "path": "/b"},
        {"type": "visit", "at": "2026-01-01", "path": "/a"},
    ]
    assert events.get("2") == [{"type": "form", "at": "2026-01-01"}]
    assert events.get("3") == ()
    assert (events.count, list(events.identities()), events.bad) == (3, ["1", "2"], ())


def test_an_event_knows_where_it_was_read() -> None:
    (event,) = index("lead,type,at\n\n1,visit,2026-01-02\n").get("1")
    assert (event.where, event.path, event.line) == (("-", 3), "-", 3)


def test_files_of_any_format_are_read_together(tmp_path: Path) -> None:
    table, lines, document = (tmp_path / name for name in ("a.csv", "b.ndjson", "c.json"))
    table.write_text("lead,type,at\n7,visit,2026-01-01\n")
    lines.write_text('{"lead":7,"type":"visit","at":"2026-01-02","ok":false,"n":0,"none":null,"empty":""}\n')
    document.write_text(json.dumps({"events": [{"lead": "7", "type": "visit", "at": "2026-01-03"}]}))
    events = read_events([str(table), str(lines), str(document)])
    assert [event["at"] for event in events.get("7")] == ["2026-01-01", "2026-01-02", "2026-01-03"]
    assert events.get("7")[1] == {"type": "visit", "at": "2026-01-02", "ok": False, "n": 0}
    assert [event.where for event in events.get("7")] == [(str(table), 2), (str(lines), 1), (str(document), 1)]


def test_the_column_of_the_lead_may_have_another_name() -> None:
    assert index("email,type,at,lead\na@b.c,visit,2026-01-01,x\n", key="email").get("a@b.c") == [
        {"type": "visit", "at": "2026-01-01", "lead": "x"}
    ]


@pytest.mark.parametrize(
    ("event", "message"),
    [
        ({"type": "visit", "at": "2026-01-01"}, "the event has no `lead`"),
        ({"lead": " ", "type": "visit", "at": "2026-01-01"}, "`lead` is ' ', which identifies no lead"),
        ({"lead": True, "type": "visit", "at": "2026-01-01"}, "`lead` is True, which identifies no lead"),
    ],
)
def test_an_event_of_nobody_is_bad(event: dict[str, object], message: str) -> None:
    events = index(json.dumps(event) + "\n" + '{"lead":1,"type":"visit","at":"2026-01-01"}')
    assert [(bad.path, bad.line, bad.message, bad.raw) for bad in events.bad] == [("-", 1, message, event)]
    assert events.count == 1


def test_an_event_without_a_time_or_a_kind_is_its_leads_and_the_model_refuses_it() -> None:
    events = index("lead,type,at\n1,visit,\n2,,2026-01-01\n")
    assert (events.get("1"), events.get("2"), events.bad) == ([{"type": "visit"}], [{"at": "2026-01-01"}], ())


def test_rows_that_cannot_be_read_are_bad_and_known_by_the_lead_that_they_name() -> None:
    events = index("lead,type,at\n1,visit\n1,visit,2026-01-01\n 2 ,visit,2026-01-01,x\n,visit\n")
    assert [(bad.path, bad.line, bad.raw, bad.lead) for bad in events.bad] == [
        ("-", 2, "1,visit", "1"), ("-", 4, " 2 ,visit,2026-01-01,x", "2"), ("-", 5, ",visit", None),
    ]  # fmt: skip
    assert [[bad.line for bad in events.bad_of(lead)] for lead in ("1", "2", "3")] == [[2], [4], []]
    assert events.count == 1


@pytest.mark.parametrize(
    ("header", "message", "hint"),
    [
        ("id,type,at", "there is no column `lead`, which every event needs", "columns: id, type, at"),
        ("lead,types,at", "there is no column `type`, which every event needs", "did this mean the column `types`?"),
        ("lead,type,when", "there is no column `at`, which every event needs", "columns: lead, type, when"),
    ],
)
def test_a_table_without_a_column_that_events_need_is_an_error(header: str, message: str, hint: str) -> None:
    with pytest.raises(DataError) as caught:
        index(header + "\n")
    assert (caught.value.message, caught.value.hint) == (message, hint)


def test_events_of_unknown_leads_are_unclaimed() -> None:
    events = index("lead,type,at\n1,visit,2026-01-01\n2,visit,2026-01-01\n3,visit,2026-01-01\n")
    assert events.unclaimed({"1", "4"}) == ["2", "3"]


def test_an_identity_that_cannot_be_read_makes_the_event_bad() -> None:
    text = '{"lead":1.5,"type":"visit","at":"2026-01-01"}\n{"lead":2.0,"type":"visit","at":"2026-01-01"}'
    events = read_events(["-"], identity=identity, stdin=io.BytesIO(text.encode()))
    assert list(events.identities()) == ["2"]
    assert events.bad[0].message == "`lead` is 1.5, which identifies no lead"


def test_standard_input_is_read_only_once() -> None:
    with pytest.raises(DataError, match="only once"):
        read_events(["-", "-"], stdin=io.BytesIO())


def test_equal_texts_are_in_memory_once() -> None:
    first, second = index("lead,type,at,path\n1,visit,a,/pricing\n1,visit,b,/pricing\n").get("1")
    assert first["path"] is second["path"]


def test_no_files_are_no_events() -> None:
    assert read_events([]).count == 0


@given(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5) | st.lists(st.integers()))
def test_the_plain_identity_is_that_of_the_language(value: object) -> None:
    try:
        expected = identity(value)
    except Unfit:
        expected = None
    assert plain_identity(value) == expected


@given(st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["visit", "form"])), max_size=30))
def test_every_event_is_in_one_group(pairs: Sequence[tuple[int, str]]) -> None:
    events = index("lead,type,at\n" + "".join(f"{lead},{kind},2026-01-01\n" for lead, kind in pairs))
    assert events.count == len(pairs)
    found = [(int(lead), event["type"]) for lead in events.identities() for event in events.get(lead)]
    assert sorted(found) == sorted(pairs)


def test_the_names_are_the_columns_of_tables_and_what_stands_in_json(tmp_path: Path) -> None:
    (tmp_path / "a.csv").write_text("lead,type,at,path,unused\n1,visit,2026-06-01,/a,\n")
    (tmp_path / "b.ndjson").write_text('{"lead": 1, "type": "visit", "at": "2026-06-01", "seconds": 3}\n')
    index = read_events([str(tmp_path / "a.csv"), str(tmp_path / "b.ndjson")])
    assert index.names == {"lead", "type", "at", "path", "unused", "seconds"}
