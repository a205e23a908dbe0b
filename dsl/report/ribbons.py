"""Flows as ribbons, from the names at the left to those at the right."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from scorelang.report.charts import as_is
from scorelang.report.drawing import HIT, INK, LETTER, MARK, MISS, SOFT, WARN, WIDTH, data, room, svg_of
from scorelang.suggest import plural

if TYPE_CHECKING:
    import altair as alt

# Points of a ribbon's edge.
BENDS = 24
# Between two names, as a share of all leads.
GAP = 0.025
# How wide the box of a name is, as a share of the way between left and right.
BOX = 0.012
MIDDLE = (MARK, WARN, "var(--good)", "var(--bad)")

Counts = Mapping[tuple[str, str], int]
Side = Sequence[tuple[str, int]]


def ribbons(left: Side, right: Side, counts: Counts, titles: tuple[str, str]) -> str:
    """Names with their leads at either side, and a ribbon for each pair, as wide as its leads are many."""
    import altair as alt

    whole = sum(counts.values()) or 1
    places = _stacked(left, whole), _stacked(right, whole)
    most = max(len(left), len(right))
    width = WIDTH - sum(room(_said(*one) for one in side) for side in (left, right))
    x = alt.X("x:Q", axis=None, scale=alt.Scale(domain=[0, 1], nice=False))
    y = alt.Y("y:Q", axis=None, scale=alt.Scale(domain=[1 + GAP * (most - 1), 0], nice=False))
    flows = (
        alt.Chart(data(_flows(left, right, counts, places)), width=width, height=max(220, 46 * most))
        .mark_area(opacity=0.45)
        .encode(x=x, y=y, y2="y2:Q", detail="flow:N", color=as_is(), description="tip:N")
    )
    layers: list[Any] = [flows]
    for side, tops, at, edge in ((left, places[0], -BOX, 0.0), (right, places[1], 1.0, width)):
        rows = [_box(name, size, at, tops[name], size / whole) for name, size in side]
        boxes = alt.Chart(data(rows)).mark_rect(color=SOFT, aria=False)
        layers.append(boxes.encode(x=x, x2="x2:Q", y=y, y2="y2:Q"))
        texts = _text(rows, edge, width).encode(y=alt.Y("middle:Q", axis=None))
        heads = _text([{"text": titles[edge > 0]}], edge, width, dy=-14, color=SOFT).encode(y=alt.value(0))
        layers += [texts, heads]
    # Fonts differ by up to a fifth from the one that texts are measured with.
    return svg_of(alt.layer(*layers), left=max(len(_said(*one)) for one in left) * LETTER / 5 + 4)


def _text(rows: Sequence[Mapping[str, Any]], edge: float, width: float, **more: Any) -> alt.Chart:
    """Texts that end left of the boxes at the left, or begin right of those at the right."""
    import altair as alt

    align, place = ("left", width * (1 + BOX) + 6) if edge else ("right", -width * BOX - 6)
    marks: alt.Chart = alt.Chart(data(rows)).mark_text(**{"align": align, "color": INK, "aria": False, **more})
    return marks.encode(x=alt.value(place), text="text:N")


def _said(name: str, size: int) -> str:
    return f"{name}: {size:,}"


def _box(name: str, size: int, at: float, top: float, share: float) -> dict[str, Any]:
    text = _said(name, size)
    return {"x": at, "x2": at + BOX, "y": top, "y2": top + share, "middle": top + share / 2, "text": text}


def _stacked(side: Side, whole: int) -> dict[str, float]:
    """Where each name begins, from the top, as a share of all leads."""
    found, upto = {}, 0.0
    for name, size in side:
        found[name] = upto
        upto += size / whole + GAP
    return found


def _flows(
    left: Side, right: Side, counts: Counts, places: tuple[Mapping[str, float], Mapping[str, float]]
) -> Iterator[dict[str, Any]]:
    """The points of all ribbons, those of a name below each other."""
    whole = sum(counts.values()) or 1
    starts, ends = dict(places[0]), dict(places[1])
    colours = _colours([name for name, _ in left])
    for one, _ in left:
        for two, _ in right:
            leads = counts.get((one, two), 0)
            share = leads / whole
            if leads:
                tip = f"{one} to {two}: {leads:,} of {plural(whole, 'lead')}, {share:.1%}"
                for x, y in _bent(starts[one], ends[two]):
                    yield {"flow": tip, "x": x, "y": y, "y2": y + share, "tip": tip, "colour": colours[one]}
            starts[one] += share
            ends[two] += share


def _bent(start: float, end: float) -> Iterator[tuple[float, float]]:
    for at in range(BENDS + 1):
        x = at / BENDS
        yield x, start + (end - start) * x * x * (3 - 2 * x)


def _colours(names: Sequence[str]) -> dict[str, str]:
    """The highest in the colour of a hit, the lowest in that of the rest."""
    found = {name: MIDDLE[(at - 1) % len(MIDDLE)] for at, name in enumerate(names)}
    return {**found, names[-1]: MISS, names[0]: HIT}
