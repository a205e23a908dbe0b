"""Generated Python beside the interpreter: forms that are rare, what a result promises, and what must never happen."""

from __future__ import annotations

import ast
import copy
import multiprocessing
import pickle
import threading
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import attrs
import pytest

import scorelang
from scorelang import LeadError, Result
from scorelang.codegen.lower import lower
from scorelang.codegen.runtime import hundredths, like, like_any, mentions_any, ratio
from scorelang.engines import Python, Reference
from scorelang.values import matches, mentions, rounded, to_hundredths

AS_OF = "2026-01-01"
VISITS = [
    {"type": "visit", "at": "2025-12-30", "path": "/pricing", "seconds": 30},
    {"type": "visit", "at": "2025-12-31T23:59:59.999999Z", "path": "/Docs/", "seconds": 5},
    {"type": "visit", "at": "2025-11-01T00:00:00Z", "path": "https://a.example/pricing?x=1"},
    {"type": "webinar", "at": datetime(2025, 12, 20, tzinfo=UTC), "attended": True, "minutes": 45},
    {"type": "webinar", "at": "2025-10-20", "attended": False, "minutes": 10},
    {"type": "reset", "at": "2025-11-15"},
    {"type": "visit", "at": "2026-01-02", "path": "/pricing"},
]
DECLARED = """event visit(path page, seconds number)
event webinar(attended flag, minutes number)
event reset(reason text)
"""


def both(text: str, lead: Any, events: Any = None, as_of: Any = AS_OF) -> Result:
    """The result that all engines agree on."""
    reference = scorelang.loads(text, engine="reference").score(lead, events, as_of)
    model = scorelang.loads(text)
    for detail in (True, False):
        result = model.score(lead, events, as_of, detail=detail)
        assert result.to_dict() == reference.to_dict()
        assert result == reference
        assert reference == result
    return reference


# --- forms that are rare --------------------------------------------------------------------------------------------

