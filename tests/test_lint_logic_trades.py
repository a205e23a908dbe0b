"""The rules about what is true of every lead, on models of ten trades: nothing found, but what is planted."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from scorelang.lint import Lint, lint_source, named
from scorelang.source import source_of

TRADES = Path(__file__).parent / "trades"
MODELS = tuple(sorted(path.stem for path in TRADES.glob("*.score")))
LOGIC = named(["SL4"])

# What stands below which line of a model (the first that starts so), and what is found then.
ADDED = [
    ("never-fires", "software", "category Fit", 'if title like "vp *" and length(title) < 4 then +4'),
    ("never-fires", "software", "category Interest", 'if count of visit "/pricing" > count of visit then +4'),
    ("never-fires", "university", "category Engagement", "withdrew within 30 days then -5"),
    ("never-fires", "freight", "category Profile", 'if region in ours and region is "east" then +2'),
    ("never-fires", "homes", "category Urgency", "if move_by is missing and move_by within 30 days then +4"),
    (
        "never-fires",
        "mortgage",
        "category Risk",
        "if largest of application.step < 2 and application where step > 4 then +2",
    ),
    ("never-fires", "mortgage", "category Drive", "declined then -9"),
    ("always-fires", "university", "require programme", "require Engagement <= Academic or Engagement <= 50"),
    ("shadowed-branch", "software", "        if funded ", "if revenue >= 20_000_000 then +9"),
    ("shadowed-branch", "insurance", "        if premium >= 300", "if premium / 12 >= 50 then +3"),
    ("shadowed-branch", "freight", "        | < 5 ", "| 1 to 3 | -5 | -2 | +1 |"),
    ("pays-twice", "software", "category Interest", "if days since last visit < 3 then +3"),
    ("pays-twice", "freight", "category Profile", "if at least 1 of (lanes >= 20, tonnage >= 10_000) then +2"),
    ("pays-twice", "insurance", "category Risk", "if years_insured * 12 >= 60 then +1"),
    ("narrower-text", "software", "category Fit", 'if email ends with "@gmail.com" then -3'),
    ("unreachable-stage", "wholesale", "stage Account", "stage Star from 100.5"),
    ("unreachable-stage", "insurance", "stage Close from 80", "stage Top from 101"),
    ("require-against-stage", "sport", "require age", 'require plan in ["trial", "day pass"] for Member'),
    ("disqualify-takes-stage", "insurance", "disqualify if claims", "disqualify if score >= 80"),
    ("no-effect", "insurance", "category Risk", "if claims > 6 then -2"),
    ("no-effect", "hotel", "category Closeness", 'if source is "fair" then +0.25'),
    ("no-effect", "freight", "category Profile", "if company is known then +0.25"),
    ("no-effect", "freight", "category Profile", "bounce more than 60 days ago then +3, fading out over 70 days"),
    ("more-lowers-stage", "software", "category Interest", 'if not visit "/blog*" at least 4 times then +9'),
    ("more-lowers-stage", "freight", "require meeting", "require count of rfq < 6 for Proposal"),
    ("impossible-amount", "sport", "if friend", "if at most 2 of (distance <= 2, distance > 5, friend) then +1"),
    (
        "windows-apart",
        "homes",
        "category Urgency",
        "if move_by within the next 9 days and days since move_by > 0 then +4",
    ),
    ("decay-over", "software", "category Interest", "if days since last visit > 90 then +5, fading out over 60 days"),
]

NEAR_MISSES = [
    ("software", "category Fit", 'if title like "vp *" and length(title) < 5 then +4'),
    ("software", "        if funded ", "if revenue >= 20_000_000 then +9.01"),
    ("software", "category Interest", "if days since last visit < 2 then +3"),
    ("software", "category Fit", "if created within 30 days and not created within 29 days then +4"),
    ("freight", "        | < 5 ", "| 5 to 5 | -5 | -2 | +1 |"),
    ("insurance", "        if premium >= 300", "if premium / 12 >= 24 then +3"),
    ("insurance", "disqualify if claims", "disqualify if score >= 81"),
    ("sport", "require age", 'require plan in ["trial", "month"] for Member'),
    ("freight", "category Profile", "bounce more than 30 days ago then +3, fading out over 70 days"),
    ("wholesale", "category Pull", "if average of order.total > 900 and smallest of order.total < 800 then +3"),
    ("mortgage", "category Risk", "if smallest of application.step < 2 and application where step > 4 then +2"),
    ("university", "category Engagement", "open_day since 2026-05-31 then +4, during 2026-01-01 to 2026-05-31"),
]

# What stands in the place of something else, and what is found then.
OLD_LINE = '"Mailing"    if score >= 10'
CHANGED = [
    ("gap-between-bands", "university", OLD_LINE, '"A" if score >= 31\n    "B" if score from 10 to 29'),
    ("", "university", OLD_LINE, '"A" if score >= 30\n    "B" if score < 30'),
    ("unreachable-grade", "charity", "Gold from 40,", "Gold from 40, Plus from 39.5,"),
    ("unreachable-grade", "insurance", "Fair from 3, else Poor", "Fair from 3, Poor from 0, else Awful"),
    ("", "insurance", "Fair from 3, else Poor", "Fair from 3, Poor from 0.01, else Awful"),
    ("", "insurance", "stage Close from 80", "stage Close from 100"),
    ("", "freight", "if big then +15", "if big then +15.25"),
    ("idle-bound", "homes", "category Means, at most 60", "category Means, at most 80"),
]


@cache
def text_of(model: str) -> str:
    return (TRADES / f"{model}.score").read_text(encoding="utf-8")


def found(text: str) -> list[str]:
    """The names of what the logic rules find in a model; that they leave something open is found too."""
    lint = Lint(LOGIC, seconds=120.0)
    names = [one.name for one in lint_source(source_of(str(TRADES / "model.score"), text), TRADES, lint)]
    return names + [one.message for one in lint.budget.undecided.values()]


def below(model: str, start: str, line: str) -> str:
    """A model with a line below the first one that starts so, as deep as that, or deeper below the head of a block."""
    every = text_of(model).split("\n")
    at = next(at for at, each in enumerate(every) if each.startswith(start))
    depth = len(every[at]) - len(every[at].lstrip()) + 4 * every[at].endswith(":")
    return "\n".join([*every[: at + 1], f"{' ' * depth}{line}", *every[at + 1 :]])


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_found_in_the_model_of_a_trade(model: str) -> None:
    assert found(text_of(model)) == []


@pytest.mark.parametrize(("name", "model", "start", "line"), ADDED, ids=[f"{each[0]}:{each[3]}" for each in ADDED])
def test_what_is_planted_is_found_and_nothing_else(name: str, model: str, start: str, line: str) -> None:
    assert found(below(model, start, line)) == [name]


@pytest.mark.parametrize(("model", "start", "line"), NEAR_MISSES, ids=[each[2] for each in NEAR_MISSES])
def test_what_is_right_by_a_little_is_let_be(model: str, start: str, line: str) -> None:
    assert found(below(model, start, line)) == []


@pytest.mark.parametrize(("name", "model", "old", "new"), CHANGED, ids=[each[3] for each in CHANGED])
def test_what_is_changed_is_found_where_it_is_wrong(name: str, model: str, old: str, new: str) -> None:
    assert old in text_of(model)
    assert found(text_of(model).replace(old, new)) == [name] * bool(name)
