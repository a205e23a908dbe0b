"""From whatever holds a lead to what is scored: every kind of object, every error, and models that nothing changes."""

from __future__ import annotations

import copy
import pickle
import sqlite3
from collections import ChainMap, UserDict, namedtuple
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from types import MappingProxyType, SimpleNamespace
from typing import Any

import attrs
import pytest
from hypothesis import given

import scorelang
from scorelang import CallError, LeadError, Model, ModelError, Result, ScorelangError

from .generators import examples
from .generators.cases import Case, cases

TEXT = """
model "Leads", version 3

lead:
    title text from "Job Title"
    employees number missing 999, "n/a"
    funded flag
    created date
    interests text list
    site page

event visit(path page from "Page URL", seconds number)

category Fit, at most 60:
    if title mentions "CEO" then +20 because "decision maker"
    if employees from 200 to 4_999 then +10
    if funded then +5
    if created within 30 days then +3
    if interests contains "pricing" then +2
    if site is "/home" then +1
each visit "/pricing" then +10
require funded because "money"
stage MQL from 20
"""
NOW = "2026-06-15T00:00:00Z"
FIELDS: dict[str, Any] = {
    "id": 17,
    "title": "CEO",
    "employees": 250,
    "funded": True,
    "created": "2026-06-01",
    "interests": ["Pricing", "x"],
    "site": "https://acme.example/Home/",
}
VISITS = [{"type": "visit", "path": "/pricing", "at": "2026-06-10"}, {"type": "visit", "path": "/", "at": "2026-06-11"}]


@pytest.fixture(scope="module")
def model() -> Model:
    return scorelang.loads(TEXT)


@attrs.frozen
class FrozenLead:
    id: Any
    title: Any
    employees: Any
    funded: Any
    created: Any
    interests: Any
    site: Any


@attrs.frozen
class FrozenVisit:
    path: str
    at: str
    type: str = "visit"


@dataclass
class DataLead:
    id: Any
    title: Any
    employees: Any
    funded: Any
    created: Any
    interests: Any
    site: Any
    events: list[Any] = field(default_factory=list)


class Slotted:
    __slots__ = (*FIELDS, "nothing")

    def __init__(self, **fields: Any) -> None:
        for name, value in fields.items():
            setattr(self, name, value)


class Asked(Mapping[str, Any]):
    """A mapping that is no dict, and that is only asked for what it has."""

    def __init__(self, fields: dict[str, Any]) -> None:
        self.fields = fields

    def __getitem__(self, name: str) -> Any:
        return self.fields[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.fields)

    def __len__(self) -> int:
        return len(self.fields)


Tuple = namedtuple("Tuple", FIELDS)

KINDS_OF_LEAD = {
    "a dict": dict(FIELDS),
    "a mapping proxy": MappingProxyType(FIELDS),
    "a user dict": UserDict(FIELDS),
    "a chain of maps": ChainMap({"title": "CEO"}, FIELDS),
    "a mapping of one's own": Asked(FIELDS),
    "an attrs instance": FrozenLead(**FIELDS),
    "a dataclass instance": DataLead(**FIELDS),
    "an object with slots, one of them empty": Slotted(**FIELDS),
    "a namespace": SimpleNamespace(**FIELDS),
    "a named tuple": Tuple(**FIELDS),
}


@pytest.mark.parametrize("lead", KINDS_OF_LEAD.values(), ids=KINDS_OF_LEAD)
def test_a_lead_is_any_mapping_or_object_with_attributes(model: Model, lead: object) -> None:
    assert model.score(lead, VISITS, NOW) == model.score(FIELDS, VISITS, NOW)
    assert model.score(lead, VISITS, NOW).score == 51


def test_a_row_of_a_database_is_a_lead_and_an_event(model: Model) -> None:
    connection = sqlite3.connect(":memory:")
    connection.row_factory = sqlite3.Row
    lead = connection.execute(
        "select 17 as id, 'CEO' as \"Job Title\", 250 as employees, 1 as funded, '2026-06-01' as created, "
        "'pricing; x' as interests, '/home' as site"
    ).fetchone()
    visits = connection.execute(
        "select 'visit' as type, '/pricing?x=1' as \"Page URL\", '2026-06-10T12:00Z' as at"
    ).fetchall()
    connection.close()
    assert model.score(lead, visits, NOW).score == 51