RARE = (
    # A condition inside an event's `where` that counts other events: gathered in a loop of its own.
    DECLARED + "webinar where (attended and count of visit > 1) then +10\n",
    DECLARED + 'each webinar where (minutes > 20 and visit "/pricing" within 30 days) then +minutes / 3\n',
    DECLARED
    + "each webinar where (minutes > 20 and count of visit > 0) then +7, once a week, losing 50% every 7 days\n",
    # Points that count other events, for each event.
    DECLARED + "each webinar then +count of visit * minutes\n",
    DECLARED + "each webinar then +count of visit, at most 2.5\n",
    # Looks at the score in an event's `where`.
    DECLARED + "visit then +10\nrequire webinar where (attended and score >= 10)\n",
    DECLARED + "visit then +10\nstage MQL from 5 when webinar where (minutes > score)\n",
    DECLARED + 'visit then +10\nroute:\n    "a" if sum of webinar.minutes > score\n    "b" otherwise\n',
    # What was forgotten counts for what says that it is forgotten.
    DECLARED + "start over after reset\nvisit then +10\neach webinar then +1\nno webinar then -4\n",
    DECLARED + "start over after reset where (count of visit >= 2)\neach visit then +10\n",
    DECLARED + "start over after reset where (count of visit >= 9)\neach visit then +10\n",
    DECLARED + "start over after reset\nwebinar where (attended and count of visit > 1) then +10\n",
    DECLARED + "start over after reset\ncategory A, losing 50% every 7 days of silence:\n    each visit then +10\n",
    # A define that is used in both worlds.
    DECLARED
    + "define busy as count of visit >= 2\nstart over after reset where busy\n"
    + "visit where (seconds > 1 and busy) then +5\nif busy then +1\nif not busy then +2\n",
    # Decays: tables, straight lines, both together, of an expression, too slow for a table.
    DECLARED + "each visit then +10, losing 30% every 2 days\n",
    DECLARED + "each visit then -10.37, fading out over 9 weeks\n",
    DECLARED + "each visit then +10, losing 30% every 2 days, fading out over 90 days\n",
    DECLARED + "each visit then +seconds / 7, losing 30% every 2 days\n",
    DECLARED + "each visit then +1_000_000, losing 1% every 1 hours\n",
    DECLARED + 'visit "/pricing" or webinar then +10, losing 30% every 2 days, at least 3\n',
    DECLARED + "each visit then +10, once a month\neach visit then +seconds, 2 times a week, at most 20\n",
    DECLARED + "choose best:\n    visit then +10, fading out over 2 days\n    webinar then +9\n    otherwise -1\n",
    DECLARED + "choose:\n    visit then +sum of visit.seconds\n    webinar then +largest of webinar.minutes\n",
    DECLARED + "if average of visit.seconds > 10 and days since last visit < 3 then +5\nonly visit then +3\n",
    DECLARED
    + 'only visit "/pricing" within 3 days then +3\nvisit like "x" then 0\n'.replace('visit like "x" then 0\n', ""),
    DECLARED + 'visit in ["/pricing", "/docs"] at least 2 times then +3\nvisit "/*c*" then +4\n',
    # Flags as values, and conditions compared.
    "if funded is demo then +1\nif funded is no then +2\nif not funded is yes then +4\n",
    "define rich as revenue > 10\nif rich is yes then +1\nif rich is missing then +2\nif rich is known then +4\n",
    "if length(name) > 3 and domain(email) is known then +1\nif domain(email) is missing then +2\n",
    "if revenue / employees > 2 then +revenue / employees\nif 1 / 0 is missing then +1\n",
    "if at least 2 of (funded, demo, revenue > 5) then +1\nif not at most 1 of (funded, demo) then +2\n",
    'lead:\n    tags text list\nif tags contains ["a", "b", "c", "d", "e"] then +1\nif tags contains "b" then +2\n'
    'if not tags contains "z" then +4\n',
    'if name mentions ["vp", "head of", "+1"] then +1\nif name like ["a*b", "?nn", "x"] then +2\n',
    'if name starts with ["a", "b"] or name ends with "n" then +1\nif not name starts with "z" then +2\n',
    "if born since 2000-01-01 then +1\nif born within the next 14 days then +2\n"
    "if not born more than 3 days ago then +4\n",
    'lead:\n    size number missing 999, "n/a"\n    name text from "Full Name" missing "-"\n'
    'if size > 10 then +1\nif size is missing then +2\nif name is "ann" then +4\nif name is missing then +8\n',
)

LEADS = (
    {},
    {"id": 7, "funded": True, "demo": False, "revenue": 30, "employees": 3, "name": "Head of Ann", "email": "a@b.c"},
    {"id": " x ", "funded": "yes", "demo": 1, "revenue": "12.5", "employees": 0, "name": "ANN", "tags": "b; C ;"},
    {"funded": 0, "demo": "n", "revenue": float("nan"), "name": "VP, Sales +1", "tags": ["z", "a"]},
    {"born": "2026-01-08"},
    {"born": datetime(2025, 12, 31, tzinfo=UTC), "size": "N/A", "name": " - ", "revenue": Decimal("1e400")},
    {"born": "1999-05-05T05:05:05+05:00", "size": 999, "Full Name": "Ann", "revenue": 10**400, "employees": -1},
    {"size": 11, "Full Name": "Bob", "name": None, "funded": None, "email": "nobody"},
)  # fmt: skip


@pytest.mark.parametrize("text", RARE)
def test_rare_forms_give_what_the_interpreter_gives(text: str) -> None:
    for lead in LEADS:
        both(text, lead, VISITS)
        both(text, lead, [])


@pytest.mark.parametrize(
    "as_of", ["2025-12-31T23:59:59.999999Z", "2025-12-30", "0001-01-01", "9999-12-31", datetime.max]
)
def test_windows_are_exact_at_their_edges_and_at_the_ends_of_the_calendar(as_of: Any) -> None:
    text = DECLARED + "".join(
        f"{line} then +{2**at}\n"
        for at, line in enumerate(
            (
                "visit within 2 days", "visit more than 1 days ago", "visit between 1 and 2 days ago",
                "visit since 2025-12-30",
                "visit before 2025-12-30", "no visit within 1 hours", "visit within 2000 years",
                "visit between 0 and 60 days ago", "visit since 0001-01-01", "visit before 9999-12-31",
            )
        )
    )  # fmt: skip
    both(text, {}, VISITS, as_of)
    far = [
        {"type": "visit", "at": at} for at in ("0001-01-01T00:00+23:00", "0001-01-01", "9999-12-31T23:59-23:00", AS_OF)
    ]
    both('timezone "Asia/Tokyo"\n' + text, {}, far, as_of)


