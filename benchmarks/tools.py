"""How long the tools take on a large model: `scorelang lint`, `fmt --check` and `test`, each a process of its own.

    python benchmarks/tools.py [--rules 1000] [--tests 100] [--rounds 5] [--logic-rounds 1] [--page PAGE] [--json FILE]

The model is generated, the same every time, and is formatted before times are taken. Every round begins with an empty
cache folder of its own and runs every tool once, one after the other, which is the first run; then each once more.
`lint` is asked without the questions about all leads (SL4), which have a limit in seconds and not in work; with them it
is measured apart, in rounds and cache folders of its own. Shown are medians of the rounds: seconds of the processor
(user and system) with Python's start, so that a busy machine blurs them less. What cannot run is an error, not a time.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent))
from processes import ran, scorelang
from tables import machine, of_rounds, put, table

# What is run, and the exit codes that say that it ran: lint finds many a rule that no test pins.
TOOLS = {"lint --ignore SL4": (0, 1), "fmt --check": (0,), "test": (0,)}
LOGIC = {"lint": (0, 1)}
RUNS = ("first run", "further run")
CATEGORIES = 10

Times = dict[str, dict[str, list[float]]]


def model(rules: int, tests: int) -> str:
    """A model of so many rules in ten categories, conditions on texts, numbers and events, and so many tests."""
    return "\n".join(_lines(rules, tests, random.Random(7))) + "\n"


def _lines(rules: int, tests: int, chance: random.Random) -> Iterator[str]:
    yield 'model "Big", version 1, owner "ops@acme.example"'
    for category in range(CATEGORIES):
        yield f"category C{category}, at most 100:"
        for number in range(category, rules, CATEGORIES):
            yield f'    {_rule(chance)} because "reason {number}"'
    yield "stage MQL from 40"
    for number in range(tests):
        yield f'test "t{number}":'
        yield f'    given title "t{chance.randrange(500)}", employees {chance.randrange(5000)}'
        yield f'    given visit "/p{number}"'
        yield "    expect score >= 0"


def _rule(chance: random.Random) -> str:
    at, points = chance.randrange, chance.randrange(1, 20)
    return chance.choice(
        (
            f'if title mentions ["t{at(500)}", "u{at(500)}"] and employees > {at(5000)} then +{points}',
            f'visit "/p{at(900)}" at least {at(1, 5)} times within {at(1, 60)} days then +{points}',
            f'if country is "c{at(200)}" or industry in ["i{at(99)}", "j{at(99)}"] then -{points}',
            f"each webinar where minutes >= {at(1, 90)} then +{points}, losing 50% every {at(1, 60)} days",
        )
    )


def measured(path: Path, tools: dict[str, Sequence[int]], rounds: int) -> Times:
    """The seconds of the processor that each tool takes on a file, by tool and run."""
    times: Times = {tool: {run: [] for run in RUNS} for tool in tools}
    for _ in range(rounds):
        with tempfile.TemporaryDirectory(prefix="scorelang-tools-") as cache:
            for run in RUNS:
                for tool, codes in tools.items():
                    command = scorelang(*tool.split(), str(path))
                    times[tool][run].append(ran(command, {"SCORELANG_CACHE": cache}, codes).cpu)
    return times


def together(times: Times) -> dict[str, list[float]]:
    """What all tools take in each round, by run."""
    return {run: [sum(one) for one in zip(*(runs[run] for runs in times.values()), strict=True)] for run in RUNS}


def shown(times: Times) -> str:
    """The table: a line a tool."""
    rows = [[name, *(f"{statistics.median(runs[run]):.2f}" for run in RUNS)] for name, runs in times.items()]
    return table(["seconds of the processor", *RUNS], rows)


def main() -> None:
    """Take the times and print them."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--logic-rounds", type=int, default=1, help="0: `lint` is not run with its questions")
    parser.add_argument("--page", type=Path, help="also put the table into this page, at its mark `tools`")
    parser.add_argument("--json", type=Path, help="write the times here as well")
    asked = parser.parse_args()
    told = machine("lark", "z3-solver")
    with tempfile.TemporaryDirectory(prefix="scorelang-tools-") as name:
        # Nothing else is around it: lint looks for tests of a model beside it and in the folder above.
        path = Path(name) / "models" / "big.score"
        path.parent.mkdir()
        path.write_text(model(asked.rules, asked.tests), encoding="utf-8")
        ran(scorelang("fmt", str(path)))
        times = measured(path, TOOLS, asked.rounds)
        times["together"] = together(times)
        times |= measured(path, LOGIC, asked.logic_rounds) if asked.logic_rounds else {}
    rounds = of_rounds(asked.rounds)
    if asked.logic_rounds:
        rounds += f", of `lint` {of_rounds(asked.logic_rounds).lower()}"
    text = f"{asked.rules:,} rules, {asked.tests:,} tests. {told} {rounds}.\n\n{shown(times)}"
    print(text)
    if asked.json is not None:
        figures = {"rules": asked.rules, "tests": asked.tests, "seconds": times}
        asked.json.write_text(json.dumps(figures, indent=2) + "\n", encoding="utf-8")
    if asked.page is not None:
        put(asked.page, "tools", text)


if __name__ == "__main__":
    main()
