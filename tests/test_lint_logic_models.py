"""The rules about what is true of every lead, on two models as they are written for work: defects, and near misses."""

from __future__ import annotations

import pytest

from scorelang.lint import Lint, lint_source, named
from scorelang.source import source_of

LOGIC = named(["SL4"])
INBOUND = """\
model "Northwind inbound", version 2, owner "revops@northwind.example", timezone "Europe/Berlin"

use free_mail from "std/email"
use decision_makers from "std/titles"

lead:
    title        text
    email        text
    country      text
    industry     text    missing "unknown"
    employees    number
    funded       flag
    opted_out    flag
    partner      flag
    interests    text list
    created      date
    trial_ends   date
    intent       number

event visit(path page, seconds number)
event email_click(campaign text)
event webinar(name text, attended flag, minutes number)
event meeting(role text)
event form(name text)

list dach = ["Germany", "Austria", "Switzerland"]
list verticals = ["SaaS", "Fintech", "Healthcare"]

define personal as domain(email) in free_mail

category Fit, 0 to 60:
    if title mentions decision_makers then +20 because "decision maker"
    if industry in verticals then +10 because "our verticals"
    if country in dach then +8 because "home market"
    choose:
        if employees >= 1_000 then +15 because "enterprise"
        if employees >= 200 then +10 because "mid-market"
        if employees >= 50 then +5 because "small"
    if personal then -10 because "personal address"
    if funded then +6 because "funded"
    if at least 2 of (interests contains "crm", interests contains "automation", partner) then +5 because "broad"
    matrix by industry and employees:
        |              | < 200 | >= 200 | otherwise |
        | "Education"  |    -5 |     -2 |         0 |
        | in verticals |    +2 |     +4 |         0 |
        | otherwise    |     0 |      0 |         0 |

category Behaviour, at most 60, losing 25% every 30 days of silence:
    visit "/pricing" within 30 days then +10 because "pricing"
    visit "/pricing" at least 3 times within 14 days then +15 because "keen on pricing"
    visit "/careers*" then -5 because "looks for a job"
    each email_click within 90 days then +2, at most 10 because "clicks"
    each webinar where attended then +8, at most 16, losing 50% every 30 days because "webinars"
    meeting within 60 days then +20, fading out over 60 days because "met us"
    no visit within 60 days then -10 because "gone quiet"
    if intent > 0 then +intent / 10, at most 8 because "intent"
    if trial_ends within the next 14 days then +12 because "trial ends"

score from 0 to 120

require email is known
disqualify if opted_out because "unsubscribed"
require at least 2 of (meeting, employees >= 200, industry in verticals) for SQL

stage MQL from 20
stage SQL from 45 when meeting or form "demo*" within 30 days

grade Fit: A from 40, B from 25, C from 10, else D
grade Behaviour: Hot from 35, Warm from 15, else Cold

route:
    "Call today" if stage is SQL and Behaviour.grade is Hot
    "SDR queue"  if stage is at least MQL
    "Nurture"    otherwise
"""
PRODUCT = """\
model "Contoso PLG", version 1, owner "growth@contoso.example"
lead keyed by email:
    email text
    role text
    plan text
    seats number
    signed_up date
    renewal date
    country text
    churn_risk number
event login()
event invite(role text)
event upgrade_page(plan text)
event ticket(priority text, open flag)
event payment(amount number)
decay half_month as losing 50% every 15 days
start over after churned
event churned()
category Usage, 0 to 50:
    login at least 3 times within 7 days then +15 because "active week"
    login at least 10 times within 30 days then +10 because "active month"
    each invite within 90 days then +4, at most 12 because "invites"
    no login within 30 days then -15 because "asleep"
    if days since last login > 60 then -5 because "long asleep"
    if count of invite where role is "admin" >= 2 then +6 because "two admins"
    if sum of payment.amount > 1_000 then +10 because "pays"
category Intent, -10 to 40:
    upgrade_page within 14 days then +12, half_month because "looked at plans"
    upgrade_page "enterprise" then +10 because "enterprise plan"
    ticket where (priority is "high" and open) then -8 because "open trouble"
    if seats >= 20 then +8 because "many seats"
    if signed_up within 14 days then +5 because "new"
    if signed_up more than 365 days ago then +3 because "old friend"
    if renewal within the next 30 days then +6 because "renews soon"
    if plan in ["pro", "team"] then +4 because "pays already"
    if plan is "free" and country in ["DE", "FR"] then +2 because "free in the EU"
persona Admin:
    if role mentions ["admin", "owner"] then +10
    if seats > 10 then +5
persona Developer:
    if role mentions ["developer", "engineer"] then +12
    login at least 5 times within 30 days then +4
require email is known
disqualify if churn_risk > 0.9 because "about to leave"
stage PQL from 20 or when upgrade_page "enterprise" within 7 days
stage Sales from 40 when persona is Admin
grade Usage: High from 30, Mid from 15, else Low
route:
    "AE" if stage is Sales
    "CSM" if stage is PQL and persona is Developer
    "Automated" if qualified
"""
FIT, BEHAVIOUR, MAIL = "category Fit, 0 to 60:", "category Behaviour, at most 60", "require email"
USAGE, INTENT = "category Usage, 0 to 50:", "category Intent, -10 to 40:"


