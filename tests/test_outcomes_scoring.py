"""Leads scored many at a time: what is kept of their results."""

from __future__ import annotations

import scorelang
from scorelang.data import Event
from scorelang.outcomes.scores import Scores
from scorelang.outcomes.scoring import Job, Scorer

MODEL = scorelang.loads("""
lead:
    title text
    size number
event visit(path page)
if title is "CEO" then +10
if size >= 100 then +5
each visit within 30 days then +2, at most 6
visit "/careers" then -5
stage MQL from 10
stage SQL from 15
""").checked
DAY = 86_400_000_000
AS_OF = 20_000 * DAY


def jobs(first: int, count: int) -> list[Job]:
    """Leads with events of files; every seventh does not fit."""
    found: list[Job] = []
    for at in range(first, first + count):
        size = "many" if at % 7 == 3 else str(at * 13 % 200)
        visits = [
            Event({"type": "visit", "at": "2024-09-20T10:00:00Z", "path": "/careers" if at % 5 else "/"}, "e.csv", 1)
        ]
        found.append(({"title": "CEO" if at % 3 else "Clerk", "size": size}, visits * (at % 4), AS_OF + at * DAY))
    return found


def test_results_are_those_of_the_model() -> None:
    found = Scorer(MODEL, keeps=True).scored(jobs(0, 20))
    assert found.misfits == {3, 10, 17}
    wanted = [
        scorelang.loads(MODEL.source.text).score(values, events, "2024-10-04") for values, events, _ in jobs(0, 1)
    ]
    assert [(each.score, each.stage) for each in found.results[:1]] == [(each.score, each.stage) for each in wanted]
    scores = [round(each.score * 100) for each in found.results]
    assert list(found.scores.whole[::3]) == scores
    for rule, (rows, points) in zip(MODEL.scoring, found.scores.fired, strict=True):
        told = [
            (row, round(fired.points * 100))
            for row, each in enumerate(found.results)
            for fired in each.fired
            if fired.rule == rule.id
        ]
        assert list(zip(rows, points, strict=True)) == told


def test_results_of_batches_follow_each_other() -> None:
    together = Scores.none_of(MODEL)
    for start in range(0, 60, 20):
        together.extend(Scorer(MODEL).scored(jobs(start, 20)).scores)
    alone = Scorer(MODEL).scored(jobs(0, 60)).scores
    assert together.whole == alone.whole
    assert together.fired == alone.fired
