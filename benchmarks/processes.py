"""What a command takes: seconds, seconds of the processor, and the most memory, of a process of its own."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

LAUNCHER = Path(__file__).with_name("launch.py")


@dataclass(frozen=True)
class Took:
    """Seconds of the clock, seconds of the processor (user and system), and the most memory in MiB."""

    seconds: float
    cpu: float
    memory: float


def ran(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
    *,
    family: bool = False,
) -> Took:
    """Run a command to its end. With `family`, what it starts and leaves behind counts too, as Java of Spark's does.

    The memory is that of the largest process. Raises `RuntimeError` with what the command wrote when it ends with a
    code that is not one of `codes`.
    """
    launcher = [sys.executable, "-S", str(LAUNCHER), "family" if family else "plain", *command]
    told = dict(os.environ) | dict(environment or {})
    done = subprocess.run(launcher, env=told, capture_output=True, text=True, encoding="utf-8", check=False)
    if done.returncode:
        raise RuntimeError(f"{' '.join(command)} could not be run:\n{done.stderr}")
    figures, code, said = json.loads(done.stdout)
    if code not in codes:
        raise RuntimeError(f"{' '.join(command)} ended with {code}:\n{said}")
    return Took(**figures)


def median(took: Sequence[Took]) -> Took:
    """The median of each figure."""
    return Took(*(statistics.median(getattr(one, name) for one in took) for name in ("seconds", "cpu", "memory")))


def in_turns(runs: Mapping[str, Callable[[], Took]], rounds: int) -> dict[str, list[Took]]:
    """What each takes in every round, one after the other, so that a busy minute meets all of them."""
    took: dict[str, list[Took]] = {name: [] for name in runs}
    for _ in range(rounds):
        for name, run in runs.items():
            took[name].append(run())
    return took


def scorelang(*arguments: str) -> list[str]:
    """The command line of scorelang, with the Python that runs this."""
    return [sys.executable, "-m", "scorelang.cli", *arguments]
