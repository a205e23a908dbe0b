"""Columns of the leads' data, kept small: every value once, and for each lead its number."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

from attrs import Factory, define, frozen

from scorelang.data.shapes import NO_VALUE, NO_VALUE_BUT_AS_TEXT
from scorelang.outcomes.words import plain_text
from scorelang.values import Type, Unfit, coerce, zone_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

# A column with more different values than that identifies leads, or is prose.
MOST_VALUES = 200_000
# Among fewer leads a measure may well have another value for each.
LEAST_NUMBERED = 100
MISSING = -1


@define
class ColumnBuilder:
    """Takes the values of a column, one for each lead."""

    codes: array[int] = Factory(lambda: array("i"))
    values: dict[object, int] = Factory(dict)
    full: bool = False

    def add(self, raw: object) -> None:
        """Take the value of the next lead."""
        if raw is None or raw == "" or self.full:
            self.codes.append(MISSING)
            return
        try:
            code = self.values.setdefault(raw, len(self.values))
        except TypeError:  # a list, as a text that is read as one, or an object
            text = ";".join(map(str, raw)) if isinstance(raw, list) else str(raw)
            code = self.values.setdefault(text, len(self.values))
        self.codes.append(code)
        if code >= MOST_VALUES:
            self.full = True
            self.values.clear()


@frozen(eq=False)
class Column:
    """A column: `codes` is an array of int32, one for each lead, which number `values`; -1 is an empty cell.

    `full`: it has too many different values to be looked at.
    """

    name: str
    codes: NDArray[np.int32]
    values: tuple[object, ...]
    full: bool = False

    def where(self, chosen: NDArray[np.bool_]) -> Column:
        """The column of some of the leads."""
        return Column(self.name, self.codes[chosen], self.values, self.full)

    @property
    def identifies(self) -> bool:
        """Whether it numbers the leads: every lead has a whole number there, and no two have the same."""
        import numpy as np

        if self.full or len(self.codes) < LEAST_NUMBERED or len(np.unique(self.codes)) < len(self.codes):
            return False
        numbers = self.numbers()
        return numbers is not None and bool((numbers == np.floor(numbers)).all())

    def texts(self) -> list[str]:
        """The values as text."""
        return [plain_text(value) or "" for value in self.values]

    def known(self, missing: Iterable[str] = ()) -> NDArray[np.bool_]:
        """For each lead whether it has a value: not an empty one, nor one of `missing` or a word for none (`n/a`)."""
        import numpy as np

        words = NO_VALUE | {text.casefold() for text in missing}
        return np.array([*(text.casefold() not in words for text in self.texts()), False], dtype=bool)[self.codes]

    def numbers(self, missing: Iterable[str] = ()) -> NDArray[np.float64] | None:
        """For each lead its number, NaN without one or for one of `missing`; None where there is anything else."""
        return self._read(Type.NUMBER, missing)

    def instants(self) -> NDArray[np.float64] | None:
        """For each lead its date in microseconds, NaN without one; None where there is anything else."""
        return None if self.numbers() is not None else self._read(Type.DATE)

    def _read(self, type_: Type, missing: Iterable[str] = ()) -> NDArray[np.float64] | None:
        import numpy as np

        zone, words = zone_of("UTC"), NO_VALUE | NO_VALUE_BUT_AS_TEXT | {text.casefold() for text in missing}
        found = np.full(len(self.values) + 1, np.nan)
        for code, text in enumerate(self.texts()):
            if text.casefold() in words:
                continue
            try:
                value = coerce(type_, text, zone)
            except Unfit:
                return None
            if isinstance(value, int | float):
                found[code] = value
        return None if np.isnan(found).all() else found[self.codes]


def built(name: str, builder: ColumnBuilder) -> Column:
    """The column that a builder has taken the values of."""
    import numpy as np

    if builder.full:
        return too_full(name, len(builder.codes))
    return Column(name, np.array(builder.codes, dtype=np.int32), tuple(builder.values))


def column_of(name: str, texts: NDArray[np.object_]) -> Column:
    """The column of such texts, of which None and an empty one are no value; as a builder has it that took them."""
    import numpy as np
    import pandas as pd

    texts = texts.copy()
    texts[texts == ""] = None
    codes, values = pd.factorize(texts)
    if len(values) > MOST_VALUES:
        return too_full(name, len(codes))
    return Column(name, codes.astype(np.int32), tuple(values))


def too_full(name: str, leads: int) -> Column:
    """A column with too many different values to be looked at."""
    import numpy as np

    return Column(name, np.full(leads, MISSING, dtype=np.int32), (), full=True)


def grouped(column: Column, most: int) -> tuple[NDArray[np.int32], Sequence[str]]:
    """For each lead the number of its group, and the names of the groups: the `most` largest, then the others.

    Empty cells are a group of their own. Values that differ in nothing but case are one. Of a column that is too full
    there is one group.
    """
    import numpy as np

    if column.full:
        return np.zeros(len(column.codes), dtype=np.int32), ["(too many values)"]
    names: dict[str, int] = {}
    shown: list[str] = []
    table = []
    for text in column.texts():
        number = names.setdefault(text.casefold(), len(shown))
        if number == len(shown):
            shown.append(text)
        table.append(number)
    codes = np.array([*table, len(shown)], dtype=np.int32)[column.codes]
    shown.append("(empty)")
    sizes = np.bincount(codes, minlength=len(shown))
    order = [int(at) for at in np.argsort(-sizes, kind="stable") if sizes[at]]
    kept = order[:most]
    renumbered = np.full(len(shown), len(kept), dtype=np.int32)
    renumbered[kept] = np.arange(len(kept))
    rest = ["(others)"] if len(order) > most else []
    return renumbered[codes], [*(shown[at] for at in kept), *rest]
