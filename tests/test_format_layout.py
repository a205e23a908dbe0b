"""Where lines stand in columns, and where those that are too long go on below."""

from __future__ import annotations

import pytest

from .test_format import is_written

CASES = {
    "the points of neighbours are in a column": (
        """
        if a then +1
        if employees > 5 then +10 because "x"
        # a comment does not part them
        visit "/x" then -2.5
        require c

        if b then +1
        each visit then +1
        """,
        """
        if a             then +1
        if employees > 5 then +10 because "x"
        # a comment does not part them
        visit "/x"       then -2.5
        require c

        if b       then +1
        each visit then +1
        """,
    ),
    "a column that would leave wide gaps is none": (
        """
        if a then +1
        if employees > 5 and industry is "x" then +1
        """,
        """
        if a then +1
        if employees > 5 and industry is "x" then +1
        """,
    ),
    "fields are in columns, with their comments": (
        """
        lead keyed by id :
            id text
            interests text list from "Interests" # what they like
            created date missing 1900-01-01,"never"
            flagged flag # by sales
            # sizes
            n number missing - 1
        """,
        """
        lead keyed by id:
            id         text
            interests  text list  from "Interests"  # what they like
            created    date       missing 1900-01-01, "never"
            flagged    flag  # by sales
            # sizes
            n          number     missing -1
        """,
    ),
    "a route has two columns": (
        """
        route:
            "SDR queue" if stage is at least MQL and not (Fit.grade is A)
            "Größe 日本" if a
            "Nurture" otherwise
        """,
        """
        route:
            "SDR queue"  if stage is at least MQL and not (Fit.grade is A)
            "Größe 日本" if a
            "Nurture"    otherwise
        """,
    ),
    "tables are in columns, numbers at the right": (
        """
        matrix by industry and employees:
            | |<200|200 to 4999|otherwise|
            |in target|+5|+20|-10|

            # education
            |"Education"|0|+5|+1000|
            | missing | 0 | 0 | 0 |
        test "x":
            given a 1
            | title | n | score | stage |
            | "CEO" | 1000 | >= 20 | MQL |
            | missing | missing | - 5 | none |
        """,
        """
        matrix by industry and employees:
            |             | < 200 | 200 to 4_999 | otherwise |
            | in target   |    +5 |          +20 |       -10 |

            # education
            | "Education" |     0 |           +5 |    +1_000 |
            | missing     |     0 |            0 |         0 |

        test "x":
            given a 1
            | title   |       n | score | stage |
            | "CEO"   |   1_000 | >= 20 | MQL   |
            | missing | missing |    -5 | none  |
        """,
    ),
    "a long rule goes on below: first its reason, then its points, then every part of its condition": (
        """
        if industry in target_verticals and employees from 200 to 4_999 and funded then +10 because "a target of ours"
        if industry in target_verticals and employees from 200 to 4_999 and funded and created within 30 days
          then +10, at most 5
        if industry in target_verticals and employees from 200 to 4_999
          and (funded or demo and created within 30 days or x) then +10
        """,
        """
        if industry in target_verticals and employees from 200 to 4_999 and funded then +10
            because "a target of ours"
        if industry in target_verticals
            and employees from 200 to 4_999
            and funded
            and created within 30 days
            then +10, at most 5
        if industry in target_verticals
            and employees from 200 to 4_999
            and (funded or demo and created within 30 days or x)
            then +10
        """,
    ),
    "a long gate, stage or invariant goes on below": (
        """
        require at least 2 of (meeting "decision maker", employees >= 200, industry in target_verticals, funded) for SQL
        stage Opportunity from 70 when meeting "decision maker" within 60 days or when bant_complete
          and workshop within 30 days
        never "an Opportunity is without budget, authority, need and timing": stage is Opportunity and not bant_fit
        """,
        """
        require at least 2 of (
            meeting "decision maker",
            employees >= 200,
            industry in target_verticals,
            funded,
        ) for SQL
        stage Opportunity from 70
            when meeting "decision maker" within 60 days
            or when bant_complete and workshop within 30 days
        never "an Opportunity is without budget, authority, need and timing":
            stage is Opportunity and not bant_fit
        """,
    ),
    "a long list fills the lines between its brackets": (
        f"""
        list a = [{", ".join(f'"company {at}"' for at in range(12))}]
        if title in [{", ".join(f'"company {at}"' for at in range(10))}] then +10 because "x"
        """,
        """
        list a = [
            "company 0", "company 1", "company 2", "company 3", "company 4", "company 5", "company 6",
            "company 7", "company 8", "company 9", "company 10", "company 11"
        ]
        if title in [
            "company 0", "company 1", "company 2", "company 3", "company 4", "company 5", "company 6",
            "company 7", "company 8", "company 9"
        ] then +10 because "x"
        """,
    ),
    "the head of a block goes on deeper than its block": (
        """
        category "A very long name for a category", at least -1_000, at most 1_000, weight 50%, losing 25%
          every 30 days of silence:
            if a then +1
        """,
        """
        category "A very long name for a category", at least -1_000, at most 1_000, weight 50%,
                losing 25% every 30 days of silence:
            if a then +1
        """,
    ),
    "no line goes on with a name that begins statements": (
        """
        test "x":
            given employees 1_000, title "a title that is very, very, very, very, very, very, very long, or more"
              , list "x"
        """,
        """
        test "x":
            given employees 1_000,
                title "a title that is very, very, very, very, very, very, very long, or more", list "x"
        """,
    ),
    "an event may have the name of a block": (
        """
        category Fit:
            route "x" where (a_long_attribute > 1_000
              and another_long_attribute > 1_000) within 30 days then +10, once a day
        """,
        """
        category Fit:
            route "x" where (
                a_long_attribute > 1_000 and another_long_attribute > 1_000
            ) within 30 days then +10, once a day
        """,
    ),
}


@pytest.mark.parametrize(("before", "after"), CASES.values(), ids=CASES)
def test_lines_are_laid_out_as_the_case_says(before: str, after: str) -> None:
    is_written(before, after)
