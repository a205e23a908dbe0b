"""Which tests failed when they were last run: kept in the user's cache folder."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from scorelang.cache import cache_file

if TYPE_CHECKING:
    from scorelang.testing.suite import Item, Report

NAME = "last-failed.json"


def item_key(item: Item) -> str:
    """What a test is known by from run to run: not its line, which moves."""
    return f"{item.kind} {item.name}" + (f" row {item.number}" if item.number is not None else "")


def last_failed() -> dict[str, list[str]]:
    """The keys of tests that failed, by their file's absolute path; empty when nothing is known."""
    file = cache_file(NAME)
    try:
        kept = json.loads(Path(file).read_text(encoding="utf-8")) if file is not None else {}
    except (OSError, ValueError):
        return {}
    if not isinstance(kept, dict):
        return {}
    return {str(path): [str(key) for key in keys] for path, keys in kept.items() if isinstance(keys, list)}


def remember(reports: Iterable[tuple[str, Iterable[Report]]]) -> None:
    """Note what failed in each file; what was not run keeps what is known of it. Without a cache folder: nothing."""
    file = cache_file(NAME)
    if file is None:
        return
    known = last_failed()
    for path, found in reports:
        place = place_of(path)
        failed = dict.fromkeys(known.pop(place, []))
        for report in found:
            failed.pop(item_key(report.item), None)
            if not report.passed:
                failed[item_key(report.item)] = None
        if failed:
            known[place] = list(failed)
    try:
        Path(file).write_text(json.dumps(known, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError:
        return


def place_of(path: str) -> str:
    """The absolute path under which a file is remembered."""
    return str(Path(path).resolve())
