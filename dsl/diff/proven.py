"""What is proved of two versions, as parts of a document that text, Markdown and HTML each write in their own way."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from scorelang import wording
from scorelang.analysis.extra import MISSING, is_installed
from scorelang.diff.proof import Decision, Furthest, Part, Proof, Shown, Turn
from scorelang.diff.report import ARROW, NOTHING, Report, Table, cause_text
from scorelang.result import plain
from scorelang.values import from_hundredths

HEADLINES: dict[Decision, str] = {
    "same": "the same for every lead",
    "different": "different for some leads",
    "unknown": "not decided",
}
SAME = "the same for every lead"
# Leads that were not looked at may still differ.
SAME_WHERE_LOOKED_AT = f"{SAME} looked at"
# Of a test that is longer only so many lines are shown.
MOST_LINES = 40
UNDECIDED = "not decided"


def headline(proof: Proof) -> str:
    """`Proof: not decided`."""
    return f"Proof: {HEADLINES[proof.decision]}"


def remarks(proof: Proof) -> Iterator[str]:
    """What the proof says nothing of, and what it takes for granted."""
    for text in proof.left_out:
        yield f"not looked at: {text}"
    for text in proof.notes:
        yield f"taken for granted: {text}"
    if not proof.decided and proof.late:
        yield f"what is not decided was not found out within {proof.limit:g} s; --timeout gives it longer"
    elif not proof.decided:
        from scorelang.analysis.as_text import NO_LEAD

        yield f"what is not decided cannot be found out: {NO_LEAD} that shows it; more time does not help"
    ends = [one for one in (proof.up, proof.down) if one is not None]
    if not all(one.exact or one.unlimited for one in ends) and proof.late and not is_installed():
        yield MISSING


def table(proof: Proof) -> Table:
    """What can change, a line for each part of the result."""
    rows = tuple((part.name, said(part, proof)) for part in proof.parts)
    which = "looked at" if proof.left_out else "that both can read"
    return Table("What can change", f"for any lead {which}; {proof.seconds:.1f} s", ("what", "how"), rows, 2)


def said(part: Part, proof: Proof) -> str:
    """How a part of the result can change."""
    if part.decision == "same":
        return SAME_WHERE_LOOKED_AT if proof.left_out else SAME
    if part.decision == "unknown":
        return UNDECIDED
    if part.name == "score":
        return "; ".join(
            _far(one, word) for one, word in ((proof.up, "rises"), (proof.down, "falls")) if one is not None
        )
    if part.undecided is None:
        return "changes, in more ways than were looked at"
    shown = [_turn(turn) for turn in part.turns]
    if part.undecided:
        shown.append(f"{UNDECIDED}: {', '.join(_turn(turn) for turn in part.undecided)}")
    return "; ".join(shown)


def _far(one: Furthest, word: str) -> str:
    """`rises by at most 20`."""
    if one.unlimited:
        return f"{word} without limit"
    points = None if one.points is None else wording.points(abs(one.points))
    if one.exact:
        return f"{word} by at most {points}" if one.points else f"never {word}"
    limit = "" if one.limit is None else f" and at most {wording.points(abs(one.limit))}"
    return f"{word} by at least {points or 0}{limit} ({UNDECIDED})"


def _turn(turn: Turn) -> str:
    return f"{turn.before or NOTHING} {ARROW} {turn.after or NOTHING}"


def leads(proof: Proof) -> Iterator[tuple[str, Shown]]:
    """The leads that show it, each once and with what it shows."""
    found = [("A lead on which they differ", proof.shown)]
    for far, word in ((proof.up, "rises"), (proof.down, "falls")):
        if far is not None:
            found.append(
                (f"The lead whose score {word} most" if far.exact else f"A lead whose score {word}", far.shown)
            )
    seen: set[str] = set()
    for title, one in found:
        if one is not None and one.test not in seen:
            seen.add(one.test)
            yield title, one


def says(one: Shown, report: Report) -> Iterator[tuple[str, str]]:
    """What is told of a lead: what each version gives it, and why."""
    yield report.difference.old.path, one.old
    yield report.difference.new.path, one.new
    because = [cause_text(cause) for cause in one.causes if cause.what != "category"]
    if because:
        yield "because", "; ".join(because)
    if one.besides:
        yield f"what only {report.difference.old.path} reads", "; ".join(one.besides)


def tested(one: Shown, report: Report) -> str:
    """What the test of a lead is for."""
    old, new = report.difference.old.path, report.difference.new.path
    if not one.confirmed:
        return "about as this test:"
    return f"as a test, which {new} fails as long as it is not as {old}:"


def test_of(one: Shown) -> str:
    """The test of a lead, without most of its lines where these are very many."""
    lines = one.test.splitlines()
    if len(lines) <= MOST_LINES:
        return one.test
    left_out = (
        f"{lines[-1][: -len(lines[-1].lstrip())]}# {len(lines) - MOST_LINES:,} more lines: `--format json` has all"
    )
    return "\n".join([*lines[: MOST_LINES - 1], left_out, f"{lines[-1]}\n"])


# --- JSON -----------------------------------------------------------------------------------------------------------


def proof_data(proof: Proof) -> dict[str, Any]:
    """The proof in JSON's types; points are numbers."""
    return {
        "decision": proof.decision,
        "seconds": round(proof.seconds, 6),
        "limit": proof.limit,
        "late": proof.late,
        "left_out": list(proof.left_out),
        "notes": list(proof.notes),
        "parts": [_part(part, proof) for part in proof.parts],
        "up": _far_data(proof.up),
        "down": _far_data(proof.down),
        "lead": _shown(proof.shown),
    }


def _part(part: Part, proof: Proof) -> dict[str, Any]:
    undecided = None if part.undecided is None else [_turn_data(turn) for turn in part.undecided]
    turns = [_turn_data(turn) for turn in part.turns]
    decision = "same_where_looked_at" if part.decision == "same" and proof.left_out else part.decision
    return {"what": part.name, "decision": decision, "turns": turns, "undecided": undecided}


def _turn_data(turn: Turn) -> dict[str, str | None]:
    return {"before": turn.before, "after": turn.after}


def _far_data(one: Furthest | None) -> dict[str, Any] | None:
    if one is None:
        return None
    numbers = {"points": _points(one.points), "exact": one.exact, "limit": _points(one.limit)}
    return {**numbers, "unlimited": one.unlimited, "lead": _shown(one.shown)}


def _points(hundredths: int | None) -> float | int | None:
    return None if hundredths is None else plain(from_hundredths(hundredths))


def _shown(one: Shown | None) -> dict[str, Any] | None:
    if one is None:
        return None
    because = [cause_text(cause) for cause in one.causes]
    told = {"old": one.old, "new": one.new, "because": because, "test": one.test}
    return {**told, "besides": list(one.besides), "confirmed": one.confirmed}
