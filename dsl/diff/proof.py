"""What is proved of two versions of a model, for every lead there can be."""

from __future__ import annotations

from typing import Literal

from attrs import frozen

from scorelang.diff.why import Cause

Decision = Literal["same", "different", "unknown"]


@frozen
class Shown:
    """A lead on which the versions differ, scored by both: what each says of it, and why they differ.

    `test` is a `test` block that the old version passes and the new one fails (`confirmed`: that was tried); `besides`
    are givens that only the old version can read.
    """

    old: str
    new: str
    causes: tuple[Cause, ...]
    test: str
    besides: tuple[str, ...]
    confirmed: bool


@frozen
class Furthest:
    """By how many hundredths the score of a lead can rise or fall at most.

    `points` is what a lead was found for, None when none was; it is `exact` when no lead moves further. Where time ran
    out, `limit` is how far one could move at most, if that much is known. `unlimited`: there is no end to it.
    """

    points: int | None
    exact: bool
    limit: int | None
    unlimited: bool
    shown: Shown | None


@frozen
class Turn:
    """A stage, grade or the like that a lead has by the old version, and another that it has by the new one."""

    before: str | None
    after: str | None


@frozen
class Part:
    """One part of a result, such as `stage` or `grade Fit`: whether any lead has another by the new version.

    It is `same` where no lead has that was looked at; `Proof.left_out` says which were not.
    `turns` are the changes that leads show, `undecided` those of which one does not know; None where they were too many
    to ask.
    """

    name: str
    decision: Decision
    turns: tuple[Turn, ...] = ()
    undecided: tuple[Turn, ...] | None = ()


@frozen
class Proof:
    """All of it. `left_out` says of which leads nothing was found out, `notes` what is assumed of data.

    `seconds` is how long it took, `limit` how long it might. Where something is not decided, `late` says whether time
    ran out; otherwise it would not be decided in more time either.
    """

    parts: tuple[Part, ...]
    up: Furthest | None
    down: Furthest | None
    shown: Shown | None
    left_out: tuple[str, ...]
    notes: tuple[str, ...]
    seconds: float
    limit: float
    late: bool = False

    @property
    def decision(self) -> Decision:
        """Whether the two give every lead the same; `same` only where that was found out of every lead."""
        decisions = {part.decision for part in self.parts}
        if "different" in decisions:
            return "different"
        return "unknown" if "unknown" in decisions or self.left_out else "same"

    @property
    def decided(self) -> bool:
        """Whether all was found out of the leads that were looked at."""
        ends = [one for one in (self.up, self.down) if one is not None and not self.left_out]
        known = all(part.decision != "unknown" and not part.undecided for part in self.parts)
        return known and all(one.exact or one.unlimited for one in ends)
