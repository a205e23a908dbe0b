"""Linting: what a model says that is allowed and yet hardly meant.

| step | from → to | where |
|---|---|---|
| look | text → `Subject`: nodes, model, files and data around | `subject.py`, `reading.py`, `project.py`, `data.py` |
| rules | `Subject` → findings | `rules/`, `rule.py` |
| ignore | findings and comments → findings | `ignores.py`, `engine.py` |
| mend | findings → text, whose meaning is compared | `fixing.py`, `meaning.py` |
| tell | findings → JSON, SARIF, JUnit, GitHub | `as_data.py`, `as_sarif.py`, `as_junit.py` |
| settings | `pyproject.toml` or `scorelang.toml` → what is asked for | `settings.py` |
"""

from __future__ import annotations

from scorelang.lint.engine import Lint, lint_source
from scorelang.lint.finding import Edit, Finding, Fix
from scorelang.lint.rule import Rule, all_rules, named
from scorelang.lint.subject import Subject

__all__ = ["Edit", "Finding", "Fix", "Lint", "Rule", "Subject", "all_rules", "lint_source", "named"]
