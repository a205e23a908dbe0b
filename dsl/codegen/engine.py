"""A model's generated functions, compiled when they are first needed."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from attrs import define, field

from scorelang import model as m
from scorelang import values
from scorelang.codegen import raw, runtime
from scorelang.codegen.lower import Texts, lower
from scorelang.codegen.slots import Slots
from scorelang.codegen.writer import Constants, Made
from scorelang.operators import operators

Score = Callable[[Any, Any, int], tuple[Any, ...]]
Again = Callable[[tuple[Any, ...]], list[Sequence[tuple[int, int]]]]


@define(eq=False)
class Compiled:
    """A model's functions, shared by all threads."""

    texts: Texts
    _more: dict[str, Any] = field(factory=dict)
    _namespace: dict[str, Any] = field(factory=dict, init=False)

    @property
    def plain(self) -> Score:
        """Scores without noting which rules fired."""
        found: Score = self._namespace.get("plain") or self._compiled("plain", self.texts.plain)
        return found

    @property
    def recording(self) -> Score:
        """Scores and notes which rules fired."""
        found: Score = self._namespace.get("recording") or self._compiled("recording", self.texts.recording)
        return found

    @property
    def exact(self) -> Score:
        """Scores, notes which rules fired, and takes instants outside the calendar; slower."""
        found: Score = self._namespace.get("exact") or self._compiled("exact", self.texts.exact)
        return found

    @property
    def again(self) -> Again:
        """Which rules fired, from what `plain` gave last."""
        found: Again = self._namespace.get("again") or self._compiled("again", self.texts.again)
        return found

    def _compiled(self, name: str, text: str) -> Any:
        # No lock, which a fork could leave held: what two threads make at once is the same, and each is whole.
        namespace = self._namespace
        if not namespace:
            namespace = namespace_of(self.texts.constants) | self._more
            exec(compile(self.texts.shared, "<scorelang tables>", "exec"), namespace)
            self._namespace = namespace
        exec(compile(text, f"<scorelang {name}>", "exec"), namespace)
        return namespace[name]


def compiled(model: m.CheckedModel, slots: Slots | None = None) -> Compiled:
    """The functions of a model; with `slots` for decoded leads."""
    texts = lower(model, slots)
    if slots is None:
        return Compiled(texts)
    # Only who decodes leads has loaded it.
    from msgspec import UNSET

    return Compiled(texts, {"UNSET": UNSET})


def namespace_of(constants: Constants, instead: Mapping[str, Any] = MappingProxyType({})) -> dict[str, Any]:
    """What the text of a function refers to: the run time, what stands `instead` of parts of it, and the constants."""
    namespace = {name: value for part in (values, raw, runtime) for name, value in vars(part).items() if name[0] != "_"}
    namespace |= instead
    made = {name: _made(value, namespace) for name, value in constants.by_name.items() if isinstance(value, Made)}
    return namespace | constants.by_name | made


def _made(made: Made, helpers: dict[str, Any]) -> Any:
    if made.helper == "operator":
        return operators()[made.arguments[0]].reference
    return helpers[made.helper](*made.arguments)
