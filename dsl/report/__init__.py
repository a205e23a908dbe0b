"""What is known of a model from what became of its leads, as one page: figures, and the numbers behind them.

Charts are made with Altair and drawn as SVG by vl-convert, the extra `report`; both are loaded when a page is made.
"""

from scorelang.report.as_html import render
from scorelang.report.findings import Beside, Findings, Stability, findings
from scorelang.report.libraries import require_libraries

__all__ = ["Beside", "Findings", "Stability", "findings", "render", "require_libraries"]
