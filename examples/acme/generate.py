"""Make leads.csv (2,000 leads) and events.csv (40,000 events) beside this file. Every person and company is invented.

The same bytes on every machine and every Python: all chance comes from `random.Random.random()`, whose sequence for a
seed Python promises to keep, and nothing is computed but sums and products.

    python examples/acme/generate.py [FOLDER]
"""

from __future__ import annotations

import csv
import random
import sys
from bisect import bisect
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from itertools import accumulate
from pathlib import Path
from typing import NamedTuple, TypeVar

HERE = Path(__file__).resolve().parent
SEED = 20260630
LEADS = 2_000
EVENTS = 40_000
EXPORTED = date(2026, 7, 1)  # the day of the export: the events of 30 June are in it

Item = TypeVar("Item")
Row = dict[str, str]


class Dice(random.Random):
    """Chance, from `random()` alone."""

    def chance(self, share: float) -> bool:
        """True in that share of the throws."""
        return self.random() < share

    def between(self, low: int, high: int) -> int:
        """A whole number from `low` to `high`, both included."""
        return low + int(self.random() * (high - low + 1))

    def one(self, items: Sequence[Item]) -> Item:
        """One of the items, each as likely."""
        return items[int(self.random() * len(items))]

    def weighted(self, items: Sequence[tuple[float, Item]]) -> Item:
        """One of the items, by their weights."""
        return items[self.place(list(accumulate(weight for weight, _ in items)))][1]

    def place(self, totals: Sequence[float]) -> int:
        """A place in a list, by its running totals (`sum` adds floats in another way from Python 3.12 on)."""
        return bisect(totals, self.random() * totals[-1])


# --- companies ------------------------------------------------------------------------------------------------------


class Company(NamedTuple):
    """Where a lead works."""

    domain: str
    country: str
    industry: str
    employees: int
    funded_on: date | None
    tools: str


FIRST_PARTS = "Alder Amber Birch Blue Bright Clear Cobalt Copper Delta East Fern Grand Grey High Iron Juniper Lark".split()
FIRST_PARTS += "Linden Maple Mill North Oak Open Orchard Pine Quartz River Silver South Stone Swift True Vale West".split()
LAST_PARTS = "bank beam bridge byte care cart field flow forge gate grid hub lab lane line loop mark mill path".split()
LAST_PARTS += "point port prime scale sense ship spark stack stead trail ware wave well works yard".split()

COUNTRIES = [
    *[(26, "Germany"), (4, "Deutschland"), (7, "Austria"), (7, "Switzerland"), (9, "Netherlands"), (4, "Belgium")],
    *[(5, "Sweden"), (4, "Denmark"), (3, "Norway"), (14, "United Kingdom"), (3, "UK"), (3, "Ireland"), (20, "USA")],
    *[(4, "Canada"), (7, "France"), (4, "Spain"), (3, "Italy"), (6, "India"), (3, "Brazil"), (2, "Australia")],
    *[(1, "Russia"), (8, "Unknown"), (5, "")],
]
INDUSTRIES = [
    *[(19, "SaaS"), (13, "Fintech"), (12, "Healthcare"), (7, "Insurance"), (6, "Logistics"), (10, "Manufacturing")],
    *[(9, "Retail"), (5, "Education"), (7, "Consulting"), (3, "Media"), (4, "Other"), (3, "Please select"), (2, "")],
]
SIZES = [(18, (2, 49)), (30, (50, 199)), (32, (200, 1_500)), (9, (1_501, 4_999)), (6, (5_000, 60_000)), (5, (0, 0))]
TOOLS = ["Excel", "HubSpot", "Looker", "Marketo", "Pipedrive", "Salesforce", "Snowflake", "Tableau", "Zoho"]
COMPETITORS = ["leadometer.example", "pipewise.example", "rivalsoft.example"]


def companies(dice: Dice) -> tuple[list[Company], list[Company]]:
    """The named accounts, and all other companies."""
    with open(HERE / "named_accounts.csv", encoding="utf-8", newline="") as file:
        accounts = [account["domain"] for account in csv.DictReader(file)]
    names = [first + last for first in FIRST_PARTS for last in LAST_PARTS]
    others = [f"{name.lower()}.example" for name in names if dice.chance(0.7)]
    return [named_account(dice, domain) for domain in accounts], [company(dice, domain) for domain in others]


