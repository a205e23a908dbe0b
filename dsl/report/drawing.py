"""Charts in the house's style, drawn as SVG: no scripts, colours that follow the page's, a tip on every mark.

Colours are custom properties of CSS (`var(--hit)`), so that one drawing serves light, dark and paper.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

from scorelang.page import visible

if TYPE_CHECKING:
    import altair as alt

# Charts are as wide as the text of the page, in pixels; what stands beside the plot is part of that.
WIDTH = 960
ROW = 24
# A letter is at most so wide at 12 pixels; what a chart is measured with need not be the font that a reader has.
LETTER = 7.3
MOST_LABEL = 280
SVG = "http://www.w3.org/2000/svg"

INK, SOFT, LINE = "var(--ink)", "var(--soft)", "var(--line)"
HIT, MISS, MARK, WARN = "var(--hit)", "var(--miss)", "var(--mark)", "var(--warn)"

Values = Iterable[Mapping[str, Any]]


def data(values: Values) -> alt.InlineData:
    """Rows for a chart; `tip` is what is said of a mark, `at` orders it."""
    import altair as alt

    return alt.InlineData(values=[{name: _shown(value) for name, value in row.items()} for row in values])


def _shown(value: Any) -> Any:
    return visible(value) if isinstance(value, str) else value


def room(texts: Iterable[str]) -> float:
    """How much room texts of 12 pixels need, in pixels."""
    return min(max(map(len, texts), default=0) * LETTER, MOST_LABEL) + 12


def svg_of(chart: alt.TopLevelMixin, left: float = 4.0) -> str:
    """The chart as a piece of HTML. It is decoration to a screen reader: the figure around it says what it shows.

    `left` is how much is kept free at the left, in pixels.
    """
    import vl_convert

    # Charts are ours and have tests: checking each against the schema would take half of the time.
    drawn = vl_convert.vegalite_to_svg({**chart.to_dict(validate=False), "config": _style(left)})
    ElementTree.register_namespace("", SVG)
    root = ElementTree.fromstring(drawn)
    width, height = (round(float(root.attrib.pop(name))) for name in ("width", "height"))
    root.attrib.pop("class", None)
    root.set("viewBox", f"0 0 {width} {height}")
    root.set("aria-hidden", "true")
    root.set("style", f"max-width:{width}px")
    for part in list(root.iter()):
        _plain(part)
    return ElementTree.tostring(root, encoding="unicode")


def _plain(part: ElementTree.Element) -> None:
    """What a mark says of itself becomes its tip; all else that is for screen readers goes, for the figure says it."""
    said = part.attrib.pop("aria-label", None)
    part.attrib.pop("role", None)
    # Vega describes axes and legends as well.
    is_mark = part.attrib.pop("aria-roledescription", None) not in (None, "axis", "legend", "title", "header")
    if part.tag != f"{{{SVG}}}svg":
        part.attrib.pop("aria-hidden", None)
    if said and is_mark:
        tip = ElementTree.Element(f"{{{SVG}}}title")
        tip.text = said
        part.insert(0, tip)


def _style(left: float) -> dict[str, Any]:
    """The configuration of Vega-Lite for all charts."""
    label = {"labelColor": SOFT, "labelFontSize": 12}
    return {
        "background": "transparent",
        "font": "sans-serif",
        "padding": {"left": left, "right": 12, "top": 4, "bottom": 4},
        "view": {"stroke": None},
        "axis": {
            **label,
            "gridColor": LINE,
            "domainColor": LINE,
            "tickColor": LINE,
            "titleColor": SOFT,
            "titleFontSize": 12,
            "titleFontWeight": "normal",
            "labelLimit": MOST_LABEL,
            "titlePadding": 8,
            "labelPadding": 6,
        },
        "header": {**label, "labelFontWeight": "bold"},
        "text": {"color": SOFT, "fontSize": 12},
        "legend": {**label, "orient": "top", "title": None, "symbolType": "square", "columnPadding": 28},
    }
