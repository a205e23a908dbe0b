"""What benchmarks print: Markdown tables, the machine that they ran on, and pages that hold what they found."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from importlib.metadata import PackageNotFoundError, version
from itertools import groupby
from pathlib import Path


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """A table in Markdown, its columns as wide as what is in them."""
    lines = [list(head), *map(list, rows)]
    widths = [max(len(line[at]) for line in lines) for at in range(len(head))]
    shown = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)) + " |"
             for line in lines]  # fmt: skip
    return "\n".join([shown[0], "|" + "|".join("-" * (width + 2) for width in widths) + "|", *shown[1:]])


def machine(*packages: str) -> str:
    """The processor, its cores, how busy they were in the last minute, and the versions of Python and packages."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    busy = f", load {os.getloadavg()[0]:.1f} at the start" if hasattr(os, "getloadavg") else ""
    versions = ", ".join([f"Python {platform.python_version()}", *(f"{name} {_version(name)}" for name in packages)])
    return f"{_processor()}, {cores} cores{busy}. {versions}."


def of_rounds(rounds: int) -> str:
    """What the figures of a table are of."""
    return "One round" if rounds == 1 else f"Medians of {rounds} rounds"


def _processor() -> str:
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2].strip() for line in told.splitlines() if line.startswith("model name")]
    return names[0] if names else platform.machine()


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def put(page: Path, name: str, text: str) -> None:
    """Put what a benchmark found between the page's marks `<!-- NAME: … -->` and `<!-- end of NAME -->`.

    Raises `ValueError` where the page has no such marks.
    """
    said = page.read_text(encoding="utf-8")
    begins, ends = _marks(page, said, name)
    page.write_text(f"{said[:begins]}\n{text.strip()}\n{said[ends:]}", encoding="utf-8")


def found(page: Path, name: str) -> list[list[dict[str, str]]]:
    """The tables between those marks: of each its rows, a cell by the head of its column.

    Raises `ValueError` where the page has no such marks.
    """
    said = page.read_text(encoding="utf-8")
    begins, ends = _marks(page, said, name)
    runs = [list(run) for bars, run in groupby(said[begins:ends].splitlines(), lambda line: line[:1] == "|") if bars]
    tables = [[[cell.strip() for cell in line.strip("|").split("|")] for line in run] for run in runs]
    return [[dict(zip(head, row, strict=True)) for row in rows] for head, _, *rows in tables]


def _marks(page: Path, said: str, name: str) -> tuple[int, int]:
    begins, ends = said.find(f"<!-- {name}: "), said.find(f"<!-- end of {name} -->")
    if not 0 <= begins < ends:
        raise ValueError(f"{page} has no place for {name}: <!-- {name}: … --> and <!-- end of {name} --> mark one")
    return said.index("-->", begins) + len("-->"), ends
