"""How the differences of scores are spread."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import accumulate, pairwise

from attrs import frozen

# In hundredths. A band goes from one of them to below the next; below 0 it is the same from the other side.
EDGES = (0, 500, 1_000, 2_000)


@frozen
class Band:
    """A range of differences, in words, and how many leads it holds."""

    name: str
    leads: int


@frozen
class Spread:
    """The differences of scores, new less old, of all leads: bands from the largest loss up, and in hundredths.

    `mean` and `median` are of all leads, those with the same score included; all are None without leads.
    """

    bands: tuple[Band, ...]
    least: int | None = None
    most: int | None = None
    mean: float | None = None
    median: float | None = None


def spread_of(differences: Mapping[int, int]) -> Spread:
    """The spread of differences in hundredths, each with the number of its leads."""
    count = sum(differences.values())
    down, up = ([*_bands(differences, word, sign)] for word, sign in (("down", -1), ("up", 1)))
    bands = (*reversed(down), Band("the same", differences.get(0, 0)), *up)
    if not count:
        return Spread(bands)
    ordered = sorted(differences)
    mean = sum(points * leads for points, leads in differences.items()) / count
    return Spread(bands, ordered[0], ordered[-1], mean, _median(ordered, differences, count))


def _bands(differences: Mapping[int, int], word: str, sign: int) -> list[Band]:
    """From the smallest differences to the largest."""
    found = []
    for low, high in pairwise((*EDGES, None)):
        assert low is not None
        leads = sum(
            leads
            for points, leads in differences.items()
            if points * sign > 0 and abs(points) >= low and (high is None or abs(points) < high)
        )
        found.append(Band(_name(word, low, high), leads))
    return found


def _name(word: str, low: int, high: int | None) -> str:
    if high is None:
        return f"{word} by {low // 100} or more"
    return f"{word} by {low // 100} to below {high // 100}" if low else f"{word} by less than {high // 100}"


def _median(ordered: list[int], differences: Mapping[int, int], count: int) -> float:
    """The middle difference; of an even number the middle of the two."""
    reached = list(accumulate(differences[points] for points in ordered))

    def at(place: int) -> int:
        return next(points for points, upto in zip(ordered, reached, strict=True) if upto > place)

    return (at((count - 1) // 2) + at(count // 2)) / 2
