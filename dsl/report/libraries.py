"""The libraries that draw, which need not be there."""

from __future__ import annotations

from importlib.util import find_spec

from scorelang.diagnostics import ScorelangError

LIBRARIES = ("altair", "vl_convert", "sklearn", "statsmodels")


class NoChartsError(ScorelangError):
    """The extra `report` is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "a report needs altair, vl-convert-python, scikit-learn and statsmodels, which are not all installed\n"
            "  = pip install 'scorelang[report]'"
        )


def require_libraries() -> None:
    """Raise `NoChartsError` when a library of the extra `report` is not there."""
    if any(find_spec(name) is None for name in LIBRARIES):
        raise NoChartsError
