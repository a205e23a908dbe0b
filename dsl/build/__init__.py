"""From the grammar's rules to syntax nodes: one method a rule, called while the text is parsed.

Rules that only group are inlined by the grammar and have no method.
"""

from __future__ import annotations

from scorelang.build.conditions import BuildConditions
from scorelang.build.parts import BadText, Twice
from scorelang.build.rules import BuildRules
from scorelang.build.statements import BuildStatements
from scorelang.build.tests import BuildTests


class Build(BuildConditions, BuildRules, BuildStatements, BuildTests):
    """Builds the nodes of one line."""


__all__ = ["BadText", "Build", "Twice"]
