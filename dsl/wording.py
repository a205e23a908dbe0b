"""How values, points, times and limits read in explanations and listings."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta, tzinfo
from fractions import Fraction

from scorelang import model as m
from scorelang.result import plain
from scorelang.values import EPOCH, SECOND, UNITS, Type, Value, format_instant, from_hundredths

# Past so many characters a text of the data is shown in part.
LONGEST = 80


# --- points ---------------------------------------------------------------------------------------------------------


def points(hundredths: int) -> str:
    """Points as they are said: `65`, `2.5`."""
    return str(plain(from_hundredths(hundredths)))


def signed(hundredths: int) -> str:
    """Points with their sign: `+10`, `-2.5`, `0`."""
    return f"+{points(hundredths)}" if hundredths > 0 else points(hundredths)


def bounds(least: int | str | None, most: int | str | None) -> str:
    """`0 to 50`, `at most 60`, `at least Fit`; nothing without bounds."""
    low, high = (bound if isinstance(bound, str) or bound is None else points(bound) for bound in (least, most))
    if isinstance(least, int) and isinstance(most, int):
        return f"{low} to {high}"
    return ", ".join(filter(None, (low and f"at least {low}", high and f"at most {high}")))


def weight(found: Fraction) -> str:
    """`weight 40%`."""
    return f"weight {plain(float(found))}%"


def percent(share: Fraction) -> str:
    """`25%`."""
    return f"{plain(float(share * 100))}%"


# --- values ---------------------------------------------------------------------------------------------------------


def quoted(text: str) -> str:
    """A text in quotes, shortened when it is long; control characters are escaped."""
    return json.dumps(text if len(text) <= LONGEST else text[: LONGEST - 1] + "…", ensure_ascii=False)


def value(type_: Type, found: Value) -> str:
    """A value as a `.score` file would say it; `missing` for None."""
    match found:
        case None:
            return "missing"
        case bool() if type_ is Type.ANYTHING:
            return "known"
        case bool():
            return "yes" if found else "no"
        case frozenset():
            return ", ".join(quoted(member) for member in sorted(found))
        case str():
            return found if type_ in (Type.STAGE, Type.GRADE, Type.PERSONA) else quoted(found)
    return instant(int(found)) if type_ is Type.DATE else str(plain(float(found)))


def about(found: Value) -> str:
    """A number that was worked out, to four decimals; `missing` for None."""
    return "missing" if found is None else str(plain(round(float(str(found)), 4)))


# --- time -----------------------------------------------------------------------------------------------------------


def instant(at: int) -> str:
    """A time in UTC: `2026-11-21` for midnight, else `2026-11-21T14:30:00Z`."""
    return format_instant(at).removesuffix("T00:00:00Z")


def duration(micros: int) -> str:
    """A length of time in the largest unit that measures it wholly: `30 days`, `90 minutes`."""
    for unit in ("day", "hour", "minute"):
        if micros % UNITS[unit] == 0:
            return _so_many(micros // UNITS[unit], unit)
    return f"{plain(micros / SECOND)} seconds"


def age(micros: int) -> str:
    """About how long ago: `3 days`, `5 hours`, `12 minutes`."""
    for unit in ("day", "hour", "minute"):
        if micros >= UNITS[unit]:
            return _so_many(micros // UNITS[unit], unit)
    return "less than a minute"


def _so_many(number: int, unit: str) -> str:
    """As a `.score` file says it, without commas: `1 day`, `1000 days`."""
    return f"{number} {unit}" if number == 1 else f"{number} {unit}s"


def decay(found: m.Losing | m.Fading) -> str:
    """`losing 50% every 30 days`, `fading out over 90 days`."""
    if isinstance(found, m.Losing):
        return f"losing {percent(found.share)} every {duration(found.every)}"
    return f"fading out over {duration(found.over)}"


def during(span: tuple[int, int], zone: tzinfo) -> str:
    """`2026-01-01 to 2026-03-31` in the model's time zone: the last day that counts, or the last instant."""
    start, end = (_local(at, zone) for at in span)
    if start is None or end is None or start.time() != time() or end.time() != time():
        return f"{instant(span[0])} to {instant(span[1] - 1)}"
    return f"{start.date()} to {end.date() - timedelta(1)}"


def _local(at: int, zone: tzinfo) -> datetime | None:
    """The local time of an instant; None at the ends of the calendar."""
    try:
        return (EPOCH + timedelta(microseconds=at)).replace(tzinfo=UTC).astimezone(zone)
    except OverflowError:
        return None


# --- what a model says ----------------------------------------------------------------------------------------------


def modifiers(found: m.Modifiers, zone: tzinfo) -> str:
    """What is done with a rule's points: `at most 10, once a day, losing 50% every 30 days`."""
    texts = [bounds(found.least, None), bounds(None, found.most)]
    if found.frequency is not None:
        number = "once" if found.frequency.number == 1 else f"{found.frequency.number} times"
        texts.append(f"{number} a {found.frequency.period}")
    texts.extend(decay(one) for one in found.decays)
    if found.during is not None:
        texts.append(f"during {during(found.during, zone)}")
    return ", ".join(filter(None, texts))


def group_limits(group: m.Group) -> Iterator[str]:
    """`0 to 50`, `weight 40%`, `losing 25% every 30 days of silence`: those that a category or persona has."""
    if group.least is not None or group.most is not None:
        yield bounds(group.least, group.most)
    if group.weight is not None:
        yield weight(group.weight)
    if group.silence is not None:
        yield f"{decay(group.silence)} of silence"


def grid(found: m.Grid) -> str:
    """`matrix by industry and employees`."""
    return found.text.partition(' because "')[0]


def gate(found: m.Gate) -> str:
    """A gate without its reason: `require funded and demo`."""
    word = "disqualify if" if found.word == "disqualify" else "require"
    return f"{word} {found.condition.place.text}" + (f" for {found.stage}" if found.stage else "")


def grade(found: m.Grade) -> str:
    """`A from 40, B from 25, else C`."""
    bands = (f"{label} from {points(least)}" for label, least in found.bands)
    return ", ".join([*bands, f"else {found.otherwise}"])
