"""Coverage of a model: which outcomes of rules, conditions and results its tests reach."""

from __future__ import annotations

import json
from html.parser import HTMLParser
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorelang import load, loads
from scorelang.cli import program
from scorelang.testing.coverage import Covered, Recorder, merged
from scorelang.testing.coverage_html import render_html
from scorelang.testing.coverage_text import as_dict, shown, styled
from scorelang.testing.run import run_tests

LEAD = """\
lead:
    title text
    industry text
    employees number
    funded flag
event visit(path page, seconds number)
"""


def covered(model: str, *tests: str) -> Covered:
    """What tests reach; each is a line of givens."""
    blocks = "".join(f'test "t{n}":\n    given {line}\n    expect score > -1_000\n' for n, line in enumerate(tests))
    checked = loads(LEAD + model + blocks, name="acme.score").checked
    recorder = Recorder("acme.score", checked)
    for run in run_tests(checked):
        recorder.record(run.outcome)
    return recorder.covered()


def missed(found: Covered, kind: str) -> dict[str, tuple[str, ...]]:
    return {spot.text: lacks for spot, lacks in found.missed() if spot.kind == kind}


def text(found: Covered) -> str:
    return "".join(piece for piece, _ in styled(found))


def test_a_rule_must_fire_and_stay_silent() -> None:
    rule = "if employees >= 200 then +10\n"
    assert missed(covered(rule, "employees 200"), "rule") == {"employees >= 200": ("silent",)}
    assert missed(covered(rule, "employees 199"), "rule") == {"employees >= 200": ("fired",)}
    assert missed(covered(rule, "employees 200", "title missing"), "rule") == {}
    assert missed(covered(rule), "rule") == {"employees >= 200": ("fired", "silent")}


def test_a_condition_must_be_true_false_and_unknown() -> None:
    rule = "if employees >= 200 then +10\n"
    assert missed(covered(rule, "employees 200", "employees 5"), "condition") == {"employees >= 200": ("unknown",)}
    assert missed(covered(rule, "employees 200", "employees 5", "title missing"), "condition") == {}


@pytest.mark.parametrize(
    ("condition", "can_be_unknown"),
    [
        ("employees >= 200", True),
        ("funded", True),
        ("employees is known", False),
        ('visit "/pricing"', False),
        ("no visit", False),
        ("count of visit > 2", False),
        ("sum of visit.seconds > 2", False),
        ("average of visit.seconds > 2", True),
        ("days since last visit > 2", True),
        ("at least 1 of (funded, employees > 5)", False),
        ("not visit", False),
        ("visit or funded", True),
        ("100 / count of visit > 5", True),
    ],
)
def test_only_what_can_be_unknown_must_be(condition: str, can_be_unknown: bool) -> None:
    found = covered(f"if {condition} then +1\n", "title missing")
    first = next(spot for spot in found.spots if spot.kind == "condition")
    assert ("unknown" in first.outcomes) is can_be_unknown


def test_every_part_of_a_condition_counts() -> None:
    found = covered('if title is "CEO" and (funded or not employees > 5) then +1\n', 'title "CEO", funded yes')
    assert missed(found, "condition") == {
        'title is "CEO" and (funded or not employees > 5)': ("false", "unknown"),
        'title is "CEO"': ("false", "unknown"),
        # What `not` says of it is the same turned round.
        "employees > 5": ("true", "false"),
        "(funded or not employees > 5)": ("false", "unknown"),
        "funded": ("false", "unknown"),
    }


def test_a_define_counts_once_and_the_standard_library_is_not_taken_apart() -> None:
    model = 'use is_c_level from "std/titles"\ndefine big as employees > 5 and funded\n'
    found = covered(model + "if big then +1\nif big and is_c_level then +2\nif is_c_level then +3\n", 'title "CEO"')
    conditions = [spot.text for spot in found.spots if spot.kind == "condition"]
    assert conditions == ["employees > 5 and funded", "employees > 5", "funded", "big and is_c_level", "is_c_level"]


