"""What every test run begins with: the linked tree, and generated examples that are the same in every run.

`SCORELANG_HYPOTHESIS` in the environment has other ones, and more of them. No deadline: a busy machine could miss it.
"""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("repository", deadline=None, derandomize="SCORELANG_HYPOTHESIS" not in os.environ)
settings.load_profile("repository")


def pytest_report_header(config: pytest.Config) -> str:
    """What the generated examples are drawn from, so that a run can be had again."""
    if settings.default.derandomize:
        return "generated examples: the same in every run, each test's name is its seed"
    seed = config.getoption("--hypothesis-seed")
    return f"generated examples: SCORELANG_HYPOTHESIS={os.environ['SCORELANG_HYPOTHESIS']}, seed {seed or 'drawn anew'}"


def pytest_sessionstart() -> None:
    """Link `build/tree` once, and begin with an empty cache, before pytest-xdist starts its workers."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        subprocess.run([sys.executable, ROOT / "scripts" / "link_tree.py"], check=True)
        # Not the user's own: what an earlier run has kept must not decide what this one sees.
        os.environ["SCORELANG_CACHE"] = tempfile.mkdtemp(prefix="scorelang-cache-")


def pytest_sessionfinish() -> None:
    """Take the cache of this run away."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        shutil.rmtree(os.environ["SCORELANG_CACHE"], ignore_errors=True)
