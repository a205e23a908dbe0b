"""Two versions of a model for all leads there can be: what of a result can differ, by how much, and which turns occur.

`compare` is the one function that other tools call: it takes a limit in seconds and always answers, with what it found.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from random import Random

from attrs import Factory, define, evolve, field

from scorelang import model as m
from scorelang.analysis.aspects import Aspect, aspects_of
from scorelang.analysis.clock import OutOfTimeError
from scorelang.analysis.crossing import crossed
from scorelang.analysis.joint import Joint, joint
from scorelang.analysis.logic import NO, Formula
from scorelang.analysis.nearby import apart, is_near, measured
from scorelang.analysis.optimum import Extreme, furthest
from scorelang.analysis.pair import Pair
from scorelang.analysis.questions import Answer, answer_to
from scorelang.analysis.shown import Both, shown
from scorelang.analysis.spans import ANYTHING, Span
from scorelang.analysis.witness import Candidate
from scorelang.diff.parts import Difference
from scorelang.diff.proof import Decision, Furthest, Part, Proof, Turn
from scorelang.interpret import interpret
from scorelang.leads import Facts
from scorelang.testing.leads import generated, material_of
from scorelang.testing.shrink import simplest
from scorelang.testing.vocabulary import USUAL

# One question takes at most this share of the time that is left, so that none takes it all.
SHARE = 0.4
# Of more changes than these one does not ask which occur.
MOST_TURNS = 150
# Before anything is asked, so many leads that are made up are scored by both, in at most this share of the time.
TRIED = 40
TRYING = 0.1
# Asking has this share of the time; what is left then goes into making the leads simple that are shown.
ASKED = 0.9
# So long before a limit z3 may stop, in seconds.
EARLY = 0.01


def compare(old: m.CheckedModel, new: m.CheckedModel, found: Difference, seconds: float) -> Proof:
    """What two versions give differently, for every lead that both can read, in about so many seconds.

    `found` is what differs in their text. Raises `DisagreementError` when the formulas and the interpreter differ.
    """
    return Versions(joint(old, new), found, seconds).proof()


@define(eq=False)
class Versions:
    """Two versions that may be asked; `seconds` is what all of it together may take."""

    joint: Joint
    found: Difference
    seconds: float
    encoding: Pair = field(init=False)
    # Leads that were found, with what they come to.
    leads: list[tuple[Facts, Both]] = Factory(list)
    assumptions: list[Formula] = Factory(list)
    # When asking ends, and whether there was no answer by then to anything.
    until: float = field(init=False)
    late: bool = False
    _start: float = field(factory=time.monotonic, init=False)

    def __attrs_post_init__(self) -> None:
        self.until = self._start + self.seconds * ASKED
        self.encoding = Pair(self.joint.model, joint=self.joint, groups=self._groups())

    def _groups(self) -> Mapping[int, int]:
        renamed = self.found.renamed("category", "persona")
        olds = self.joint.old.model.groups
        places = {(each.word, renamed.get(each.name, each.name)): at for at, each in enumerate(olds)}
        news = {at: places.get((each.word, each.name)) for at, each in enumerate(self.joint.new.model.groups)}
        return {at: place for at, place in news.items() if place is not None}

    # --- what is asked ---

    def proof(self) -> Proof:
        """Everything."""
        self._try()
        self.encoding.clock.until = self.until
        try:
            span = self.nearby()
            return self._proof(list(self.aspects()), span)
        except OutOfTimeError:
            # Not even the formulas were written in time: leads that were made up may still tell the versions apart.
            self.late = True
            differs = any(outcome.differs_in_score() for _, outcome in self.leads)
            score = Part("score", "different" if differs else "unknown")
            return self._told((score, Part("everything else", "unknown")), (None, None), ())

    def nearby(self) -> Span:
        """Between which numbers the score's difference lies, as far as the rules alone say that differ.

        The leads that this takes are noted.
        """
        ends: dict[bool, int | None] = {}
        alone = Versions(self.joint, self.found, self.share())
        alone.leads = self.leads
        later = alone.encoding.later
        if not is_near(later):
            return ANYTHING
        alone.encoding.clock.until = time.monotonic() + alone.seconds
        for up in (False, True):
            try:
                term, value = apart(later, up=up), measured(later, up=up)
                found = furthest(alone, term, value, up=up, seconds=alone.share())
            except OutOfTimeError:
                return ANYTHING
            ends[up] = found.reached if found.exact else found.limit
            if found.facts is not None and found.reached:
                self._mix(found.facts, found.reached)
        return Span(ends[False], ends[True], 1)

    def _proof(self, aspects: Sequence[Aspect], span: Span) -> Proof:
        one, other = self.encoding.old.results.score, self.encoding.new.results.score
        score = self.part("score", one != other if one is not other else NO, Both.differs_in_score)
        parts = [score, *(self.part(each.name, each.goal, each.differs) for each in aspects)]
        ends: list[Extreme | None] = [None, None]
        if score.decision != "same":
            ends = [self.furthest(other - one, span, up=up) for up in (True, False)]
        parts = [score, *(self.with_turns(part, each) for part, each in zip(parts[1:], aspects, strict=True))]
        return self._told(tuple(self.with_crossed(parts, aspects)), ends, aspects)

    def _told(self, parts: tuple[Part, ...], ends: Sequence[Extreme | None], aspects: Sequence[Aspect]) -> Proof:
        """What was found out, with the leads that show it."""
        self.until = self._start + self.seconds
        lead = self.simplest_difference(aspects)
        told = None if lead is None else shown(self.joint, self.found, lead)
        up, down = (None if end is None else self.told(end) for end in ends)
        taken = time.monotonic() - self._start
        return Proof(parts, up, down, told, self.joint.left_out, self.joint.notes, taken, self.seconds, self.late)

    def aspects(self) -> Iterator[Aspect]:
        """The parts of a result that either version has, but for the score."""
        return aspects_of(self.encoding.old, self.encoding.new, self.found)

    def part(self, name: str, goal: Formula, differs: Callable[[Both], bool]) -> Part:
        """Whether a part of the result can differ."""
        answer = self.answer(goal, differs)
        decisions: Mapping[str, Decision] = {"yes": "different", "no": "same", "unknown": "unknown"}
        return Part(name, decisions[answer.verdict])

    def with_turns(self, part: Part, aspect: Aspect) -> Part:
        """With the changes that occur."""
        if part.decision == "same":
            return part
        every = list(aspect.turns())
        if len(every) > MOST_TURNS:
            return Part(part.name, part.decision, undecided=None)
        occur: list[Turn] = []
        unknown: list[Turn] = []
        for turn, goal in every:
            answer = self.answer(goal, partial(aspect.shows, turn))
            (occur if answer.yes else unknown if not answer.no else []).append(turn)
        return Part(part.name, "different" if occur else part.decision, tuple(occur), tuple(unknown))

    def with_crossed(self, parts: Sequence[Part], aspects: Sequence[Aspect]) -> Iterator[Part]:
        """With the changes that leads show which are made of two that are known, where some are not decided."""
        seen = self._crossed([(part.name, turn) for part in parts for turn in part.undecided or ()], aspects)
        for part in parts:
            occur = tuple(turn for turn in part.undecided or () if (part.name, turn) in seen)
            unknown = tuple(turn for turn in part.undecided or () if turn not in occur)
            yield evolve(part, decision="different", turns=(*part.turns, *occur), undecided=unknown) if occur else part

    def _crossed(self, left: Sequence[tuple[str, Turn]], aspects: Sequence[Aspect]) -> set[tuple[str, Turn]]:
        """Which of these changes such leads show, in a share of the time that is left."""
        seen: set[tuple[str, Turn]] = set()
        until = time.monotonic() + self.share()

        def differs(facts: Facts) -> bool:
            outcome = self.outcome(facts)
            turns = {(aspect.name, aspect.turn(outcome)) for aspect in aspects if aspect.differs(outcome)}
            seen.update(turns.intersection(left))
            return outcome.differs_in_score() or bool(turns)

        known = [facts for facts, _ in self.leads] if left else []
        for _ in crossed(known, differs):
            if len(seen) == len(left) or time.monotonic() > until:
                break
        return seen

    def furthest(self, term: Formula, span: Span, *, up: bool) -> Extreme:
        """By how much the score can rise or fall."""
        until = time.monotonic() + self.share()
        found = furthest(self, term, Both.points_of, up=up, seconds=until - time.monotonic(), span=span)
        self._look_at_the_clock(until, decided=found.exact or found.unlimited)
        return found

    def told(self, one: Extreme) -> Furthest:
        """The same with the lead that shows it; where there is no end, any does that goes the same way."""
        told, reached = None, one.reached
        if one.facts is not None and reached:
            goes = partial(_goes_as, reached, exactly=not one.unlimited)
            facts = self.simpler(one.facts, goes)
            told, reached = shown(self.joint, self.found, facts), self.outcome(facts).points
        if self.joint.left_out:
            # One of those that were left out may go further.
            one = evolve(one, exact=False, limit=None)
        return Furthest(reached, one.exact, one.limit, one.unlimited, told)

    # --- how it is found out ---

    def outcome(self, facts: Facts) -> Both:
        """What both versions work out for a lead."""
        old, new = self.joint.old, self.joint.new
        return Both(interpret(old.model, old.of(facts)), interpret(new.model, new.of(facts)))

    def share(self) -> float:
        """How long the next question may take, in seconds."""
        return max(0.0, (self.until - time.monotonic()) * SHARE)

    def answer(self, goal: Formula, holds: Callable[[Both], bool]) -> Answer:
        """Whether there is a lead that meets a goal, in a share of the time that is left."""
        until = time.monotonic() + self.share()
        found = self.can([goal], holds, until - time.monotonic())
        self._look_at_the_clock(until, decided=found.verdict != "unknown")
        return found

    def _look_at_the_clock(self, until: float, *, decided: bool) -> None:
        """Note where it was the time that was lacking: what is not decided before would not be later."""
        self.late = self.late or (not decided and time.monotonic() > until - EARLY)

    def _try(self) -> None:
        """Leads that are made up may show differences before anything is asked: first nobody at all."""
        random = Random(0)
        self.noted(Facts(None, {each.name: None for each in self.joint.model.fields}, (), USUAL))
        until = time.monotonic() + self.seconds * TRYING
        for reading in (self.joint.old, self.joint.new) * (TRIED // 2):
            if time.monotonic() > until:
                return
            self.noted(reading.joined(generated(material_of(reading.model), random)))

    def _mix(self, lead: Facts, points: int) -> None:
        """Make leads that are known like this one, where it says something, until the score of one differs so much."""
        until = time.monotonic() + self.seconds * TRYING
        for facts, _ in self.leads[:TRIED]:
            if time.monotonic() > until:
                return
            said = {name: value for name, value in lead.fields.items() if value is not None}
            events = (*facts.events_at(lead.as_of), *lead.events)
            mixed = evolve(lead, fields={**facts.fields, **said}, events=events)
            if self.noted(mixed).points == points:
                return

    def noted(self, facts: Facts) -> Both:
        """What both versions work out for a lead, which is noted."""
        outcome = self.outcome(facts)
        self.leads.append((facts, outcome))
        return outcome

    def can(self, goals: Sequence[Formula], holds: Callable[[Both], bool], seconds: float | None = None) -> Answer:
        """Whether there is a lead that meets all goals; `holds` says of what both make of it whether it does.

        Raises `DisagreementError` when the two differ.
        """
        for facts, outcome in self.leads:
            if holds(outcome):
                return Answer("yes", facts)
        if any(goal is NO for goal in goals):
            return Answer("no")
        try:
            until = time.monotonic() + (self.share() if seconds is None else seconds)
            return answer_to(self.encoding, goals, lambda candidate: self._shown(candidate, holds), until)
        except OutOfTimeError:
            return Answer("unknown")

    def _shown(self, candidate: Candidate, holds: Callable[[Both], bool]) -> Facts | None:
        """The lead that was looked for, if it is what it should be."""
        return next((facts for facts in candidate.leads if holds(self.noted(facts))), None)

    def simpler(self, facts: Facts, holds: Callable[[Both], bool]) -> Facts:
        """The simplest lead for which something holds that holds for this one, as far as there is time."""
        until = time.monotonic() + self.share()
        return simplest(material_of(self.joint.model), facts, lambda each: holds(self.outcome(each)), until)

    def simplest_difference(self, aspects: Sequence[Aspect]) -> Facts | None:
        """A lead on which the versions differ, in the score if there is such a one."""
        for differs in (Both.differs_in_score, *(each.differs for each in aspects)):
            for facts, outcome in self.leads:
                if differs(outcome):
                    return self.simpler(facts, differs)
        return None


def _goes_as(points: int, outcome: Both, *, exactly: bool) -> bool:
    """Whether a score rises or falls by so many points, or if not `exactly` that way at all."""
    return outcome.points == points if exactly else outcome.points * points > 0
