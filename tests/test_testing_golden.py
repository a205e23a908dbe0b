"""Tests that are written for a model, and new answers for those that fail."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorelang import load, loads
from scorelang import model as m
from scorelang.cli import program
from scorelang.testing.coverage import Recorder
from scorelang.testing.generate import generate
from scorelang.testing.mutate import Mutation, mutate
from scorelang.testing.run import run_tests
from scorelang.testing.suite import Suite, items_of
from scorelang.testing.update import edited, updates

LEAD = """\
lead:
    title text
    employees number
    funded flag
event visit(path page, seconds number)
"""
MODEL = f"""{LEAD}
category Fit, 0 to 50:
    if title is "CEO" then +20 because "boss"
    if employees >= 200 then +10
category "Big fit":
    visit "/pricing" within 30 days then +5
require funded because "no money"
stage MQL from 20
stage "Very hot" from 30
grade "Big fit": "So so" from 5, else D
route:
    "Call" if stage is at least MQL
"""


def suite(text: str) -> Suite:
    model = loads(text, name="acme.score").checked
    return Suite("acme.score", model, items_of(model, "acme.score"))


def silent(count: int, of: int) -> None:
    assert 0 <= count <= of


# --- writing tests ----------------------------------------------------------------------------------------------------


def test_written_tests_hold_reach_everything_and_notice_every_change() -> None:
    blocks = generate([suite(MODEL)], silent)
    again = suite("\n".join([MODEL, *blocks]))
    recorder = Recorder("acme.score", again.model)
    for run in run_tests(again.model):
        assert run.passed
        recorder.record(run.outcome)
    assert [f"{spot.text}: {lacks}" for spot, lacks in recorder.covered().missed()] == []
    assert mutate([again], silent).unnoticed == 0


def test_changes_are_tried_until_no_test_is_left_to_write(monkeypatch: pytest.MonkeyPatch) -> None:
    found: list[int] = []

    def counted(suites: Sequence[Suite], tick: Callable[[int, int], None], most: int | None) -> Mutation:
        once = mutate(suites, tick, most)
        found.append(len(once.missed))
        return once

    monkeypatch.setattr("scorelang.testing.generate.mutate", counted)
    blocks = generate([suite(LEAD + 'if title in ["CEO", "VP"] then +10')], silent)
    assert found[0] > 0
    assert found[-1] == 0
    assert len(set(blocks)) == len(blocks)


def test_tests_that_are_there_are_not_written_again() -> None:
    blocks = generate([suite(MODEL)], silent)
    assert generate([suite("\n".join([MODEL, *blocks]))], silent) == []


def test_tests_of_a_test_file_are_not_written_again(tmp_path: Path) -> None:
    blocks = generate([suite(MODEL)], silent)
    (tmp_path / "acme.score").write_text(MODEL, "utf-8")
    path = tmp_path / "acme_test.score"
    path.write_text("\n".join(['use model "acme.score"', *blocks]), "utf-8")
    model = load(path).checked
    assert generate([Suite(str(path), model, items_of(model, str(path)))], silent) == []


def test_written_tests_stand_at_the_edges_of_rules() -> None:
    text = "".join(generate([suite(f"{LEAD}if employees >= 200 then +10\n")], silent))
    assert "    given employees 200\n    expect score 10\n" in text
    assert text.count("test ") == len({line for line in text.splitlines() if line.startswith("test ")})


# --- new answers ------------------------------------------------------------------------------------------------------


def updated(tests: str, model: str = MODEL) -> tuple[str, list[str]]:
    """The tests with new answers, and what is left to be looked at."""
    checked = loads(model + tests).checked
    found = updates(checked, list(run_tests(checked)))
    text = edited(checked.source.text, found.edits)
    again: m.CheckedModel = loads(text).checked
    left = {id(each) for run in run_tests(again) for each in run.failures}
    assert len(left) == len(found.by_hand)
    return text.removeprefix(model), [each.place.text for each in found.by_hand]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("score 65", "score 20"),
        ("score is 65", "score 20"),
        ("score -5", "score 20"),
        ("Fit 40, funded is missing, score 1", "Fit 20, funded is missing, score 20"),
        ('"Big fit" 3', '"Big fit" 0'),
        ('"Big fit".grade "So so"', '"Big fit".grade D'),
        ("stage MQL", "stage none"),
        ("qualified", "not qualified"),
        ("qualified yes", "not qualified"),
        ('route "Call"', "route missing"),
        ('not fires "boss"', 'fires "boss"'),
        ('not blocked by "no money"', 'blocked by "no money"'),
    ],
)
def test_a_failing_expectation_gets_the_answer_that_holds(before: str, after: str) -> None:
    text, by_hand = updated(f'test "t":\n    given title "CEO"\n    expect {before}\n')
    assert text == f'test "t":\n    given title "CEO"\n    expect {after}\n'
    assert by_hand == []


def test_a_lead_of_a_model_without_gates_is_qualified_and_the_answer_says_so() -> None:
    table = 'test "t":\n    expect not qualified\ntest "rows":\n    | a   | qualified |\n    | yes | no        |\n'
    assert updated(table, "if a then +1\n") == (
        'test "t":\n    expect qualified\ntest "rows":\n    | a   | qualified |\n    | yes | yes       |\n',
        [],
    )


def test_an_answer_with_spaces_is_quoted() -> None:
    given = 'title "CEO", employees 200, funded yes, visit "/pricing"'
    text, _ = updated(f'test "t":\n    given {given}\n    expect stage MQL, "Big fit".grade D\n')
    assert text.endswith('    expect stage "Very hot", "Big fit".grade "So so"\n')


def test_cells_get_their_answers_and_keep_their_width() -> None:
    table = """\
