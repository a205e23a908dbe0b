"""Programs of whole numbers, a line of JSON each on standard input, solved by HiGHS: the most of each, a line each.

A process of its own: HiGHS and CP-SAT cannot share one. It takes nothing of scorelang's.
"""

import json
import sys
from typing import Any

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csr_array


def ends(values: list[int | None], endless: float) -> Any:
    return np.array([endless if value is None else value for value in values], dtype=float)


def most(program: dict[str, Any]) -> float | None:
    """The most that the goal can be; None where that was not found out."""
    width, rows = len(program["low"]), program["rows"]
    starts = np.cumsum([0, *(len(row[0]) for row in rows)])
    columns = [column for row in rows for column in row[0]]
    factors = [factor for row in rows for factor in row[1]]
    goal = np.zeros(width)
    goal[program["goal"][0]] = program["goal"][1]
    found = milp(
        -goal,
        integrality=np.ones(width),
        bounds=Bounds(ends(program["low"], -np.inf), ends(program["high"], np.inf)),
        constraints=LinearConstraint(
            csr_array((factors, columns, starts), shape=(len(rows), width)),
            ends([row[2] for row in rows], -np.inf),
            ends([row[3] for row in rows], np.inf),
        ),
        options={"mip_rel_gap": 0, "time_limit": 20},
    )
    return float(-found.fun) if found.status == 0 else None


if __name__ == "__main__":
    for line in sys.stdin:
        print(json.dumps(most(json.loads(line))), flush=True)
