"""Conditions that a change may be held to, such as `MQL +20%`."""

from __future__ import annotations

import re
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction
from typing import Literal

from attrs import frozen

from scorelang.diagnostics import ScorelangError
from scorelang.diff.impact import Impact
from scorelang.suggest import closest, listed, plural

Sign = Literal["+", "-", ""]
# Subjects that are no stage.
SCORE, CHANGED = "score", "changed"
FORM = "STAGE, `score` or `changed`, then a number of leads or a share of them: `MQL +20%`, `score -500 leads`"
_LIMIT = re.compile(r"(?P<subject>.*?)\s*(?P<sign>\+/-|[+-])?\s*(?P<number>\d[\d_]*(?:\.\d+)?)\s*(?P<unit>%|leads?)?")


class LimitError(ScorelangError, ValueError):
    """A text that is no condition for a change; the message says what it takes."""


@frozen
class Limit:
    """A condition: of a stage, the leads at or above it; of `score` those whose score changes, of `changed` any.

    `sign` is the direction, empty for either; `number` counts leads, or with `is_share` hundredths of them.
    """

    text: str
    subject: str
    sign: Sign
    number: Fraction
    is_share: bool


def read_limit(text: str, stages: Iterable[str]) -> Limit:
    """The condition that a text says. Raises `LimitError` for what is none; `stages` are those that it may name."""
    known = [*stages, SCORE, CHANGED]
    found = _LIMIT.fullmatch(text.strip())
    if found is None:
        raise LimitError(f"{text!r} is no condition: it takes {FORM}")
    subject = found["subject"].strip()
    if subject not in known:
        near = closest(subject, known)
        hint = f"did this mean `{near}`?" if near else f"it takes {listed(known, last='or')}"
        raise LimitError(f"{text!r}: there is no stage `{subject}`; {hint}" if subject else f"{text!r}: {hint}")
    if found["unit"] is None:
        raise LimitError(
            f"{text!r}: {found['number']} of what? Write `{found['number']}%` or `{found['number']} leads`"
        )
    number = Fraction(Decimal(found["number"].replace("_", "")))
    is_share = found["unit"] == "%"
    if number == 0 or (not is_share and number.denominator != 1):
        raise LimitError(f"{text!r}: the number is above 0, and one of leads is whole")
    sign: Sign = "+" if found["sign"] == "+" else "-" if found["sign"] == "-" else ""
    if subject == CHANGED and sign:
        raise LimitError(f"{text!r}: `changed` goes neither up nor down; leave out the `{sign}`")
    return Limit(text, subject, sign, number, is_share)


def breach(limit: Limit, impact: Impact) -> str | None:
    """What breaks a condition, in words; None when it holds.

    It breaks when as many leads as it says, or more, are concerned: a share is one of the leads at or above the stage
    before, and otherwise one of all leads.
    """
    if limit.subject in (SCORE, CHANGED):
        name = "anything" if limit.subject == CHANGED else {"+": "score up", "-": "score down"}.get(limit.sign, "score")
        count = impact.changed[name]
        what = " their score" if limit.subject == SCORE else ""
        said = f"{count:,} of {plural(impact.leads, 'lead')} change{what}"
        return said + _share(count, impact.leads) if _reached(limit, count, impact.leads) else None
    before, after = impact.reached.get(limit.subject, (0, 0))
    more = after - before if limit.sign != "-" else before - after
    count = abs(more) if not limit.sign else more
    if not _reached(limit, count, before):
        return None
    said = f"leads at or above {limit.subject}: {before:,} before, {after:,} after"
    return said + _share(after - before, before, signed=True)


def _reached(limit: Limit, count: int, of: int) -> bool:
    if count <= 0:
        return False
    return count * 100 >= limit.number * of if limit.is_share else count >= limit.number


def _share(count: int, of: int, *, signed: bool = False) -> str:
    if not of:
        return ""
    share = 100 * count / of
    return f" ({share:+.1f}%)" if signed else f" ({share:.1f}%)"
