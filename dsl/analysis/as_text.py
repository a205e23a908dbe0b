"""Proofs as a person reads them, in pieces with the styles that a terminal may show."""

from __future__ import annotations

from collections.abc import Sequence

from scorelang.analysis.prove import Decision, Proof
from scorelang.analysis.witness import MOST_EVENTS
from scorelang.testing.as_text import Segment, words_of

WORDS: dict[Decision, str] = {"proved": "proved", "refuted": "REFUTED", "unknown": "not decided"}
STYLES: dict[Decision, str] = {"proved": "green", "refuted": "bold red", "unknown": "yellow"}
# Why something is not decided although there was time.
NO_LEAD = f"formulas leave room for a lead, and none of at most {MOST_EVENTS:,} events was found"


def styled(proof: Proof) -> list[Segment]:
    """One proof: a line, and for what is refuted the lead that does it, as a test; else why it is not decided."""
    invariant = proof.invariant
    title = f"{invariant.word}: {invariant.name}"
    out: list[Segment] = [
        (f"  {WORDS[proof.decision]:<11}  ", STYLES[proof.decision]),
        (_visible(title), "" if proof.passed else "bold"),
        (f"  ({proof.seconds:.1f} s)\n", "dim"),
    ]
    broken = proof.broken
    if broken is None:
        return out if proof.passed else [*out, (f"    {_why(proof)}\n", "")]
    out += [("    a lead that breaks it: ", ""), (f"{broken.result}\n", "red")]
    out.append((f"    the condition is {broken.was}: {'; '.join(map(_visible, broken.because))}\n", ""))
    told = "as a test, which fails as long as it is so:" if broken.confirmed else "about as this test:"
    out.append((f"    {told}\n\n", ""))
    out += [(f"{_visible(line)}\n", "bold") for line in broken.test.splitlines()]
    out.append(("\n", ""))
    return out


def in_brief(proof: Proof, limit: float) -> str:
    """What came of it, on one line; `limit` is in seconds."""
    if proof.broken is not None:
        return f"refuted by a lead: {proof.broken.result}"
    if proof.passed:
        return "proved"
    return f"not decided within {limit:g} s" if proof.late else f"not decided: {NO_LEAD} that breaks it"


def _why(proof: Proof) -> str:
    if proof.late:
        return "the time is over; `scorelang prove --timeout` gives it longer"
    return f"{NO_LEAD} that breaks it: more time does not help"


def counted(proofs: Sequence[Proof]) -> str:
    """`4 proved, 1 refuted`."""
    words = {"proved": "proved", "refuted": "refuted", "unknown": "not decided"}
    counts = [(sum(proof.decision == decision for proof in proofs), word) for decision, word in words.items()]
    return ", ".join(words_of(counts))


def _visible(text: str) -> str:
    """Text of a model or lead must not move the cursor."""
    return "".join(each if each.isprintable() else " " for each in text)
