"""How long one lead takes: scorelang, Python written by hand, and rule engines for Python, in one run.

    python3 -m venv build/peers
    build/peers/bin/pip install -r benchmarks/peers.txt
    make bench-peers

or, for some of it: build/peers/bin/python benchmarks/peers.py --only 40 --rounds 5, with PYTHONPATH=build/tree.

The workloads are those of one_record.py. An engine is given what scorelang is given, a lead as a dictionary and its
events; texts are folded and events put in a list for each kind by Python first, for these languages have no words for
it, and that time counts, as it does in the function by hand. Every engine is tried with one expression for all rules
and with a program for each rule, and the faster is measured. It gives a number; `score` gives a whole result.

Totals are compared before times are taken, on every lead that is timed. Every round times every way once, one after the
other. Shown are medians of the rounds: microseconds of the processor for a lead, and ratios of two ways in the same
round. Each way scores about a tenth of a second a round: the 200 leads up to ten times, or fewer of them, 5 at least.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import Any

import msgspec

import scorelang
from scorelang.codegen.engine import compiled

sys.path.insert(0, str(Path(__file__).parent))
from one_record_workloads import AS_OF, Workload, workloads
from peer_data import BusinessRules, Datalogic, Qubit
from peer_expressions import CelExpr, CelPython, CommonExpressionLanguage, RuleEngine, Zen
from peer_rules import CannotSayError, prepared, rules_of
from tables import machine, of_rounds, put, table

ENGINES = (Datalogic, Zen, CelExpr, CommonExpressionLanguage, RuleEngine, Qubit, BusinessRules, CelPython)
SCORE, HAND, FUNCTION = "scorelang, `score`", "Python by hand", "scorelang, the generated function"
ROUND = 0.1  # seconds that a way takes of a round, about
FEWEST, MOST_TIMES = 5, 10
Way = Callable[[dict[str, Any], list[dict[str, Any]]], Any]
Figures = dict[str, dict[str, Any]]


# --- what is timed --------------------------------------------------------------------------------------------------


def own_ways(work: Workload) -> dict[str, Way]:
    """The function by hand and two of scorelang, from a raw lead to its points in hundredths."""
    model, by_hand = scorelang.loads(work.model), work.function()
    plain, score, instant = compiled(model.checked).plain, model.score, model.instant(AS_OF)
    return {
        SCORE: lambda lead, events: score(lead, events, AS_OF, detail=False).score,
        HAND: lambda lead, events: by_hand(lead, events, AS_OF),
        FUNCTION: lambda lead, events: plain(lead, events, instant)[1],
    }


def peer_ways(work: Workload) -> tuple[dict[str, tuple[str, Way]], dict[str, list[str]]]:
    """For every engine its faster shape that gives the right totals, and why shapes do not."""
    rules, wrong = rules_of(work), {}
    right: dict[str, tuple[str, Way]] = {}
    for engine in ENGINES:
        tried: dict[str, Way] = {}
        for shape in SHAPES:
            try:
                way = partial(_peer, getattr(engine(), shape)(rules))
                agree(work, engine.package, way, FEWEST)
            except ImportError as error:
                sys.exit(f"{engine.package} is not installed: pip install -r benchmarks/peers.txt ({error})")
            except REFUSALS as error:
                wrong.setdefault(engine.package, []).append(f"{SHAPES[shape]}: {str(error).splitlines()[0]}")
            else:
                tried[shape] = way
        if tried:
            right[engine.package] = min(tried.items(), key=lambda one: pilot(work, one[1]))
    return right, wrong


SHAPES = {"whole": "one expression", "apart": "a program for each rule"}
# What engines raise for an expression that they do not take.
REFUSALS = (CannotSayError, SyntaxError, RuntimeError, ValueError, TypeError)


def _peer(score: Callable[[dict[str, Any]], Any], lead: dict[str, Any], events: list[dict[str, Any]]) -> Any:
    return score(prepared(lead, events, AS_OF))


def agree(work: Workload, name: str, way: Way, leads: int) -> None:
    """The way gives the totals of the function by hand, or there is nothing to measure."""
    by_hand = work.function()
    for lead, events in pairs_of(work)[:leads]:
        expected, got = by_hand(lead, events, AS_OF), way(lead, events)
        if got != (expected / 100 if name == SCORE else expected):
            sys.exit(f"{name}: {work.name}: {lead} gives {got}, by hand {expected}; nothing is measured")


def pairs_of(work: Workload) -> list[tuple[dict[str, Any], list[dict[str, Any]]]]:
    """Each lead with its events."""
    return list(zip(work.leads, work.events, strict=True))


# --- measuring ------------------------------------------------------------------------------------------------------


def timed(way: Way, pairs: list[tuple[dict[str, Any], list[dict[str, Any]]]]) -> float:
    """Microseconds of the processor for a lead."""
    start = time.process_time()
    for lead, events in pairs:
        way(lead, events)
    return (time.process_time() - start) / len(pairs) * 1e6


def pilot(work: Workload, way: Way) -> float:
    """About how long a lead takes: the shortest of three times, of few leads."""
    return min(timed(way, pairs_of(work)[:FEWEST]) for _ in range(3))


def measured(work: Workload, rounds: int) -> tuple[Figures, dict[str, list[str]]]:
    """For every way its median time, its ratio to `score`, and how many leads a round had; and what did not go."""
    peers, wrong = peer_ways(work)
    ways = own_ways(work) | {name: way for name, (_, way) in peers.items()}
    scored = {name: _share(pairs_of(work), ROUND * 1e6 / pilot(work, way)) for name, way in ways.items()}
    for name, way in ways.items():
        agree(work, name, way, len(scored[name]))
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(timed(way, scored[name]))
    figures = {name: _figures(times, taken, len(scored[name])) for name, times in taken.items()}
    for name, (shape, _) in peers.items():
        figures[name]["shape"] = shape
    return figures, wrong


def _share(pairs: list[Any], number: float) -> list[Any]:
    """About so many of the leads, `FEWEST` at least; all of them again and again for more."""
    return pairs * min(MOST_TIMES, int(number / len(pairs))) or pairs[: max(FEWEST, int(number))]


def _figures(times: list[float], taken: dict[str, list[float]], leads: int) -> dict[str, Any]:
    """The median, that of the ratios to `score` and, where it was timed, to the generated function."""
    ratios = {
        base: statistics.median(one / other for one, other in zip(times, taken[base], strict=True))
        for base in (SCORE, FUNCTION)
        if base in taken
    }
    return {"us": statistics.median(times), "leads": leads} | ratios


# --- from a line of JSON --------------------------------------------------------------------------------------------


def measured_json(work: Workload, rounds: int) -> Figures:
    """From a line of JSON to the points: `Model.decoder()`, and msgspec to dictionaries before the others."""
    model, by_hand, read = scorelang.loads(work.model), work.function(), msgspec.json.decode
    datalogic = Datalogic().whole(rules_of(work))
    decoder, score = model.decoder(), model.score
    lines = [msgspec.json.encode(lead | ({"events": events} if events else {})) for lead, events in
             zip(work.leads, work.events, strict=True)]  # fmt: skip

    def split(line: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
        lead = read(line)
        events = lead.pop("events", [])
        for event in events:
            event["at"] = datetime.fromisoformat(event["at"])
        return lead, events

    ways: dict[str, Callable[[bytes], Any]] = {
        SCORE: lambda line: round(score(decoder.decode(line), None, AS_OF, detail=False).score * 100),
        HAND: lambda line: by_hand(*split(line), AS_OF),
        Datalogic.package: lambda line: datalogic(prepared(*split(line), AS_OF)),
    }
    for name, way in ways.items():
        for line in lines:
            assert way(line) == by_hand(*split(line), AS_OF), f"{name}: {line!r}"
    pairs = [(line, []) for line in lines]
    taken: dict[str, list[float]] = {name: [] for name in ways}
    for _ in range(rounds):
        for name, way in ways.items():
            taken[name].append(timed(lambda line, _, way=way: way(line), pairs))  # type: ignore[arg-type,misc]
    return {name: _figures(times, taken, len(lines)) for name, times in taken.items()}


# --- showing --------------------------------------------------------------------------------------------------------


def shown(found: dict[str, Figures], lines: dict[str, Figures], wrong: dict[str, dict[str, list[str]]]) -> str:
    """The tables, and what engines could not do."""
    works = list(found)
    names = [SCORE, HAND, FUNCTION, *(engine.package for engine in ENGINES)]
    head = ["", *works]
    parts = [
        "Microseconds of the processor a lead:",
        table(head, [[name, *(_cell(found[work], name, "us") for work in works)] for name in names]),
        "Times as long as `score(…, detail=False)`, in the same round:",
        table(head, [[name, *(_cell(found[work], name, SCORE) for work in works)] for name in names]),
        "Times as long as the generated function, which these engines are like: a lead goes in, points come out:",
        table(head, [[name, *(_cell(found[work], name, FUNCTION) for work in works)] for name in names]),
    ]
    if lines:
        parts += [
            "From a line of JSON, microseconds and times as long:",
            table(
                ["", *lines],
                [
                    [name, *(f"{one[name]['us']:.1f}, {one[name][SCORE]:.2f} ×" for one in lines.values())]
                    for name in (SCORE, HAND, Datalogic.package)
                ],
            ),
        ]
    return "\n\n".join([*parts, *_notes(found, wrong)])


def _cell(figures: Figures, name: str, what: str) -> str:
    if name not in figures:
        return "–"
    number = figures[name][what]
    digits = 0 if number >= 100 else 1 if number >= 10 else 2
    return f"{number:,.{digits}f}" + ("" if what == "us" else " ×")


def _notes(found: dict[str, Figures], wrong: dict[str, dict[str, list[str]]]) -> list[str]:
    """Which engines have no figure and why, and which were fastest with a program for each rule."""
    reasons: dict[str, list[str]] = {}
    for work, engines in wrong.items():
        for engine, why in engines.items():
            if engine not in found[work]:
                reasons.setdefault(f"{engine}: {'; '.join(why)}", []).append(work)
    notes = [f"- {reason} ({', '.join(works)})" for reason, works in reasons.items()]
    apart = {
        engine.package: [work for work, one in found.items() if one.get(engine.package, {}).get("shape") == "apart"]
        for engine in ENGINES
    }
    listed = "; ".join(f"{name} ({', '.join(works)})" for name, works in apart.items() if works)
    return ["\n".join([*notes, f"- Fastest with a program for each rule: {listed}."])]


def main() -> None:
    """Measure every workload and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--only", default="", help="workloads whose name begins so")
    parser.add_argument("--json", type=Path, help="also write the figures here")
    parser.add_argument("--page", type=Path, help="also put the tables into this page, at its mark `peers`")
    options = parser.parse_args()
    told = machine("msgspec", *(engine.package for engine in ENGINES))
    found: dict[str, Figures] = {}
    lines: dict[str, Figures] = {}
    wrong: dict[str, dict[str, list[str]]] = {}
    for work in workloads():
        if work.name.startswith(options.only):
            print(f"{work.name} …", file=sys.stderr)
            found[work.name], wrong[work.name] = measured(work, options.rounds)
            if work.name.startswith(("40", "20")):
                lines[work.name] = measured_json(work, options.rounds)
    text = f"{told} {of_rounds(options.rounds)}.\n\n{shown(found, lines, wrong)}"
    print(text)
    if options.json:
        options.json.write_text(json.dumps({"machine": told, "lead": found, "line": lines}, indent=1) + "\n")
    if options.page:
        put(options.page, "peers", text)


if __name__ == "__main__":
    main()
