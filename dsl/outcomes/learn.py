"""The libraries that statistics come from, which need not be there."""

from __future__ import annotations

from importlib.util import find_spec

from scorelang.diagnostics import ScorelangError

LIBRARIES = ("sklearn", "statsmodels")


class NoLibraryError(ScorelangError):
    """The extra `learn` is not installed."""

    def __init__(self) -> None:
        super().__init__(
            "this needs scikit-learn and statsmodels, which are not installed\n  = pip install 'scorelang[learn]'"
        )


def require_libraries() -> None:
    """Raise `NoLibraryError` when a library of the extra `learn` is not there."""
    for name in LIBRARIES:
        if find_spec(name) is None:
            raise NoLibraryError
