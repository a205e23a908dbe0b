"""Simple conditions: limits of numbers, found by binning and by a shallow tree; values, words and members."""

from __future__ import annotations

import json
import math
from collections.abc import Iterable, Iterator
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

from attrs import frozen

from scorelang.outcomes.fields import Field, conditions_of
from scorelang.outcomes.rates import LEAST_LEADS
from scorelang.values import Type, Value, fold

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# Numbers are cut where a tree of so many leaves cuts them, and into so many bins of about as many leads.
LEAVES = 6
BINS = 10
# So many of a text's values are looked at, the most frequent first, that so many leads have at least. Those that do
# best, or worst, are joined too: from one of these places to another in their order, and no more than so many.
MOST_NAMES, LEAST_NAMED = 60, 20
PLACES = (0, 1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30)
MOST_JOINED = 12
# Texts that share fewer words are no more than names.
FEW_WORDS = 5
# A rate of few leads is drawn towards that of all by so many leads of the average sort.
AVERAGE_LEADS = 20
# Numbers are written with so many decimals at most, and so many zeros at their end.
MOST_DECIMALS, MOST_ZEROS = 6, 12
# A number is cut where people would, so long as no larger a share of the leads is on another side for it.
HARDLY_ANY = 0.01
# Two numbers are held against each other when neither is so many times the other, and their ranks are so related.
ALIKE, RELATED = 3.0, 0.5


def conditions_on(
    field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """The text of each condition, for each lead whether it is true, and the luck of how it was chosen."""
    if field.type is Type.NUMBER:
        for text, true in _of_numbers(field, train, reached):
            yield text, true, 0.0
        return
    for condition in conditions_of(field):
        if not condition.text.endswith(" is missing"):
            yield condition.text, condition.true, 0.0
    if field.type in (Type.TEXT, Type.TEXT_LIST) and not field.holds_mail:
        yield from _joined(field, train, reached)


# --- numbers --------------------------------------------------------------------------------------------------------


def _of_numbers(
    field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """On either side of each cut, and between neighbouring ones of the tree."""
    import numpy as np

    numbers = _numbers(field)
    told = train & ~np.isnan(numbers)
    if not told.any():
        return
    split = _split(numbers[told], reached[told])
    bins = np.quantile(numbers[told], np.arange(1, BINS) / BINS, method="higher")
    for cut in sorted({*split, *_between(np.sort(numbers[told]), bins)}):
        yield f"{field.name} < {_typed(cut)}", numbers < cut
        yield f"{field.name} >= {_typed(cut)}", numbers >= cut
    whole = bool((numbers[~np.isnan(numbers)] % 1 == 0).all())
    for low, high in pairwise(split):
        if whole:
            text = f"{field.name} from {_typed(low)} to {_typed(high - 1)}"
        else:
            text = f"{field.name} >= {_typed(low)} and {field.name} < {_typed(high)}"
        yield text, (numbers >= low) & (numbers < high)


def comparisons(
    one: Field, other: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.int32], NDArray[np.bool_]]]:
    """Of two numbers of one sort the one that is mostly smaller, held against the other, or a share or multiple of it.

    Each with a number for each lead, and for each such number whether it is true.
    """
    import numpy as np

    left, right = _numbers(one), _numbers(other)
    known = ~np.isnan(left) & ~np.isnan(right)
    if not known.any() or min(left[known].min(), right[known].min()) < 0:
        return
    if np.median(left[known]) > np.median(right[known]):
        one, other, left, right = other, one, right, left
    told = train & known & (right > 0)
    if not told.any() or not _are_alike(left[told], right[told]):
        return
    cuts = sorted({1.0, *(cut for cut in _split(left[told] / right[told], reached[told]) if 0 < cut <= ALIKE)})
    # How many of the cuts a lead is not below.
    reaching = np.sum([left >= cut * right for cut in cuts], axis=0)
    codes = np.where(known, reaching, len(cuts) + 1).astype(np.int32)
    for at, cut in enumerate(cuts):
        share = other.name if cut == 1 else f"{_typed(cut)} * {other.name}"
        numbers = np.arange(len(cuts) + 2)
        yield f"{one.name} < {share}", codes, numbers <= at
        yield f"{one.name} >= {share}", codes, (numbers > at) & (numbers <= len(cuts))


def _are_alike(left: NDArray[np.float64], right: NDArray[np.float64]) -> bool:
    """Whether both are of one sort, as an offer and a budget are: of like size, and large where the other is."""
    import numpy as np
    from scipy.stats import spearmanr

    middles = float(np.median(left)), float(np.median(right))
    if not 0 < max(middles) <= ALIKE * min(middles) or np.ptp(left) == 0 or np.ptp(right) == 0:
        return False
    return float(spearmanr(left, right).statistic) >= RELATED


def _numbers(field: Field) -> NDArray[np.float64]:
    """The number of each lead, NaN where it is missing."""
    import numpy as np

    return np.array([np.nan if value is None else value for value in field.values], dtype=float)[field.codes]


def _split(numbers: NDArray[np.float64], reached: NDArray[np.bool_]) -> list[float]:
    """Where a shallow tree (scikit-learn) cuts the numbers, as ones that are short to write."""
    import numpy as np
    from sklearn.tree import DecisionTreeClassifier

    least = max(LEAST_LEADS, int(0.01 * len(numbers)))
    tree = DecisionTreeClassifier(max_leaf_nodes=LEAVES, min_samples_leaf=least, criterion="log_loss", random_state=0)
    fitted = tree.fit(numbers.reshape(-1, 1), reached).tree_
    cuts = np.sort(fitted.threshold[fitted.children_left >= 0])
    ordered = np.sort(numbers)
    return _between(ordered, ordered[np.minimum(np.searchsorted(ordered, cuts, side="right"), len(ordered) - 1)])


