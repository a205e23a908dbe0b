"""Make leads.csv (2,000 leads) and events.csv (40,000 events) beside this file, from what world.toml holds.

The same bytes on every machine and every Python: all chance comes from `random.Random.random()`, whose sequence for a
seed Python promises to keep, and nothing is computed but sums and products.

    python examples/acme/generate.py [FOLDER]
"""

from __future__ import annotations

import csv
import random
import sys
import tomllib
from bisect import bisect
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
WORLD = tomllib.loads((HERE / "world.toml").read_text(encoding="utf-8"))
COMPANIES, PEOPLE, STORY = WORLD["companies"], WORLD["people"], WORLD["story"]

SEED = 20260630
LEADS = 2_000
EVENTS = 40_000
EXPORTED = date(2026, 7, 1)  # the day of the export: the events of 30 June are in it

EVENT_COLUMNS = ["lead", "type", "at", "Page URL", "seconds", "campaign", "name", "kind", "attended", "minutes", "role"]
EVENT_COLUMNS += ["outcome", "people", "director", "topic", "step", "action", "answer", "points", "author", "reason"]

Row = dict[str, str]


class Dice(random.Random):
    """Chance, from `random()` alone."""

    def chance(self, share: float) -> bool:
        """True in that share of the throws."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def one(self, items: Sequence[Any]) -> Any:
        """One of the items, each as likely."""
        return items[int(self.random() * len(items))]

    def weighted(self, pairs: Sequence[Sequence[Any]]) -> Any:
        """One of the items, each with its weight before it."""
        return pairs[self.place(list(accumulate(pair[0] for pair in pairs)))][1]

    def place(self, totals: Sequence[float]) -> int:
        """A place in a list, by its running totals (`sum` adds floats in another way from Python 3.12 on)."""
        return bisect(totals, self.random() * totals[-1])


class Company(NamedTuple):
    """Where a lead works."""

    domain: str
    country: str
    industry: str
    employees: int
    funded_on: str
    tools: str


class Kind(NamedTuple):
    """A kind of lead, as world.toml explains it."""

    name: str
    share: float
    activity: float
    titles: Sequence[Sequence[Any]]
    filled: float
    does: str
    when: str
    known: Sequence[int]


class Who(NamedTuple):
    """What is settled of a lead before its fields are: its kind, where it works, for how many days it is known."""

    kind: Kind
    home: Company
    age: int


# --- companies and people -------------------------------------------------------------------------------------------


def companies(dice: Dice) -> tuple[list[Company], list[Company]]:
    """The named accounts, and all other companies."""
    with open(HERE / "named_accounts.csv", encoding="utf-8", newline="") as file:
        accounts = [account["domain"] for account in csv.DictReader(file)]
    names = [first + last for first in COMPANIES["first_parts"] for last in COMPANIES["last_parts"]]
    others = [f"{name}.example" for name in names if dice.chance(0.7)]
    return [named_account(dice, domain) for domain in accounts], [company(dice, domain) for domain in others]


def company(dice: Dice, domain: str) -> Company:
    """Any company."""
    return Company(
        domain,
        dice.weighted(COMPANIES["countries"]),
        dice.weighted(COMPANIES["industries"]),
        dice.between(*dice.weighted(COMPANIES["sizes"])),
        days_before(dice.between(20, 900)) if dice.chance(0.25) else "",
        ";".join(tool for tool in COMPANIES["tools"] if dice.chance(0.18)),
    )


def named_account(dice: Dice, domain: str) -> Company:
    """A company as sales would name one: in a core market and a target industry, and large enough."""
    country = dice.weighted(COMPANIES["countries"][:10])
    industry = dice.weighted(COMPANIES["industries"][:3])
    return company(dice, domain)._replace(country=country, industry=industry, employees=dice.between(180, 7_000))


def days_before(days: int) -> str:
    """The date so many days before the export."""
    return (EXPORTED - timedelta(days=days)).isoformat()


def people(dice: Dice) -> list[Who]:
    """Who the leads are."""
    named, others = companies(dice)
    kinds = [(kind["share"], Kind(**kind)) for kind in WORLD["kinds"]]
    chosen: list[Who] = []
    for _ in range(LEADS):
        kind = dice.weighted(kinds)
        home = dice.one(named if dice.chance(0.12 if kind.name == "buyer" else 0.05) else others)
        chosen.append(Who(kind, home, dice.between(*kind.known)))
    return chosen


def lead(dice: Dice, number: int, who: Who) -> Row:
    """One row of leads.csv."""
    kind, home, age = who
    given, family = dice.one(PEOPLE["given"]), dice.one(PEOPLE["family"])
    has_title, has_company, has_size, has_plans, wrote = (dice.chance(kind.filled) for _ in range(5))
    asked = has_plans and dice.chance(0.8 if kind.name == "buyer" else 0.25)
    return {
        "id": str(number),
        "First Name": given,
        "Last Name": family,
        "Job Title": dice.one(WORLD["titles"][dice.weighted(kind.titles)]) if has_title else "",
        "email": address(dice, kind, f"{given}.{family}".lower(), home),
        "country": home.country if has_company else "",
        "industry": home.industry if has_company else dice.one(["", "Please select"]),
        "employees": str(home.employees) if has_size else "",
        "Last Funding Date": home.funded_on if has_company else "",
        "Budget Approved": dice.one(["yes", "yes", "no"]) if asked else "",
        "need": dice.one(PEOPLE["needs"]) if asked else "",
        "Decision By": days_before(dice.between(-240, 120)) if asked and dice.chance(0.7) else "",
        "Tools in Use": home.tools if has_company else "",
        "Seats Wanted": str(dice.between(5, 140)) if asked and dice.chance(0.8) else "",
        "How can we help?": dice.one(PEOPLE["requests"]) if wrote and dice.chance(0.4) else "",
        "Intent (bought in, 0 to 100)": intent(dice, kind) if dice.chance(0.45) else "",
        "Opted Out": "yes" if dice.chance(0.02) else "no",
        "Created": days_before(age),
    }


def intent(dice: Dice, kind: Kind) -> str:
    """What the seller of intent data says: higher for those who buy, and often wrong."""
    return str(dice.between(35, 100) if kind.name == "buyer" else dice.between(0, 75))


def address(dice: Dice, kind: Kind, person: str, home: Company) -> str:
    """An e-mail address that belongs to nobody: Gmail and Yahoo allow no hyphen before the @."""
    if kind.name == "competitor":
        return f"{person}@{dice.one(COMPANIES['competitors'])}"
    if kind.name == "academic":
        return f"{person}@university-of-{dice.one(COMPANIES['first_parts'])}.edu.example"
    throw = dice.random() * (2 if kind.name == "stranger" else 1)
    if throw > 1.5:
        return ""
    if throw > 0.9:
        return f"{person}-not-a-person@{dice.one(['gmail.com', 'yahoo.com'])}"
    if throw > 0.86:
        return f"{dice.one(['info', 'contact', 'office'])}@{home.domain}"
    return f"{person}@{home.domain}" if throw > 0.008 else f"{person}-not-a-person@mailinator.com"


# --- what they did --------------------------------------------------------------------------------------------------


def events_of(dice: Dice, leads: Sequence[Who]) -> Iterator[Row]:
    """The events of all leads, EVENTS of them, in no order."""
    own = WORLD["story_events"]
    yield from ({"lead": STORY["id"], **event} for event in own)
    recycled = [at for at, who in enumerate(leads) if who.kind.name == "recycled"]
    for at in recycled:
        yield {"lead": str(at + 1), "type": "recycled", "at": moment(dice, 30, 150, leads[at]), "reason": "not now"}
    # Some people do more than others of their kind; the lead of the story does what it says, and no more.
    eager = [0.3 + 1.4 * dice.random() if at + 1 != int(STORY["id"]) else 0.0 for at in range(LEADS)]
    totals = list(accumulate(who.kind.activity * more for who, more in zip(leads, eager, strict=True)))
    for _ in range(EVENTS - len(own) - len(recycled)):
        at = dice.place(totals)
        low, high = dice.weighted(WORLD["times"][leads[at].kind.when])
        when = moment(dice, low, high, leads[at])
        yield {"lead": str(at + 1), "at": when, **event(dice, dice.weighted(WORLD["mixes"][leads[at].kind.does]))}


def event(dice: Dice, action: str) -> Row:
    """What one event holds, but for whose it is and when."""
    if action in WORLD["pages"]:
        return {"type": "visit", "Page URL": dice.one(WORLD["pages"][action]), "seconds": str(dice.between(3, 240))}
    columns = WORLD["actions"][action]
    return {name: drawn(dice, values) for name, values in columns.items()}


def drawn(dice: Dice, values: Sequence[Any]) -> str:
    """One of some texts, or a number of a range."""
    return str(dice.between(values[0], values[1]) if isinstance(values[0], int) else dice.one(values))


def moment(dice: Dice, low: int, high: int, who: Who) -> str:
    """An instant in UTC, `low` to `high` days before the export but after the lead came, mostly in office hours."""
    days = dice.between(low, high)
    days = days if days < who.age else dice.between(0, who.age - 1)
    hour = dice.between(7, 17) if dice.chance(0.85) else dice.between(0, 23)
    day = datetime(EXPORTED.year, EXPORTED.month, EXPORTED.day) - timedelta(days=days + 1)
    return (day + timedelta(hours=hour, seconds=dice.between(0, 3_599))).isoformat() + "Z"


# --- the files ------------------------------------------------------------------------------------------------------


def generate(folder: Path) -> None:
    """Write both files into a folder."""
    dice = Dice(SEED)
    chosen = people(dice)
    leads = [lead(dice, number, who) for number, who in enumerate(chosen, 1)]
    leads[int(STORY["id"]) - 1] = STORY
    events = sorted(events_of(dice, chosen), key=lambda row: (row["at"], int(row["lead"])))
    write(folder / "leads.csv", list(STORY), leads)
    write(folder / "events.csv", EVENT_COLUMNS, events)


def write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """A CSV file with line feeds; what a row lacks is empty."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