def test_long_and_deep_models_compile() -> None:
    branches = "".join(f"    if size is {number} then +{number}\n" for number in range(1, 400))
    chain = f"choose:\n{branches}    otherwise -1\nchoose best:\n{branches}"
    text = chain.replace("choose best:", "choose best:\n    if funded and size > 5 then +1") + (
        f"if {' or '.join(f'size is {number}' for number in range(500))} then +1\n"
        f"if {'(' * 45}size > 5 and (funded or size > 7){' or demo)' * 45} then +2\n"
        f"if at least 3 of ({', '.join(f'size > {number}' for number in range(300))}) then +4\n"
        + "".join(f"define d{at} as {f'd{at - 1} or not d{at - 1}' if at else 'size > 5'}\n" for at in range(38))
        + "if d37 then +8\n"
    )
    for lead in ({}, {"size": 250}, {"size": 7, "funded": True}, {"size": 3, "demo": True, "funded": False}):
        both(text, lead)


def test_many_kinds_and_many_patterns_are_told_apart() -> None:
    text = "".join(f"event kind_{at}(name text)\nkind_{at} then +{at + 1}\n" for at in range(40))
    text += "".join(f'kind_3 "page {at}" then +{at + 1}\n' for at in range(40))
    events = [{"type": f" kind_{at} ", "at": AS_OF, "name": f"Page {at}"} for at in (0, 3, 17, 39)]
    events += [{"type": "kind_3", "at": AS_OF, "name": f" PAGE {at}"} for at in (0, 5, 39, 40)]
    assert both(text, {}, events).score == 1 + 4 + 18 + 40 + 4 + 1 + 6 + 40


# --- data -----------------------------------------------------------------------------------------------------------

NUMBER = (
    'lead:\n    size number\n    name text\n    born date\n    tags text list\nif size > 5 and name is "5" then +1\n'
)
BAD = (
    {"size": "x"}, {"size": True}, {"size": []}, {"name": 1.5}, {"name": ["a"]}, {"name": True}, {"born": 5},
    {"tags": 5},
    {"id": []}, {"events": 5}, {"events": [5]}, {"events": [{}]}, {"events": [{"type": "visit"}]}, {"events": "visit"},
    {"events": [{"type": []}]}, {"events": [{"type": "visit", "at": "soon"}]}, 5, None, "lead", ["a"],
)  # fmt: skip


@pytest.mark.parametrize("lead", BAD)
def test_data_that_does_not_fit_is_the_same_error_on_both_engines(lead: Any) -> None:
    text = NUMBER + "visit then +1\n"
    errors = []
    for engine in ("reference", "python"):
        with pytest.raises(LeadError) as raised:
            scorelang.loads(text, engine=engine).score(lead, as_of=AS_OF)  # type: ignore[arg-type]
        errors.append((str(raised.value), raised.value.lead, raised.value.field, raised.value.event))
    assert errors[0] == errors[1]


def test_leads_are_mappings_or_objects_of_any_kind_and_events_are_read_once() -> None:
    class Row:
        def __init__(self, **values: Any) -> None:
            self.values = values

        def keys(self) -> Any:
            return self.values.keys()

        def __getitem__(self, name: str) -> Any:
            return self.values[name]

    class Dictionary(dict):  # type: ignore[type-arg]
        def __missing__(self, name: str) -> Any:
            return {"size": 9, "name": "5"}.get(name)

    for lead in (
        Row(size=9, name="5"),
        SimpleNamespace(size=9.0, name=5),
        Dictionary(),
        {"size": Fraction(9), "name": 5},
    ):
        assert both(NUMBER, lead).score == 1
    model = scorelang.loads(NUMBER + "each visit then +1\n")
    visits = ({"type": "visit", "at": AS_OF} for _ in range(3))
    assert model.score({"events": visits}, as_of=AS_OF).score == 3
    objects = (SimpleNamespace(type="visit", at=datetime(2025, 1, 1)) for _ in range(2))
    assert model.score({}, objects, AS_OF).score == 2


