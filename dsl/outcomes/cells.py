"""Columns of text read as outcomes: each text that occurs is read once, as a `Reader` reads it in a row."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from attrs import evolve

from scorelang.outcomes.histories import Entries
from scorelang.outcomes.reading import BadOutcomeError, OutcomeIndex, Reader
from scorelang.outcomes.table import NAN, NEVER
from scorelang.outcomes.words import STEPS, Step, plain_text

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Texts = NDArray[np.object_]
    Flags = NDArray[np.bool_]

NO_STEP = -1


def read_entries(reader: Reader, cells: Mapping[str, Texts], rows: int) -> tuple[Entries, Flags]:
    """The outcomes of rows, and which rows have one that cannot be read; the step of a row without one is `NO_STEP`.

    `cells` are columns by their names, with a text or None for each row; those that outcomes need not have may lack.
    """
    import numpy as np

    columns = reader.columns

    def column(name: str | None, read: Callable[[str, object], Any], none: object, kind: Any) -> tuple[Any, Flags]:
        texts = cells.get(name) if name is not None else None
        if name is None or texts is None:
            return np.full(rows, none, dtype=kind), np.zeros(rows, dtype=bool)
        return _each(texts, lambda text: read(name, text), none, kind)

    steps, no_word = column(columns.outcome, lambda _, text: _number_of(reader.step(text)), NO_STEP, np.int8)
    at, no_time = column(columns.at, reader.instant, NEVER, np.int64)
    reasons, _ = column(columns.reason, lambda _, text: plain_text(text), None, object)
    values, no_number = column(columns.value, reader.number, NAN, np.float64)
    # Where there is no outcome, nobody looks at the rest.
    bad = no_word | ((steps != NO_STEP) & (no_time | no_number))
    return Entries(np.arange(rows), np.arange(rows), steps, at, reasons, values), bad


def entries_in(index: OutcomeIndex) -> tuple[Texts, Entries]:
    """All outcomes of an index, numbered, and for each the identity of its lead."""
    import numpy as np

    pairs = [(lead, entry) for lead, entries in index.by_lead.items() for entry in entries]
    rows = len(pairs)
    return np.array([lead for lead, _ in pairs], dtype=object), Entries(
        np.arange(rows),
        np.arange(rows),
        np.fromiter((STEPS.index(step) for _, (step, _, _, _) in pairs), np.int8, rows),
        np.fromiter((NEVER if at is None else at for _, (_, at, _, _) in pairs), np.int64, rows),
        np.array([reason for _, (_, _, reason, _) in pairs], dtype=object),
        np.fromiter((NAN if value is None else value for _, (_, _, _, value) in pairs), np.float64, rows),
    )


def repeated(leads: Texts) -> Flags:
    """Which leads are not the only ones of their identity; None is that of none."""
    import pandas as pd

    found: Flags = (leads != None) & pd.Series(leads, dtype=object).duplicated(keep=False).to_numpy()  # noqa: E711
    return found


def joined(of: Texts, entries: Entries, leads: Texts) -> tuple[Entries, int]:
    """The outcomes of leads, each with the number of its lead, the first of that identity.

    `of` are the identities of the outcomes' leads, and `leads` those of the leads, None for one that has none. Gives
    also of how many other leads there are outcomes.
    """
    import numpy as np
    import pandas as pd

    known = leads != None  # noqa: E711
    first = np.flatnonzero(known & ~pd.Series(leads, dtype=object).duplicated().to_numpy())
    at = pd.Index(leads[first], dtype=object).get_indexer(pd.Index(of, dtype=object))
    strangers = len(pd.unique(of[at < 0]))
    there = at >= 0
    return evolve(entries.where(there), leads=first[at[there]]), strangers


def _number_of(step: Step | None) -> int | None:
    return None if step is None else STEPS.index(step)


def _each(texts: Texts, read: Callable[[object], Any], none: object, kind: Any) -> tuple[Any, Flags]:
    """What each text is read as, `none` where that is None; and where it cannot be read."""
    import numpy as np
    import pandas as pd

    codes, distinct = pd.factorize(texts)
    values, bad = np.full(len(distinct) + 1, none, dtype=kind), np.zeros(len(distinct) + 1, dtype=bool)
    for at, text in enumerate(distinct):
        try:
            value = read(text)
        except BadOutcomeError:
            bad[at] = True
        else:
            values[at] = none if value is None else value
    return values[codes], bad[codes]