def test_events_are_mappings_or_objects_in_the_lead_or_beside_it(model: Model) -> None:
    objects = [
        FrozenVisit("/pricing", "2026-06-10"),
        SimpleNamespace(type="visit", at=datetime(2026, 6, 11, tzinfo=UTC)),
    ]
    expected = model.score(FIELDS, VISITS, NOW)
    assert model.score(FIELDS, objects, NOW) == expected
    assert model.score(FIELDS | {"events": objects}, None, NOW) == expected
    assert model.score(DataLead(**FIELDS, events=objects), None, NOW) == expected
    assert model.score(FIELDS, iter(objects), NOW) == expected
    assert model.score(FIELDS, tuple(VISITS), NOW) == expected


def test_given_events_take_the_place_of_the_leads_own(model: Model) -> None:
    assert model.score(FIELDS | {"events": VISITS}, [], NOW) == model.score(FIELDS, None, NOW)


def test_a_field_is_looked_up_under_its_own_name_and_then_under_its_column(model: Model) -> None:
    both = {"title": "clerk", "Job Title": "CEO"}
    assert model.score(both, [], NOW).score == 0
    assert model.score({"Job Title": "CEO"}, [], NOW).score == 20


@pytest.mark.parametrize("employees", [250, 250.0, "250", " 2.5e2 ", Decimal("250"), Decimal("250.00"), Fraction(250)])
def test_a_number_is_read_however_it_is_held(model: Model, employees: object) -> None:
    assert model.score({"employees": employees}, [], NOW).score == 10


@pytest.mark.parametrize(
    "employees", [None, "", "  ", float("nan"), Decimal("NaN"), 999, 999.0, "999", "N/A ", Decimal(999)]
)
def test_a_missing_number_gives_nothing_and_is_no_error(model: Model, employees: object) -> None:
    assert model.score({"employees": employees}, [], NOW).score == 0


@pytest.mark.parametrize(
    "created", ["2026-06-01", date(2026, 6, 1), datetime(2026, 6, 1), datetime(2026, 6, 1, tzinfo=UTC)]
)
def test_a_date_is_read_however_it_is_held(model: Model, created: object) -> None:
    assert model.score({"created": created}, [], NOW).score == 3


@pytest.mark.parametrize(
    "interests", [["PRICING"], ("pricing",), {"pricing"}, frozenset({" pricing "}), "a;Pricing", "pricing"]
)
def test_a_text_list_is_read_however_it_is_held(model: Model, interests: object) -> None:
    assert model.score({"interests": interests}, [], NOW).score == 2


def test_numpy_scalars_are_read_as_the_python_values_they_hold(model: Model) -> None:
    numpy = pytest.importorskip("numpy")
    lead = {
        "employees": numpy.int64(250),
        "funded": numpy.bool_(True),
        "title": numpy.str_("CEO"),
        "interests": numpy.array(["pricing"]),
    }
    assert model.score(lead, [], NOW).score == 37
    assert model.score({"employees": numpy.float64("nan")}, [], NOW).score == 0


# --- errors ---------------------------------------------------------------------------------------------------------

UNFIT = [
    ("title", True, "text"), ("title", 2.5, "text"), ("title", ["CEO"], "text"), ("title", b"CEO", "text"),
    ("employees", "1,200", "number"),
    ("employees", True, "number"), ("employees", [5], "number"), ("funded", "perhaps", "flag"), ("funded", 2, "flag"),
    ("created", "01/06/2026", "date"), ("created", 1_780_000_000, "date"), ("created", "2026-02-30", "date"),
    ("interests", 5, "text list"),
    ("interests", {"a": 1}, "text list"), ("interests", [["a"]], "text list"), ("site", 0.5, "page"), ("title",
    object(), "text"),
]  # fmt: skip


@pytest.mark.parametrize(("name", "value", "type_"), UNFIT)
def test_a_value_that_does_not_fit_is_named_with_its_lead_field_and_type(
    model: Model, name: str, value: object, type_: str
) -> None:
    with pytest.raises(LeadError) as caught:
        model.score(FIELDS | {name: value}, [], NOW)
    error = caught.value
    assert (error.lead, error.field, error.event) == ("17", name, None)
    assert error.value is value
    assert type_ in error.expected
    said = str(error)
    assert said.startswith("lead 17: ")
    assert name in said
    assert error.expected in said


