"""The points of a category for each lead of a table, where they follow from those of its rules."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scorelang import model as m
from scorelang.outcomes.table import Table

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray


def is_plain(group: m.Group) -> bool:
    """Whether what a group adds follows from the points of its rules alone."""
    bounded = isinstance(group.least, str) or isinstance(group.most, str)
    return group.silence is None and not bounded and group.word == "category"


def category_points(table: Table, name: str) -> NDArray[np.int64] | None:
    """The points of a category for each lead, in hundredths, before its weight; None where it is not plain."""
    import numpy as np

    group = next(one for one in table.model.groups if one.name == name and one.word == "category")
    if not is_plain(group):
        return None
    mine = {rule.id for rule in m.rules_of(group.scoring)}
    sums = np.zeros(len(table), dtype=np.int64)
    for rule, fired in zip(table.rules, table.fired, strict=True):
        if rule.id in mine:
            sums[fired.rows] += fired.points
    least, most = (bound if isinstance(bound, int) else None for bound in (group.least, group.most))
    return sums if least is None and most is None else np.clip(sums, least, most)