def company(dice: Dice, domain: str) -> Company:
    """Any company."""
    low, high = dice.weighted(SIZES)
    return Company(
        domain,
        dice.weighted(COUNTRIES),
        dice.weighted(INDUSTRIES),
        dice.between(low, high),
        EXPORTED - timedelta(days=dice.between(20, 900)) if dice.chance(0.25) else None,
        ";".join(tool for tool in TOOLS if dice.chance(0.18)),
    )


def named_account(dice: Dice, domain: str) -> Company:
    """A company as sales would name one: large enough, in a core market, in a target industry."""
    return company(dice, domain)._replace(
        country=dice.weighted(COUNTRIES[:10]), industry=dice.weighted(INDUSTRIES[:3]), employees=dice.between(180, 7_000)
    )


# --- people ---------------------------------------------------------------------------------------------------------

GIVEN_NAMES = "Ada Amir Ann Bea Carlos Chloe Dana Emil Eva Farid Greta Hugo Ida Ines Ivan Jan June Kofi Lea Leo".split()
GIVEN_NAMES += "Lina Luc Maja Marco Mei Mona Nils Noor Olga Omar Paul Pia Raj Rosa Sam Sara Tom Uma Yara Zoe".split()
FAMILY_NAMES = "Adler Bauer Berger Costa Diaz Eriksen Fischer Garcia Hansen Ivanova Jansen Keller Khan Lang".split()
FAMILY_NAMES += "Larsen Lehmann Moreau Murphy Novak Okafor Patel Quinn Rossi Sato Silva Smit Taylor Vogel Wolf".split()

HEADS = ["CEO", "Chief Revenue Officer", "CFO", "CMO", "Founder & CEO", "Geschäftsführer", "COO", "CIO"]
VICES = ["VP Sales", "VP Marketing", "VP Revenue Operations", "Vice President, Finance", "SVP Growth"]
DIRECTORS = ["Head of Sales", "Director of Marketing", "Head of RevOps", "Sales Director", "Director of IT"]
MANAGERS = ["Marketing Manager", "Sales Manager", "Marketing Operations Manager", "IT Manager", "CRM Manager"]
DOERS = ["Data Analyst", "Sales Development Representative", "Marketing Specialist", "Account Manager", "CRM Admin"]
TECHNICAL = ["Data Engineer", "Software Engineer", "Solution Architect", "Business Intelligence Analyst", "CTO"]
JUNIORS = ["Marketing Intern", "Working Student", "Junior Analyst", "Sales Trainee"]
ACADEMICS = ["PhD student", "Professor of Marketing", "Student", "Lecturer in Information Systems"]

NEEDS = ["one view of the pipeline", "faster follow-up", "fewer bad leads", "forecasting", "just looking", "unknown", ""]
REQUESTS = [
    "We would like to see a demo for our sales team of forty.",
    "Can you connect to Salesforce and Snowflake? We are choosing a tool this quarter.",
    "Please send me the price list.",
    "Hello",
    "Could you help me with my thesis on lead scoring? It would take an hour.",
    "We are unhappy with what we use today and would like to compare.",
]


class Kind(NamedTuple):
    """A kind of lead: how it behaves, and how likely its data is to be filled in."""

    name: str
    share: float  # of all leads
    activity: float  # events, as a weight against other kinds
    titles: Sequence[tuple[float, Sequence[str]]]
    filled: float  # share of the fields that are known
    actions: Sequence[tuple[float, str]]
    days_ago: Sequence[tuple[float, tuple[int, int]]]


