"""Columns of the data that are no fields of the model, read as fields that it could have."""

from __future__ import annotations

import math
import re
from collections.abc import Collection, Sequence
from datetime import tzinfo
from functools import partial

from scorelang.check.declarations import UNREADABLE
from scorelang.outcomes.columns import MISSING, Column
from scorelang.outcomes.fields import Field
from scorelang.resolve import RESULTS
from scorelang.values import SPACES, Type, Unfit, Value, coerce, fold

# Numbers in a column of such a name are no amounts: nothing follows from one being larger than another.
CODE = re.compile(
    r"(?:^|[\W_]|(?<=[a-z])(?=[A-Z]))"
    r"(?i:ids?|code|key|no|nr|number|zip\W?(?:code)?|postcode|plz|phone|mobile|fax|iban|sku|vat|ip)$"
)
# A text is a list when so large a share of its values have a `;`, and their members are fewer than these values.
LISTED = 0.2


def field_of(column: Column, taken: Collection[str], zone: tzinfo) -> Field:
    """A column as a field, under a name that is not taken: a number or a date where all its values are, else a text.

    Numbers that only name something are texts, and texts with members a text list.
    """
    import numpy as np

    name = re.sub(r"\W+", "_", column.name, flags=re.ASCII).strip("_") or "column"
    name = f"c_{name}" if name[0].isdigit() else name
    # What needs a `from` all the same may as well be a name as models have them.
    name = name if name == column.name else name.lower()
    # As the checker suggests it.
    name = f"crm_{name}" if name in (*RESULTS, *UNREADABLE) else name
    while name in taken:
        name += "_"
    codes = np.where(column.codes == MISSING, len(column.values), column.codes).astype(np.int32)
    texts = column.texts()
    type_ = _type_of(column, texts)
    values = map(partial(_read, type_, zone=zone), texts)
    return Field(name, type_, codes, (*values, None), (*texts, ""))


def _type_of(column: Column, texts: Sequence[str]) -> Type:
    if column.numbers() is not None:
        return Type.TEXT if CODE.search(column.name.strip()) else Type.NUMBER
    if column.instants() is not None:
        return Type.DATE
    listed = [text for text in texts if ";" in text]
    if len(listed) > LISTED * len(texts):
        members = {fold(member.strip(SPACES)) for text in texts for member in text.split(";")}
        if len(members) < len(texts):
            return Type.TEXT_LIST
    return Type.TEXT


def _read(type_: Type, text: str, zone: tzinfo) -> Value:
    """A value as a field of that type has it; what does not fit is missing."""
    if type_ is Type.NUMBER:
        try:
            number = float(text)
        except ValueError:
            return None
        return number if math.isfinite(number) else None
    try:
        value = coerce(type_, text, zone)
    except Unfit:
        return None
    return value