def found(text: str) -> list[str]:
    """The names of what the logic rules find in a model; that they leave something open is found too."""
    lint = Lint(LOGIC, seconds=120.0)
    names = [one.name for one in lint_source(source_of("model.score", text), None, lint)]
    return names + [one.message for one in lint.budget.undecided.values()]


def below(text: str, start: str, *lines: str) -> str:
    """A model with lines below the first line that holds a text."""
    every = text.split("\n")
    at = next(at for at, line in enumerate(every) if start in line)
    return "\n".join([*every[: at + 1], *lines, *every[at + 1 :]])


# --- what stands below which line of a model, and what is found then --------------------------------------------------

ADDED = [
    ("never-fires", INBOUND, FIT, '    if country in dach and country is "France" then +3'),
    ("never-fires", INBOUND, FIT, '    if personal and email ends with "@northwind.example" then +3'),
    ("never-fires", INBOUND, FIT, '    if email is missing and domain(email) is "gmail.com" then +3'),
    ("never-fires", INBOUND, FIT, '    if count of visit "/pricing" >= 3 and not visit "/pricing*" then +3'),
    ("never-fires", PRODUCT, USAGE, "    if sum of payment.amount > 1_000 and no payment then +3"),
    ("never-fires", PRODUCT, USAGE, '    if only upgrade_page "pro" and upgrade_page "enterprise" then +3'),
    ("always-fires", INBOUND, FIT, "    if employees is known or employees is missing then +3"),
    ("always-fires", PRODUCT, USAGE, "    login at least 0 times then +3"),
    ("shadowed-branch", INBOUND, '"Education"', '        | "education"  |    -3 |     -1 |         0 |'),
    ("pays-twice", INBOUND, FIT, "    if title mentions decision_makers and title is known then +3"),
    (
        "pays-twice",
        INBOUND,
        FIT,
        '    if country is "Germany" or country is "Austria" or country is "Switzerland" then +3',
    ),
    ("pays-twice", PRODUCT, USAGE, "    login more than 2 times within 7 days then +4"),
    ("unreachable-stage", INBOUND, "stage SQL from", "stage Hot from 121"),
    ("require-against-stage", INBOUND, MAIL, "require no meeting and no form for SQL"),
    ("disqualify-takes-stage", INBOUND, MAIL, 'disqualify if meeting or form because "known already"'),
    (
        "impossible-amount",
        INBOUND,
        FIT,
        '    if at least 2 of (country is "DE", country is "FR", country is "ES") then +3',
    ),
    ("windows-apart", PRODUCT, INTENT, "    if signed_up within 14 days and signed_up more than 30 days ago then +3"),
    ("windows-apart", PRODUCT, USAGE, "    if login since 2026-03-01 then +3, during 2026-01-01 to 2026-02-01"),
    ("decay-over", PRODUCT, USAGE, "    upgrade_page between 300 and 400 days ago then +1, half_month"),
    ("more-lowers-stage", INBOUND, BEHAVIOUR, '    visit "/docs*" at most 3 times within 30 days then +9'),
    ("no-effect", PRODUCT, INTENT, '    if churn_risk > 0.95 then -20 because "at risk"'),
    ("narrower-text", PRODUCT, INTENT, '    if plan is "pro" then +2'),
]

NEAR_MISSES = [
    (PRODUCT, USAGE, "    each payment where amount >= 30 within 30 days then +3, once a week, at most 20"),
    (INBOUND, FIT, '    if country in dach and not country is "Austria" then +3'),
    (INBOUND, FIT, '    if personal and email ends with ".de" then +3'),
    (INBOUND, FIT, '    if count of visit "/pricing" >= 3 and not visit "/pricing/*" then +3'),
    (INBOUND, FIT, "    if employees < 50 or employees >= 50 then +3"),
    (INBOUND, FIT, '    if at least 2 of (country is "Germany", industry is "SaaS", funded) then +3'),
    (INBOUND, "stage SQL from", "stage Hot from 110"),
    (INBOUND, MAIL, 'require not visit "/careers" for SQL'),
    (INBOUND, MAIL, 'disqualify if meeting "student"'),
    (INBOUND, BEHAVIOUR, '    visit "/blog*" more than 50 days ago then +5, fading out over 60 days'),
    (INBOUND, BEHAVIOUR, '    each visit "/docs/*" then +1, 2 times a week, losing 20% every 7 days'),
    (PRODUCT, USAGE, '    if not only upgrade_page "pro" and upgrade_page then +3'),
    (PRODUCT, USAGE, "    if days since last login < 10 and no login within 5 days then +3"),
    (PRODUCT, USAGE, "    if login since 2026-01-15 then +3, during 2026-01-01 to 2026-02-01"),
    (PRODUCT, INTENT, "    if days since signed_up <= 14 and days since signed_up >= 0 then +3"),
]