LEADERS = [(2, HEADS), (3, VICES), (4, DIRECTORS), (3, MANAGERS)]
STAFF = [(1, DIRECTORS), (4, MANAGERS), (4, DOERS), (2, TECHNICAL), (1, JUNIORS)]
EVERYBODY = [*LEADERS, *STAFF]
BUYING = [(20, "buying"), (12, "docs"), (24, "blog"), (14, "open"), (9, "click"), (3, "download"), (2, "webinar")]
BUYING += [(1.2, "demo"), (1.6, "meeting"), (0.3, "workshop"), (1, "chat"), (0.6, "trial"), (0.8, "call")]
BUYING += [(0.5, "adjustment"), (0.6, "survey"), (0.8, "ad"), (0.6, "reply"), (0.4, "social")]
BROWSING = [(9, "buying"), (9, "docs"), (38, "blog"), (22, "open"), (11, "click"), (3, "download"), (1.6, "webinar")]
BROWSING += [(0.12, "demo"), (0.3, "meeting"), (0.5, "chat"), (0.3, "trial"), (0.4, "call"), (0.5, "social")]
BROWSING += [(0.5, "survey"), (0.8, "ad"), (0.12, "unsubscribe"), (0.1, "bounce"), (0.1, "adjustment")]
STUDYING = [(3, "buying"), (46, "docs"), (24, "blog"), (9, "open"), (5, "click"), (4, "download"), (1.5, "webinar")]
STUDYING += [(1.2, "trial"), (0.6, "chat"), (0.4, "survey"), (0.15, "demo")]
READING = [(1.5, "buying"), (22, "blog"), (52, "open"), (12, "click"), (1.2, "download"), (0.5, "webinar")]
READING += [(0.4, "social"), (0.3, "unsubscribe"), (0.15, "bounce")]
APPLYING = [(70, "careers"), (6, "blog")]

NOW = [(6, (0, 20)), (3, (21, 60)), (2, (61, 150))]
NOW_AND_THEN = [(2, (0, 30)), (3, (31, 90)), (4, (91, 270))]
LONG_AGO = [(1, (60, 120)), (5, (121, 420))]
KNOWN, LONG_KNOWN = (45, 600), (300, 900)  # days since we know of a lead

KINDS = [
    Kind("buyer", 0.08, 46, LEADERS, 0.9, BUYING, NOW),
    Kind("interested", 0.19, 27, EVERYBODY, 0.75, BROWSING, NOW_AND_THEN),
    Kind("evaluator", 0.13, 28, [(3, TECHNICAL), (2, DOERS), (1, MANAGERS)], 0.7, STUDYING, NOW_AND_THEN),
    Kind("cooled", 0.18, 23, EVERYBODY, 0.75, BROWSING, LONG_AGO),
    Kind("reader", 0.21, 14, EVERYBODY, 0.6, READING, NOW_AND_THEN),
    Kind("recycled", 0.03, 30, EVERYBODY, 0.8, BROWSING, NOW_AND_THEN),
    Kind("applicant", 0.05, 6, STAFF, 0.4, APPLYING, NOW_AND_THEN),
    Kind("academic", 0.04, 13, [(1, ACADEMICS)], 0.4, STUDYING, NOW_AND_THEN),
    Kind("competitor", 0.01, 16, EVERYBODY, 0.5, STUDYING, NOW_AND_THEN),
    Kind("stranger", 0.08, 2, EVERYBODY, 0.2, READING, LONG_AGO),
]


def lead(dice: Dice, number: int, kind: Kind, home: Company, age: int) -> Row:
    """One row of leads.csv; `age` in days."""
    given, family = dice.one(GIVEN_NAMES), dice.one(FAMILY_NAMES)
    known = {name: dice.chance(kind.filled) for name in ("title", "company", "size", "bant", "message")}
    asked = known["bant"] and dice.chance(0.8 if kind.name == "buyer" else 0.25)
    message = dice.one(REQUESTS) if known["message"] and dice.chance(0.4) else ""
    seats = dice.between(5, 140) if asked and dice.chance(0.8) else None
    decides = EXPORTED + timedelta(days=dice.between(-240, 300))
    return {
        "id": str(number),
        "First Name": given,
        "Last Name": family,
        "Job Title": dice.one(dice.weighted(kind.titles)) if known["title"] else "",
        "email": address(dice, kind, f"{given}.{family}".lower(), home),
        "country": home.country if known["company"] else "",
        "industry": home.industry if known["company"] else dice.one(["", "Please select"]),
        "employees": str(home.employees) if known["size"] else "",
        "Last Funding Date": day(home.funded_on) if known["company"] else "",
        "Budget Approved": dice.one(["yes", "yes", "no"]) if asked else "",
        "need": dice.one(NEEDS) if asked else "",
        "Decision By": day(decides) if asked and dice.chance(0.7) else "",
        "Tools in Use": home.tools if known["company"] else "",
        "Seats Wanted": "" if seats is None else str(seats),
        "How can we help?": message,
        "Intent (bought in, 0 to 100)": intent(dice, kind) if dice.chance(0.45) else "",
        "Opted Out": "yes" if dice.chance(0.02) else "no",
        "Created": day(EXPORTED - timedelta(days=age)),
    }


