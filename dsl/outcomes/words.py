"""The outcomes that a lead can have, and a CRM's own words for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import field, frozen

from scorelang.model import OUTCOMES, OutcomeName
from scorelang.values import SPACES, fold

Step = OutcomeName
STEPS = OUTCOMES
# What a lead can get to, in the order in which it does; who got further was there before.
GOALS: tuple[Step, ...] = ("accepted", "reached", "conversation", "opportunity", "won")

# What people say of leads that got there.
GOT: dict[Step, str] = {
    "accepted": "accepted", "reached": "reached", "conversation": "talked to", "opportunity": "opportunities",
    "won": "won",
}  # fmt: skip
MOST_KNOWN = 1_000


class UnknownWordError(Exception):
    """A text that is no outcome."""


@frozen
class Words:
    """Which outcome each word means. `rest` is what all other words mean; None: they mean nothing.

    Our own names of the steps mean themselves unless a word is given for them.
    """

    by_word: Mapping[str, Step]
    rest: Step | None = None
    # Outcomes are few different texts: each is looked up once.
    _known: dict[object, Step] = field(factory=dict, eq=False, repr=False, init=False)

    @classmethod
    def of(cls, given: Mapping[Step, Sequence[str]], *, rest: Step | None = None) -> Words:
        """The words given for steps, without regard to case. Raises `ValueError` for one that is given for two."""
        by_word: dict[str, Step] = {}
        for step, words in given.items():
            for word in words:
                if by_word.setdefault(_key(word), step) != step:
                    raise ValueError(f"`{word.strip()}` is given for {by_word[_key(word)]} and for {step}")
        own: dict[str, Step] = {step: step for step in STEPS}
        return cls({**own, **by_word}, rest)

    def read(self, raw: object) -> Step | None:
        """The step that a value of data means; None for an empty one. Raises `UnknownWordError`."""
        if type(raw) is str and (known := self._known.get(raw)) is not None:
            return known
        text = plain_text(raw)
        if text is None:
            return None
        step = self.by_word.get(_key(text), self.rest)
        if step is None:
            raise UnknownWordError(text)
        if type(raw) is str and len(self._known) < MOST_KNOWN:
            self._known[raw] = step
        return step


def plain_text(raw: object) -> str | None:
    """A value of data as text: a flag as `true` or `false`, a whole number as its digits; None for an empty one."""
    if raw is None:
        return None
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, float):
        if raw != raw:
            return None
        return str(int(raw)) if raw.is_integer() else repr(raw)
    return str(raw).strip(SPACES) or None


def _key(word: str) -> str:
    return fold(word.strip(SPACES))
