"""What a change does to leads: counts, conditions, and how it is told."""

from __future__ import annotations

import html.parser
from datetime import date

import pytest
from attrs import evolve

import scorelang
from scorelang.diff import (
    Impact,
    Moved,
    Outcome,
    Report,
    Scale,
    Tally,
    as_data,
    breach,
    causes,
    difference,
    read_limit,
    render_html,
    render_markdown,
)
from scorelang.diff.limits import LimitError
from scorelang.diff.report import Broken, Table, tables, why
from scorelang.diff.spread import spread_of

OLD = scorelang.loads("""\
model "Acme", version 1
category Fit:
    if title is "CEO" then +20 because "decision maker"
    if size > 10 then +15
stage Known from 10
stage MQL from 20
grade Fit: A from 20, else B
""")
NEW = scorelang.loads("""\
model "Acme", version 2
category Fit:
    if title is "CEO" then +30 because "chief"
    if size > 10 then +15
stage Known from 10
stage Hot from 20
stage SQL from 40
grade Fit: A from 20, else B
""")
FOUND = difference(OLD.checked, NEW.checked)


def outcome(score: int, stage: str, grade: str = "B") -> Outcome:
    return Outcome(score * 100, stage, True, None, None, (grade,))


def tally(line: str | None = None, most: int = 10) -> Tally:
    return Tally(Scale.of(OLD.checked, NEW.checked, FOUND, line), most)


def impact(line: str | None = None, most: int = 10) -> Impact:
    """Four leads: one falls, one stays, one rises a little, and one much."""
    counts = tally(line, most)
    counts.add(1, "a", outcome(15, "Known"), outcome(5, "none"), date(2026, 6, 1))
    counts.add(2, "b", outcome(25, "MQL", "A"), outcome(25, "Hot", "A"), date(2026, 6, 7))
    counts.add(3, "c", outcome(15, "Known"), outcome(16, "Known"), date(2026, 6, 15))
    counts.add(4, None, outcome(5, "none"), outcome(45, "SQL", "A"))
    return counts.impact(0)


# --- counting -------------------------------------------------------------------------------------------------------


def test_every_way_in_which_leads_change_is_counted() -> None:
    found = impact()
    assert found.leads == 4
    assert found.changed == {
        "anything": 3, "score": 3, "score up": 2, "score down": 1, "stage": 2, "persona": 0, "qualified": 0, "route": 0,
        "grade Fit": 1,
    }  # fmt: skip


def test_leads_flow_from_stage_to_stage_and_a_renamed_stage_is_the_same() -> None:
    found = impact()
    assert found.stages == ("none", "Known", "Hot", "SQL")
    assert found.flow == {("Known", "none"): 1, ("Hot", "Hot"): 1, ("Known", "Known"): 1, ("none", "SQL"): 1}


def test_a_stage_is_reached_by_leads_at_it_and_above_it() -> None:
    assert impact().reached == {"Known": (3, 3), "Hot": (1, 2), "SQL": (0, 1)}


def test_work_is_what_stands_at_or_above_the_line() -> None:
    work = impact("MQL").workload
    assert work is not None
    assert (work.line, work.before, work.after, work.gained, work.lost, work.change) == ("Hot", 1, 2, 1, 0, 1.0)


def test_weeks_begin_on_monday_and_those_without_leads_count() -> None:
    work = impact().workload
    assert work is not None
    assert work.weekly is not None
    assert (work.weekly.first, work.weekly.last) == (date(2026, 6, 1), date(2026, 6, 21))
    assert (work.weekly.weeks, work.weekly.dated, work.weekly.undated) == (3, 3, 1)
    assert (work.weekly.before, work.weekly.after) == (1.0, 2 / 3)
    assert (work.weekly.busiest_before, work.weekly.busiest_after) == (2, 1)


def test_without_stages_there_is_no_work_to_tell() -> None:
    plain = scorelang.loads("if a then +1").checked
    counts = Tally(Scale.of(plain, plain, difference(plain, plain), None), 3)
    counts.add(1, "a", Outcome(100, "none", True, None, None, ()), Outcome(100, "none", True, None, None, ()))
    assert counts.impact(0).workload is None
    assert counts.impact(0).moved == ()


def test_the_leads_that_moved_most_stand_first_and_equal_ones_by_row() -> None:
    assert [moved.row for moved in impact().moved] == [4, 1, 3]
    assert [moved.row for moved in impact(most=2).moved] == [4, 1]
    assert impact(most=0).moved == ()


def test_differences_are_counted_in_bands_with_their_middle() -> None:
    spread = spread_of({-1_000: 1, 0: 5, 150: 3, 2_000: 1})
    assert {band.name: band.leads for band in spread.bands if band.leads} == {
        "down by 10 to below 20": 1, "the same": 5, "up by less than 5": 3, "up by 20 or more": 1,
    }  # fmt: skip
    assert (spread.least, spread.most, spread.mean, spread.median) == (-1_000, 2_000, 145, 0)
    assert spread_of({100: 1, 200: 1}).median == 150
    assert spread_of({}).mean is None


def test_bands_hold_every_lead_once() -> None:
    differences = dict.fromkeys(range(-2500, 2501, 50), 1)
    assert sum(band.leads for band in spread_of(differences).bands) == len(differences)


# --- why ------------------------------------------------------------------------------------------------------------


def test_a_lead_moved_because_of_rules_that_give_other_points() -> None:
    lead = {"title": "CEO", "size": 20}
    found = causes(OLD.score(lead, as_of="2026-01-01"), NEW.score(lead, as_of="2026-01-01"), FOUND.identities)
    assert [(cause.what, cause.name, cause.before, cause.after) for cause in found] == [
        ("rule", "chief", 20.0, 30.0),
        ("category", "Fit", 35.0, 45.0),
    ]
    moved = Moved(1, "a", outcome(35, "MQL"), outcome(45, "SQL"), found)
    assert why(moved) == "chief +20 → +30"
    assert why(evolve(moved, new=outcome(40, "SQL"))) == "chief +20 → +30; Fit 35 → 45"
    assert why(evolve(moved, causes=())) == "the same points, held against another line"