def test_a_value_of_an_event_that_does_not_fit_is_named_with_its_kind(model: Model) -> None:
    with pytest.raises(LeadError) as caught:
        model.score(FIELDS, [{"type": "visit", "at": "2026-06-10", "seconds": "long"}], NOW)
    assert (caught.value.lead, caught.value.event, caught.value.field, caught.value.value) == (
        "17",
        "visit",
        "seconds",
        "long",
    )
    assert "visit.seconds" in str(caught.value)


@pytest.mark.parametrize("lead", [None, "CEO", 17, b"x", ["CEO"], ("a",), {"a"}, 2.5])
def test_what_is_no_lead_is_refused(model: Model, lead: object) -> None:
    with pytest.raises(LeadError, match="lead"):
        model.score(lead, [], NOW)


@pytest.mark.parametrize("events", [5, "visit", {"type": "visit"}, b"x", 2.5, object()])
def test_what_is_no_list_of_events_is_refused(model: Model, events: Any) -> None:
    with pytest.raises(LeadError, match="events"):
        model.score(FIELDS, events, NOW)


@pytest.mark.parametrize(
    "event",
    [None, "visit", 5, {}, {"type": "visit"}, {"at": NOW}, {"type": 5, "at": NOW}, {"type": " ", "at": NOW},
     {"type": "visit", "at": "soon"},
     {"type": "visit", "at": None}, {"type": "visit", "at": 5}],
)  # fmt: skip
def test_an_event_without_a_kind_or_a_time_is_refused(model: Model, event: object) -> None:
    with pytest.raises(LeadError):
        model.score(FIELDS, [event], NOW)


@pytest.mark.parametrize("identity", [True, 2.5, ["17"], object()])
def test_an_identity_that_is_neither_text_nor_whole_number_is_refused(model: Model, identity: object) -> None:
    with pytest.raises(LeadError, match="id is"):
        model.score(FIELDS | {"id": identity}, [], NOW)


@pytest.mark.parametrize(
    ("identity", "read"), [(17, "17"), (" L-1 ", "L-1"), (17.0, "17"), (None, None), ("", None), (Decimal(17), "17")]
)
def test_an_identity_is_a_trimmed_text_or_the_digits_of_a_whole_number(
    model: Model, identity: object, read: str | None
) -> None:
    assert model.score(FIELDS | {"id": identity}, [], NOW).id == read


@pytest.mark.parametrize("value", ["x" * 10_000, [10**5_000], {"a": "b" * 10_000}], ids=["text", "digits", "mapping"])
def test_a_long_value_is_shown_in_part(model: Model, value: object) -> None:
    with pytest.raises(LeadError) as caught:
        model.score({"employees": value}, [], NOW)
    assert 20 < len(str(caught.value)) < 200
    assert len(repr(caught.value)) > 20


def test_a_whole_number_of_more_digits_than_python_writes_is_no_text(model: Model) -> None:
    with pytest.raises(LeadError) as caught:
        model.score({"title": 10**5_000}, [], NOW)
    assert 20 < len(str(caught.value)) < 200


@pytest.mark.parametrize("as_of", ["soon", "", 5, float("nan"), ["2026-01-01"], "2026-02-30"])
def test_an_as_of_that_is_no_time_is_refused(model: Model, as_of: Any) -> None:
    with pytest.raises(CallError, match="as_of"):
        model.score(FIELDS, [], as_of)


def test_every_error_is_a_scorelang_error() -> None:
    assert issubclass(LeadError, ScorelangError)
    assert issubclass(ModelError, ScorelangError)
    assert issubclass(CallError, ScorelangError)


def test_scoring_many_leads_ends_at_the_first_error_or_returns_each_in_its_place(model: Model) -> None:
    leads = [FIELDS, {"id": "bad", "employees": "many"}, FIELDS]
    with pytest.raises(LeadError, match="bad"):
        list(model.score_many(leads, as_of=NOW))
    first, second, third = model.score_many(leads, as_of=NOW, errors="return")
    assert isinstance(second, LeadError)
    assert first == third == model.score(FIELDS, [], NOW)


