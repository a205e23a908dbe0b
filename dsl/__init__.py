"""scorelang: lead scoring as code. Load a model, score leads, and have every score explained."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scorelang.api import CallError, Model, load, loads
    from scorelang.diagnostics import Diagnostic, LeadError, ModelError, ScorelangError
    from scorelang.explain import Explanation
    from scorelang.format import format_text
    from scorelang.result import Blocked, Fired, ModelInfo, Result
    from scorelang.rules import RuleInfo
    from scorelang.session.ledger import SessionError
    from scorelang.session.session import Change, Session

__all__ = [
    "Blocked",
    "CallError",
    "Change",
    "Diagnostic",
    "Explanation",
    "Fired",
    "LeadError",
    "Model",
    "ModelError",
    "ModelInfo",
    "Result",
    "RuleInfo",
    "ScorelangError",
    "Session",
    "SessionError",
    "format_text",
    "load",
    "loads",
]

# Where each of them is. Only what is asked for is loaded: to lay out a file, nothing needs to know what leads are.
_PLACES = {
    "api": ("CallError", "Model", "load", "loads"),
    "diagnostics": ("Diagnostic", "LeadError", "ModelError", "ScorelangError"),
    "explain": ("Explanation",),
    "format": ("format_text",),
    "result": ("Blocked", "Fired", "ModelInfo", "Result"),
    "rules": ("RuleInfo",),
    "session.ledger": ("SessionError",),
    "session.session": ("Change", "Session"),
}


def __getattr__(name: str) -> object:
    """A public class or function, loaded when it is first asked for."""
    for place, names in _PLACES.items():
        if name in names:
            found: object = getattr(import_module(f"{__name__}.{place}"), name)
            globals()[name] = found
            return found
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
