"""What a compiled module does around its functions: scores a lead, tests itself, scores files of leads.

It needs the standard library, `values` and `raw` only, as it stands in such a module.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from datetime import UTC, datetime
from itertools import chain
from typing import Any

from scorelang.codegen.raw import ABSENT, Misfit, getter, identified, settled
from scorelang.values import EXPECTED, Type, Unfit, coerce, format_instant, from_hundredths, zone_of

Outcome = tuple[Any, ...]


class LeadError(ValueError):
    """Data that does not fit the model: which lead, field and value, and the type that was expected."""

    def __init__(self, lead: str | None, field: str, value: object, expected: str, event: str | None) -> None:
        who = f"lead {lead}" if lead is not None else "a lead without an id"
        what = f"{event}.{field}" if event else field
        told = "missing, and must be" if value is None else f"{_shown(value)}, which is not"
        super().__init__(f"{who}: {what} is {told} {expected}")
        self.lead, self.field, self.value, self.expected, self.event = lead, field, value, expected, event


def _shown(value: object) -> str:
    try:
        shown = repr(value)
    except ValueError:
        # Python refuses to write out a whole number of thousands of digits.
        return f"a {type(value).__name__} too long to show"
    return shown if len(shown) <= 80 else shown[:77] + "..."


def score_alone(
    plan: dict[str, Any], functions: tuple[Callable[..., Outcome], ...], lead: Any, events: Any, as_of: Any
) -> dict[str, Any]:
    """A lead's result in JSON's types; `functions` are tried in order, the last one takes whatever fits at all."""
    instant = _instant(plan, datetime.now(UTC) if as_of is None else as_of)
    if type(events) is not list:
        events = settled(lead, events)
    for function in functions[:-1]:
        try:
            return _result(plan, function(lead, events, instant), instant)
        except (Misfit, TypeError, OverflowError):
            continue
    try:
        return _result(plan, functions[-1](lead, events, instant), instant)
    except Misfit as found:
        raise LeadError(_identity(plan, lead), found.field, found.value, found.expected, found.event) from None


def _instant(plan: dict[str, Any], as_of: Any) -> int:
    try:
        value = coerce(Type.DATE, as_of, zone_of(plan["timezone"]))
    except Unfit:
        value = None
    if not isinstance(value, int):
        raise ValueError(f"as_of is {as_of!r}, which is not {EXPECTED[Type.DATE]}")
    return value


def _identity(plan: dict[str, Any], lead: Any) -> str | None:
    try:
        get = getter(lead, "lead")
        name, column = plan["key"]
        raw = get(name, ABSENT)
        return identified(get(column) if raw is ABSENT and column is not None else None if raw is ABSENT else raw, name)
    except Misfit:
        return None


def _result(plan: dict[str, Any], outcome: Outcome, instant: int) -> dict[str, Any]:
    id_, score, persona, stage, blocked, route, categories, grades, fired = outcome
    rules = plan["rules"]
    counted = [pair for pair in sorted(chain.from_iterable(fired)) if rules[pair[0]][1] in (None, persona)]
    return {
        "id": (id_ or "").strip() or None,
        "score": _of_hundredths(score),
        "categories": {name: _of_hundredths(value) for name, value in zip(plan["categories"], categories, strict=True)},
        "grades": dict(zip(plan["grades"], grades, strict=True)),
        "persona": persona,
        "stage": stage,
        "qualified": not blocked,
        "blocked_by": [
            {"rule": plan["gates"][at][0], "because": plan["gates"][at][1], "was": was} for at, was in blocked
        ],
        "route": route,
        "fired": [{"rule": rules[number][0], "points": _of_hundredths(points)} for number, points in counted],
        "as_of": format_instant(instant),
        "model": dict(plan["model"]),
    }


def _of_hundredths(hundredths: int) -> float | int:
    """Points for JSON: whole ones have no fraction."""
    return hundredths // 100 if hundredths % 100 == 0 else from_hundredths(hundredths)


def self_test(score: Callable[..., dict[str, Any]], cases: Iterable[tuple[str, str, str, str]]) -> list[str]:
    """What differs from the results that the model gave when it was compiled; the cases are JSON."""
    wrong = []
    for lead, events, as_of, expected in cases:
        got = score(json.loads(lead), json.loads(events), json.loads(as_of))
        if got != json.loads(expected):
            wrong.append(f"lead {lead}, events {events}, as of {as_of}: expected {expected}, got {json.dumps(got)}")
    return wrong


def main(score: Callable[..., dict[str, Any]], cases: tuple[tuple[str, str, str, str], ...], about: str) -> int:
    """The command line: `--self-test`, or leads as JSON, one a line, from a file or standard input."""
    parser = argparse.ArgumentParser(description=about)
    parser.add_argument("leads", nargs="?", help="a file of leads, one JSON object a line; default: standard input")
    parser.add_argument("--as-of", help="the time of scoring, as ISO 8601; default: now")
    parser.add_argument("--self-test", action="store_true", help="score the leads in this module and compare")
    options = parser.parse_args()
    if options.self_test:
        wrong = self_test(score, cases)
        print("\n".join([*wrong, f"{len(cases) - len(wrong)} of {len(cases)} leads score as they should"]))
        return 1 if wrong else 0
    failed = 0
    try:
        with open(options.leads, encoding="utf-8") if options.leads else sys.stdin as lines:
            for number, line in enumerate(lines, 1):
                failed += bool(line.strip()) and not _scored(score, line, number, options.as_of)
        sys.stdout.flush()
    except BrokenPipeError:
        # Nobody reads on. Closed, it is not tried again when Python ends.
        with suppress(BrokenPipeError):
            sys.stdout.close()
    except (OSError, UnicodeDecodeError) as error:
        print(f"{options.leads or 'standard input'}: {error}", file=sys.stderr)
        return 2
    return 1 if failed else 0


def _scored(score: Callable[..., dict[str, Any]], line: str, number: int, as_of: str | None) -> bool:
    """Print the result of a line; where there is none, why."""
    try:
        print(json.dumps(score(json.loads(line), None, as_of), ensure_ascii=False))
    except ValueError as error:
        print(f"line {number}: {error}", file=sys.stderr)
        return False
    return True