test "t":
    given funded yes
    | title | employees | Fit   | stage      | qualified | "Big fit".grade |
    | "CEO" | 200       |     0 | none       | no        | "So so"         |
    | "VP"  | 1         | 12345 | "Very hot" | yes       | D               |
"""
    text, by_hand = updated(table)
    assert text.splitlines()[3:] == [
        '    | "CEO" | 200       |    30 | "Very hot" | yes       | D               |',
        '    | "VP"  | 1         | 0     | none       | yes       | D               |',
    ]
    assert by_hand == []


def test_what_says_more_than_one_value_is_left_to_be_looked_at() -> None:
    text, by_hand = updated('test "t":\n    given title "CEO"\n    expect score >= 65, Fit from 30 to 40, score 3\n')
    assert by_hand == ["score >= 65", "Fit from 30 to 40"]
    assert text.endswith("expect score >= 65, Fit from 30 to 40, score 20\n")


def test_what_is_expected_of_every_row_changes_only_when_all_rows_agree() -> None:
    table = '    | title | Fit |\n    | "CEO" | 20 |\n    | "VP" | 0 |\n'
    assert updated(f'test "t":\n    expect score 20\n{table}')[1] == ["score 20"]
    assert updated(f'test "t":\n    expect score 3\n{table}')[1] == ["score 3"]
    text, by_hand = updated(f'test "t":\n    expect qualified\n{table}')
    assert (text.splitlines()[1], by_hand) == ("    expect not qualified", [])


# --- on the command line ----------------------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCORELANG_CACHE", "")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["test", *arguments])


@pytest.mark.usefixtures("folder")
class TestCommand:
    def test_a_test_file_is_written_beside_the_model_or_elsewhere_and_holds(self) -> None:
        Path("acme.score").write_text(MODEL, encoding="utf-8")
        Path("tests").mkdir()
        for path, use in {"acme_test.score": "acme.score", "tests/acme_test.score": "../acme.score"}.items():
            result = run("acme.score", "--generate", path)
            assert (result.exit_code, f"{path}: " in result.stderr) == (0, True)
            assert f'use model "{use}"\n' in Path(path).read_text(encoding="utf-8")
            assert run(path).exit_code == 0

    def test_from_a_test_file_alone_tests_are_written_for_its_model_with_the_lists_beside_that(self) -> None:
        Path("m/tests").mkdir(parents=True)
        Path("m/sizes.csv").write_text("big\nhuge\n", encoding="utf-8")
        Path("m/acme.score").write_text('list sizes from "sizes.csv"\nif size in sizes then +10\n', encoding="utf-8")
        test = 'use model "../acme.score"\ntest "big":\n    given size "big"\n    expect score 10\n'
        Path("m/tests/acme_test.score").write_text(test, encoding="utf-8")
        result = run("m/tests", "--coverage", "--generate", "m/more_test.score")
        assert "m/more_test.score: 3 tests for m/acme.score\n" in result.stderr
        assert 'use model "acme.score"\n' in Path("m/more_test.score").read_text(encoding="utf-8")
        assert "coverage of m/acme.score: 40%" in result.stdout
        assert "  line 2      size in sizes: it fires in every test\n" in result.stdout
        assert run("m/more_test.score").exit_code == 0

    def test_a_file_that_is_there_is_not_written_over(self) -> None:
        Path("acme.score").write_text(MODEL, encoding="utf-8")
        result = run("acme.score", "--generate", "acme.score")
        assert (result.exit_code, "acme.score is there already" in result.stderr) == (2, True)
        assert Path("acme.score").read_text(encoding="utf-8") == MODEL

    @pytest.mark.parametrize(("path", "message"), [(".", "this is a folder"), ("no/x.score", "there is no folder no")])
    def test_a_file_that_cannot_be_is_told_before_anything_is_run(self, path: str, message: str) -> None:
        Path("acme.score").write_text(MODEL, encoding="utf-8")
        result = run("acme.score", "--generate", path)
        assert (result.exit_code, result.stdout, message in result.stderr) == (2, "", True)

    def test_tests_are_written_for_one_model_at_a_time(self) -> None:
        Path("a.score").write_text(MODEL, encoding="utf-8")
        Path("b.score").write_text(MODEL.replace("+20", "+21"), encoding="utf-8")
        result = run("--generate", "x_test.score")
        assert (result.exit_code, "these are a.score, b.score" in result.stderr) == (2, True)

    def test_new_answers_are_shown_and_written_only_when_agreed_to(self) -> None:
        text = MODEL + 'test "t":\n    given title "CEO"\n    expect score 3\n'
        Path("acme.score").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
        before = Path("acme.score").read_bytes()
        result = run("--update")
        assert result.exit_code == 1
        assert "-    expect score 3\n+    expect score 20\n" in result.stdout
        assert "note: nothing is written; `--yes` writes it" in result.stderr
        assert Path("acme.score").read_bytes() == before
        result = run("--update", "--yes")
        assert (result.exit_code, "acme.score: 1 answer written" in result.stderr) == (0, True)
        assert Path("acme.score").read_bytes() == before.replace(b"score 3\r", b"score 20\r")
        assert run().exit_code == 0

    def test_what_is_to_be_looked_at_keeps_the_exit_code_at_1(self) -> None:
        Path("acme.score").write_text(MODEL + 'test "t":\n    expect score > 3\n', encoding="utf-8")
        result = run("--update", "--yes")
        line = MODEL.count("\n") + 2
        assert (result.exit_code, f"acme.score:{line}: to be looked at: score > 3" in result.stderr) == (1, True)

    def test_standard_input_has_no_file_for_new_answers(self) -> None:
        result = run("-", "--update", "--yes")
        assert (result.exit_code, "standard input has none" in result.stderr) == (2, True)

    def test_yes_alone_agrees_to_nothing(self) -> None:
        assert run("--yes").exit_code == 2
