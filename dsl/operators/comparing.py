"""Comparisons: equal, ordered, one of a list."""

from __future__ import annotations

import operator

from scorelang.operators import Operator
from scorelang.values import Type

LABELS = (Type.STAGE, Type.GRADE, Type.PERSONA)
EVERY = (Type.TEXT, Type.PAGE, Type.NUMBER, Type.FLAG, Type.DATE, *LABELS)
ORDERED = (Type.NUMBER, Type.DATE)


def _ordered(name: str, reference: object, doc: str) -> Operator:
    return Operator(name, "comparison", ORDERED, Type.FLAG, reference, doc, f"employees {name} 200")  # type: ignore[arg-type]


OPERATORS = (
    Operator(
        "is", "comparison", EVERY, Type.FLAG, operator.eq,
        "The two are equal; texts are compared without regard to case. Also written `=`.", 'title is "CEO"',
    ),
    _ordered("<", operator.lt, "The first is less, or earlier."),
    _ordered("<=", operator.le, "The first is less or equal, or not later."),
    _ordered(">", operator.gt, "The first is more, or later."),
    _ordered(">=", operator.ge, "The first is more or equal, or not earlier."),
    Operator(
        "in", "comparison", (Type.TEXT, Type.PAGE, Type.NUMBER, Type.DATE, Type.FLAG, *LABELS), Type.FLAG, operator.eq,
        "The first equals one of the list.", 'industry in ["SaaS", "Fintech"]', many=True,
    ),
)  # fmt: skip
