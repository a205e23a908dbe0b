"""A repair of a line, and the bench on which repairs are tried."""

from __future__ import annotations

from attrs import define, field, frozen

from scorelang import nodes as n
from scorelang.source import Span
from scorelang.syntax_errors.drafts import Draft, Grammar, Stop


@frozen
class Nothing:
    """What is left of a line that was all comment, or that need not be there."""


Reading = n.Node | Stop | Nothing


@frozen
class Repair:
    """What is wrong at a place, and the line with that one thing mended."""

    code: str
    message: str
    label: str
    span: Span
    draft: Draft
    reading: Reading
    help: tuple[str, ...] = ()
    place: str = ""
    """The grammar's start in which the line reads as it is: it stands in the wrong place."""

    @property
    def reads(self) -> bool:
        """Whether the whole line reads."""
        return not isinstance(self.reading, Stop)

    @property
    def reached(self) -> int:
        """How far into the source the parser gets."""
        return self.draft.origin[self.reading.at if isinstance(self.reading, Stop) else -1]


@define
class Bench:
    """Reads drafts of one line; a hostile file must not keep it busy, so that both its budgets run out."""

    grammar: Grammar
    start: str
    allowance: int
    """How many characters may still be read."""
    tries: int = 200
    """How often the line may still be read."""
    names: frozenset[str] = frozenset()
    """Names that the file declares, or that stand in it as whole conditions."""
    _accepted: dict[str, frozenset[str]] = field(factory=dict)

    @property
    def exhausted(self) -> bool:
        """Whether nothing more may be tried."""
        return self.allowance < 0 or self.tries < 0

    def read(self, draft: Draft, start: str = "") -> Reading:
        """What the parser makes of a draft in its place, or in another one."""
        if not draft.masked.strip():
            return Nothing()
        self.allowance -= len(draft.text)
        self.tries -= 1
        return self.grammar.read(draft.text, start or self.start)

    def accepts(self, text: str) -> frozenset[str]:
        """The terminals that may follow the beginning of a line."""
        self.allowance -= len(text)
        self.tries -= 1
        # Asked of the same words again and again, and each time the parser would try every terminal.
        if text not in self._accepted:
            self._accepted[text] = self.grammar.accepts(text, self.start)
        return self._accepted[text]