def day(value: date | None) -> str:
    """A date as the CRM exports it."""
    return value.isoformat() if value else ""


def intent(dice: Dice, kind: Kind) -> str:
    """What the seller of intent data says: higher for those who buy, and often wrong."""
    return str(dice.between(35, 100) if kind.name == "buyer" else dice.between(0, 75))


def address(dice: Dice, kind: Kind, person: str, home: Company) -> str:
    """An e-mail address that belongs to nobody: Gmail and Yahoo allow no hyphen before the @."""
    if kind.name == "competitor":
        return f"{person}@{dice.one(COMPETITORS)}"
    if kind.name == "academic":
        return f"{person}@university-of-{dice.one(FIRST_PARTS).lower()}.edu.example"
    throw = dice.random() * (2 if kind.name == "stranger" else 1)
    if throw > 0.9:
        return f"{person}-not-a-person@{dice.one(['gmail.com', 'yahoo.com'])}" if throw < 1.5 else ""
    if throw > 0.86:
        return f"{dice.one(['info', 'contact', 'office'])}@{home.domain}"
    return f"{person}@{home.domain}" if throw > 0.008 else f"{person}-not-a-person@mailinator.com"


# --- what they did --------------------------------------------------------------------------------------------------

BLOG = ["/", "/blog/pipeline-hygiene", "/blog/what-is-a-lead", "/blog/scoring-as-code", "/customers/brightledger", "/about"]
BUYING_PAGES = ["/pricing", "/pricing", "/pricing?utm_source=newsletter", "/pricing/enterprise", "/roi-calculator/"]
BUYING_PAGES += ["/security", "/customers", "https://www.acme.example/pricing#faq"]
DOCS = ["/docs/start", "/docs/api", "/docs/api/events", "/docs/connect/salesforce", "/docs/sso"]
CAREERS = ["/careers", "/careers/account-executive", "/careers/data-engineer"]
CAMPAIGNS = ["Spring 2026", "Newsletter", "Newsletter", "Pipeline report"]


def event(dice: Dice, action: str) -> Row:
    """What one event holds, but for whose it is and when."""
    pages = {"buying": BUYING_PAGES, "docs": DOCS, "blog": BLOG, "careers": CAREERS}
    if action in pages:
        return {"type": "visit", "Page URL": dice.one(pages[action]), "seconds": str(dice.between(3, 240))}
    made = {
        "open": lambda: {"type": "email_open", "campaign": dice.one(CAMPAIGNS)},
        "click": lambda: {"type": "email_click", "campaign": dice.one(CAMPAIGNS)},
        "ad": lambda: {"type": "ad_click", "campaign": dice.one(["Summer 2026", "Always on"])},
        "reply": lambda: {"type": "reply", "campaign": dice.one(CAMPAIGNS)},
        "unsubscribe": lambda: {"type": "unsubscribe", "campaign": dice.one(CAMPAIGNS), "reason": "too many"},
        "bounce": lambda: {"type": "email_bounce", "kind": dice.one(["hard", "soft", "soft"])},
        "download": lambda: dict(zip(("type", "name", "kind"), ("download", *dice.one(DOWNLOADS)), strict=True)),
        "webinar": lambda: webinar(dice),
        "demo": lambda: {"type": "form", "name": "demo request"},
        "meeting": lambda: meeting(dice),
        "workshop": lambda: {
            "type": "workshop",
            "people": str(dice.between(2, 12)),
            "director": dice.one(["yes", "no"]),
        },
        "chat": lambda: {"type": "chat", "topic": dice.one(["prices", "support", "integration"])},
        "trial": lambda: {"type": "trial", "step": dice.one(["started", "started", "activated", "expired"])},
        "call": lambda: {"type": "call", "outcome": dice.one(["connected", "no answer", "voicemail"])},
        "survey": lambda: {"type": "survey", "name": "quarterly", "answer": str(dice.between(2, 10))},
        "social": lambda: {"type": "social", "action": dice.one(["follow", "share", "comment"])},
        "adjustment": lambda: adjustment(dice),
    }
    return made[action]()


