"""What each word of the language is for, in a sentence, with a line in which it stands: for hover and completion.

By the grammar's terminals; docs/language.md says all of it at length. Words that are operators have their documentation
in `dsl/operators/`.
"""

from __future__ import annotations

from attrs import frozen


@frozen
class KeywordDoc:
    """A line of the language with the word in it, and what the word does there."""

    example: str
    text: str


_HEADER = 'model "Acme", version 3, owner "revops@acme.example", timezone "Europe/Berlin"'
_USE = 'use free_mail from "std/email"'
_LIST_FILE = 'list named_accounts from "named_accounts.csv" column "domain"'
_CATEGORY = "category Behaviour, at most 60, weight 40%, losing 25% every 30 days of silence:"
_STAGE = 'stage SQL from 45 when meeting "decision maker" or when form "demo request"'
_GRADE = "grade Fit: A from 40, B from 25, else C"
_GIVEN = 'given title "CEO", webinar with attended yes 2 days ago'
_REPEATED = 'visit "/pricing" at least 3 times within 14 days then +15'
_EACH = "each webinar where attended then +20, at most 40, once a day"

DOCS: dict[str, KeywordDoc] = {
    # statements
    "MODEL": KeywordDoc(_HEADER, "The model's name, and who answers for it. Results carry name and version."),
    "HEADER_WORD": KeywordDoc(_HEADER, "The version is a whole number that results carry, the owner whom to ask, the "
                              "time zone where days begin."),
    "TIMEZONE": KeywordDoc('timezone "Europe/Berlin"', "Where days, weeks and months begin, and where dates without an "
                           "offset are. UTC unless it is said."),
    "USE": KeywordDoc(_USE, "Brings in lists, defines, events, decays, categories, personas or `lead` from the "
                      "standard library or from another file of the folder."),
    "LEAD": KeywordDoc("lead keyed by email:", "The fields that a lead has, a line each. A name that nothing declares "
                       "is an error then."),
    "KEYED_BY": KeywordDoc("lead keyed by email:", "The field by which leads are told apart; `id` unless it is said."),
    "EVENT": KeywordDoc("event visit(path page, seconds number)", "What can happen, and the attributes that it has. A "
                        "pattern in quotes is held against the first."),
    "LIST": KeywordDoc('list targets = ["SaaS", "Fintech"]', "Values under a name, in the line or in a CSV file."),
    "COLUMN": KeywordDoc(_LIST_FILE, "The column whose values are the list. Without it every line is one value."),
    "DEFINE": KeywordDoc("define personal as domain(email) in free_mail", "A condition or number under a name."),
    "AS": KeywordDoc("define personal as domain(email) in free_mail", "Leads to what the name stands for."),
    "DECAY": KeywordDoc("decay slow as losing 10% every 30 days", "A way of losing points under a name: "
                        "`then +5, slow`."),
    "CATEGORY": KeywordDoc(_CATEGORY, "Rules that add up to a part of the score: loses for silence first, then is "
                           "bounded."),
    "PERSONA": KeywordDoc("persona Buyer:", "A kind of lead, rated like a category. Only the persona with the most "
                          "points counts."),
    "WEIGHT": KeywordDoc(_CATEGORY, "Which share of the score the category makes up. All weights add up to 100%."),
    "OF_SILENCE": KeywordDoc(_CATEGORY, "The category loses that share for every such time since the lead's latest "
                             "event."),
    "SCORE": KeywordDoc("score from 0 to 100", "Bounds the score."),
    "START_OVER_AFTER": KeywordDoc("start over after recycled", "Everything up to the lead's latest such event is "
                                   "forgotten."),
    "REQUIRE": KeywordDoc("require funded and demo for SQL", "A lead qualifies, or reaches the stage, only where this "
                          "is known to be true."),
    "DISQUALIFY": KeywordDoc('disqualify if email is missing because "nobody to write to"', "A lead for which this is "
                             "true does not qualify."),
    "FOR": KeywordDoc("require funded for SQL", "Only that stage, and those above it, require it."),
    "STAGE": KeywordDoc(_STAGE, "A step on a lead's way, in rising order. The lead is at the last one that holds."),
    "WHEN": KeywordDoc(_STAGE, "What must be true besides the points."),
    "OR_WHEN": KeywordDoc(_STAGE, "A short cut past the points."),
    "GRADE": KeywordDoc(_GRADE, "A letter or word for what a category, or the score, came to: `Fit.grade is A`."),
    "ELSE": KeywordDoc(_GRADE, "The grade below all others."),
    "ROUTE": KeywordDoc("route:", "What to do with the lead: the first line that holds."),
    "OUTCOMES": KeywordDoc("outcomes:", "What the data calls that which became of leads: `won from \"Closed Won\"`."),
    # rules
    "IF": KeywordDoc("if employees >= 200 then +10", "Adds the points where the condition is known to be true."),
    "THEN": KeywordDoc("if employees >= 200 then +10", "Leads to the points, with their sign."),
    "BECAUSE": KeywordDoc('if employees >= 200 then +10 because "large"', "The reason that is shown, and what the rule "
                          "is called in results."),
    "EACH": KeywordDoc(_EACH, "Adds points once for every such event."),
    "OTHERWISE": KeywordDoc("otherwise -5", "Where nothing above is known to be true. In a grid it matches everything, "
                            "what is missing too."),
    "CHOOSE": KeywordDoc("choose:", "Of the rules below only the first one that is true counts."),
    "BEST": KeywordDoc("choose best:", "Of the rules below that are true, only the one with the most points counts."),
    "MATRIX": KeywordDoc("matrix by industry and employees:", "A grid of points: the first row and column that match."),
    "BY": KeywordDoc("matrix by industry and employees:", "What the rows are about, and behind `and` the columns."),
    "AND": KeywordDoc("if funded and demo then +5", "Both are true."),
    "OR": KeywordDoc("if funded or demo then +5", "At least one is true."),
    "NOT": KeywordDoc("if not funded then -5", "True where the condition is false. What is unknown stays unknown."),
    # what bounds and ages points
    "LOSING": KeywordDoc("visit then +10, losing 50% every 30 days", "After every whole period, that share of what was "
                         "left is gone: 10, 5, 2.5 …"),
    "EVERY": KeywordDoc("visit then +10, losing 50% every 30 days", "How long a period is."),
    "FADING_OUT_OVER": KeywordDoc("visit then +10, fading out over 90 days", "The points go to 0 in a straight line."),
    "ONCE": KeywordDoc(_EACH, "Only the latest such event of each day, week or month counts."),
    "A": KeywordDoc(_EACH, "Of each day, week or month in the model's time zone."),
    "DURING": KeywordDoc("visit then +10, during 2026-01-01 to 2026-03-31", "The rule exists only in that span; the "
                         "last day counts."),
    # events
    "NO": KeywordDoc("no visit within 60 days then -10", "There is no such event."),
    "ONLY": KeywordDoc('only visit "/careers" then -20', "There is at least one such event, and none of its kind that "
                       "is another."),
    "WHERE": KeywordDoc(_EACH, "A condition on the event's attributes; more than one needs brackets."),
    "WITHIN": KeywordDoc("visit within 30 days then +5", "At most so long ago."),
    "WITHIN_NEXT": KeywordDoc("if renewal within the next 14 days then +5", "A date that comes, at most so far away."),
    "AGO": KeywordDoc("visit more than 30 days ago then -5", "Counted back from the time that the lead is scored for."),
    "BETWEEN": KeywordDoc("visit between 30 and 60 days ago then +5", "At least and at most so long ago."),
    "SINCE": KeywordDoc("visit since 2026-01-01 then +5", "From that instant on."),
    "BEFORE": KeywordDoc("visit before 2026-01-01 then +5", "Before that instant."),
    "MORE_THAN": KeywordDoc("visit more than 3 times then +5", "More such events than that; or longer ago."),
    "FEWER_THAN": KeywordDoc("visit fewer than 3 times then -5", "Fewer such events than that, none included."),
    "TIMES": KeywordDoc(_REPEATED, "How many such events there are."),
    "COUNT_OF": KeywordDoc("if count of visit >= 3 then +5", "How many such events there are; 0 where there is none."),
    "AGGREGATE_OF": KeywordDoc("if sum of purchase.amount > 500 then +5", "Of an attribute over such events. The sum "
                               "of none is 0, the others are missing then."),
    "DAYS_SINCE": KeywordDoc("if days since created > 30 then -5", "Whole days; below 0 for a date to come."),
    "DAYS_SINCE_LAST": KeywordDoc("if days since last visit > 30 then -5", "Whole days; missing where there is none."),
    # operators that are no rows of the table
    "FROM": KeywordDoc("if employees from 200 to 4_999 then +10", "Both ends count. In a declaration: where it comes "
                       "from."),
    "TO": KeywordDoc("if employees from 200 to 4_999 then +10", "The upper end, which counts."),
    "OF": KeywordDoc("if at least 2 of (funded, demo, trial) then +10", "How many of the conditions are known true."),
    "AT_LEAST": KeywordDoc(_REPEATED, "So many or more. Behind points or a category: never less than that."),
    "AT_MOST": KeywordDoc("each visit then +2, at most 10", "So many or fewer. Behind points or a category: never more "
                          "than that."),
    "EXACTLY": KeywordDoc("visit exactly 1 times then +5", "Neither more nor fewer."),
    "MISSING": KeywordDoc("if email is missing then -10", "The lead has no value there. Never unknown itself."),
    "KNOWN": KeywordDoc("if email is known then +1", "The lead has a value there. Never unknown itself."),
    # tests
    "TEST": KeywordDoc('test "a funded CEO is an MQL":', "A lead and what is expected of it: `scorelang test`."),
    "GIVEN": KeywordDoc(_GIVEN, "What the lead has and did. What is not said is missing."),
    "WITH": KeywordDoc(_GIVEN, "The event's attributes."),
    "ON": KeywordDoc("given visit on 2026-01-01", "When it happened."),
    "EXPECT": KeywordDoc('expect score 65, stage MQL, fires "decision maker"', "What must come out."),
    "FIRES": KeywordDoc('expect fires "decision maker"', "The rule with this reason counts."),
    "NOT_FIRES": KeywordDoc('expect not fires "decision maker"', "The rule with this reason does not count."),
    "BLOCKED_BY": KeywordDoc('expect blocked by "nobody to write to"', "This stands between the lead and qualifying."),
    "NOT_BLOCKED_BY": KeywordDoc('expect not blocked by "nobody to write to"', "This does not stand in its way."),
    "AS_OF": KeywordDoc("as of 2026-06-30", "The time that the lead is scored for; 2026-01-01 unless it is said."),
    "NEVER": KeywordDoc('never "too much": score > 200', "Must be true of no lead at all: leads are searched for that "
                        "break it."),
    "ALWAYS": KeywordDoc('always "bounded": score <= 200', "Must be true of every lead."),
}  # fmt: skip


def keyword_doc(terminal: str) -> str:
    """The documentation of a terminal as Markdown; nothing for what is no keyword."""
    doc = DOCS.get(terminal)
    return f"```score\n{doc.example}\n```\n{doc.text}" if doc is not None else ""
