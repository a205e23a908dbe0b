"""A figure: what it shows in words, the chart, and the numbers behind it as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from attrs import field, frozen

from scorelang.page import numbers, text


@frozen
class Figure:
    """A chart with its table; without a chart the table is open.

    `says` is what a reader should know who sees the chart, `alternative` what one should who does not. The first `left`
    columns of the table are text.
    """

    title: str
    says: str
    alternative: str = ""
    chart: str = field(default="", repr=False)
    header: Sequence[str] = ()
    rows: Sequence[Sequence[str]] = ()
    left: int = 1

    def html(self) -> Iterator[str]:
        """The figure as pieces of HTML."""
        yield f"<figure><figcaption><h3>{text(self.title)}</h3><p>{text(self.says)}</p></figcaption>"
        if self.chart:
            label = text(f"{self.title}. {self.alternative} The numbers are in the table below.")
            yield f'<div class="chart" role="img" tabindex="0" aria-label="{label}">{self.chart}</div>'
        if self.header:
            table = list(numbers(self.header, self.rows, self.left))
            yield from ["<details><summary>The numbers</summary>", *table, "</details>"] if self.chart else table
        yield "</figure>"