DOWNLOADS = [("Buyer's guide 2026", "guide"), ("API guide", "guide"), ("Pipeline report", "whitepaper")]
DOWNLOADS += [("Prices 2026", "price list"), ("Case study: Brightledger", "case study")]


def webinar(dice: Dice) -> Row:
    """A webinar that somebody signed up for; six of ten come."""
    row = {"type": "webinar", "name": dice.one(["Scoring that sales trusts", "From MQL to SQL"]), "attended": "no"}
    return row | {"attended": "yes", "minutes": str(dice.between(5, 55))} if dice.chance(0.6) else row


def meeting(dice: Dice) -> Row:
    """A meeting of a salesperson with somebody from the lead's side."""
    role = dice.one(["decision maker", "decision maker", "influencer", "user"])
    outcome = dice.weighted([(6, "next step"), (2, "later"), (1, "no interest")])
    return {"type": "meeting", "role": role, "outcome": outcome, "minutes": str(dice.between(15, 60))}


def adjustment(dice: Dice) -> Row:
    """Sales corrects a score."""
    points, reason = dice.one(
        [(10, "asked for a quote"), (5, "knows us well"), (-5, "no project yet"), (-10, "is a student")]
    )
    return {"type": "adjustment", "points": str(points), "reason": reason, "author": dice.one(["Grace", "Jonas", "Ingrid"])}


def moment(dice: Dice, days_ago: Sequence[tuple[float, tuple[int, int]]], age: int) -> str:
    """An instant in UTC, mostly in office hours, and within the `age` days since the lead was created."""
    days = dice.between(*dice.weighted(days_ago))
    days = days if days < age else dice.between(0, age - 1)
    hour = dice.between(7, 17) if dice.chance(0.85) else dice.between(0, 23)
    at = datetime(EXPORTED.year, EXPORTED.month, EXPORTED.day) - timedelta(days=days + 1)
    return (at + timedelta(hours=hour, seconds=dice.between(0, 3_599))).isoformat() + "Z"


# --- one lead by hand -----------------------------------------------------------------------------------------------

