"""How long the tools take on a large model: `scorelang lint`, `fmt --check` and `test`, each a process of its own.

    python benchmarks/tools.py [--rules 1000] [--tests 100] [--rounds 5] [--json FILE]

The model is generated, the same every time, and is formatted before times are taken. Every round runs every tool once,
one after the other; the figures are the shortest and the median of the rounds, in seconds of the processor (user and
system) with Python's start, so that a busy machine blurs them less. What cannot run is an error, not a time.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import random
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

# What is run, and the exit codes that say that it ran: lint finds many a rule that no test pins.
TOOLS = {"lint": (0, 1), "fmt --check": (0,), "test": (0,)}
CATEGORIES = 10


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


def run(tool: str, path: Path) -> float:
    """The seconds of the processor that a tool takes on a file. Raises `RuntimeError` when it does not run."""
    before = os.times()
    command = [sys.executable, "-m", "scorelang.cli", *tool.split(), str(path)]
    done = subprocess.run(command, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode not in TOOLS.get(tool, (0,)):
        raise RuntimeError(f"scorelang {tool} ended with {done.returncode}:\n{done.stderr}")
    after = os.times()
    return after.children_user - before.children_user + after.children_system - before.children_system


def main() -> None:
    """Take the times and print them."""
    parser = argparse.ArgumentParser(description="How long lint, fmt --check and test take on a large model.")
    parser.add_argument("--rules", type=int, default=1000)
    parser.add_argument("--tests", type=int, default=100)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--json", type=Path, help="write the times here as well")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "big.score"
        path.write_text(model(asked.rules, asked.tests), encoding="utf-8")
        run("fmt", path)
        rounds = [{tool: run(tool, path) for tool in TOOLS} for _ in range(asked.rounds)]
    times = {tool: [one[tool] for one in rounds] for tool in TOOLS}
    times["together"] = [sum(one.values()) for one in rounds]
    print(f"{asked.rules:,} rules, {asked.tests:,} tests, {asked.rounds} rounds, Python {platform.python_version()}")
    print(f"{'':<12} {'shortest':>9} {'median':>9}")
    for tool, taken in times.items():
        print(f"{tool:<12} {min(taken):>7.2f} s {statistics.median(taken):>7.2f} s")
    if asked.json is not None:
        asked.json.write_text(
            json.dumps({"rules": asked.rules, "tests": asked.tests, "seconds": times}, indent=2) + "\n"
        )


if __name__ == "__main__":
    main()
