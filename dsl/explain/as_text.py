"""An explanation for people who read text: plain, or with the styles that a terminal may show."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TypeVar

from attrs import Factory, define

from scorelang import wording
from scorelang.explain.parts import Explanation, GateLine, GradeLine, Hint, Line, RouteLine, StageLine, Where, WhyNot
from scorelang.result import plain
from scorelang.suggest import plural
from scorelang.trace import Trace

Segment = tuple[str, str]
T = TypeVar("T")

DEFAULT_WIDTH = 100
# Narrower than this a line would hold a word or two.
LEAST_WIDTH = 40
# Of the events under one `each`, and of the reasons of one condition, so many are shown; the rest is counted.
MOST_EVENTS = 10
MOST_REASONS = 4


def render_text(explanation: Explanation, width: int | None = None) -> str:
    """The explanation as plain text, in lines of at most `width` columns (default: 100) where words allow it."""
    return "".join(text for text, _ in styled(explanation, width))


def styled(explanation: Explanation, width: int | None = None) -> list[Segment]:
    """The same text in pieces with the name of a style: `rich.text.Text.assemble(*styled(explanation))` colours it."""
    page = _Page(max(LEAST_WIDTH, width or DEFAULT_WIDTH), explanation.path)
    page.whole(explanation)
    return page.out


@define
class _Page:
    width: int
    path: str
    out: list[Segment] = Factory(list)

    # --- lines ---

    def line(self, indent: int, *segments: Segment, hang: int = 2) -> None:
        """A line, wrapped between words; what follows stands `hang` columns further in."""
        self.out.append((" " * indent, ""))
        at = indent
        first = True
        for word, style in _words(segments):
            if at + len(word.rstrip()) > self.width and not first:
                self.out.append(("\n" + " " * (indent + hang), ""))
                at, word = indent + hang, word.lstrip()
            self.out.append((word, style))
            at, first = at + len(word), False
        self.out.append(("\n", ""))

    def heading(self, text: str) -> None:
        self.out.append(("\n", ""))
        self.line(0, (text, "bold"))

    def place(self, where: Where | None) -> list[Segment]:
        if where is None:
            return []
        file = "" if where.path == self.path else f"{where.path}, "
        return [(f"  ({file}line {where.line})", "dim")]

    # --- the whole ---

    def whole(self, explanation: Explanation) -> None:
        self.head(explanation)
        self.heading("Points")
        for line in explanation.score.lines:
            self.points(line, 2)
        total = Line("score", "score", explanation.score.hundredths, given=explanation.score.given)
        self.points(total, 2)
        self.section("Gates", explanation.gates, self.gate)
        self.section("Stages", explanation.stages, self.stage)
        self.section("Grades", explanation.grades, self.grade)
        self.section("Route", explanation.route, self.route)
        for missing in explanation.why_not:
            self.missing(missing)

    def head(self, explanation: Explanation) -> None:
        result = explanation.result
        segments = [
            ("Lead ", "bold"),
            (result.id or "without an id", "bold"),
            (f": score {plain(result.score)}", "bold"),
        ]
        if explanation.stages:
            segments.append((f", stage {result.stage}", "bold"))
        if result.persona:
            segments.append((f", persona {result.persona}", "bold"))
        if result.route:
            segments.append((f", route {wording.quoted(result.route)}", "bold"))
        if not result.qualified:
            segments.append((", not qualified", "bold red"))
        self.line(0, *segments)
        version = f", version {result.model.version}" if result.model.version is not None else ""
        events = plural(explanation.events, "event")
        before = f" ({explanation.forgotten} from before it started over)" if explanation.forgotten else ""
        model = f"{result.model.name or explanation.path}{version}"
        self.line(0, (f"{model}, as of {result.as_of}, {events}{before}", "dim"))

    def section(self, title: str, lines: Sequence[T], show: Callable[[T], None]) -> None:
        if lines:
            self.heading(title)
        for line in lines:
            show(line)

    # --- points ---

    def points(self, line: Line, indent: int) -> None:
        if line.kind == "choose":
            self.line(indent, (" " * 8, ""), (line.text, ""), *self.place(line.where))
            for branch in line.lines:
                self.points(branch, indent + 2)
            return
        self.line(indent, *self.amount(line), *_told(line), *self.place(line.where), hang=10)
        for note in _notes(line):
            self.line(indent + 10, (note, "dim"))
        shown = line.lines
        if line.kind == "each":
            shown = tuple(part for part in line.lines if part.kind == "event")[:MOST_EVENTS]
        for below in shown:
            self.points(below, indent + 2)
        if line.kind == "each":
            self.rest(line, len(shown), indent + 2)

    def rest(self, line: Line, shown: int, indent: int) -> None:
        """The events that are too many to show, as one line; then what a bound did."""
        events = [part for part in line.lines if part.kind == "event"][shown:]
        if events:
            text = f"{plural(len(events), 'event')} before those"
            self.points(Line("event", text, sum(event.hundredths for event in events)), indent)
        for part in line.lines:
            if part.kind == "adjustment":
                self.points(part, indent)

    def amount(self, line: Line) -> list[Segment]:
        if line.kind == "score":
            return [(f"{wording.points(line.hundredths):>7} ", "bold")]
        if line.status != "counts":
            return [(f"{'–':>7} ", "dim")]
        style = "green" if line.hundredths > 0 else "red" if line.hundredths < 0 else ""
        group = " bold" if line.kind in ("category", "persona") else ""
        return [(f"{wording.signed(line.hundredths):>7} ", (style + group).strip())]

    # --- what follows the score ---

    def gate(self, gate: GateLine) -> None:
        mark = ("✗ ", "red") if gate.blocks else ("✓ ", "green")
        reason = [(f" because {wording.quoted(gate.reason)}", "")] if gate.reason else []
        self.line(2, mark, (gate.text, ""), *reason, *self.place(gate.where))
        if gate.blocks:
            self.why(gate.condition, 4)

    def stage(self, stage: StageLine) -> None:
        mark = ("✓ ", "green") if stage.holds else ("✗ ", "red")
        here = [(" ← the lead's", "bold")] if stage.reached else []
        self.line(2, mark, (stage.text, ""), *here, *self.place(stage.where))

    def grade(self, grade: GradeLine) -> None:
        more = f", {grade.better} with {wording.points(grade.short or 0)} more" if grade.better else ""
        self.line(2, (f"{grade.what} {grade.grade}", "bold"), (f" ({grade.text}){more}", "dim"))

    def route(self, line: RouteLine) -> None:
        taken = line.status == "counts"
        text = f" if {line.condition.text}" if line.condition else " otherwise"
        self.line(
            2, ("→ ", "green") if taken else ("  ", ""), (wording.quoted(line.text), "bold" if taken else ""),
            (text, ""), *self.place(line.where),
        )  # fmt: skip
        if line.condition is not None and line.status in ("false", "unknown"):
            self.why(line.condition, 4)

    def why(self, condition: Trace, indent: int) -> None:
        for reason in reasons(condition):
            self.line(indent, (reason, "dim"))

    # --- what is missing ---

    def missing(self, missing: WhyNot) -> None:
        self.heading(f"Why not {missing.stage}")
        for gate in missing.gates:
            text = f"{gate.reason or gate.text} ({gate.condition.shown})"
            self.line(2, ("in the way: ", "red"), (text, ""))
        if missing.short:
            self.line(2, (f"{wording.points(missing.short)} more points are needed", ""))
        for condition in missing.conditions:
            self.line(2, (f"{condition.text} is {condition.shown}", ""))
            self.why(condition, 4)
        for shortcut in missing.shortcuts:
            self.line(2, (f"or {shortcut.text}, which is {shortcut.shown}", ""))
        for at, hint in enumerate(missing.hints):
            word = "     or: " if at else "nearest: " if hint.closes else "  helps: "
            self.line(2, (word, "cyan"), (said(hint), ""), hang=9)


def said(hint: Hint) -> str:
    """A hint: what would have to change, and what comes of it."""
    gain = f" ({wording.signed(hint.hundredths)})" if hint.hundredths else ""
    enough = ", which is enough" if hint.reaches else ", enough points" if hint.closes and hint.hundredths > 0 else ""
    return "; ".join(hint.changes) + gain + enough


def reasons(condition: Trace, said: set[str] | None = None) -> list[str]:
    """Why a condition came out as it did, in a few lines, each fact once; `said` takes up what was said."""
    said = set() if said is None else said
    found: list[str] = []
    for part in condition.reasons():
        new = [fact for fact in part.facts if fact not in said]
        said.update(new)
        found += ["; ".join(new)] if new else []
    more = [f"and {len(found) - MOST_REASONS} more"] if len(found) > MOST_REASONS else []
    return found[:MOST_REASONS] + more


def _told(line: Line) -> list[Segment]:
    style = "dim" if line.status != "counts" else "bold" if line.kind in ("category", "persona", "score") else ""
    told = [(line.text, style)]
    if line.given and line.kind not in ("matrix",):
        simple = line.status == "counts" and line.given == wording.signed(line.hundredths)
        told += [] if simple else [(f" ({line.given})", "dim")]
    if line.reason:
        told.append((f" because {wording.quoted(line.reason)}", style))
    return told


def _notes(line: Line) -> Iterator[str]:
    """What the lead has to do with a line: its note, and the reasons of its conditions."""
    if line.note:
        worth = f", or it would give {wording.signed(line.worth)}" if line.worth and line.kind != "persona" else ""
        yield line.note + worth
    if line.status in ("counts", "false", "unknown"):
        yield from whys(line)


def whys(line: Line) -> Iterator[str]:
    """Why each condition of a line came out as it did, what was said already left out; of a matrix only what holds."""
    told = set() if line.note is None else {line.note}
    for condition in line.conditions:
        if condition.value is True or line.kind != "matrix":
            new = reasons(condition, told)
            if new:
                yield "; ".join(new)


def _words(segments: Iterable[Segment]) -> Iterator[Segment]:
    """Words with the white space before them, and their style."""
    for text, style in segments:
        text = "".join("�" if unicodedata.category(character) in ("Cc", "Cf") else character for character in text)
        start = 0
        for at in range(1, len(text)):
            if text[at] == " " and text[at - 1] != " ":
                yield text[start:at], style
                start = at
        yield text[start:], style


__all__ = ["render_text", "styled"]
