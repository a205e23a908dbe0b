"""Conditions that new rules are made of: what they mean in the language, how short they are, what is never asked."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

import numpy as np
import pytest

import scorelang
from scorelang.outcomes.columns import Column
from scorelang.outcomes.fields import Field, fields_of
from scorelang.outcomes.history import history_of
from scorelang.outcomes.parts import EMPTY_WORDS
from scorelang.outcomes.table import Table, TableBuilder
from scorelang.tune.candidates import Candidate, candidates, pairs_of
from scorelang.tune.conditions import comparisons
from scorelang.tune.features import features_of
from scorelang.tune.undeclared import field_of
from scorelang.values import Type, zone_of

LEVELS = ("Head of", "Director of", "VP", "Assistant to the", "Intern,")
AREAS = ("Marketing", "Sales", "IT", "Finance", "Growth")
TOOLS = ("Slack", "Jira", "SAP", "Excel", "Notion")
LEAD = """\
lead:
    title     text
    tools     text list
    postcode  text
    offered   number
    budget    number
    staff     number
"""


def some_leads(count: int = 900) -> tuple[list[dict[str, object]], list[bool]]:
    """Leads of whom heads of anything, users of Jira, the south and those who can pay what is offered mostly buy."""
    chance = np.random.default_rng(3)
    leads: list[dict[str, object]] = []
    won: list[bool] = []
    for _ in range(count):
        level, area = chance.choice(LEVELS).item(), chance.choice(AREAS).item()
        tools = [tool for tool in TOOLS if chance.random() < 0.3]
        budget = round(float(chance.gamma(9, 1000)), 2)
        offered = round(budget * float(chance.uniform(0.5, 1.3)), 2)
        postcode = f"{chance.choice([10, 20, 50, 80])}{chance.integers(1000):03}"
        leads.append({
            "title": f"{level} {area}", "tools": "; ".join(tools), "postcode": postcode,
            "offered": offered, "budget": "" if chance.random() < 0.1 else budget,
            "staff": int(chance.integers(1, 2000)),
        })  # fmt: skip
        odds = -2 + 1.5 * (level == "Head of") + 1.2 * ("Jira" in tools) + (postcode < "15") + 1.4 * (offered < budget)
        won.append(bool(chance.random() < 1 / (1 + np.exp(-odds))))
    return leads, won


def table_of(text: str, leads: Sequence[Mapping[str, object]], won: Sequence[bool]) -> Table:
    """A table of leads that were won or lost, with all of their columns."""
    model = scorelang.loads(text)
    builder = TableBuilder(model.checked, None)
    for lead, got in zip(leads, won, strict=True):
        builder.add(model.score(lead), lead, history_of([("won" if got else "lost", None, None, None)]), 0)
    builder.said |= {"won", "lost"}
    return builder.finished()


@pytest.fixture(scope="module")
def sample() -> Table:
    return table_of(f"{LEAD}if staff >= 100 then +1\n", *some_leads())


def found_in(table: Table, **asked: bool) -> list[Candidate]:
    everyone = np.ones(len(table), dtype=bool)
    return candidates(table, everyone, table.has("won"), (), undeclared=asked.get("undeclared", False))


def test_words_members_starts_and_comparisons_mean_in_the_language_what_they_were_counted_as(sample: Table) -> None:
    singles = found_in(sample)
    leads, _ = some_leads()
    sorts = {"mentions", "contains", "starts with", "is", "in", "from", "<", ">="}
    for one in [*singles, *list(pairs_of(singles))[::100]]:
        sorts -= {word for word in sorts if f" {word} " in one.text}
        model = scorelang.loads(f"{LEAD}if {one.text} then +1\n")
        fired = [model.score(each).score == 1 for each in leads[:100]]
        assert fired == one.true[:100].tolist(), one.text
    # No value of these texts is one of enough leads to stand alone, or in a list.
    assert sorts <= {"is", "in"}


def test_what_sets_leads_apart_is_found_in_words_lists_codes_and_pairs_of_numbers(sample: Table) -> None:
    texts = {one.text for one in found_in(sample)}
    assert {'title mentions "Head"', 'tools contains "Jira"', 'postcode starts with "10"'} <= texts
    # The one that is mostly smaller comes first.
    assert {"offered < budget", "offered >= budget"} <= texts
    assert any(re.fullmatch(r'title mentions \["\w+", "\w+"\]', text) for text in texts)
    assert any(re.fullmatch(r"offered < [\d.]+ \* budget", text) for text in texts)


def test_words_that_mean_nothing_numbers_and_words_of_one_text_alone_are_not_asked_for() -> None:
    leads = [{"title": f"Head of team {at % 40} word{at % 40}"} for at in range(400)]
    [field] = fields_of(table_of('lead:\n    title text\nif title is "x" then +1\n', leads, [True, False] * 200))
    assert field.parts is not None
    assert set(field.parts.shown) == {"Head", "team"}
    assert "of" in EMPTY_WORDS


def test_texts_with_few_values_addresses_and_names_that_share_no_words_have_no_parts() -> None:
    def parts(texts: Sequence[str]) -> object:
        codes = np.arange(len(texts), dtype=np.int32)
        return Field("x", Type.TEXT, codes, tuple(text.lower() for text in texts), tuple(texts)).parts

    assert parts([f"Head of {at}" for at in range(10)]) is None
    assert parts([f"Head of {at} at a{at}@b.example" for at in range(50)]) is None
    assert parts([f"T{at:03}" for at in range(50)]) is None


def test_numbers_are_cut_where_people_would_and_hardly_a_lead_is_on_another_side_for_it() -> None:
    chance = np.random.default_rng(1)
    leads = [{"pay": float(f"{pay:.2f}")} for pay in chance.gamma(5, 10_000, 4000)]
    won = [bool(chance.random() < (0.5 if lead["pay"] >= 49_871.23 else 0.2)) for lead in leads]
    found = found_in(table_of("lead:\n    pay number\nif pay > 1 then +1\n", leads, won))
    cuts = {float(cut) for one in found for cut in re.findall(r"[\d_.]+$", one.text)}
    assert all(len(f"{cut:.0f}".rstrip("0")) <= 2 for cut in cuts)
    assert "pay >= 50_000" in {one.text for one in found}


def test_counts_are_cut_between_two_of_them_and_never_past_one_that_many_leads_have() -> None:
    leads = [{"visits": at % 4} for at in range(400)]
    won = [at % 4 > 1 for at in range(400)]
    texts = {one.text for one in found_in(table_of("lead:\n    visits number\nif visits > 1 then +1\n", leads, won))}
    assert texts >= {"visits < 2", "visits >= 2"}
    assert not [text for text in texts if "." in text]


@pytest.mark.parametrize(
    ("left", "right"),
    [
        ([1.0, 2.0, 3.0] * 40, [300.0, 200.0, 100.0] * 40),  # not of like size
        ([1.0, 2.0, 3.0, 4.0] * 30, [4.0, 3.0, 2.0, 1.0] * 30),  # not large where the other is
        ([1.0, 2.0, 3.0] * 40, [2.0] * 120),  # all the same
        ([-1.0, 2.0, 3.0] * 40, [-1.0, 2.0, 3.5] * 40),  # below 0
        ([float("nan")] * 120, [1.0, 2.0, 3.0] * 40),  # never known
    ],
)
def test_numbers_of_two_sorts_are_not_held_against_each_other(left: list[float], right: list[float]) -> None:
    def field(name: str, numbers: list[float]) -> Field:
        values = tuple(None if number != number else number for number in numbers)
        return Field(name, Type.NUMBER, np.arange(len(numbers), dtype=np.int32), values, tuple(map(str, numbers)))

    everyone = np.ones(len(left), dtype=bool)
    reached = np.arange(len(left)) % 2 == 0
    assert not list(comparisons(field("a", left), field("b", right), everyone, reached))


@pytest.mark.parametrize(
    ("name", "texts", "type_"),
    [
        ("campaignId", ["12", "15", "15"], Type.TEXT),
        ("Postal code", ["10115", "80331"], Type.TEXT),
        ("Phone", ["4930123", "4930124"], Type.TEXT),
        ("Number of sessions", ["1", "2"], Type.NUMBER),
        ("paid", ["1", "2"], Type.NUMBER),
        ("casino", ["1", "2"], Type.NUMBER),
        ("tools", ["Slack;Jira", "Jira;Slack;SAP", "SAP;Jira", "Slack"], Type.TEXT_LIST),
        ("greeting", ["Hello; I am A", "Hi; I am B", "Dear; C", "D"], Type.TEXT),
        ("day", ["2026-01-01", "2026-01-02"], Type.DATE),
    ],
)
def test_a_column_is_read_as_what_it_holds_and_numbers_that_only_name_something_as_texts(
    name: str, texts: list[str], type_: Type
) -> None:
    column = Column(name, np.arange(len(texts), dtype=np.int32), tuple(texts))
    assert field_of(column, (), zone_of("UTC")).type is type_


@pytest.mark.parametrize("name", ["score", "stage", "only", "Fit", "Lead Score", "2nd visit", "visit", "!"])
def test_a_column_of_any_name_gets_one_that_a_model_can_say(name: str) -> None:
    model = "lead:\n    size number\ncategory Fit:\n    if size > 900 then +1\nvisit then +1\n"
    chance = np.random.default_rng(2)
    leads: list[dict[str, object]] = [{"size": 1, name: int(chance.integers(100))} for _ in range(400)]
    found = found_in(table_of(model, leads, [at % 3 == 0 for at in range(400)]), undeclared=True)
    assert found
    for one in found:
        text = model.replace("    size number\n", f"    size number\n    {one.declared[0]}\n")
        added = scorelang.loads(f"{text}if {one.text} then +5\n")
        assert [added.score(lead).score == 5 for lead in leads[:40]] == one.true[:40].tolist()


def test_a_model_without_a_lead_block_is_only_suggested_columns_that_it_finds_by_their_names() -> None:
    chance = np.random.default_rng(2)
    leads: list[dict[str, object]] = [
        {"size": 1, "Page Views": int(chance.integers(100)), "calls": int(chance.integers(100))} for _ in range(400)
    ]
    table = table_of("if size > 900 then +1\n", leads, [at % 3 == 0 for at in range(400)])
    assert {one.fields for one in found_in(table, undeclared=True)} == {("calls",)}


def test_a_list_is_only_asked_for_its_members_where_the_model_can_say_that_it_is_one() -> None:
    leads, won = some_leads()
    declared = found_in(table_of("lead:\n    staff number\nif staff > 1 then +1\n", leads, won), undeclared=True)
    assert {one.declared for one in declared if one.fields == ("tools",)} == {("tools text list",)}
    inferred = found_in(table_of("if staff > 1 then +1\n", leads, won), undeclared=True)
    assert not [one for one in inferred if "tools" in one.fields]


def test_the_references_know_members_of_lists_and_words_of_texts_too(sample: Table) -> None:
    names = {feature.name for feature in features_of(sample, ())}
    assert {"tools contains Jira", "title mentions Head", "title", "budget"} <= names
    assert "tools" not in names