def test_more_texts_than_are_remembered_score_the_same() -> None:
    model = scorelang.loads('if name is "n 77" then +1\nif name is "long" then +2\n')
    hits = sum(model.score({"name": f"N {number}"}, as_of=AS_OF).score for number in range(10_000))
    assert hits == 1
    assert model.score({"name": None}, as_of=AS_OF).score == 0
    assert model.score({"name": "x" * 1000}, as_of=AS_OF).score == 0


# --- results --------------------------------------------------------------------------------------------------------

STAGED = DECLARED + 'visit then +10\nif funded then +5 because "money"\nrequire demo\nstage MQL from 10\n'


@pytest.mark.parametrize("detail", [True, False])
def test_a_result_is_worked_out_when_it_is_read_and_never_changes(detail: bool) -> None:
    lead, events = {"funded": True, "demo": True}, copy.deepcopy(VISITS)
    result = scorelang.loads(STAGED).score(lead, events, AS_OF, detail=detail)
    lead["funded"] = False
    events.clear()
    assert [fired.rule for fired in result.fired] == ["visit", "money"]
    assert result.fired is result.fired
    assert (result.score, result.stage, result.qualified, result.blocked_by) == (15, "MQL", True, ())
    with pytest.raises(attrs.exceptions.FrozenInstanceError):
        result.score = 3  # type: ignore[misc]
    with pytest.raises(AttributeError, match="nothing"):
        result.nothing  # type: ignore[attr-defined]  # noqa: B018


@pytest.mark.parametrize("detail", [True, False])
def test_a_result_pickles_copies_and_compares_like_any_other(detail: bool) -> None:
    arguments = ({"id": 5, "funded": True}, VISITS, AS_OF)
    expected = scorelang.loads(STAGED, engine="reference").score(*arguments)
    result = scorelang.loads(STAGED).score(*arguments, detail=detail)
    again = pickle.loads(pickle.dumps(result))
    assert again == result == expected == copy.copy(result) == copy.deepcopy(result)
    assert type(again) is Result
    assert repr(result) == repr(expected)
    assert result != scorelang.loads(STAGED).score({}, VISITS, AS_OF)
    assert result != "a result"
    assert attrs.asdict(result) == attrs.asdict(expected)
    assert attrs.evolve(again, score=1.0).score == 1


def test_a_result_without_detail_holds_nothing_of_the_lead_that_can_change() -> None:
    events = [{"type": "webinar", "at": AS_OF, "attended": True, "minutes": 5}]
    model = scorelang.loads(
        DECLARED + "visit then +1\nif sum of webinar.minutes > 3 then +2\nwebinar where (count of visit is 0) then +4\n"
    )
    result = model.score({}, events, AS_OF, detail=False)
    events[0]["minutes"] = 0
    events.append({"type": "visit", "at": AS_OF})
    assert [fired.points for fired in result.fired] == [2, 4]


# --- models ---------------------------------------------------------------------------------------------------------


def test_a_model_pickles_after_it_has_scored_and_scores_the_same() -> None:
    model = scorelang.loads(STAGED)
    before = model.score({"funded": True}, VISITS, AS_OF)
    again = pickle.loads(pickle.dumps(model))
    assert again.score({"funded": True}, VISITS, AS_OF) == before
    assert pickle.loads(pickle.dumps(scorelang.loads(STAGED, engine="reference"))).engine == "reference"


def test_an_engine_that_there_is_not_is_told() -> None:
    with pytest.raises(scorelang.CallError, match='engine is "auto", "python" or "reference", not \'fast\''):
        scorelang.loads(STAGED, engine="fast")  # type: ignore[arg-type]


def _score_in_another_process(model: scorelang.Model) -> float:
    return model.score({"funded": True}, VISITS, AS_OF).score


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_a_model_scores_in_processes_made_in_any_way(method: str) -> None:
    model = scorelang.loads(STAGED)
    model.score({}, as_of=AS_OF)
    with multiprocessing.get_context(method).Pool(1) as pool:
        assert pool.apply(_score_in_another_process, (model,)) == 15