def _between(ordered: NDArray[np.float64], cuts: NDArray[np.float64]) -> list[float]:
    """For each cut, which is one of the ordered numbers, the shortest number that parts all but a few of them alike."""
    import numpy as np

    few, last = int(HARDLY_ANY * len(ordered)), len(ordered) - 1
    found: list[float] = []
    for cut in np.unique(cuts):
        at = int(np.searchsorted(ordered, cut))
        if at:
            # Above the first, and up to the second, no more than a few are on another side than by the cut itself.
            below, up_to = ordered[max(at - 1 - few, 0)], ordered[min(at + few, last)]
            short = _short(float(below), float(cut), float(up_to))
            if short is not None and short not in found:
                found.append(short)
    return found


def _short(below: float, cut: float, up_to: float) -> float | None:
    """The number with the fewest digits above one and not above the other, near the cut; None where it has too many."""
    for decimals in range(-MOST_ZEROS, MOST_DECIMALS + 1):
        scaled = cut * 10.0**decimals
        near = [whole / 10.0**decimals for whole in (math.floor(scaled), math.ceil(scaled))]
        fits = [one for one in near if below < one <= up_to and float(_typed(one)) == one]
        if fits:
            return min(fits, key=lambda one: abs(one - cut))
    return None


def _typed(number: float) -> str:
    """A number as it is typed: never with an exponent, and with `_` between thousands."""
    return f"{number:_.{MOST_DECIMALS}f}".rstrip("0").rstrip(".")


# --- texts ----------------------------------------------------------------------------------------------------------


@frozen(eq=False)
class _Named:
    """A value, word or member, as it is written: which of the field's values have it, and how their leads did."""

    shown: str
    holding: NDArray[np.bool_]
    rate: float


def _joined(
    field: Field, train: NDArray[np.bool_], reached: NDArray[np.bool_]
) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """Values that did alike as a list; where they share words, these say the same in less, and of more leads."""
    parts = field.parts
    if field.type is Type.TEXT and (parts is None or len(parts.shown) < FEW_WORDS):
        yield from _lists(f"{field.name} in", _frequent(field, train), field, train, reached)
    if parts is not None:
        named = zip(parts.shown, parts.holding, strict=True)
        yield from _lists(f"{field.name} {parts.operator}", named, field, train, reached)


def _lists(
    text: str,
    named: Iterable[tuple[str, NDArray[np.bool_]]],
    field: Field,
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
) -> Iterator[tuple[str, NDArray[np.bool_], float]]:
    """Those that did best, those that did next best and so on, and from the worst up; two and more in each."""
    import numpy as np

    rates = _ranked(named, field, train, reached)
    for ordered in (rates, rates[::-1]):
        for first, last in combinations(PLACES, 2):
            some = ordered[first:last]
            is_upper = first == 0 or 2 * last <= len(ordered) + 1
            if 2 <= last - first <= MOST_JOINED and last < len(ordered) and is_upper:
                items = ", ".join(json.dumps(one.shown, ensure_ascii=False) for one in some)
                holds = np.logical_or.reduce([one.holding for one in some])[field.codes]
                yield f"{text} [{items}]", holds, _luck(first, last, len(ordered), float(holds[train].mean()))


def _ranked(
    named: Iterable[tuple[str, NDArray[np.bool_]]],
    field: Field,
    train: NDArray[np.bool_],
    reached: NDArray[np.bool_],
) -> list[_Named]:
    """Those that enough of the leads to learn from have, the ones that did worst first."""
    import numpy as np

    leads = np.bincount(field.codes[train], minlength=len(field.values))
    won = np.bincount(field.codes[train & reached], minlength=len(field.values))
    overall = float(reached[train].mean())
    found: list[_Named] = []
    for shown, holding in named:
        size, ones = int(leads[holding].sum()), int(won[holding].sum())
        if size >= LEAST_NAMED:
            found.append(_Named(shown, holding, (ones + AVERAGE_LEADS * overall) / (size + AVERAGE_LEADS)))
    return sorted(found, key=lambda one: (one.rate, fold(one.shown)))


def _frequent(field: Field, train: NDArray[np.bool_]) -> Iterator[tuple[str, NDArray[np.bool_]]]:
    """The values of most leads, each as it is written last, with which of the field's values are the same."""
    import numpy as np

    leads = np.bincount(field.codes[train], minlength=len(field.values)).tolist()
    codes: dict[Value, list[int]] = {}
    for code, value in enumerate(field.values):
        if value is not None:
            codes.setdefault(value, []).append(code)
    sizes = {value: sum(leads[code] for code in same) for value, same in codes.items()}
    for value in sorted(codes, key=lambda value: -sizes[value])[:MOST_NAMES]:
        holding = np.zeros(len(field.values), dtype=bool)
        holding[codes[value]] = True
        yield field.shown[codes[value][-1]], holding


def _luck(first: int, last: int, values: int, share: float) -> float:
    """About what the score statistic is of values that mean nothing: from one place to another of the best of so many.

    `share` of all leads have one of these. The values' own statistics are then normal, and the i-th largest of n is
    about the quantile of 1 - (i - 3/8) / (n + 1/4): G. Blom, Statistical Estimates and Transformed Beta-Variables
    (1958). Together they have their sum over the root of their number, held against the rest of the leads.
    """
    import numpy as np
    from scipy.stats import norm

    largest = norm.ppf(1 - (np.arange(first + 1, last + 1) - 0.375) / (values + 0.25))
    return float(max(largest.sum(), 0.0) ** 2 / (last - first) / (1 - share)) if share < 1 else 0.0
