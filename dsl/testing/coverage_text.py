"""Coverage as a person reads it, and as data."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from scorelang.testing.as_text import Segment
from scorelang.testing.coverage import KINDS, Covered, Spot
from scorelang.testing.places import where_from

PLURAL = {
    "rule": "rules", "condition": "conditions", "cell": "matrix cells", "stage": "stages", "grade": "grades",
    "persona": "personas", "route": "routes",
}  # fmt: skip


def styled(covered: Covered) -> list[Segment]:
    """The share that is reached, what it is made of, and line by line what is not."""
    full = covered.reached == covered.total
    out: list[Segment] = [
        (f"coverage of {covered.path}: ", "bold"),
        (f"{shown(covered.percent)}%", "bold green" if full else "bold yellow"),
        (f" ({covered.reached} of {covered.total} outcomes)\n", ""),
    ]
    counts = ((PLURAL[kind], *covered.of(kind)) for kind in KINDS)
    out.append(("  " + ", ".join(f"{name} {seen}/{total}" for name, seen, total in counts if total) + "\n", ""))
    last = ""
    for spot, lacks in grouped(covered):
        at = where_from(covered.path, covered.model, spot.place)
        place = f"line {at.line}" if spot.place.source is covered.model.source else str(at)
        out += [(f"  {place if place != last else '':<10}", "dim"), (f"  {told(spot, lacks)}\n", "")]
        last = place
    return out


def shown(percent: float) -> str:
    """A percentage with one digit after the point, never rounded up to 100."""
    return f"{int(percent * 10) / 10:g}"


def told(spot: Spot, lacks: Sequence[str]) -> str:
    """What no test reaches: `employees >= 200: never false or unknown`."""
    text = spot.text if len(spot.text) <= 90 else spot.text[:89] + "…"
    if spot.kind == "rule":
        words = {"fired": "no test makes it fire", "silent": "it fires in every test"}
        return f"{text}: {' and '.join(words[lack] for lack in lacks)}"
    if spot.kind == "condition":
        return f"{text}: never {' or '.join(lacks)}"
    kind = "" if spot.kind in ("cell", "grade") else f"{spot.kind} "
    return f"{kind}{text}: never reached"


def grouped(covered: Covered) -> Iterator[tuple[Spot, tuple[str, ...]]]:
    """What is missed, but for what follows from a line above: a rule that no test fires has a condition never true."""
    silent: set[str] = set()
    for spot, lacks in covered.missed():
        if spot.kind == "rule" and lacks == ("fired", "silent"):
            # Without any test, nothing else is worth saying of a rule.
            lacks = ("fired",)
        if spot.kind == "rule" and "fired" in lacks:
            silent.add(spot.text)
        if spot.kind == "condition" and spot.text in silent:
            lacks = tuple(lack for lack in lacks if lack != "true")
        if lacks:
            yield spot, lacks


def as_dict(covered: Covered) -> dict[str, object]:
    """Coverage in JSON's types."""
    return {
        "path": covered.path,
        "model": covered.model.name,
        "fingerprint": covered.model.fingerprint,
        "percent": round(covered.percent, 2),
        "reached": covered.reached,
        "total": covered.total,
        "kinds": {kind: dict(zip(("reached", "total"), covered.of(kind), strict=True)) for kind in KINDS},
        "spots": [
            {
                "kind": spot.kind,
                "rule": spot.rule,
                "text": spot.text,
                "path": where_from(covered.path, covered.model, spot.place).path,
                "line": spot.place.line,
                "outcomes": {outcome: outcome in seen for outcome in spot.outcomes},
            }
            for spot, seen in zip(covered.spots, covered.seen, strict=True)
        ],
    }