def test_what_an_event_must_be_counts_event_by_event() -> None:
    rule = "each visit where (seconds > 30) then +1\n"
    assert missed(covered(rule, "visit with seconds 31"), "condition") == {"(seconds > 30)": ("false", "unknown")}
    assert missed(covered(rule, "visit with seconds 31, visit, visit with seconds 30"), "condition") == {}


def test_every_branch_of_a_choice_counts() -> None:
    model = "choose:\n    if employees > 9 then +2\n    if employees > 5 then +1\n    otherwise -1\n"
    found = covered(model, "employees 10", "employees 1")
    assert missed(found, "rule") == {"employees > 5": ("fired",)}
    assert missed(covered(model, "employees 10", "employees 6"), "rule") == {"otherwise": ("fired",)}


def test_every_cell_of_a_matrix_counts() -> None:
    model = """\
matrix by industry and employees:
    |           | < 200 | otherwise |
    | "SaaS"    |    +1 |        +4 |
    | otherwise |     0 |        +2 |
"""
    assert list(missed(covered(model, 'industry "SaaS", employees 5', "title missing"), "cell")) == [
        'matrix by industry and employees: row "SaaS", column otherwise',
        "matrix by industry and employees: row otherwise, column < 200",
    ]


def test_stages_grades_personas_and_routes_must_be_reached() -> None:
    model = """\
category Fit:
    if employees > 5 then +20
persona Buyer:
    if title is "CEO" then +1
persona User:
    visit then +1
stage MQL from 20
stage SQL from 40
grade Fit: A from 20, else B
route:
    "Call" if stage is SQL
    "Write" otherwise
"""
    found = covered(model, 'employees 6, title "CEO"')
    assert {kind: list(missed(found, kind)) for kind in ("stage", "grade", "persona", "route")} == {
        "stage": ["SQL"],
        "grade": ["Fit.grade B"],
        "persona": ["User"],
        "route": ['"Call"'],
    }


def test_leads_that_are_generated_reach_nothing_of_this() -> None:
    found = covered('if title is "CEO" then +1\nalways "small": score < 2\n')
    assert found.reached == 0
    assert found.percent == 0


def test_a_model_without_outcomes_is_covered() -> None:
    assert covered('list verticals = ["a"]\n').percent == 100


def test_a_percentage_is_never_rounded_up() -> None:
    assert [shown(percent) for percent in (99.99, 100.0, 66.66, 0.0)] == ["99.9", "100", "66.6", "0"]


def test_the_text_tells_line_by_line_what_no_test_reaches() -> None:
    found = covered('if employees >= 200 then +10\nif title is "CEO" then +1\nstage MQL from 20\n', "employees 200")
    assert text(found) == (
        "coverage of acme.score: 36.3% (4 of 11 outcomes)\n"
        "  rules 2/4, conditions 2/6, stages 0/1\n"
        "  line 7      employees >= 200: it fires in every test\n"
        "              employees >= 200: never false or unknown\n"
        '  line 8      title is "CEO": no test makes it fire\n'
        # That it is never true follows from that.
        '              title is "CEO": never false\n'
        "  line 9      stage MQL: never reached\n"
    )


def test_data_names_every_outcome() -> None:
    found = covered('if title is "CEO" then +1 because "boss"\n', 'title "CEO"')
    data = as_dict(found)
    assert (data["reached"], data["total"], data["percent"]) == (2, 5, 40.0)
    assert data["spots"] == [
        {
            "kind": "rule", "rule": "boss", "text": 'title is "CEO"', "path": "acme.score", "line": 7,
            "outcomes": {"fired": True, "silent": False},
        },
        {
            "kind": "condition", "rule": None, "text": 'title is "CEO"', "path": "acme.score", "line": 7,
            "outcomes": {"true": True, "false": False, "unknown": False},
        },
    ]  # fmt: skip