@pytest.mark.parametrize("model", [INBOUND, PRODUCT], ids=["inbound", "product"])
def test_nothing_is_found_in_a_model_that_is_right(model: str) -> None:
    assert found(model) == []


@pytest.mark.parametrize(("name", "model", "start", "line"), ADDED, ids=[f"{each[0]}:{each[3]}" for each in ADDED])
def test_a_line_that_says_what_it_hardly_means_is_found(name: str, model: str, start: str, line: str) -> None:
    assert found(below(model, start, line)) == [name]


@pytest.mark.parametrize(("model", "start", "line"), NEAR_MISSES, ids=[each[2] for each in NEAR_MISSES])
def test_a_line_that_only_looks_so_is_let_be(model: str, start: str, line: str) -> None:
    assert found(below(model, start, line)) == []


def test_a_stage_that_every_lead_passes_by_is_told_so() -> None:
    text = below(PRODUCT, "disqualify", "stage Trial from 20")
    [one] = lint_source(source_of("model.score", text), None, Lint(LOGIC, seconds=120.0))
    assert (one.name, one.label) == ("unreachable-stage", "whoever comes to it comes to a later stage as well")


def test_requires_that_exclude_each_other_are_told_at_the_stage() -> None:
    text = below(INBOUND, MAIL, "require Fit >= 30 for SQL", "require Fit < 25 for SQL")
    [one] = lint_source(source_of("model.score", text), None, Lint(LOGIC, seconds=120.0))
    assert (one.name, one.help) == ("unreachable-stage", ("never together: `Fit >= 30` and `Fit < 25`",))


def test_the_time_that_a_rule_is_for_is_told_by_its_days() -> None:
    text = "visit since 2026-03-01 then +3, during 2026-01-01 to 2026-02-01\n"
    [one] = lint_source(source_of("model.score", text), None, Lint(LOGIC, seconds=120.0))
    assert one.help == ("never together: `visit since 2026-03-01` and `during 2026-01-01 to 2026-02-01`",)


def test_an_age_that_must_be_exceeded_is_told_as_it_was_typed() -> None:
    text = "visit more than 90 days ago then +5, fading out over 60 days\n"
    [one] = lint_source(source_of("model.score", text), None, Lint(LOGIC, seconds=120.0))
    assert one.label == "its events are more than 90 days old"


@pytest.mark.parametrize(
    ("stage", "label"),
    [
        ("stage SQL from 20 when trial", "line 5 asks for the opposite"),
        ("stage SQL from 45", "whoever meets it has fewer points than line 5 asks for"),
        ("stage SQL from 45 when demo", "whoever meets it and the condition has fewer points than line 5 asks for"),
    ],
)
def test_a_require_is_said_to_be_the_opposite_of_a_condition_or_to_leave_too_few_points(stage: str, label: str) -> None:
    text = f"if trial then +20\nif funded then +20\nif demo then +20\nrequire not trial\n{stage}\n"
    [one] = [each for each in lint_source(source_of("model.score", text), None, Lint(LOGIC)) if "require" in each.name]
    assert one.label == label


@pytest.mark.parametrize(
    ("amount", "label"),
    [
        ("at least 2 of (a is 1, a is 2)", "there are always fewer that are true"),
        ("at most 0 of (a is known, a is missing, b)", "there are always more that are true"),
        ("exactly 1 of (a, a is yes)", "there are always more or fewer that are true"),
    ],
)
def test_an_amount_that_can_never_be_is_said_to_be_too_many_or_too_few(amount: str, label: str) -> None:
    [one] = lint_source(source_of("model.score", f"if {amount} then +5\n"), None, Lint(LOGIC))
    assert one.label == label


def test_a_range_that_excludes_itself_is_not_told_as_two_parts() -> None:
    text = 'if a then +10\nroute:\n    "Call" if score from 2 to 9\n'
    [one] = lint_source(source_of("model.score", text), None, Lint(LOGIC))
    assert (one.name, one.label, one.help) == ("never-fires", "no lead meets it", ())