def test_events_of_many_leads_find_theirs_without_regard_to_case(model: Model) -> None:
    leads = [{"id": "Zoë"}, {"id": 17}, {"id": "other"}, {}]
    events = [visit | {"lead": lead} for lead in ("ZOË", "17", 17) for visit in VISITS]
    assert [result.score for result in model.score_many(leads, events, NOW)] == [10, 20, 0, 0]
    by_lead = {"zoë": VISITS, "17": VISITS}
    assert [result.score for result in model.score_many(leads, by_lead, NOW)] == [10, 10, 0, 0]


# --- pickling, threads, immutability --------------------------------------------------------------------------------


def _through_pickle(value: Any) -> Any:
    return pickle.loads(pickle.dumps(value))


@examples(15)
@given(cases())
def test_a_model_and_its_results_are_the_same_after_pickling(case: Case) -> None:
    again = _through_pickle(case.model)
    assert again.fingerprint == case.model.fingerprint
    for history in case.histories:
        result = case.model.score(history.lead, history.events, history.as_of)
        assert again.score(history.lead, history.events, history.as_of) == result
        assert _through_pickle(result) == result == copy.deepcopy(result)


@pytest.mark.parametrize(("name", "value", "type_"), [one for one in UNFIT if type(one[1]) is not object])
def test_a_lead_error_is_the_same_after_pickling(name: str, value: object, type_: str) -> None:
    error = LeadError("17", name, value, type_, event="visit")
    again = _through_pickle(error)
    assert type(again) is LeadError
    assert vars(again) == vars(error)
    assert again.args == error.args
    assert str(again) == str(error)


def test_a_model_error_is_the_same_after_pickling() -> None:
    with pytest.raises(ModelError) as caught:
        scorelang.loads("if x thn +5\nif y then 5\n")
    again = _through_pickle(caught.value)
    assert again.diagnostics == caught.value.diagnostics
    assert str(again) == str(caught.value)


@examples(5)
@given(cases(number=6))
def test_eight_threads_get_the_results_that_one_gets(case: Case) -> None:
    def score(history: Any) -> Result:
        return case.model.score(history.lead, history.events, history.as_of)

    alone = [score(history) for history in case.histories]
    with ThreadPoolExecutor(8) as threads:
        assert list(threads.map(score, case.histories * 4)) == alone * 4


def test_loading_in_eight_threads_gives_the_model_that_loading_once_gives() -> None:
    with ThreadPoolExecutor(8) as threads:
        models = list(threads.map(scorelang.loads, [TEXT] * 16))
    assert {one.fingerprint for one in models} == {scorelang.loads(TEXT).fingerprint}
    assert {one.score(FIELDS, VISITS, NOW).score for one in models} == {51}


@examples(15)
@given(cases())
def test_scoring_changes_neither_the_lead_nor_its_events_nor_the_model(case: Case) -> None:
    for history in case.histories:
        lead, events, before = copy.deepcopy(history.lead), copy.deepcopy(history.events), repr(case.model.checked)
        case.model.score(history.lead, history.events, history.as_of)
        assert repr(history.lead) == repr(lead)
        assert repr(history.events) == repr(events)
        assert repr(case.model.checked) == before


def test_nothing_of_a_model_or_a_result_can_be_set(model: Model) -> None:
    result = model.score(FIELDS, VISITS, NOW)
    for owner in (model, model.checked, result, result.fired[0], result.model):
        for name in [one.name for one in attrs.fields(type(owner))]:
            with pytest.raises(attrs.exceptions.FrozenInstanceError):
                setattr(owner, name, None)
    assert isinstance(result.fired, tuple)
    assert isinstance(result.blocked_by, tuple)


def test_what_a_caller_does_to_a_result_does_not_reach_the_next_one(model: Model) -> None:
    first = model.score(FIELDS, VISITS, NOW)
    first.to_dict()["categories"] = {}
    assert isinstance(first.categories, dict)
    first.categories.clear()
    assert model.score(FIELDS, VISITS, NOW).categories == {"Fit": 41}
