"""The kinds of charts that a report has, each from plain rows; what they say is said by whoever asks for one."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from attrs import frozen

from scorelang.report.drawing import HIT, INK, LINE, MARK, MISS, ROW, SOFT, WARN, WIDTH, data, room, svg_of

if TYPE_CHECKING:
    import altair as alt

# Lifts beyond these are drawn at the edge; the table has them as they are.
LEAST_LIFT, MOST_LIFT = 0.125, 16.0
# Numbers at an axis: Vega would shorten 10 to 1e+1 where every tenth has its number.
PLAIN = ".6~g"
# So many periods have their name below a row of small charts.
LABELS = 9


@frozen
class Dot:
    """A number with its interval on a line of its own; `note` stands at its right, `tip` is said of it."""

    name: str
    value: float
    low: float
    high: float
    note: str
    tip: str
    colour: str = MARK


@frozen
class Line:
    """A point of a curve, by the name of the curve."""

    curve: str
    x: float
    y: float
    tip: str


def intervals(
    dots: Sequence[Dot], title: str, mark: float | None = None, *, lift: bool = False, percent: bool = True
) -> str:
    """Dots with their intervals, one below the other; `mark` is a value to hold them against. Shares begin at 0."""
    import altair as alt

    rows = [_bounded(dot, lift) for dot in dots]
    scale = alt.Scale(type="log", base=2, domain=_lifts(rows)) if lift else alt.Scale(zero=percent, nice=True)
    axis = alt.Axis(format="%" if percent else PLAIN, tickCount=8, grid=True)
    if lift:
        axis = alt.Axis(values=[0.125, 0.25, 0.5, 1, 2, 4, 8, 16], format=PLAIN, grid=True)
    base, width = _rows(rows)
    x = alt.X("low:Q", title=title, scale=scale, axis=axis)
    layers: list[Any] = [
        base.mark_rule(strokeWidth=3, opacity=0.45).encode(x=x, x2="high:Q", color=as_is()),
        base.mark_circle(size=90, opacity=1).encode(x=alt.X("value:Q", scale=scale), color=as_is()),
        base.mark_text(align="left", aria=False).encode(x=alt.value(width + 12), text="note:N"),
    ]
    if mark is not None:
        layers.insert(0, _upright([{"x": mark}], scale))
    return svg_of(alt.layer(*layers))


def _rows(rows: Sequence[Mapping[str, Any]]) -> tuple[alt.Chart, float]:
    """A chart with a line for each row, its `name` at the left, and how wide it is; room is left for the `note`s."""
    import altair as alt

    names, notes = (room(row[what] for row in rows) for what in ("name", "note"))
    width = WIDTH - names - notes
    axis = alt.Axis(ticks=False, domain=False, labelColor=INK, minExtent=names)
    base = alt.Chart(data(rows), width=width, height=alt.Step(ROW)).encode(
        y=alt.Y("name:N", sort=None, title=None, axis=axis), description="tip:N"
    )
    return base, width


def _bounded(dot: Dot, lift: bool) -> dict[str, Any]:
    numbers = {"value": dot.value, "low": dot.low, "high": dot.high}
    if lift:
        numbers = {name: min(max(value, LEAST_LIFT), MOST_LIFT) for name, value in numbers.items()}
    return {"name": dot.name, **numbers, "note": dot.note, "tip": dot.tip, "colour": dot.colour}


def _lifts(rows: Sequence[Mapping[str, Any]]) -> list[float]:
    low, high = min(row["low"] for row in rows), max(row["high"] for row in rows)
    return [min(low, 0.5), max(high, 2.0)]


def as_is() -> alt.Color:
    """Colours as the rows have them."""
    import altair as alt

    return alt.Color("colour:N", scale=None)


def _upright(rows: Sequence[Mapping[str, Any]], scale: Any) -> alt.Chart:
    """Dashed lines at values of x."""
    import altair as alt

    found: alt.Chart = (
        alt.Chart(data(rows))
        .mark_rule(strokeDash=[4, 4], color=SOFT, strokeWidth=1.5, aria=False)
        .encode(x=alt.X("x:Q", scale=scale))
    )
    return found


def two_sides(
    bins: Sequence[Mapping[str, Any]], names: tuple[str, str], marks: Sequence[Mapping[str, Any]], title: str
) -> str:
    """Two histograms over one axis, those of the first name above those of the second, hanging down.

    A bin has `low`, `high`, `up` and `down` (shares) and `tip_up`, `tip_down`; a mark has `x` and `name`.
    """
    import altair as alt

    most = max((max(row["up"], row["down"]) for row in bins), default=1.0) or 1.0
    most *= 1.15  # names of marks stand above the highest bar
    x = alt.X("low:Q", title=title, scale=alt.Scale(nice=False, zero=False), axis=alt.Axis(grid=False, tickCount=12))
    base = alt.Chart(data(bins), width=WIDTH - 80, height=140)
    axis = alt.Axis(format="%", tickCount=4)

    def half(what: str, colour: str, domain: list[float], named: str, *, labels: bool) -> Any:
        shown = x if labels else alt.X("low:Q", title=None, axis=None, scale=alt.Scale(nice=False, zero=False))
        bars = base.mark_rect(color=colour, stroke="var(--paper)", strokeWidth=1).encode(
            x=shown,
            x2="high:Q",
            y2=alt.datum(0),
            y=alt.Y(f"{what}:Q", title=f"share of {named}", scale=alt.Scale(domain=domain), axis=axis),
            description=f"tip_{what}:N",
        )
        lines = _upright(marks, alt.Scale(nice=False, zero=False))
        texts = (
            alt.Chart(data(marks))
            .mark_text(align="left", baseline="top", dx=4, dy=2, aria=False)
            .encode(x=alt.X("x:Q"), y=alt.value(0), text="name:N")
        )
        return alt.layer(bars, lines, texts) if what == "up" else alt.layer(bars, lines)

    upper = half("up", HIT, [0, most], names[0], labels=False)
    lower = half("down", MISS, [most, 0], names[1], labels=True)
    return svg_of(alt.vconcat(upper, lower, spacing=0).resolve_scale(x="shared"))


def curves(lines: Sequence[Line], titles: tuple[str, str], order: Sequence[str], *, percent: bool = True) -> str:
    """Curves over one axis each, with a dot at every point; the first is the one that matters."""
    import altair as alt

    colours = [HIT, WARN, SOFT, MISS][: len(order)]
    rows = [{"curve": one.curve, "x": one.x, "y": one.y, "tip": one.tip} for one in lines]
    shape = "%" if percent else PLAIN
    base = alt.Chart(data(rows), width=WIDTH - 80, height=320).encode(
        x=alt.X(
            "x:Q", title=titles[0], axis=alt.Axis(format=shape, tickCount=10), scale=alt.Scale(zero=percent, nice=False)
        ),
        y=alt.Y("y:Q", title=titles[1], axis=alt.Axis(format="%"), scale=alt.Scale(zero=True)),
        color=alt.Color("curve:N", sort=list(order), scale=alt.Scale(domain=list(order), range=colours)),
    )
    dots = base.mark_circle(size=40, opacity=1).encode(description="tip:N")
    return svg_of(alt.layer(base.mark_line(strokeWidth=2.5, aria=False), dots))


def against(dots: Sequence[Dot], titles: tuple[str, str]) -> str:
    """What was expected against what came, each with its interval, and the line on which both are equal.

    A dot's `name` is not shown; its expected share stands in `note`.
    """
    import altair as alt

    most = max([dot.high for dot in dots] + [float(dot.note) for dot in dots] + [0.05])
    scale = alt.Scale(domain=[0, min(most * 1.05, 1.0)], nice=False)
    rows = [
        {"x": float(dot.note), "y": dot.value, "low": dot.low, "high": dot.high, "tip": dot.tip, "colour": dot.colour}
        for dot in dots
    ]
    end = scale["domain"][1]
    even = (
        alt.Chart(data([{"x": 0, "y": 0}, {"x": end, "y": end}]))
        .mark_line(strokeDash=[4, 4], color=SOFT, strokeWidth=1.5, aria=False)
        .encode(x=alt.X("x:Q", scale=scale), y=alt.Y("y:Q", scale=scale))
    )
    base = alt.Chart(data(rows), width=560, height=400).encode(
        x=alt.X("x:Q", title=titles[0], scale=scale, axis=alt.Axis(format="%")), color=as_is(), description="tip:N"
    )
    rules = base.mark_rule(strokeWidth=3, opacity=0.45).encode(
        y=alt.Y("low:Q", title=titles[1], scale=scale, axis=alt.Axis(format="%")), y2="high:Q"
    )
    return svg_of(alt.layer(even, rules, base.mark_circle(size=90, opacity=1).encode(y=alt.Y("y:Q", scale=scale))))


def heat(cells: Sequence[Mapping[str, Any]], down: str, across: str) -> str:
    """A table whose cells are the darker the larger their `share` is; one that is `small` has no colour.

    A cell has `row` and `column`, two lines of text, `first` and `second`, and a `tip`.
    """
    import altair as alt

    most = max((cell["share"] for cell in cells if not cell["small"]), default=0.0) or 1.0
    rows = [{**cell, "depth": 0.0 if cell["small"] else 0.05 + 0.5 * cell["share"] / most} for cell in cells]
    columns = len({cell["column"] for cell in cells})
    rows_need = room(cell["row"] for cell in cells)
    named = alt.Axis(ticks=False, domain=False, minExtent=rows_need)
    base = alt.Chart(data(rows), width=columns * 160, height=alt.Step(58)).encode(
        x=alt.X(
            "column:N", sort=None, title=across, axis=alt.Axis(orient="top", labelAngle=0, ticks=False, domain=False)
        ),
        y=alt.Y("row:N", sort=None, title=down, axis=named),
        description="tip:N",
    )
    boxes = base.mark_rect(fill=HIT, stroke=LINE, strokeWidth=1, cornerRadius=3).encode(
        fillOpacity=alt.FillOpacity("depth:Q", scale=None)
    )
    big = base.mark_text(fontSize=15, fontWeight="bold", dy=-7, color=INK, aria=False).encode(text="first:N")
    small = base.mark_text(fontSize=11, dy=11, color=INK, aria=False).encode(text="second:N")
    return svg_of(alt.layer(boxes, big, small))


def bars(rows: Sequence[Mapping[str, Any]], title: str, marks: Sequence[float]) -> str:
    """Bars to the right, one below the other; a row has `name`, `value`, `note`, `tip` and `colour`."""
    import altair as alt

    base, width = _rows(rows)
    scale = alt.Scale(zero=True, nice=True)
    drawn = base.mark_bar().encode(
        x=alt.X("value:Q", title=title, scale=scale, axis=alt.Axis(tickCount=8)), color=as_is()
    )
    texts = base.mark_text(align="left", aria=False).encode(x=alt.value(width + 12), text="note:N")
    return svg_of(alt.layer(drawn, _upright([{"x": mark} for mark in marks], scale), texts))


def small_multiples(rows: Sequence[Mapping[str, Any]]) -> str:
    """A small chart for each `name`: `share` with `low` and `high` over `period`; `tip` is said of a dot."""
    import altair as alt

    periods = list(dict.fromkeys(row["period"] for row in rows))
    columns = min(len({row["name"] for row in rows}), 3)
    shown = periods[:: -(-len(periods) // (LABELS // columns))]
    axis = alt.Axis(labelAngle=0, values=shown, grid=False)
    x = alt.X("period:O", sort=None, title=None, axis=axis)
    base = alt.Chart(width=WIDTH / columns - 64, height=90).encode(x=x)
    y = alt.Axis(format="%", tickCount=3)
    band = base.mark_area(opacity=0.2, color=MARK, aria=False).encode(
        y=alt.Y("low:Q", title=None, axis=y, scale=alt.Scale(zero=True)), y2="high:Q"
    )
    line = base.mark_line(color=MARK, strokeWidth=2, aria=False).encode(y="share:Q")
    dots = base.mark_circle(color=MARK, size=28, opacity=1).encode(y="share:Q", description="tip:N")
    facets = alt.layer(band, line, dots, data=data(rows)).facet(
        facet=alt.Facet("name:N", sort=None, title=None, header=alt.Header(labelAnchor="start", labelLimit=250)),
        columns=columns,
        spacing=24,
    )
    return svg_of(facets.resolve_scale(y="independent"))