class _Page(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.marks: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)
        if tag == "div":
            self.marks.append(str(dict(attrs)["class"]).removeprefix("row").strip())

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_the_page_marks_every_line_and_escapes_what_it_shows() -> None:
    model = 'if title is "<b>" then +1\nif funded is known then +2\nif employees > 5 then +1\n'
    found = covered(model, 'title "<b>", funded yes', "employees missing", 'title "x"')
    page = _Page()
    page.feed(render_html([found]))
    assert page.open == []
    assert page.marks[:9] == ["", "", "", "", "", "", "all", "all", "some"]
    assert 'if title is "<b>" then +1' in page.texts
    assert "employees > 5: no test makes it fire" in page.texts


# --- on the command line ----------------------------------------------------------------------------------------------

MODEL = """\
if title is "CEO" then +20
test "a boss":
    given title "CEO"
    expect score 20
"""
MORE = 'use model "acme.score"\ntest "a clerk":\n    given title "Clerk"\n    expect score 0\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCORELANG_CACHE", "")
    monkeypatch.chdir(tmp_path)
    Path("acme.score").write_text(MODEL, encoding="utf-8")
    Path("acme_test.score").write_text(MORE, encoding="utf-8")
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["test", *arguments])


@pytest.mark.usefixtures("folder")
class TestCommand:
    def test_a_models_own_tests_and_those_of_files_that_test_it_add_up(self) -> None:
        result = run("acme.score", "--coverage")
        assert "coverage of acme.score: 40% (2 of 5 outcomes)\n" in result.stdout
        result = run("--coverage")
        assert result.stdout.count("coverage of") == 1
        assert "coverage of acme.score: 80% (4 of 5 outcomes)\n" in result.stdout
        assert '  line 1      title is "CEO": never unknown\n' in result.stdout
        assert result.exit_code == 0

    def test_too_little_coverage_is_exit_1(self) -> None:
        result = run("--fail-under", "81")
        assert result.exit_code == 1
        assert "80% of the outcomes are reached, fewer than the 81% of --fail-under" in result.stderr
        assert run("--fail-under", "80").exit_code == 0

    def test_coverage_is_in_json_when_it_is_asked_for(self) -> None:
        assert json.loads(run("--format", "json").stdout)["coverage"] is None
        [data] = json.loads(run("--format", "json", "--coverage").stdout)["coverage"]
        assert (data["path"], data["percent"]) == ("acme.score", 80.0)

    def test_a_model_without_tests_counts_with_nothing_reached_unless_a_tested_one_uses_it(self) -> None:
        Path("base.score").write_text("category Size:\n    if employees >= 200 then +5\n", encoding="utf-8")
        use = 'use Size from "base.score"\ntest "big":\n    given employees 200\n    expect Size 5\n'
        Path("acme.score").write_text(use, encoding="utf-8")
        assert "coverage of base.score" not in run("--coverage").stdout
        Path("bare.score").write_text("if funded then +5\n", encoding="utf-8")
        result = run("--coverage", "--fail-under", "50")
        assert (result.exit_code, "coverage of bare.score: 0% (0 of " in result.stdout) == (1, True)
        assert "coverage of bare.score" not in run("--coverage", "-k", "big").stdout

    def test_the_page_is_written(self) -> None:
        result = run("--coverage-html", "coverage.html")
        assert result.exit_code == 0
        assert "acme.score: 80%" in Path("coverage.html").read_text(encoding="utf-8")


def test_merging_keeps_models_apart(folder: Path) -> None:
    other = folder / "other.score"
    other.write_text(MODEL.replace("+20", "+21"), encoding="utf-8")
    recorders = [Recorder(str(path), load(path).checked) for path in (folder / "acme.score", other)]
    assert len(merged([recorder.covered() for recorder in recorders])) == 2