STORY = 17
STORY_LEAD = {
    "id": str(STORY),
    "First Name": "Ida",
    "Last Name": "Lindqvist",
    "Job Title": "VP Revenue Operations",
    "email": "ida.lindqvist@fjordbank.example",
    "country": "Sweden",
    "industry": "Fintech",
    "employees": "1200",
    "Last Funding Date": "2025-11-12",
    "Budget Approved": "",
    "need": "one view of the pipeline",
    "Decision By": "2026-10-15",
    "Tools in Use": "Salesforce;Snowflake;Tableau",
    "Seats Wanted": "60",
    "How can we help?": "We are choosing a tool this quarter. Can you connect to Salesforce and Snowflake?",
    "Intent (bought in, 0 to 100)": "72",
    "Opted Out": "no",
    "Created": "2026-02-03",
}
STORY_EVENTS = [
    ("2026-02-03T09:12:00Z", {"type": "ad_click", "campaign": "Always on"}),
    ("2026-02-03T09:13:10Z", {"type": "visit", "Page URL": "/blog/scoring-as-code", "seconds": "205"}),
    ("2026-03-19T15:00:00Z", {"type": "webinar", "name": "From MQL to SQL", "attended": "yes", "minutes": "44"}),
    ("2026-03-20T08:40:00Z", {"type": "email_open", "campaign": "Pipeline report"}),
    ("2026-03-20T08:41:00Z", {"type": "email_click", "campaign": "Pipeline report"}),
    ("2026-05-06T10:02:00Z", {"type": "visit", "Page URL": "/customers", "seconds": "61"}),
    ("2026-05-21T13:30:00Z", {"type": "webinar", "name": "Scoring that sales trusts", "attended": "yes", "minutes": "38"}),
    ("2026-06-02T07:55:00Z", {"type": "email_click", "campaign": "Newsletter"}),
    ("2026-06-02T07:56:00Z", {"type": "visit", "Page URL": "/pricing?utm_source=newsletter", "seconds": "140"}),
    ("2026-06-02T08:01:00Z", {"type": "download", "name": "Buyer's guide 2026", "kind": "guide"}),
    ("2026-06-09T11:00:00Z", {"type": "meeting", "role": "influencer", "outcome": "next step", "minutes": "30"}),
    ("2026-06-18T09:20:00Z", {"type": "visit", "Page URL": "/security", "seconds": "320"}),
    ("2026-06-18T09:31:00Z", {"type": "visit", "Page URL": "/docs/sso", "seconds": "415"}),
    ("2026-06-24T16:05:00Z", {"type": "visit", "Page URL": "/roi-calculator/", "seconds": "260"}),
    (
        "2026-06-25T08:00:00Z",
        {"type": "adjustment", "points": "-5", "reason": "also talks to a competitor", "author": "Ingrid"},
    ),
    ("2026-06-29T06:50:00Z", {"type": "visit", "Page URL": "https://www.acme.example/pricing#faq", "seconds": "95"}),
]


# --- the files ------------------------------------------------------------------------------------------------------

EVENT_COLUMNS = ["lead", "type", "at", "Page URL", "seconds", "campaign", "name", "kind", "attended", "minutes", "role"]
EVENT_COLUMNS += ["outcome", "people", "director", "topic", "step", "action", "answer", "points", "author", "reason"]


def generate(folder: Path) -> None:
    """Write both files into a folder."""
    dice = Dice(SEED)
    named, others = companies(dice)
    kinds = [dice.weighted([(kind.share, kind) for kind in KINDS]) for _ in range(LEADS)]
    homes = [dice.one(named if dice.chance(0.12 if kind.name == "buyer" else 0.05) else others) for kind in kinds]
    ages = [dice.between(*(LONG_KNOWN if kind.days_ago is LONG_AGO else KNOWN)) for kind in kinds]
    leads = [lead(dice, number, *who) for number, who in enumerate(zip(kinds, homes, ages, strict=True), 1)]
    leads[STORY - 1] = STORY_LEAD
    events = sorted(all_events(dice, kinds, ages), key=lambda row: (row["at"], int(row["lead"])))
    write(folder / "leads.csv", list(STORY_LEAD), leads)
    write(folder / "events.csv", EVENT_COLUMNS, events)


def all_events(dice: Dice, kinds: Sequence[Kind], ages: Sequence[int]) -> list[Row]:
    """The events of all leads, EVENTS of them; `ages` are the days for which we have known each lead."""
    events = [{"lead": str(STORY), "at": at, **row} for at, row in STORY_EVENTS]
    totals = list(accumulate(kind.activity * (0.3 + 1.4 * dice.random()) for kind in kinds))
    for number, kind in enumerate(kinds, 1):
        if kind.name == "recycled" and number != STORY:
            at = moment(dice, [(1, (30, 150))], ages[number - 1])
            events.append({"lead": str(number), "at": at, "type": "recycled", "reason": "not now"})
    while len(events) < EVENTS:
        number = dice.place(totals) + 1
        if number == STORY:
            continue
        kind = kinds[number - 1]
        at = moment(dice, kind.days_ago, ages[number - 1])
        events.append({"lead": str(number), "at": at, **event(dice, dice.weighted(kind.actions))})
    return events


def write(path: Path, columns: Sequence[str], rows: Sequence[Row]) -> None:
    """A CSV file with line feeds; what a row lacks is empty."""
    with open(path, "w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, columns, restval="", lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    generate(Path(sys.argv[1]) if len(sys.argv) > 1 else HERE)
