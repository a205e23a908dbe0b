"""The five measures of a team that qualifies leads, as far as outcomes give them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Literal

from attrs import evolve, frozen

from scorelang.outcomes.rates import Rate, rate_of, total
from scorelang.outcomes.table import NEVER, Table
from scorelang.values import DAY

NAMES = ("acceptance", "reach", "qualification", "conversion", "pipeline", "win rate")


@frozen
class Measure:
    """A measure of a team: a share with what it is `among`, or a sum with how many leads it is of.

    `median_days` is how long it took from the first decision, over the `timed` leads of which that is known. `target`
    is a share, or for the pipeline an amount; a share has `met` it when all of its interval has, has `missed` it when
    none has, and is otherwise `open`.
    """

    name: str
    among: str
    rate: Rate | None = None
    amount: float | None = None
    leads: int | None = None
    median_days: float | None = None
    timed: int | None = None
    target: float | None = None
    verdict: Literal["met", "missed", "open"] | None = None


def measures(table: Table, targets: Mapping[str, float] | None = None) -> tuple[Measure, ...]:
    """Reach, qualification, conversion with its speed, pipeline contribution and win rate: those that the data gives.

    Leads that were taken are all that have an outcome, but those that were rejected and got no further. `targets` are
    by the names of measures.
    """
    wanted = targets or {}
    return tuple(_held(one, wanted[one.name]) if one.name in wanted else one for one in _measures(table))


def _held(found: Measure, target: float) -> Measure:
    """A measure held against its target."""
    if found.rate is None:
        return evolve(found, target=target, verdict="met" if (found.amount or 0) >= target else "missed")
    if found.rate.low is None or found.rate.high is None:
        return evolve(found, target=target)
    verdict: Literal["met", "missed", "open"] = (
        "met" if found.rate.low >= target else "missed" if found.rate.high < target else "open"
    )
    return evolve(found, target=target, verdict=verdict)


def _measures(table: Table) -> Iterator[Measure]:
    said = table.said
    if said & {"accepted", "rejected"}:
        accepted = table.has("accepted")
        yield Measure("acceptance", "leads accepted or rejected", rate_of(accepted, accepted | table.has("rejected")))
    taken = ~table.has("rejected") | table.has("reached")
    if "reached" in said:
        yield Measure("reach", "leads taken", rate_of(table.has("reached"), taken))
    if "conversation" in said:
        among = table.has("reached") if "reached" in said else taken
        what = "leads reached" if "reached" in said else "leads taken"
        yield Measure("qualification", what, rate_of(table.has("conversation"), among))
    if "opportunity" in said:
        among = table.has("conversation") if "conversation" in said else taken
        what = "conversations" if "conversation" in said else "leads taken"
        median, timed = _speed(table)
        found = rate_of(table.has("opportunity"), among)
        yield Measure("conversion", what, found, median_days=median, timed=timed)
    # A lead that was lost may never have been an opportunity: it counts only where the outcomes say that it was one.
    worth = table.values[table.has("opportunity", "won")]
    known = int((worth == worth).sum())
    if known:
        what = "opportunities with a value" if "opportunity" in said else "deals won with a value"
        yield Measure("pipeline", what, amount=total(worth), leads=known)
    if said & {"won"} and said & {"lost"}:
        yield Measure("win rate", "deals won or lost", rate_of(table.has("won"), table.has("won", "lost")))


def _speed(table: Table) -> tuple[float | None, int]:
    """The median of the days from the first decision to the opportunity, and of how many leads."""
    import numpy as np

    times = table.times["opportunity"]
    known = (times != NEVER) & (table.first != NEVER)
    if not known.any():
        return None, 0
    return round(float(np.median((times[known] - table.first[known]) / DAY)), 2), int(known.sum())
