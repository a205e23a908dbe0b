"""What a model can come to, as a person reads it and as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from scorelang import model as m
from scorelang import wording
from scorelang.analysis.bounds import Bound, Bounds, Label, Range
from scorelang.analysis.optimum import Extreme
from scorelang.leads import Facts
from scorelang.result import plain
from scorelang.testing.as_text import Segment
from scorelang.testing.writing import as_test
from scorelang.values import from_hundredths

HEADINGS = {"stage": "stages", "grade": "grades", "persona": "personas", "route": "routes"}


def styled(model: m.CheckedModel, found: Bounds, *, tests: bool) -> list[Segment]:
    """Numbers, labels, what never matters, and with `tests` the leads as tests."""
    out: list[Segment] = [("numbers\n", "bold")]
    width = max(len(name_of(each)) for each in found.ranges)
    out += [(f"  {name_of(each):<{width}}  {told_range(each)}\n", "") for each in found.ranges]
    out += _labels(found.labels)
    findings = list(_findings(found))
    if findings:
        out.append(("never matters\n", "bold"))
        out += [(f"  {text}\n", "yellow") for text in findings]
    undecided = list(_undecided(found))
    if undecided:
        out.append((f"not decided{' in time' if found.late else ''}\n", "bold"))
        out += [(f"  {text}\n", "yellow") for text in undecided]
    for test in _tests(model, found) if tests else ():
        out.append((f"\n{test}", ""))
    return out


def name_of(range_: Range) -> str:
    """A number as a `.score` file names it; a persona's with its word."""
    name = range_.name if range_.name.isidentifier() else wording.quoted(range_.name)
    return f"persona {name}" if range_.word == "persona" else name


def told_range(range_: Range) -> str:
    """`0 to 100`, with what is not certain."""
    return f"{_told(range_.least, 'most')} to {_told(range_.greatest, 'least')}"


def _told(one: Extreme, word: str) -> str:
    if one.unlimited:
        return "no limit"
    if one.reached is None:
        return "not known"
    shown = wording.points(one.reached)
    if one.exact:
        return shown
    beyond = (
        f", at {'least' if word == 'most' else 'most'} {wording.points(one.limit)}" if one.limit is not None else ""
    )
    return f"(at {word} {shown}{beyond})"


def _labels(labels: Sequence[Label]) -> Iterator[Segment]:
    for word, heading in HEADINGS.items():
        of_word = [label for label in labels if label.word == word]
        if not of_word:
            continue
        yield f"{heading}\n", "bold"
        for what in dict.fromkeys(label.what for label in of_word):
            can = [label.name for label in of_word if label.what == what and label.verdict == "yes"]
            prefix = f"{what}: " if word == "grade" else ""
            names = ", ".join(wording.quoted(name) if word == "route" else name for name in can)
            yield f"  {prefix}{names or 'none'}\n", ""


def _findings(found: Bounds) -> Iterator[str]:
    for bound in found.bounds:
        if bound.binds == "no":
            yield f"{told_bound(bound)} changes nothing"
    for label in found.labels:
        if label.verdict == "no":
            yield f"{told_label(label)} is never reached"
    for label in found.labels:
        if label.acts_as is not None and label.threshold is not None:
            shown, acts = wording.points(label.threshold), wording.points(label.acts_as)
            yield f"{told_label(label)} from {shown} acts as {acts}: no lead is between"


def _undecided(found: Bounds) -> Iterator[str]:
    for bound in found.bounds:
        if bound.binds == "unknown":
            yield f"whether {told_bound(bound)} changes anything"
    for label in found.labels:
        if label.verdict == "unknown":
            yield f"whether {told_label(label)} is reached"


def told_bound(bound: Bound) -> str:
    """`Fit: at most 50`."""
    shown = bound.bound if isinstance(bound.bound, str) else wording.points(bound.bound)
    return f"{bound.name}: at {bound.side} {shown}"


def told_label(label: Label) -> str:
    """A stage, grade, persona or destination with its word."""
    if label.word == "route":
        return f"route {wording.quoted(label.name)}"
    return f"{label.what}.grade {label.name}" if label.word == "grade" else f"{label.word} {label.name}"


# --- leads ----------------------------------------------------------------------------------------------------------


def _tests(model: m.CheckedModel, found: Bounds) -> Iterator[str]:
    for range_ in found.ranges:
        for side, one in (("least", range_.least), ("greatest", range_.greatest)):
            if one.facts is not None and one.reached is not None and range_.word != "persona":
                name = f"a {range_.name}, of which there is no {side}" if one.unlimited else f"the {side} {range_.name}"
                name += "" if one.exact or one.unlimited else " that was found"
                yield _test(model, name, one.facts, f"{name_of(range_)} {_number(one.reached)}")
    for label in found.labels:
        if label.facts is not None:
            yield _test(model, f"a lead of {told_label(label)}", label.facts, expectation(label))


def _test(model: m.CheckedModel, name: str, facts: Facts, expected: str) -> str:
    return as_test(model, name, facts, [expected])


def _number(hundredths: int) -> str:
    return wording.points(hundredths).replace(",", "_")


def expectation(label: Label) -> str:
    """What a test expects of a lead that has the label."""
    name = label.name if label.name.isidentifier() else wording.quoted(label.name)
    if label.word == "grade":
        what = label.what if label.what.isidentifier() else wording.quoted(label.what)
        return f"{what}.grade {name}"
    return f"route {wording.quoted(label.name)}" if label.word == "route" else f"{label.word} {name}"


# --- JSON -----------------------------------------------------------------------------------------------------------


def as_json(path: str, model: m.CheckedModel, found: Bounds, given: Sequence[str], *, tests: bool) -> str:
    """Everything as one JSON object; points are numbers, leads (with `tests`) are tests."""

    def lead(facts: Facts | None, expected: str) -> dict[str, object]:
        return {"test": None if facts is None else _test(model, expected, facts, expected)} if tests else {}

    def reached(one: Extreme, range_: Range) -> dict[str, object]:
        expected = f"{name_of(range_)} {_number(one.reached or 0)}"
        shown = {"reached": _points(one.reached), "exact": one.exact, "limit": _points(one.limit)}
        more = {} if range_.word == "persona" else lead(one.facts, expected)
        return {**shown, "unlimited": one.unlimited, **more}

    everything = {
        "path": path,
        "given": list(given),
        "decided": found.decided,
        "late": found.late and not found.decided,
        "seconds": round(found.seconds, 6),
        "numbers": [
            {
                "word": one.word,
                "name": one.name,
                "least": reached(one.least, one),
                "greatest": reached(one.greatest, one),
            }
            for one in found.ranges
        ],
        "labels": [{**_label_data(one), **lead(one.facts, expectation(one))} for one in found.labels],
        "bounds": [_bound_data(one) for one in found.bounds],
    }
    return json.dumps(everything, indent=2, ensure_ascii=False)


def _label_data(label: Label) -> dict[str, object]:
    return {
        "word": label.word,
        "what": label.what,
        "name": label.name,
        "reached": label.verdict,
        "from": _points(label.threshold),
        "acts_as": _points(label.acts_as),
    }


def _bound_data(bound: Bound) -> dict[str, object]:
    return {
        "word": bound.word,
        "name": bound.name,
        "side": bound.side,
        "bound": bound.bound if isinstance(bound.bound, str) else _points(bound.bound),
        "binds": bound.binds,
    }


def _points(hundredths: int | None) -> float | int | None:
    return None if hundredths is None else plain(from_hundredths(hundredths))
