"""How leads have changed against a reference: fields, scores, and which rules fire."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

from attrs import frozen

from scorelang import wording
from scorelang.outcomes.bands import Edges, edges_of
from scorelang.outcomes.fields import Field, fields_of
from scorelang.outcomes.over_time import OverTime
from scorelang.outcomes.rates import Estimate, Rate, difference, rate, rate_of
from scorelang.outcomes.table import Table
from scorelang.values import DAY, Type

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# The usual limits of the index, from credit scoring (N. Siddiqi, Credit Risk Scorecards, 2006).
MOVED, DRIFTED = 0.1, 0.25
BINS = 10
MOST_VALUES = 20
# A rule that would have kept silent by chance less often than that has gone silent.
CHANCE = 0.05
# A field that is missing in so many more leads, as a share of all, is missing more and more.
LEAST_RISE = 0.01
# Added to every bin where one is empty, so that it does not make the index infinite.
PSEUDO = 0.5

Verdict = Literal["stable", "moved", "drifted"]


@frozen
class Share:
    """A bin of values: the shares of the reference and of now."""

    name: str
    reference: Rate
    now: Rate


@frozen
class Drift:
    """How the leads are spread over bins, against the reference.

    `psi` is the population stability index; `by_chance` is what it stays below in 95 of 100 cases when nothing changed
    but which leads came; `most` is the bin that changed most.
    """

    name: str
    kind: str
    psi: float
    by_chance: float
    verdict: Verdict
    most: Share


@frozen
class Firing:
    """How often a rule fires: in the reference and now, the difference with its interval, and the index of the two."""

    rule: str
    line: int
    reference: Rate
    now: Rate
    more: Estimate | None
    psi: float
    verdict: Verdict
    silent: bool


@frozen
class Missing:
    """How often a field is missing: in the reference and now, and the difference with its interval."""

    field: str
    reference: Rate
    now: Rate
    more: Estimate
    rising: bool


@frozen
class Drifts:
    """Everything that changed, or did not: `leads` now against those of the `reference`; `times` are all of them."""

    reference: int
    leads: int
    score: Drift
    stage: Drift | None
    fields: tuple[Drift, ...]
    rules: tuple[Firing, ...]
    missing: tuple[Missing, ...]
    times: OverTime | None = None

    @property
    def found(self) -> bool:
        """Whether anything drifted, went silent or is missing more and more."""
        parts = (self.score, self.stage, *self.fields)
        verdicts = [*(part.verdict for part in parts if part), *(rule.verdict for rule in self.rules)]
        silent = any(rule.silent for rule in self.rules)
        rising = any(one.rising for one in self.missing)
        return "drifted" in verdicts or silent or rising or (self.times is not None and self.times.found)


def stability(reference: Sequence[int], now: Sequence[int]) -> float:
    """The population stability index of two rows of counts: the sum of (p − q) ln(p ÷ q) over the bins.

    That is the relative entropy of each to the other, added up; the entropies are scipy's. Where a bin is empty, half a
    lead is added to each, so that the index does not become infinite.
    """
    import numpy as np
    from scipy.stats import entropy

    added = 0.0 if all(reference) and all(now) else PSEUDO
    p, q = (np.asarray(counts, dtype=float) + added for counts in (reference, now))
    return float(entropy(p, q) + entropy(q, p))


def by_chance(bins: int, reference: int, now: int) -> float:
    """What the index stays below in 95 of 100 cases when nothing changed.

    It is then spread about as chi-square with `bins` − 1 degrees of freedom, times 1 ÷ reference + 1 ÷ now
    (B. Yurdakul, Statistical Properties of Population Stability Index, 2018).
    """
    from scipy.stats import chi2

    return float(chi2.ppf(0.95, max(bins - 1, 1)) * (1 / reference + 1 / now))


def drifts(reference: Table, now: Table, bands: Sequence[int] | None = None) -> Drifts:
    """How the leads of `now` have changed against those of `reference`; both were scored by the same model."""
    edges = edges_of(reference, bands)
    stages = reference.stage_names
    old = {field.name: field for field in fields_of(reference)}
    pairs = [(old[field.name], field) for field in fields_of(now) if field.name in old]
    as_of = reference.as_of, now.as_of
    fields = [found for pair in pairs for found in [_field(*pair, as_of)] if found is not None]
    return Drifts(
        reference=len(reference),
        leads=len(now),
        score=_score(reference, now, edges),
        stage=_drift("stage", "stage", reference.stages, now.stages, stages) if len(stages) > 1 else None,
        fields=tuple(sorted(fields, key=lambda one: -one.psi)),
        rules=tuple(_firing(reference, now, number) for number in range(len(now.rules))),
        missing=tuple(_missing(*pair) for pair in pairs),
    )


def _score(reference: Table, now: Table, edges: Edges) -> Drift:
    return _drift("score", "score", edges.number(reference.scores), edges.number(now.scores), edges.names)


def _drift(
    name: str, kind: str, reference: NDArray[np.integer], now: NDArray[np.integer], bins: Sequence[str]
) -> Drift:
    """How numbers of bins are spread, against the reference."""
    import numpy as np

    counts = [np.bincount(numbers, minlength=len(bins)).tolist() for numbers in (reference, now)]
    used = [at for at in range(len(bins)) if counts[0][at] or counts[1][at]]
    before, after = ([row[at] for at in used] for row in counts)
    shares = [Share(bins[at], rate(counts[0][at], len(reference)), rate(counts[1][at], len(now))) for at in used]
    psi, chance = stability(before, after), by_chance(len(used), len(reference), len(now))
    most = max(shares, key=lambda one: abs((one.now.share or 0) - (one.reference.share or 0)))
    return Drift(name, kind, psi, chance, _verdict(psi, chance), most)


def _verdict(psi: float, chance: float) -> Verdict:
    if psi <= max(chance, MOVED):
        return "stable"
    return "drifted" if psi > DRIFTED else "moved"


# --- fields ---------------------------------------------------------------------------------------------------------


def _field(reference: Field, now: Field, as_of: tuple[NDArray[np.int64], NDArray[np.int64]]) -> Drift | None:
    """A field's drift over bins of its values, one of which is that it is missing; None where it never has any.

    Later leads have later dates: of these it is the age that counts, in days, when each lead is scored.
    """
    if reference.missing.all() and now.missing.all():
        return None
    if reference.type not in (Type.NUMBER, Type.DATE):
        return _drift(reference.name, reference.type.value, *_values(reference, now))
    old, new = _numbers(reference), _numbers(now)
    if reference.type is Type.DATE:
        old, new = ((when - each) / DAY for when, each in zip(as_of, (old, new), strict=True))
    return _drift(reference.name, reference.type.value, *_binned(old, new, reference.type))


def _numbers(field: Field) -> NDArray[np.float64]:
    """For each lead its number, NaN where it has none."""
    import numpy as np

    return np.array([np.nan if value is None else value for value in field.values], dtype=float)[field.codes]


def _binned(
    reference: NDArray[np.float64], now: NDArray[np.float64], type_: Type
) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """Bins of about equally many of the reference's numbers; one that many leads have is a bin of its own."""
    import numpy as np

    cuts = _cuts(reference[~np.isnan(reference)])
    old, new = (
        np.where(np.isnan(each), len(cuts) + 1, np.searchsorted(cuts, each, side="right")) for each in (reference, now)
    )
    return old, new, [*_ranges(cuts.tolist(), " days before" if type_ is Type.DATE else ""), "missing"]