def test_threads_that_score_first_at_the_same_time_get_the_same() -> None:
    for _ in range(5):
        model, results, barrier = scorelang.loads(STAGED), [], threading.Barrier(8)

        def run(model: scorelang.Model = model, results: list[Result] = results, barrier: Any = barrier) -> None:
            barrier.wait()
            results.extend(model.score({"funded": True}, VISITS, AS_OF, detail=at % 2 == 0) for at in range(20))

        threads = [threading.Thread(target=run) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert len(results) == 160
        assert all(result == results[0] for result in results)


# --- nothing a model says becomes code ------------------------------------------------------------------------------

HOSTILE = "'\"); import os; os.system('true'); (\\n{}#"


def test_no_name_and_no_text_of_a_model_stands_in_the_generated_code() -> None:
    said = HOSTILE.replace('"', '\\"').replace("\\n", "\\\\n")
    text = f"""lead:
    secretname text from "{said}" missing "{said}"
event secretkind(secretattribute text from "{said}")
list secretlist = ["{said}", "secretitem"]
define secretdefine as secretname in secretlist
category "{said}":
    if secretdefine or secretname like "{said}*" then +1 because "{said}"
    secretkind "{said}" then +2
disqualify if secretname is "secrettext" because "{said}"
stage "secretstage{said}" from 1
grade score: secretgrade from 1, else other
route:
    "{said}" if secretname is known
"""
    texts = lower(scorelang.loads(text).checked)
    for part in (texts.shared, texts.plain, texts.recording, texts.exact, texts.again):
        assert "secret" not in part
        assert "os." not in part
        names = {node.id for node in ast.walk(ast.parse(part)) if isinstance(node, ast.Name)}
        assert not names & {"eval", "exec", "open", "os", "getattr", "__import__"}
        strings = {node.value for node in ast.walk(ast.parse(part)) if isinstance(node, ast.Constant)}
        assert {one for one in strings if isinstance(one, str)} <= {"lead", "event"}
    assert both(text, {HOSTILE.replace("\\n", "\\n"): "x", "secretname": HOSTILE + "!"}, []).score >= 0


# --- the run time ---------------------------------------------------------------------------------------------------


def test_points_are_rounded_as_the_language_says() -> None:
    for number in (0.005, -0.005, 0.49999999999999994 / 100, 2.675, 1e300, -1e300, 0.0, -0.0, 1.115, 12345678.905, 3):
        assert hundredths(number) == to_hundredths(number)
    for number, divisor in ((5, 2), (-5, 2), (4, 3), (-4, 3), (0, 7), (10**30 + 1, 2)):
        assert ratio(number, divisor) == rounded(Fraction(number, divisor))


def test_patterns_and_words_are_found_as_the_language_says() -> None:
    texts = (
        "",
        "a",
        "ab",
        "aab",
        "a*b",
        "a?b",
        "abcab",
        "head of vp",
        "vp, sales",
        "svp",
        "+1",
        "a +1 b",
        "ß x_vp y",
        "/a/b",
    )
    patterns = ("a", "a*", "*a", "*", "**", "a*b", "*b*", "?", "a?b", "a\\*b", "a**b", "ab*ab", "a*b*c*", "")
    for text in texts:
        for pattern in patterns:
            assert like(pattern)(text) is matches(pattern, text), (pattern, text)
        assert like_any(patterns[:3])(text) is any(matches(pattern, text) for pattern in patterns[:3])
        for words in (("vp", "head of"), ("+1",), ("vp, sales", "x"), ("b",), ("of vp", "1")):
            assert mentions_any(words)(text) is any(mentions(text, word) for word in words), (words, text)


def test_the_engines_can_be_asked_for_by_themselves() -> None:
    checked = scorelang.loads(STAGED).checked
    instant = scorelang.loads(STAGED).instant(AS_OF)
    assert Python(checked).score({}, VISITS, instant, True) == Reference(checked).score({}, VISITS, instant, True)
