"""What a report tells, against the table it is worked out of; and what its charts hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pytest

import scorelang
from scorelang.outcomes.backtest import Question, Until
from scorelang.outcomes.history import history_of
from scorelang.outcomes.over_time import over_time
from scorelang.outcomes.table import Table, TableBuilder, goal_of
from scorelang.outcomes.words import Step
from scorelang.report import Beside, Findings, findings, render
from scorelang.report.charts import Dot, Line, against, bars, curves, heat, intervals, small_multiples, two_sides
from scorelang.report.drawing import room
from scorelang.report.ribbons import ribbons
from scorelang.values import DAY

MODEL = """\
model "Acme <b>& Sons</b>", version 2
lead:
    title  text
    demo   flag
    size   number
category Fit:
    if title is "CEO" then +20 because "decision maker"
    if size >= 50     then +5 because "large"
category Intent, 0 to 10:
    if demo           then +10 because "asked for a demo"
stage MQL from 20
stage SQL from 30
"""
FIRST = 20_454 * DAY  # 2026-01-01
SVG = "{http://www.w3.org/2000/svg}"


def taken(
    count: int = 240, *, step_of: Callable[[int], Step] | None = None, timed: bool = True
) -> tuple[Table, Beside]:
    """Leads of half a year: chiefs (one in four) mostly buy; nobody says a size in the second half."""
    model = scorelang.loads(MODEL)
    builder = TableBuilder(model.checked, {field.name: (field.name,) for field in model.checked.fields})
    beside = Beside(("Fit", "Intent"))
    for at in range(count):
        chief, demo = at % 4 == 0, at % 3 == 0
        late = at >= count // 2
        size = None if late else at % 100
        lead = {"title": "CEO" if chief else "Clerk", "demo": demo and not late, "size": size}
        usual: Step = "won" if (chief and at % 8 == 0) or at % 15 == 0 else "lost" if at % 2 else "rejected"
        step = step_of(at) if step_of else usual
        said = [(step, FIRST + at * 180 * DAY // count if timed else None, None, 100.0 if step == "won" else None)]
        builder.said.add(step)
        result = model.score(lead, (), "2026-01-01")
        builder.add(result, lead, history_of(said), FIRST)
        beside.add(result, None)
    return builder.finished(), beside


def found(question: Question | None = None, **more: object) -> Findings:
    table, beside = taken(**more)  # type: ignore[arg-type]
    return findings(table, question or Question("won"), beside, leads="leads.csv", version="0")


@cache
def usual() -> Findings:
    return found()


# --- numbers --------------------------------------------------------------------------------------------------------


def test_the_bins_of_a_histogram_hold_every_lead_once_and_leave_no_gap() -> None:
    told = usual()
    table, _ = taken()
    goal = goal_of(table, "won")
    assert sum(one.reached for one in told.bins) == goal.reached.sum()
    assert sum(one.others for one in told.bins) == (~goal.reached).sum()
    assert all(before.high == after.low for before, after in pairwise(told.bins))
    for one in told.bins:
        inside = (table.scores >= one.low * 100) & (table.scores < one.high * 100)
        assert one.reached == (inside & goal.reached).sum()


def test_every_lead_flows_from_its_stage_to_one_end() -> None:
    told = usual()
    table, _ = taken()
    assert told.flow.leads == len(table) == 240
    assert told.flow.left == ("SQL", "MQL", "none")
    for step in ("won", "lost", "rejected"):
        counted = sum(leads for (_, to), leads in told.flow.counts.items() if to == step)
        assert counted == table.has(step).sum()
    assert told.flow.counts["SQL", "won"] == ((table.scores >= 3000) & table.has("won")).sum()


def test_a_lead_that_was_won_after_it_was_an_opportunity_ends_won() -> None:
    steps: tuple[Step, ...] = ("won", "lost", "opportunity")
    told = found(step_of=lambda at: steps[at % 3])
    assert told.flow.right == ("won", "opportunity", "lost")
    ends = {name: sum(n for (_, to), n in told.flow.counts.items() if to == name) for name in told.flow.right}
    assert {name: ends.get(name, 0) for name in steps} == {"won": 80, "lost": 80, "opportunity": 80}


def test_the_cells_of_two_categories_hold_every_lead_once() -> None:
    told = usual()
    assert told.matrix is not None
    assert (told.matrix.down, told.matrix.across) == ("Fit", "Intent")
    cells = [cell for row in told.matrix.cells for cell in row]
    assert (sum(cell.of for cell in cells), sum(cell.count for cell in cells)) == (240, told.overall.count)
    table, beside = taken()
    both = (beside.totals("Fit") >= 2500) & (beside.totals("Intent") >= 1000)
    assert told.matrix.rows[0] == "from 20"
    assert told.matrix.cells[0][0].of >= both.sum() > 0
    assert (beside.totals("Fit") + beside.totals("Intent") == table.scores).all()


def test_without_a_reference_the_later_half_is_held_against_the_earlier_one() -> None:
    told = usual()
    changed = told.stability.drifts
    assert changed is not None
    assert told.stability.reference == "the earlier half of the leads"
    assert (changed.reference, changed.leads) == (120, 120)
    assert [one.rule for one in changed.rules if one.silent] == ["large", "asked-for-a-demo"]
    assert [one.field for one in changed.missing if one.rising] == ["size"]


def test_without_times_nothing_is_earlier_unless_a_share_of_the_file_is_said_to_be() -> None:
    assert found(timed=False).stability == type(usual().stability)("", None, None)
    cut = found(Question("won", until=Until(share=0.5)), timed=False)
    assert cut.stability.drifts is not None
    assert (cut.stability.reference, cut.stability.drifts.leads) == ("the earlier leads", 120)
    assert cut.flow.leads == sum(one.reached + one.others for one in cut.bins) == 120


# --- over time ------------------------------------------------------------------------------------------------------


def test_a_rule_that_stopped_firing_is_silent_since_the_first_period_without_it() -> None:
    table, _ = taken()
    times = over_time([table], "month")
    assert times is not None
    assert times.periods == ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05", "2026-06")
    courses = {(one.kind, one.name): one for one in times.courses}
    assert courses["rule", "large"].silent == courses["rule", "asked-for-a-demo"].silent == "2026-04"
    assert courses["missing", "size"].way == "rising"
    assert courses["rule", "decision-maker"].way == "steady"
    assert courses["rule", "decision-maker"].silent is None
    assert times.found
    assert sum(times.leads) == 240
    for one in times.courses:
        assert [rate.of for rate in one.rates] == list(times.leads)
        assert one.early.of + one.late.of == 240


def test_half_a_year_is_told_by_the_week_and_no_week_is_left_out() -> None:
    times = over_time([taken()[0]])
    assert times is not None
    assert (times.per, times.periods[0], times.periods[-1], len(times.periods)) == ("week", "2026-W01", "2026-W27", 27)


def test_a_day_begins_in_the_time_zone_of_the_model() -> None:
    model = scorelang.loads('model "M", timezone "Pacific/Auckland"\nif demo then +10\n')
    builder = TableBuilder(model.checked)
    midnight = FIRST + 31 * DAY  # in UTC; in Auckland it is 13 o'clock
    for at in (midnight - DAY, midnight - DAY // 4, midnight):
        builder.add(model.score({}, (), "2026-01-01"), {}, history_of([("won", at, None, None)]), at)
    times = over_time([builder.finished()], "month")
    assert times is not None
    assert times.leads == (1, 2)


def test_leads_of_one_period_or_without_times_have_no_course() -> None:
    table, _ = taken()
    assert over_time([table.where(np.arange(len(table)) < 30)], "month") is None
    assert over_time([taken(timed=False)[0]]) is None


def test_chance_alone_makes_hardly_a_rule_rise_or_fall() -> None:
    random = np.random.default_rng(7)
    model = scorelang.loads("\n".join(f"if f{at} then +1" for at in range(20)) + "\n")
    builder = TableBuilder(model.checked)
    for at in range(600):
        lead = {f"f{number}": bool(value) for number, value in enumerate(random.random(20) < 0.3)}
        builder.add(model.score(lead, (), "2026-01-01"), lead, history_of([("won", at * DAY, None, None)]), 0)
    times = over_time([builder.finished()], "month")
    assert times is not None
    assert [one.name for one in times.courses if one.way != "steady"] == []


# --- charts ---------------------------------------------------------------------------------------------------------

HOSTILE = '</svg><script>alert("1")</script>\x00\u202e\ud800&'


def drawn(svg: str) -> ElementTree.Element:
    root = ElementTree.fromstring(svg)
    assert root.get("aria-hidden") == "true"
    assert "viewBox" in root.attrib
    return root


def tips(root: ElementTree.Element) -> list[str]:
    return [tip.text or "" for tip in root.iter(f"{SVG}title")]


def test_every_mark_of_a_chart_says_its_numbers_and_names_cannot_break_out_of_it() -> None:
    root = drawn(intervals([Dot(HOSTILE, 0.5, 0.4, 0.6, "of 10", f"{HOSTILE}: 50%")], "share", 0.3))
    assert not list(root.iter(f"{SVG}script"))
    assert len(tips(root)) == 2  # the interval and the dot
    assert all("50%" in tip and "\u202e" not in tip and "\x00" not in tip for tip in tips(root))
    texts = [text.text or "" for text in root.iter(f"{SVG}text")]
    assert "of 10" in texts
    assert any(text.startswith("</svg>") for text in texts)


def test_colours_are_those_of_the_page_so_that_they_follow_light_and_dark() -> None:
    charts = [
        intervals([Dot("a", 0.5, 0.4, 0.6, "n", "t")], "share"),
        against([Dot("", 0.5, 0.4, 0.6, "0.45", "t")], ("expected", "came")),
        bars([{"name": "a", "value": 0.1, "note": "n", "tip": "t", "colour": "var(--warn)"}], "index", (0.1,)),
        curves([Line("a", 0, 0, "t"), Line("a", 1, 1, "t")], ("x", "y"), ("a",)),
        ribbons([("a", 3)], [("b", 3)], {("a", "b"): 3}, ("from", "to")),
        two_sides([{"low": 0, "high": 1, "up": 0.5, "down": 0.5, "tip_up": "u", "tip_down": "d"}], ("a", "b"), [], "x"),
        heat([{"row": "r", "column": "c", "share": 0.5, "small": False, "first": "50%", "second": "n", "tip": "t"}],
             "down", "across"),
        small_multiples([{"name": "a", "period": p, "share": 0.5, "low": 0.4, "high": 0.6, "tip": "t"} for p in "12"]),
    ]  # fmt: skip
    for chart in charts:
        painted = set(re.findall(r'(?:fill|stroke)="([^"]+)"', chart))
        assert painted <= {"none", "transparent"} | {colour for colour in painted if colour.startswith("var(--")}, (
            painted
        )
        assert not re.findall(r'(?:href|src)="', chart)
        assert tips(drawn(chart))


def test_a_lift_beyond_the_scale_is_drawn_at_its_edge() -> None:
    root = drawn(
        intervals([Dot("a", 40.0, 20.0, 80.0, "", "t"), Dot("b", 0.0, 0.0, 0.1, "", "t")], "lift", 1, lift=True)
    )
    assert "NaN" not in ElementTree.tostring(root, encoding="unicode")
    assert {"0.125", "1", "16"} <= {text.text for text in root.iter(f"{SVG}text")}


def test_room_for_names_is_limited() -> None:
    assert room([]) == room([""]) < room(["twelve chars"]) < room(["x" * 500]) == room(["x" * 900])


def test_a_ribbon_is_as_wide_as_its_leads_are_many() -> None:
    counts = {("a", "x"): 30, ("a", "y"): 10, ("b", "y"): 60}
    root = drawn(ribbons([("a", 40), ("b", 60)], [("x", 30), ("y", 70)], counts, ("from", "to")))
    assert [tip for tip in tips(root) if tip] == [
        "a to x: 30 of 100 leads, 30.0%",
        "a to y: 10 of 100 leads, 10.0%",
        "b to y: 60 of 100 leads, 60.0%",
    ]


# --- the page -------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def page() -> str:
    table, beside = taken()
    return render(findings(table, Question("won", leaks=True), beside, leads="leads.csv", version="0"))


def test_the_name_of_a_model_is_text_and_not_html(page: str) -> None:
    assert "<title>Acme &lt;b&gt;&amp; Sons&lt;/b&gt;: what became of its leads</title>" in page
    assert "<b>" not in page


def test_every_chart_has_a_text_alternative_and_a_table(page: str) -> None:
    figures = re.findall(r"<figure>.*?</figure>", page, re.DOTALL)
    assert len(figures) > 10
    for figure in figures:
        assert "<table>" in figure
        assert ("<svg" in figure) == ('role="img"' in figure)
        if "<svg" in figure:
            label = re.search(r'aria-label="([^"]+)"', figure)
            assert label is not None
            assert re.search(r"\d", label[1])


def test_every_link_leads_to_a_section(page: str) -> None:
    marks = set(re.findall(r' id="(\w+)"', page))
    links = set(re.findall(r'href="#(\w+)"', page))
    assert links <= marks
    assert {"scores", "sorting", "calibration", "stages", "rules", "matrix", "drift", "time", "leaks"} <= links


def test_what_stands_out_is_said_first(page: str) -> None:
    head = page[: page.index('<section id="scores">')]
    assert "drifted: score, stage, size, demo" in head
    assert "went silent: large, asked-for-a-demo" in head
    assert "missing more and more: size" in head


def test_headings_do_not_skip_a_level(page: str) -> None:
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after <= before + 1 for before, after in pairwise(levels))
