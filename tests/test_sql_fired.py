"""Fired rules as the table of results keeps them: bits of several words, numbers of rules whose points vary."""

from __future__ import annotations

import scorelang

from .duckdb_engine import connected, packed_many

AS_OF = "2026-01-01"


def _said(text: str, leads: list[dict[str, object]]) -> list[str]:
    """Whether every lead's list, and what is packed of it, is that of the reference; and how it is packed."""
    model = scorelang.loads(text)
    packing, rows = packed_many(connected(), model, leads, AS_OF)
    for lead, (left_over, packed, listed) in zip(leads, rows, strict=True):
        result = model.score(lead, as_of=AS_OF)
        assert not left_over
        assert listed == [{"rule": fired.rule, "points": fired.points} for fired in result.fired]
        assert packed == packing.packed_value(result)
    return list(rows[0][1])


def test_rules_fill_several_words_and_may_have_any_name() -> None:
    rules = [f"if n >= {at} then +{at + 1} because \"more than {at}, 'quoted'\"" for at in range(130)]
    rules.insert(70, "if n > 1 then +n / 3")
    rules.insert(9, "if n < 100 then -n")
    text = "\n".join(["lead:", "    n number", *rules])
    packed = _said(text, [{"n": n} for n in (0, 1, 2, 50, 62, 63, 64, 99, 129, 200)] + [{}])
    assert packed == ["w0", "w1", "w2", "p0", "p1"]


def test_a_model_whose_rules_all_vary_and_one_without_rules_have_a_word_all_the_same() -> None:
    assert _said("lead:\n    n number\nif n > 1 then +n", [{"n": 1}, {"n": 2.5}]) == ["w0", "p0"]
    assert _said("lead:\n    n number\nrequire n > 1", [{"n": 1}, {"n": 2}]) == ["w0"]


def test_points_of_many_events_may_be_more_together_than_those_of_one_can_be() -> None:
    points = [1e12, 2.68, 1e12]
    events = [{"type": "adjustment", "at": f"2025-12-0{day}", "points": of} for day, of in enumerate(points, 1)]
    text = "event adjustment(points number)\neach adjustment then +points"
    assert _said(text, [{"events": events}, {"events": events[:2]}]) == ["w0", "p0"]
