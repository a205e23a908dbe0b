"""What every test run begins with: the linked tree, and no deadline that a busy machine could miss."""

import os
import subprocess
import sys
from pathlib import Path

from hypothesis import settings

ROOT = Path(__file__).resolve().parent.parent

settings.register_profile("repository", deadline=None)
settings.load_profile("repository")


def pytest_sessionstart() -> None:
    """Link `build/tree` once, before pytest-xdist starts its workers."""
    if "PYTEST_XDIST_WORKER" not in os.environ:
        subprocess.run([sys.executable, ROOT / "scripts" / "link_tree.py"], check=True)
