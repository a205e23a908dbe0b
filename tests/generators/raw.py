"""Raw values as data has them, of every type: on, below and above what a model compares them with."""

from __future__ import annotations

import math
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from decimal import Decimal
from typing import Any

from scorelang.model import FieldDefinition
from scorelang.values import EPOCH, Type

from .constants import Constants, Owner
from .words import PAGES, TEXTS, Words

BLANK = (None, "", "  ", "\u2003\t", math.nan)
NUMBERS: tuple[Any, ...] = (
    0, 1, -1, 0.5, 2.675, -0.0, 1e-9, 12, 100, 1e15, 2**53 + 1, 1e308, -1e308, 5e-324, "7", " 3.5 ", "1e3", "+.5",
    "-2.",
    "007", math.inf, -math.inf, "nan", "Infinity", 10**400,
)  # fmt: skip
YES: tuple[Any, ...] = (True, 1, "yes", "Y", " TRUE ", "t", "1", 1.0)
NO: tuple[Any, ...] = (False, 0, "no", "N", "false", "F", "0", 0.0, -0.0)


def instant_text(instant: int, zone: tzinfo, shape: str = "Z") -> str:
    """An instant as ISO 8601: in UTC (`Z`), with the zone's `offset`, or `local` where that says the same."""
    moment = EPOCH + timedelta(microseconds=instant)
    if shape == "Z":
        return moment.isoformat() + "Z"
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    offset = local.utcoffset() or timedelta()
    if shape == "offset" and offset % timedelta(minutes=1) == timedelta():
        return local.astimezone(timezone(offset)).isoformat()
    naive = local.replace(tzinfo=None)
    if shape in ("local", "day") and naive.replace(tzinfo=zone).utcoffset() == offset:
        return naive.isoformat()[: 10 if shape == "day" and naive.time() == datetime.min.time() else None]
    return moment.isoformat() + "Z"


class Raw:
    """Draws raw values for one model."""

    def __init__(self, words: Words, constants: Constants, zone: tzinfo, rich: bool) -> None:
        self.words = words
        self.constants = constants
        self.zone = zone
        self.rich = rich

    def value(self, owner: Owner, definition: FieldDefinition) -> Any:
        """A value that fits the type of the field or attribute; not for dates, which `date` writes."""
        if self.words.chance(15):
            return self.missing(definition)
        match definition.type:
            case Type.NUMBER:
                return self._dressed(self._number(owner))
            case Type.FLAG:
                return self.words.pick(YES if self.words.chance(50) else NO)
            case Type.TEXT_LIST:
                return self._members(owner)
        return self._text(owner, definition.type)

    def missing(self, definition: FieldDefinition) -> Any:
        """A value that means missing: a blank one, or what the model says."""
        said = sorted(value for value in definition.missing if isinstance(value, str) and value)
        if said and self.words.chance(60):
            text = self.words.pick(said)
            return self.words.pick((text, text.upper() if text.isascii() else text, f" {text} "))
        return self.words.pick(BLANK)

    # --- texts

    def _text(self, owner: Owner, type_: Type) -> Any:
        known = self.constants.of(owner, str)
        patterns = self.constants.patterns_of(owner)
        lengths = [round(value) for value in self.constants.of(owner, float) if 0 < value < 50]
        shapes = ["known"] * 4 * bool(known) + ["pattern"] * 3 * bool(patterns) + ["length"] * bool(lengths) + ["any"]
        match self.words.pick(shapes):
            case "known":
                text = self._around(self.words.pick(known))
            case "pattern":
                text = self._matching(self.words.pick(patterns))
            case "length":
                text = "é" * max(1, self.words.pick(lengths) + self.words.pick((0, -1, 1)))
            case _:
                text = self.words.pick(PAGES if type_ is Type.PAGE else TEXTS)
        if text.isascii() and text.isdigit() and text == str(int(text)) and self.words.chance(30):
            return self.words.pick((int(text), float(text) if int(text) < 2**53 else int(text)))
        return text if text.strip() else "a"

    def _around(self, text: str) -> str:
        """A text that is equal to another, holds it, or only nearly does either."""
        words = self.words
        match words.pick(("same", "same", "case", "space", "word", "part", "longer", "less", "mail", "page")):
            case "case":
                return words.pick((text.upper(), text.title(), text.swapcase()))
            case "space":
                return words.pick((f" {text} ", f"{text}\u00a0", f"\t{text}\n", f"{text}\u200b"))
            case "word":
                return words.pick((f"{text}, Sales", f"the {text}", f"a-{text}-b", f"({text})", f"x_{text}"))
            case "part":
                return words.pick((f"S{text}", f"{text}2", f"é{text}é"))
            case "longer":
                return words.pick((f"{text}x", f"x{text}", text + text, f"{text};b"))
            case "less":
                return text[:-1] or "a"
            case "mail":
                return words.pick((f"ann@{text}", f"a@b@{text}", f"{text}@x", f"ann@ {text}"))
            case "page":
                return words.pick(
                    (f"https://acme.example{text}?q=1#top", f"{text}/", f"//h{text}", f"{text}//", f"{text}#x")
                )
        return text

    def _matching(self, pattern: str) -> str:
        """A text that matches a pattern, or nearly."""
        some = self.words.pick(("", "a", "x/y", "é"))
        one = self.words.pick(("b", "é", "\U0001d518"))
        text = pattern.replace("\\*", "\0").replace("\\?", "\1").replace("*", some).replace("?", one)
        text = text.replace("\0", "*").replace("\1", "?")
        return self._around(text) if self.words.chance(30) else text

    def _members(self, owner: Owner) -> Any:
        known = self.constants.of(owner, str) or TEXTS
        members = [self.words.pick(known if self.words.chance(70) else TEXTS) for _ in range(self.words.number(0, 4))]
        if self.words.chance(30):
            return self.words.pick((";", " ; ", ";;")).join(members)
        mixed = [7 if self.words.chance(5) else None if self.words.chance(5) else member for member in members]
        return tuple(mixed) if self.rich and self.words.chance(30) else mixed

    # --- numbers and dates

    def _number(self, owner: Owner) -> Any:
        known = self.constants.of(owner, float)
        if not known or self.words.chance(25):
            return self.words.pick(NUMBERS) if self.words.chance(50) else self.words.number(-5, 15)
        number = self.words.pick(known)
        near = (
            number,
            number,
            number + 1,
            number - 1,
            math.nextafter(number, math.inf),
            math.nextafter(number, -math.inf),
        )
        value = self.words.pick((*near, -number, number + 0.005))
        if value.is_integer() and self.words.chance(50):
            return int(value) if self.words.chance(80) else str(int(value))
        return value if self.words.chance(85) else repr(value)

    def _dressed(self, number: Any) -> Any:
        if self.rich and isinstance(number, int | float) and self.words.chance(30):
            return Decimal(number) if isinstance(number, int) or math.isfinite(number) else Decimal("NaN")
        return number

    def date(self, instant: int) -> Any:
        """An instant as data has it."""
        if self.rich and self.words.chance(40):
            moment = (EPOCH + timedelta(microseconds=instant)).replace(tzinfo=UTC)
            return self.words.pick((moment, moment.astimezone(timezone(timedelta(hours=-7)))))
        text = instant_text(instant, self.zone, self.words.pick(("Z", "Z", "offset", "local", "day")))
        if self.words.chance(10):
            return self.words.pick((text.replace("T", " "), text.lower() if text.endswith("Z") else text, f" {text} "))
        return text
