"""Finding the repairs with which a line reads: those from the table first, the freest guesses last."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorelang.syntax_errors.doubts import doubts
from scorelang.syntax_errors.drafts import Draft, Stop
from scorelang.syntax_errors.repairs import Bench, Nothing, Repair
from scorelang.syntax_errors.table import hint, pasted, slips
from scorelang.syntax_errors.ways import elsewhere, keywords, missing, quotes, surplus

# So many slips in one line are told together.
MOST_SLIPS = 8
# Of the repairs after which more is wrong, so many are gone on with.
BREADTH = 2


def mend(bench: Bench, draft: Draft, stop: Stop) -> list[Repair]:
    """The repairs of a line from the first to the last; after the last it may still not read."""
    repairs: list[Repair] = []
    bare = pasted(bench, draft)
    if bare is not None:
        repairs.append(bare)
        if not isinstance(bare.reading, Stop):
            return repairs
        draft, stop = bare.draft, bare.reading
    for _ in range(MOST_SLIPS):
        found = _next(bench, draft, stop)
        repairs += found
        if not found or not isinstance(found[-1].reading, Stop):
            break
        draft, stop = found[-1].draft, found[-1].reading
    return repairs


def doubtful(bench: Bench, draft: Draft, stop: Stop) -> list[Repair]:
    """The slips in a line that reads, but hardly as it was meant; after the last repair nothing is doubtful."""
    for repair in slips(bench, draft, stop):
        if isinstance(repair.reading, Stop | Nothing):
            continue
        match = doubts(repair.draft.masked)
        if match is None:
            return [repair]
        rest = [] if bench.exhausted else doubtful(bench, repair.draft, Stop(*match.span()))
        if rest:
            return [repair, *rest]
    return []


def _next(bench: Bench, draft: Draft, stop: Stop) -> list[Repair]:
    """The repairs with which the line reads, or else the one with which the parser gets furthest."""
    for repair in elsewhere(bench, draft, surely=True):
        return [repair]
    chain = _chain(bench, draft, stop, MOST_SLIPS)
    if chain:
        return chain
    for repair in elsewhere(bench, draft, surely=False):
        return [repair]
    if hint(bench, draft, stop) is not None:
        return []
    for way in (quotes, missing, surplus):
        for repair in way(bench, draft, stop):
            if repair.reads:
                return [repair]
    return _furthest(list(_tried(bench, draft, stop)), draft, stop)[:1]


def _chain(bench: Bench, draft: Draft, stop: Stop, length: int) -> list[Repair]:
    """Repairs from the table that together make the line read."""
    partial = []
    for repair in _tried(bench, draft, stop):
        if repair.reads:
            return [repair]
        partial.append(repair)
        if bench.exhausted:
            return []
    for repair in _furthest(partial, draft, stop)[: BREADTH if length > 1 else 0]:
        assert isinstance(repair.reading, Stop)
        rest = _chain(bench, repair.draft, repair.reading, length - 1)
        if rest:
            return [repair, *rest]
    return []


def _tried(bench: Bench, draft: Draft, stop: Stop) -> Iterator[Repair]:
    yield from keywords(bench, draft, stop, capitals=True)
    yield from slips(bench, draft, stop)
    yield from keywords(bench, draft, stop, capitals=False)


def _furthest(repairs: Sequence[Repair], draft: Draft, stop: Stop) -> list[Repair]:
    """The repairs with which the parser gets further than before, the furthest first."""
    further = [repair for repair in repairs if not repair.reads and repair.reached > draft.origin[stop.at]]
    return sorted(further, key=lambda repair: -repair.reached)