# --- conditions -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("Hot +100%", True), ("Hot +100.1%", False), ("Hot 1 lead", True), ("Hot +2 leads", False), ("Hot -1%", False),
        ("SQL +1000%", True), ("SQL + 1 leads", True), ("Known +/-1 lead", False),
        ("score 75%", True), ("score 76%", False), ("score +50%", True), ("score -25 %", True),
        ("score -2 leads", False),
        ("changed 3 leads", True), ("changed 4 leads", False), ("changed 1_000 leads", False),
    ],
)  # fmt: skip
def test_a_condition_breaks_at_the_number_it_says(text: str, breaks: bool) -> None:
    limit = read_limit(text, ["Known", "Hot", "SQL"])
    assert (breach(limit, impact()) is not None) is breaks


def test_a_broken_condition_says_by_what() -> None:
    limits = [read_limit(text, ["Hot"]) for text in ("Hot +50%", "score +1 lead")]
    assert [breach(limit, impact()) for limit in limits] == [
        "leads at or above Hot: 1 before, 2 after (+100.0%)",
        "2 of 4 leads change their score (50.0%)",
    ]


def test_no_condition_breaks_without_leads() -> None:
    assert breach(read_limit("changed 1%", []), tally().impact(0)) is None


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "it takes STAGE, `score` or `changed`"),
        ("Hot", "it takes STAGE, `score` or `changed`"),
        ("+20%", "it takes Hot, score or changed"),
        ("Hott +20%", "did this mean `Hot`?"),
        ("Hot +20", "20 of what? Write `20%` or `20 leads`"),
        ("Hot +0%", "above 0"),
        ("Hot +1.5 leads", "one of leads is whole"),
        ("changed -5%", "leave out the `-`"),
    ],
)
def test_a_text_that_is_no_condition_says_what_it_takes(text: str, said: str) -> None:
    with pytest.raises(LimitError) as raised:
        read_limit(text, ["Hot"])
    assert said in str(raised.value)


# --- telling --------------------------------------------------------------------------------------------------------

REPORT = Report(FOUND, impact(), "leads.csv", (Broken("Hot +50%", "leads at or above Hot: 1 before, 2 after"),))


def table(title: str) -> Table:
    return next(one for one in tables(REPORT) if one.title.startswith(title))


def test_the_flow_has_a_row_and_a_column_for_each_stage_and_the_sums() -> None:
    found = table("From stage")
    assert found.header == ("before \\ after", "none", "Known", "Hot", "SQL", "before")
    assert found.rows[1] == ("Known", "1", "1", ".", ".", "2")
    assert found.rows[-1] == ("after", "1", "1", "1", "1", "4")


def test_every_table_says_what_its_numbers_are_of() -> None:
    assert all(" 4 " in f" {found.note} " or "of 3" in found.note for found in tables(REPORT))


def test_without_leads_there_are_no_tables() -> None:
    assert list(tables(Report(FOUND))) == []
    assert list(tables(Report(FOUND, tally().impact(0), "leads.csv"))) == []


def test_markdown_tells_the_change_and_folds_the_leads_away() -> None:
    text = render_markdown(REPORT)
    assert text.startswith("### model.score → model.score: 4 changes\n")
    assert "> **`Hot +50%`**: leads at or above Hot" in text
    assert "- changed `chief` in Fit (model.score:3)\n  - was `decision-maker`\n  - points: `+20` → `+30`" in text
    assert text.index("<details>") < text.index("| row 4 |") < text.index("</details>")


def test_markdown_takes_nothing_of_a_model_or_lead_as_its_own() -> None:
    old = scorelang.loads('if a then +1 because "x"')
    new = scorelang.loads('if a is "`|<b>`" then +1 because "@all | <i>"')
    found = difference(old.checked, new.checked)
    counts = tally()
    counts.add(1, "*a|b* <img src=x> @b", outcome(0, "none"), outcome(1, "none"))
    text = render_markdown(Report(found, counts.impact(0), "leads.csv"))
    assert "because: `x` → `@all | <i>`" in text
    assert "<img" not in text
    assert "| &#42;a&#124;b&#42; &#60;img src=x&#62; &#64;b |" in text


def test_html_is_whole_and_escapes_what_it_shows() -> None:
    counts = tally()
    counts.add(1, "<script>", outcome(0, "none"), outcome(1, "none"))
    text = render_html(Report(FOUND, counts.impact(0), "leads.csv", REPORT.broken))
    assert "<script" not in text
    assert "&lt;script&gt;" in text
    assert "http" not in text
    Tags().feed(text)


class Tags(html.parser.HTMLParser):
    """Fails where a tag is closed that is not the one that is open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:
        if tag not in ("meta", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag


def test_json_has_every_number() -> None:
    data = as_data(REPORT)
    assert data["new"]["version"] == 2
    assert data["changes"][1]["aspects"][0] == {"what": "points", "before": "+20", "after": "+30"}
    assert data["impact"]["flow"][0] == {"before": "none", "after": "SQL", "leads": 1}
    assert data["impact"]["workload"]["weekly"]["first"] == "2026-06-01"
    assert data["impact"]["moved"][0]["new"]["score"] == 45
    assert data["impact"]["differences"]["most"] == 40
    assert data["failed"] == [{"limit": "Hot +50%", "said": "leads at or above Hot: 1 before, 2 after"}]
    assert as_data(Report(FOUND))["impact"] is None
