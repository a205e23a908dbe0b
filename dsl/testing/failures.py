"""What an expectation that does not hold is told with: the rules that count for it, and what would mend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from attrs import frozen

from scorelang import model as m
from scorelang import wording
from scorelang.explain.as_text import reasons
from scorelang.explain.parts import GateLine, Line, Where
from scorelang.interpret import Outcome
from scorelang.leads import Facts
from scorelang.result import plain
from scorelang.suggest import plural
from scorelang.trace import Trace
from scorelang.values import from_hundredths


@frozen
class Part:
    """A rule and what it did, or what a bound, silence or weight did after the rules: hundredths, and where it is.

    For a rule that added nothing, `because` says why, a line each; for one that added something else than the points
    that were typed, what it is made of.
    """

    text: str
    hundredths: int
    where: Where | None
    id: str | None
    because: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The part in JSON's types."""
        return {
            "rule": self.id,
            "text": self.text,
            "points": plain(from_hundredths(self.hundredths)),
            "path": self.where.path if self.where else None,
            "line": self.where.line if self.where else None,
            "because": list(self.because),
        }


@frozen
class Failure:
    """An expectation that does not hold.

    `difference` is how many hundredths a number has too many (or, below 0, too few). `fired` are the parts that the
    number is the sum of. Each of `remedies` are rules that would have made up the difference: silent ones with their
    points, or fired ones with what their silence would have taken away. `notes` say what was in the way.
    """

    where: Where
    expected: str
    actual: str
    difference: int | None = None
    fired: tuple[Part, ...] = ()
    remedies: tuple[tuple[Part, ...], ...] = ()
    notes: tuple[str, ...] = ()

    def to_dict(self) -> dict[str, object]:
        """The failure in JSON's types."""
        return {
            "path": self.where.path,
            "line": self.where.line,
            "expected": self.expected,
            "actual": self.actual,
            "difference": None if self.difference is None else plain(from_hundredths(self.difference)),
            "fired": [part.to_dict() for part in self.fired],
            "remedies": [[part.to_dict() for part in parts] for parts in self.remedies],
            "notes": list(self.notes),
        }


def not_counted(model: m.CheckedModel, facts: Facts, outcome: Outcome) -> Iterator[str]:
    """Events that a test gives and its lead does not have: later than its time, or before the model started over.

    A note for each kind of event and why.
    """
    counted = {id(event) for event in outcome.scope.facts.events}
    left_out = [event for event in facts.events if id(event) not in counted]
    future = Counter(event.kind for event in left_out if event.at > facts.as_of)
    past = Counter(event.kind for event in left_out if event.at <= facts.as_of)
    for kind, number in future.items():
        yield f"not counted: {plural(number, f'{kind} event')} later than {wording.instant(facts.as_of)}"
    for kind, number in past.items():
        if model.start_over is not None and kind != model.start_over.kind:
            after = f"start over after {model.start_over.place.text}"
            yield f"not counted: {plural(number, f'{kind} event')}, forgotten by `{after}`"


# --- lines ----------------------------------------------------------------------------------------------------------


def rule_lines(line: Line) -> Iterator[Line]:
    """The lines of rules at or below a line."""
    if line.id is not None and line.kind != "event":
        yield line
        return
    for below in line.lines:
        yield from rule_lines(below)


def fired_parts(line: Line, *, several: bool, counted: bool = True) -> Iterator[Part]:
    """The rules below a line that fired, and the adjustments of groups; with `several` groups, these are named."""
    if line.id is not None:
        if line.status == "counts":
            yield Part(rule_told(line), line.hundredths, line.where, line.id, tuple(made_of(line)))
        return
    if line.kind == "adjustment":
        if counted:
            yield Part(line.text, line.hundredths, None, None)
        return
    if line.status == "passed over" and counted:
        return
    for below in line.lines:
        for part in fired_parts(below, several=several, counted=counted):
            named = several and line.kind in ("category", "persona")
            yield Part(f"{line.text}: {part.text}", part.hundredths, part.where, part.id) if named else part


def rule_told(line: Line) -> str:
    """A rule as it is known to its reader: its condition, the cell that was met, its reason."""
    text = line.text.rstrip(",")
    if line.kind == "matrix" and line.status == "counts" and line.note:
        text += f": {line.note}"
    return text + (f" because {wording.quoted(line.reason)}" if line.reason else "")


def made_of(line: Line) -> Iterator[str]:
    """What the points of a rule were worked out of, where they are not those that were typed."""
    if line.given is not None and line.given != wording.signed(line.hundredths):
        yield f"{line.given}: {'; '.join(because_of(line))}".removesuffix(": ")


def placed(line: Line) -> str:
    """A rule, and where it stands."""
    return f"{rule_told(line)} ({line.where})"


def because_of(line: Line) -> Iterator[str]:
    """Why a rule did what it did: what the lead has to do with its condition."""
    if line.note:
        yield line.note
    for condition in line.conditions if line.status != "passed over" else ():
        yield "; ".join(reasons(condition))


def condition_told(condition: Trace | None) -> str:
    """A condition, what it was, and because of what."""
    if condition is None:
        return ""
    saw = "; ".join(reasons(condition))
    text = f"{condition.text} is {condition.shown}"
    return f"{text}: {saw}" if saw and saw != text else text


def gate_told(gate: GateLine) -> str:
    """A gate, what its condition was, and because of what."""
    reason = f" because {wording.quoted(gate.reason)}" if gate.reason else ""
    saw = "; ".join(reasons(gate.condition))
    return f"{gate.text}{reason} is {gate.condition.shown}: {saw} ({gate.where})"
