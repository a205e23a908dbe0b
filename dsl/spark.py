"""Scoring on Spark: leads and events are DataFrames, and so are the results. Needs the extra `spark`."""

from __future__ import annotations

from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING

from scorelang.diagnostics import ScorelangError

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

    from scorelang.api import Model
    from scorelang.data.results import FiredAs


def score(
    model: Model,
    leads: DataFrame,
    events: DataFrame | None = None,
    as_of: datetime | date | str | None = None,
    *,
    fired: FiredAs = "list",
) -> DataFrame:
    """The results of a DataFrame of leads: a row a lead, in no order, with the columns of a results file.

    `events` has the columns `lead`, `type` and `at` besides the events' attributes; `as_of` is now unless it is given,
    and `fired` is as for `Model.score_table`.
    Values are read as everywhere, instants of the type TIMESTAMP_NTZ in the model's time zone. The result is worked out
    when it is asked for; leads that the query leaves to the reference are scored at once, on the driver.

    Raises `ScorelangError` where pyspark is missing and for a rule that has no exact SQL, `LeadError` for a lead that
    does not fit.
    """
    if find_spec("pyspark") is None:
        raise ScorelangError("this needs pyspark, which is not installed: pip install 'scorelang[spark]'")
    from scorelang.api import fired_as
    from scorelang.sql.frames import score_frame

    return score_frame(model.checked, leads, events, model.instant(as_of), fired_as(fired))
