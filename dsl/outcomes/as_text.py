"""Findings as short texts: shares, estimates and amounts, with their intervals where they have one."""

from __future__ import annotations

from scorelang.outcomes.rates import Auc, Estimate, Rate
from scorelang.result import plain

NONE = "-"


def percent(share: float | None) -> str:
    """`11.3%`; `-` where there is none."""
    return NONE if share is None else f"{100 * share:.1f}%"


def share(rate: Rate) -> str:
    """`11.3% (11.0–11.6)`: a share with its interval."""
    if rate.share is None or rate.low is None or rate.high is None:
        return NONE
    return f"{percent(rate.share)} ({100 * rate.low:.1f}–{100 * rate.high:.1f})"


def ranked(found: Auc | None) -> str:
    """`0.745 (0.737–0.753)`."""
    if found is None or found.low is None or found.high is None:
        return NONE if found is None else f"{found.value:.3f}"
    return f"{found.value:.3f} ({found.low:.3f}–{found.high:.3f})"


def estimate(found: Estimate | None) -> str:
    """`+0.45 (+0.40, +0.50)`."""
    if found is None or found.low is None or found.high is None:
        return NONE if found is None else f"{found.value:+.2f}"
    return f"{found.value:+.2f} ({found.low:+.2f}, {found.high:+.2f})"


def estimate_in_points(found: Estimate | None) -> str:
    """A difference of shares in percentage points: `+4.2 (+1.0, +7.5)`."""
    if found is None or found.low is None or found.high is None:
        return NONE
    return f"{100 * found.value:+.1f} ({100 * found.low:+.1f}, {100 * found.high:+.1f})"


def number(value: float) -> str:
    """Points or an amount: `2.5`, `1,250`."""
    return f"{plain(round(float(value), 2)):,}"


def ratio(value: float | None) -> str:
    """A lift: `3.33`."""
    return NONE if value is None else f"{value:.2f}"


def points_between(low: float, high: float) -> str:
    """The points that a rule gave: `+10`, or `+2.5 to +10`."""
    lower, higher = (number(value) if value <= 0 else f"+{number(value)}" for value in (low, high))
    return lower if lower == higher else f"{lower} to {higher}"
