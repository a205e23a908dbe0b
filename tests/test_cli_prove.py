"""`scorelang prove`, `scorelang bounds` and `scorelang test --prove` as they are typed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from scorelang.analysis import extra, prove, questions
from scorelang.cli import program
from scorelang.cli.errors import BUG

MODEL = """\
lead:
    title     text
    employees number
category Fit, 0 to 50:
    if title contains "chief" then +20
    if employees >= 200 then +15.5
stage MQL from 20
stage SQL from 25
stage Top from 60
"""
HOLDS = 'never "a small MQL without a chief": stage is MQL and title is missing and employees < 200\n'
BROKEN = 'always "an MQL is large": stage is none or employees >= 200\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SCORELANG_CACHE", str(tmp_path / "cache"))
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def write(text: str, name: str = "acme.score") -> None:
    Path(name).write_text(text, encoding="utf-8")


def run(*arguments: str, input: str | None = None) -> Result:
    result = CliRunner().invoke(program, arguments, input=input)
    assert result.exception is None or isinstance(result.exception, SystemExit)
    return result


def failed(*arguments: str) -> tuple[int, str]:
    """The exit code of a call that goes wrong, and what it says."""
    result = run(*arguments)
    return result.exit_code, result.stderr


@pytest.mark.usefixtures("folder")
class TestProve:
    def test_what_holds_is_proved_and_the_exit_code_is_0(self) -> None:
        write(MODEL + HOLDS)
        result = run("prove", "acme.score")
        assert result.exit_code == 0
        assert "proved       never: a small MQL without a chief" in result.stdout
        assert "1 proved in 1 file" in result.stdout

    def test_what_does_not_hold_is_refuted_by_a_test_to_paste(self) -> None:
        write(MODEL + BROKEN)
        result = run("prove", "acme.score")
        assert result.exit_code == 1
        assert 'test "always: an MQL is large":' in result.stdout
        pasted = result.stdout[result.stdout.index("test ") :].partition("\n\n")[0]
        write(f"{MODEL}{BROKEN}{pasted}\n", "pasted.score")
        assert run("test", "pasted.score", "-k", "test or large").exit_code == 1

    def test_an_assumption_can_make_it_hold(self) -> None:
        write(MODEL + BROKEN)
        assert run("prove", "acme.score", "--assume", "employees > 500").exit_code == 0

    def test_an_assumption_that_no_lead_meets_proves_nothing(self) -> None:
        write(MODEL + BROKEN)
        code, said = failed("prove", "acme.score", "--assume", "Fit > 40")
        assert code == 2
        assert "no lead can be so" in said

    def test_an_assumption_that_is_no_condition_is_told(self) -> None:
        write(MODEL + BROKEN)
        code, said = failed("prove", "acme.score", "--assume", "employed > 5")
        assert code == 2
        assert "`employed > 5` is no condition here: no field is called `employed`" in said

    @pytest.mark.parametrize(
        ("condition", "said"),
        [
            ("title is known)", "`)` does not belong here\n  = remove it\n"),
            ("(title is known", "the closing `)` is missing here\n  = write `)`\n"),
            ('title is "a', 'this text has no closing quote\n  = write `"a"`\n'),
            ("5", "not a condition\n  = a condition is true or false; compare it with a number: `5 >= 1`\n"),
        ],
    )
    def test_of_a_condition_what_was_typed_is_mended(self, condition: str, said: str) -> None:
        write(MODEL + BROKEN)
        assert failed("prove", "acme.score", "--assume", condition)[1].endswith(said)

    def test_what_is_not_decided_in_time_does_not_pass(self) -> None:
        write(MODEL + HOLDS)
        result = run("prove", "acme.score", "--timeout", "0.000001")
        assert result.exit_code == 1
        assert "not decided" in result.stdout

    def test_what_no_time_decides_is_told_from_what_ran_out_of_it(self) -> None:
        write('each visit then +0.01\nnever "many": score >= 21\n')
        for limit, late in (("30", False), ("0.000001", True)):
            result = run("prove", "acme.score", "--timeout", limit)
            assert ("`scorelang prove --timeout` gives it longer" in result.stdout) == late
            assert ("none of at most 2,000 events was found that breaks it" in result.stdout) != late
            told = json.loads(run("prove", "acme.score", "--timeout", limit, "--format", "json").stdout)
            assert told["files"][0]["proofs"][0]["late"] == late
            junit = run("prove", "acme.score", "--timeout", limit, "--format", "junit").stdout
            assert ("not decided within" in junit) == late
        assert "--timeout" not in run("test", "--prove").stdout

    @pytest.mark.parametrize("limit", ["nan", "inf"])
    @pytest.mark.parametrize("command", [("prove", "acme.score"), ("bounds", "acme.score"), ("diff", "--prove", *"ab")])
    def test_a_time_limit_is_a_number(self, command: tuple[str, ...], limit: str) -> None:
        code, said = failed(*command, "--timeout", limit)
        assert code == 2
        assert f"{limit} is not a number of seconds above 0" in said

    def test_a_model_without_anything_to_prove_is_told(self) -> None:
        write(MODEL)
        result = run("prove", "acme.score")
        assert result.exit_code == 2
        assert "there is no `never` or `always`" in result.stderr

    def test_a_model_on_standard_input_can_be_proved(self) -> None:
        assert run("prove", "-", input=MODEL + HOLDS).exit_code == 0

    def test_programs_get_json_and_junit(self) -> None:
        write(MODEL + HOLDS + BROKEN)
        result = run("prove", ".", "--format", "json", "--format", "junit=proofs.xml")
        told = json.loads(result.stdout)
        assert [told[word] for word in ("proved", "refuted", "unknown")] == [1, 1, 0]
        (file,) = told["files"]
        assert [proof["decision"] for proof in file["proofs"]] == ["proved", "refuted"]
        assert "given title" in file["proofs"][1]["broken_by"]["test"]
        root = ElementTree.parse("proofs.xml").getroot()
        assert (root.get("tests"), root.get("failures")) == ("2", "1")

    def test_a_file_that_is_wrong_leaves_the_others_to_be_proved(self) -> None:
        write("if titel then +\n", "a.score")
        write(MODEL + HOLDS, "b.score")
        result = run("prove", ".", "--format", "pretty", "--format", "json=p.json", "--format", "junit=p.xml")
        assert result.exit_code == 2
        assert "1 proved in 1 file" in result.stdout
        assert "a.score: 1 error" in result.stderr
        told = json.loads(Path("p.json").read_text(encoding="utf-8"))
        assert (told["wrong"], [len(file["wrong"]) for file in told["files"]]) == (1, [1, 0])
        root = ElementTree.parse("p.xml").getroot()
        assert (root.get("tests"), root.get("failures"), root.get("errors")) == ("2", "0", "1")

    def test_the_invariants_of_a_file_of_tests_are_proved_there(self) -> None:
        write(MODEL)
        write('use model "acme.score"\n' + HOLDS, "acme_test.score")
        result = run("prove", "acme_test.score")
        assert result.exit_code == 0
        assert "1 proved" in result.stdout

    def test_formulas_that_contradict_the_interpreter_are_a_bug_and_no_verdict(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        write(MODEL + BROKEN)
        # As if a formula had been wrong: it says of a lead what the interpreter does not.
        monkeypatch.setattr(prove, "search", lambda *_: {})
        monkeypatch.setattr(prove, "breaks", lambda *_: False)
        code, said = failed("prove", "acme.score")
        assert code == BUG
        assert questions.DisagreementError.__name__ in said


@pytest.mark.usefixtures("folder")
class TestTestProve:
    def test_invariants_are_proved_beside_the_tests(self) -> None:
        write(MODEL + HOLDS + 'test "nobody":\n    expect score 0\n')
        result = run("test", "--prove", "-v")
        assert result.exit_code == 0
        assert "2 passed" in result.stdout

    def test_what_is_refuted_fails(self) -> None:
        write(MODEL + BROKEN)
        result = run("test", "--prove")
        assert result.exit_code == 1
        assert "this lead breaks it, found " in result.stdout


@pytest.mark.usefixtures("folder")
class TestBounds:
    def told(self, *arguments: str) -> dict[str, Any]:
        found: dict[str, Any] = json.loads(run("bounds", "acme.score", "--format", "json", *arguments).stdout)
        return found

    def test_numbers_stages_and_what_never_matters_are_shown(self) -> None:
        write(MODEL)
        result = run("bounds", "acme.score")
        assert result.exit_code == 0
        assert "  score  0 to 35.5" in result.stdout
        assert "  MQL, SQL\n" in result.stdout
        assert "stage Top is never reached" in result.stdout
        assert "stage SQL from 25 acts as 35.5" in result.stdout
        assert "Fit: at most 50 changes nothing" in result.stdout

    def test_conditions_narrow_the_leads(self) -> None:
        write(MODEL)
        told = self.told("--given", "employees < 200")
        assert [number["greatest"]["reached"] for number in told["numbers"]] == [20, 20]
        assert told["given"] == ["employees < 200"]

    def test_leads_that_reach_it_are_tests_that_hold(self) -> None:
        write(MODEL)
        result = run("bounds", "acme.score", "--tests")
        tests = result.stdout[result.stdout.index("test ") :]
        write('use model "acme.score"\n' + tests, "found_test.score")
        ran = run("test", "found_test.score")
        assert ran.exit_code == 0, ran.stdout

    def test_a_test_says_what_it_shows_of_a_number(self) -> None:
        often = "    each checkin within 30 days then +3, once a week\n    if checkin within 10 days then +1\n"
        write(f"each visit then +1\ncategory Use:\n{often}")
        result = run("bounds", "acme.score", "--tests")
        assert 'test "a score, of which there is no greatest":' in result.stdout
        assert 'test "the greatest Use that was found":' in result.stdout
        assert "\nnote: not everything can be found out" in f"\n{result.stderr}"
        assert self.told()["late"] is False

    def test_programs_get_everything_as_json(self) -> None:
        write(MODEL)
        told = self.told()
        assert told["decided"] is True
        assert [label["reached"] for label in told["labels"]] == ["yes", "yes", "no"]
        assert [label["acts_as"] for label in told["labels"]] == [None, 35.5, None]
        assert {bound["binds"] for bound in told["bounds"]} == {"no"}

    def test_what_ran_out_of_time_is_told_as_such(self) -> None:
        write(MODEL)
        result = run("bounds", "acme.score", "--timeout", "0.000001")
        assert result.exit_code == 0
        assert "not everything was found out" in result.stderr

    def test_what_would_have_been_quicker_is_told_where_it_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        write(MODEL)
        for installed, timeout, told in ((False, "0.000001", 1), (True, "0.000001", 0), (False, "60", 0)):
            monkeypatch.setattr(extra, "is_installed", lambda installed=installed: installed)
            said = run("bounds", "acme.score", "--timeout", timeout).stderr
            assert said.count("pip install 'scorelang[prove]'") == told

    def test_what_is_given_of_no_lead_is_told(self) -> None:
        write(MODEL)
        code, said = failed("bounds", "acme.score", "--given", "Fit > 40")
        assert code == 2
        assert "no lead can be so" in said