def _cuts(known: NDArray[np.float64]) -> NDArray[np.float64]:
    """Where bins begin. After a number that many have, the next bin begins at the next double."""
    import numpy as np

    if not len(known):
        return np.empty(0)
    found = np.unique(np.quantile(known, np.arange(1, BINS) / BINS, method="higher"))
    many = [cut for cut in found if (known == cut).mean() >= 1 / BINS]
    return np.unique([*found, *(np.nextafter(cut, np.inf) for cut in many)])


def _ranges(cuts: Sequence[float], unit: str) -> Iterator[str]:
    from math import inf, nextafter

    if not cuts:
        yield "any"
        return

    def shown(cut: float) -> str:
        return wording.about(cut) + unit

    after = {nextafter(cut, inf) for cut in cuts}
    yield f"below {shown(cuts[0])}"
    for low, high in pairwise(cuts):
        if high == nextafter(low, inf):
            yield shown(low)
        else:
            yield f"{'above' if low in after else 'from'} {shown(low)} to below {shown(high)}"
    yield f"{'above' if cuts[-1] in after else 'from'} {shown(cuts[-1])}"


def _values(reference: Field, now: Field) -> tuple[NDArray[np.int64], NDArray[np.int64], list[str]]:
    """The reference's most frequent values, all others, and none."""
    import numpy as np

    sizes = np.bincount(reference.codes, minlength=len(reference.values))
    names: dict[object, int] = {}
    shown: list[str] = []
    for code in np.argsort(-sizes, kind="stable"):
        value = reference.values[int(code)]
        if value is not None and value not in names and len(names) < MOST_VALUES and sizes[code]:
            names[value] = len(shown)
            shown.append(reference.shown[int(code)])
    others, missing = len(shown), len(shown) + 1
    numbers = []
    for each in (reference, now):
        table = [missing if value is None else names.get(value, others) for value in each.values]
        numbers.append(np.array(table)[each.codes])
    return numbers[0], numbers[1], [*shown, "(others)", "missing"]


def _missing(reference: Field, now: Field) -> Missing:
    before, after = rate_of(reference.missing), rate_of(now.missing)
    more = difference(after, before)
    assert more is not None
    return Missing(now.name, before, after, more, more.above and more.value >= LEAST_RISE)


# --- rules ----------------------------------------------------------------------------------------------------------


def _firing(reference: Table, now: Table, number: int) -> Firing:
    rule = now.rules[number]
    before = rate(len(reference.fired[number].rows), len(reference))
    after = rate(len(now.fired[number].rows), len(now))
    psi = stability([before.count, before.of - before.count], [after.count, after.of - after.count])
    chance = (1 - (before.share or 0)) ** after.of
    silent = before.count > 0 and after.count == 0 and chance < CHANCE
    verdict = _verdict(psi, by_chance(2, before.of, after.of))
    return Firing(rule.id, rule.place.line, before, after, difference(after, before), psi, verdict, silent)
