"""How long proofs, bounds and questions take on made-up models of 20, 60, 200 and 500 rules.

    python benchmarks/proof.py [--sizes 20,60,200,500] [--models 3] [--limit 60]

For every size so many models are made (the same in every run) with rules on texts, numbers, flags, dates, lists and
events, with windows, decays and choices, in four categories. Measured are: whether each rule can fire at all, an
invariant that holds, one that does not, one that only the points decide, the greatest and the least sum of points (with
z3 alone, and with the solver of the extra `prove`, where that is installed), and all that `scorelang diff --prove` says
of a version with three other points. Seconds of the processor, so that other work on the machine counts little: the
median and the worst. What was not decided in the limit (seconds of the clock, of each measurement) is counted.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from random import Random
from typing import Any
from unittest.mock import patch

import scorelang
from scorelang import model as m
from scorelang.analysis import optimum
from scorelang.analysis import prove as proving
from scorelang.analysis.extra import is_installed
from scorelang.analysis.optimum import extreme
from scorelang.analysis.prove import prove
from scorelang.analysis.questions import Questions
from scorelang.analysis.spans import score_span
from scorelang.analysis.versions import compare
from scorelang.diff import difference
from scorelang.testing import invariants

CATEGORIES = ("Fit", "Person", "Behaviour", "Interest")
WORDS = (
    "sales", "marketing", "data", "cloud", "security", "finance", "legal", "retail", "health", "energy", "media",
    "chief", "head", "lead", "senior", "junior", "intern", "owner", "founder", "partner",
)  # fmt: skip
TEXTS = ("title", "company", "industry", "country", "source", "need")
NUMBERS = ("employees", "revenue", "seats", "intent")
FLAGS = ("demo", "funded", "opted_out")
DATES = ("created", "funded_on")
KINDS = ("visit", "download", "webinar", "email_click", "form")


def model_text(rules: int, seed: int) -> str:
    """A model of so many rules."""
    random = Random(f"{rules} {seed}")
    lines = ["lead:"]
    lines += [f"    {name} text" for name in TEXTS] + [f"    {name} number" for name in NUMBERS]
    lines += [f"    {name} flag" for name in FLAGS] + [f"    {name} date" for name in DATES] + ["    tools text list"]
    lines += [f"event {kind}(name text, minutes number)" for kind in KINDS]
    for at, category in enumerate(CATEGORIES):
        lines.append(f"category {category}, {-20 - at} to {40 + 10 * at}:")
        left = rules // len(CATEGORIES)
        while left > 0:
            made = list(_rules(random, left))
            left -= sum(" then " in line for line in made)
            lines += made
    lines += ["score from 0 to 100", "disqualify if opted_out", "require title is known"]
    lines += ["stage MQL from 30", "stage SQL from 60 when demo or form within 30 days"]
    lines.append('never "an opted-out lead is an SQL": opted_out and stage is SQL')
    lines.append('always "an MQL is funded": stage is not MQL or funded')
    lines.append('never "all points without a title": score >= 100 and title is missing and not demo')
    return "\n".join(lines) + "\n"


def _rules(random: Random, left: int) -> Iterator[str]:
    points = random.choice(("+2", "+3", "+5", "+8", "+10", "-3", "-5", "-10", "+2.5"))
    pick = random.random()
    if pick < 0.12 and left >= 3:
        number, at = random.choice(NUMBERS), random.randrange(100, 1000, 50)
        yield "    choose:"
        yield f"        if {number} >= {at * 2} then +10"
        yield f"        if {number} >= {at} then +5"
        yield "        otherwise -1"
    elif pick < 0.55:
        yield f"    if {_condition(random)} then {points}"
    elif pick < 0.65:
        yield f"    if {_condition(random)} and {_condition(random)} then {points}"
    elif pick < 0.85:
        least = random.choice(("", "", " at least 2 times", " at least 3 times"))
        yield f"    {_event(random)}{least} within {random.choice((7, 14, 30, 60, 90))} days then {points}"
    elif pick < 0.93:
        days = random.choice((30, 60, 90))
        yield f"    each {_event(random)} within {days} days then +2, at most {random.choice((6, 8, 10))}"
    else:
        yield f"    {_event(random)} then +8, losing 50% every {random.choice((15, 30))} days"


def _condition(random: Random) -> str:
    pick = random.random()
    word, other = random.sample(WORDS, 2)
    if pick < 0.5:
        text = random.choice(TEXTS)
        how = random.choice(("is", "contains", "starts with", "ends with", "mentions", "like", "in"))
        value = f'["{word}", "{other}"]' if how == "in" else f'"{word}*{other}"' if how == "like" else f'"{word}"'
        return f"{text} {how} {value}"
    if pick < 0.75:
        return f"{random.choice(NUMBERS)} {random.choice(('>=', '<', '>', '<='))} {random.randrange(10, 5000, 10)}"
    if pick < 0.85:
        return random.choice(FLAGS[:2])
    if pick < 0.95:
        return f"{random.choice(DATES)} within {random.choice((7, 30, 90, 365))} days"
    return f'tools contains "{word}"'


def _event(random: Random) -> str:
    kind, word = random.choice(KINDS), random.choice(WORDS)
    pattern = random.choice((f'"/{word}"', f'"/{word}/*"', ""))
    return f"{kind} {pattern}".rstrip()


def changed(text: str, seed: int) -> str:
    """Another version of a model: three of its rules give 7 points and not 5."""
    lines = text.split("\n")
    some = [at for at, line in enumerate(lines) if line.startswith("    if") and line.endswith("then +5")]
    for at in Random(seed).sample(some, min(3, len(some))):
        lines[at] = lines[at].replace("then +5", "then +7")
    return "\n".join(lines)


@contextmanager
def noted_leads() -> Iterator[list[float]]:
    """When a lead that breaks an invariant was found, before it is made simple and written as a test."""
    leads: list[float] = []
    make = invariants.broken_by

    def noted(*arguments: Any, **options: Any) -> invariants.Broken:
        leads.append(time.process_time())
        return make(*arguments, **options)

    with patch.object(invariants, "broken_by", noted), patch.object(proving, "broken_by", noted):
        yield leads


def measured(text: str, seed: int, limit: float) -> dict[str, tuple[float, bool]]:
    """What takes how long, and whether it was decided; every one with a mind of its own."""
    model, other = scorelang.loads(text).checked, scorelang.loads(changed(text, seed)).checked
    found: dict[str, tuple[float, bool]] = {}

    def measure(name: str, work: Callable[[Questions], bool]) -> None:
        start = time.process_time()
        decided = work(Questions(model, seconds=limit))
        found[name] = (time.process_time() - start, decided)

    rules = list(m.rules_of(model.ordered))

    def every(asked: Questions) -> bool:
        asked.prepare()
        return "unknown" not in {asked.can_fire(rule).verdict for rule in rules}

    measure("every rule: can it fire", every)
    names = ("an invariant that holds", "an invariant that does not", "an invariant on points")
    for name, invariant in zip(names, model.invariants, strict=True):
        with noted_leads() as leads:
            measure(name, lambda asked, it=invariant: prove(asked, it, limit).decision != "unknown")  # type: ignore[misc]
        if leads:
            found[f"{name}: until a lead is found"] = (found[name][0] - (time.process_time() - leads[0]), True)

    def furthest(asked: Questions, up: bool) -> bool:
        term = asked.encoding.results.total
        span = score_span(model)[0]
        return extreme(asked, term, lambda outcome: outcome.total, up=up, seconds=limit, span=span).exact

    for installed in (False, True) if is_installed() else (False,):
        optimum.is_installed = lambda installed=installed: installed  # type: ignore[assignment,misc]
        by = "z3 and CP-SAT" if installed else "z3"
        measure(f"the greatest points: {by}", lambda asked: furthest(asked, True))
        measure(f"the least points: {by}", lambda asked: furthest(asked, False))

    def differ(_: Questions) -> bool:
        told = compare(model, other, difference(model, other), limit)
        return told.decision != "unknown" and not any(part.undecided for part in told.parts)

    measure("the difference of two versions", differ)
    return found


def main() -> None:
    """Measure, and print a table."""
    if is_installed():
        # What is loaded once is not what is measured.
        import ortools.sat.python.cp_model  # noqa: F401
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", default="20,60,200,500")
    parser.add_argument("--models", type=int, default=3)
    parser.add_argument("--limit", type=float, default=60.0)
    options = parser.parse_args()
    for size in map(int, options.sizes.split(",")):
        runs = [measured(model_text(size, at), at, options.limit) for at in range(options.models)]
        for name in dict.fromkeys(name for run in runs for name in run):
            seconds = [run[name][0] for run in runs if name in run]
            open_ = sum(not run[name][1] for run in runs if name in run)
            told = f"{statistics.median(seconds):8.2f} {max(seconds):8.2f}" + (
                f"  {open_} not decided" if open_ else ""
            )
            print(f"{size:>4} rules  {name:<52} {told}", flush=True)


if __name__ == "__main__":
    main()
