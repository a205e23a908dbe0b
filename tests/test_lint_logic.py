"""The rules about what is true of every lead: planted defects and clean twins, what is left undecided, and its cost."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from random import Random
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result
from hypothesis import given

from scorelang.cli import program
from scorelang.lint import Finding, Lint, all_rules, lint_source, named
from scorelang.lint.logic.budget import Budget, Open
from scorelang.source import source_of

from .generators import examples
from .generators.models import ModelText, models

LOGIC = named(["SL4"])
IMPOSSIBLE = 'if employees < 5 and employees > 9 then +1 because "no such size"\n'
FINE = 'if employees < 5 or employees > 9 then +1 because "small or large"\n'
# Too little for any question to be asked.
NO_TIME = "[lint]\nlogic-seconds = 0.000001\n"

FIT, BEHAVIOUR = "category Fit, at most 40:", "category Behaviour, at most 45:"
REQUIRE = "require email is known"
MQL, SQL = "stage MQL from 20", "stage SQL from 45 when met or form within 30 days"
GRADE = "grade Fit: A from 30, B from 15, else C"

Lines = list[str]


def found(text: str, seconds: float | None = 60.0) -> tuple[Finding, ...]:
    """What the logic rules find in a model."""
    return lint_source(source_of("model.score", text), None, Lint(LOGIC, seconds=seconds))


# --- planted defects, and clean twins -------------------------------------------------------------------------------


def clean(seed: int, rules: int = 24) -> Lines:
    """A model in which every rule has a fact of its own, so that nothing is said twice and everything can happen."""
    random = Random(seed)
    lines = [FIT, "    if partner then +20", "    if funded_lately then +15"]
    lines += [f"    {_rule(random, at)}" for at in range(rules // 2)]
    lines += ["    choose:", "        if employees >= 1_000 then +9", "        if employees >= 100 then +4"]
    lines += [BEHAVIOUR, "    if trial_since within 30 days then +20", "    webinar then +25, losing 50% every 90 days"]
    lines += [f"    {_rule(random, at)}" for at in range(rules // 2, rules)]
    lines += ["disqualify if opted_out", REQUIRE, MQL, SQL, GRADE]
    return [*lines, "route:", '    "Call" if stage is SQL and Fit.grade is A', '    "Write" if stage is at least MQL']


def _rule(random: Random, at: int) -> str:
    points = random.choice(("+3", "+5", "+7", "+4.5", "+6", "-2", "-3"))
    number, days = random.randrange(10, 900), random.choice((14, 30, 60))
    condition = random.choice(
        (
            f"if size_{at} >= {number} then",
            f"if is_{at} then",
            f'if text_{at} contains "word" then',
            f'if name_{at} in ["a", "b", "c"] then',
            f"event_{at} where done within {days} days then",
            f'event_{at} "/page*" at least 2 times then',
            f"if date_{at} within {days} days then",
        )
    )
    return f"{condition} {points}"


Plant = Callable[[Lines], Lines]


def below(line: str, *new: str) -> Plant:
    """Put lines below one."""
    return lambda lines: [each for old in lines for each in ((old, *new) if old == line else (old,))]


def instead(line: str, new: str) -> Plant:
    """Put a line in the place of one."""
    return lambda lines: [new if old == line else old for old in lines]


PLANTS: dict[str, tuple[str, Plant]] = {
    "numbers that exclude each other": (
        "never-fires",
        below(FIT, "    if employees > 500 and founded and employees < 100 then +5"),
    ),
    "a rule for everybody": ("always-fires", below(FIT, "    if title is known or title is missing then +5")),
    "branches the wrong way round": (
        "shadowed-branch",
        below(FIT, "    choose:", "        if seats > 10 then +3", "        if seats > 100 then +6"),
    ),
    "one fact in two ways": (
        "pays-twice",
        below(FIT, "    if seats >= 10 then +3", "    if not seats < 10 then +2"),
    ),
    "one fact in two categories": (
        "pays-twice",
        lambda lines: below(BEHAVIOUR, "    if not visit then +3")(below(FIT, "    no visit then +4")(lines)),
    ),
    "more points than there are": ("unreachable-stage", below(SQL, "stage Top from 90")),
    "a grade above the bound": ("unreachable-grade", instead(GRADE, GRADE.replace("A from 30", "A from 41"))),
    "a bound far above the points": (
        "idle-bound",
        instead(BEHAVIOUR, f"category Size, at most 30:\n    if seats > 10 then +9\n{BEHAVIOUR}"),
    ),
    "a gap that points fall into": (
        "gap-between-bands",
        instead("route:", 'route:\n    "First" if Behaviour from 40 to 45\n    "Second" if Behaviour from 30 to 39'),
    ),
    "a require against the stage": ("require-against-stage", below(REQUIRE, "require not met and no form for SQL")),
    "a disqualify that takes the stage": ("disqualify-takes-stage", below(REQUIRE, "disqualify if met or form")),
    "two of what excludes each other": (
        "impossible-amount",
        below(FIT, '    if at least 2 of (land is "DE", land is "FR") then +5'),
    ),
    "windows apart": (
        "windows-apart",
        below(FIT, '    if no visit "/x" within 60 days and visit "/x" within 7 days then +5'),
    ),
    "a decay that is over": (
        "decay-over",
        below(FIT, '    visit "/x" more than 90 days ago then +5, fading out over 60 days'),
    ),
    "too much of a good thing": (
        "more-lowers-stage",
        below(FIT, '    visit "/x" at most 3 times within 60 days then +9'),
    ),
    "points of the disqualified": ("no-effect", below(BEHAVIOUR, "    if opted_out and land is known then +20")),
    "a text in a text": (
        "narrower-text",
        below(FIT, '    if role contains "president" then +5', '    if role contains "vice president" then +3'),
    ),
}  # fmt: skip
SEEDS = (1, 2)


@pytest.mark.parametrize("seed", SEEDS)
def test_nothing_is_found_in_a_clean_model(seed: int) -> None:
    assert [f"{one.line}: {one.name}: {one.message}" for one in found("\n".join(clean(seed)))] == []


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("plant", PLANTS)
def test_a_planted_defect_is_found_and_nothing_else(plant: str, seed: int) -> None:
    name, change = PLANTS[plant]
    lines = clean(seed)
    changed = change(lines)
    assert changed != lines
    assert {one.name for one in found("\n".join(changed))} == {name}


def test_every_logic_rule_has_a_planted_defect() -> None:
    assert {name for name, _ in PLANTS.values()} == {rule.name for rule in LOGIC}


@examples(8)
@given(model=models())
def test_logic_rules_take_every_generated_model(tmp_path_factory: pytest.TempPathFactory, model: ModelText) -> None:
    folder = tmp_path_factory.mktemp("model")
    for name, text in model.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    source = source_of("model.score", model.text)
    for one in lint_source(source, folder, Lint(LOGIC, seconds=0.3)):
        assert 0 <= one.span.start <= one.span.end <= len(source.text)


# --- time, and what is left undecided -------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "model.score").write_text(IMPOSSIBLE, encoding="utf-8")
    return tmp_path


def lint(*arguments: str) -> Result:
    return CliRunner().invoke(program, ["lint", "model.score", "--select", "SL4", *arguments])


def test_what_is_left_undecided_is_told_and_is_no_finding(folder: Path) -> None:
    (folder / "scorelang.toml").write_text(NO_TIME, encoding="utf-8")
    result = lint()
    assert result.exit_code == 0
    assert "model.score: 1 question (never-fires 1) not decided in 1e-06 s; `--deep` lets" in result.stderr


def test_deep_decides_it(folder: Path) -> None:
    (folder / "scorelang.toml").write_text(NO_TIME, encoding="utf-8")
    result = lint("--deep")
    assert "never-fires" in result.stdout
    assert "not decided" not in result.stderr
    assert result.exit_code == 1


def test_reports_for_programs_tell_what_is_left_undecided(folder: Path) -> None:
    (folder / "scorelang.toml").write_text(NO_TIME, encoding="utf-8")
    [one] = json.loads(lint("--format", "json").stdout)
    assert (one["name"], one["code"], one["severity"], one["path"], one["line"]) == (
        "undecided", "SL400", "info", "model.score", 1,
    )  # fmt: skip
    [run] = json.loads(lint("--format", "sarif").stdout)["runs"]
    assert run["results"] == []
    [note] = run["invocations"][0]["toolExecutionNotifications"]
    assert "never-fires 1" in note["message"]["text"]
    assert lint("--format", "github").stdout.startswith("::notice file=model.score,line=1,")
    [suite] = ElementTree.fromstring(lint("--format", "junit").stdout.partition("\n")[2])
    assert (suite.get("tests"), suite.get("skipped"), suite.get("failures")) == ("2", "1", "0")


def test_without_undecided_questions_reports_say_nothing_of_them(folder: Path) -> None:
    (folder / "model.score").write_text(FINE, encoding="utf-8")
    assert json.loads(lint("--format", "json").stdout) == []
    [run] = json.loads(lint("--format", "sarif").stdout)["runs"]
    assert run["invocations"][0]["toolExecutionNotifications"] == []
    [suite] = ElementTree.fromstring(lint("--format", "junit").stdout.partition("\n")[2])
    assert (suite.get("tests"), suite.get("skipped")) == ("1", "0")


def test_the_time_of_a_run_is_shared_by_its_files() -> None:
    budget = Budget(spent=61.0)
    findings = lint_source(source_of("model.score", IMPOSSIBLE), None, Lint(LOGIC, seconds=60, budget=budget))
    assert findings == ()
    assert "never-fires 1" in budget.undecided["model.score"].message
    lint_source(source_of("model.score", FINE), None, Lint(LOGIC, seconds=60, budget=budget))
    assert budget.undecided == {}


def test_what_has_no_exact_formula_is_not_put_down_to_time() -> None:
    budget = Budget()
    text = "if employees / seats > 5 and seats / employees > 5 then +1\n"
    assert lint_source(source_of("model.score", text), None, Lint(LOGIC, seconds=60, budget=budget)) == ()
    assert (
        budget.undecided["model.score"].message == "1 question (never-fires 1) not decided for want of exact formulas"
    )
    assert budget.undecided["model.score"].help == ()


def test_a_question_that_took_its_share_of_the_time_is_not_said_to_have_had_all_of_it() -> None:
    left = Open()
    left.add("no-effect", "share")
    assert left.told(10) == "1 question (no-effect 1) not decided in a share of 10 s"
    assert left.hint == "`--deep` lets them take longer, which may decide them"
    left.add("never-fires", "formula")
    left.add("no-effect", "time")
    assert left.told(10) == (
        "3 questions (never-fires 1, no-effect 2) not decided: "
        "1 in 10 s, 1 in a share of 10 s, 1 for want of exact formulas"
    )


def test_an_ignore_for_what_was_left_undecided_is_not_said_to_be_of_no_use() -> None:
    text = IMPOSSIBLE.rstrip() + "  # lint: ignore[never-fires] until autumn\n"
    rules = (*LOGIC, all_rules()["unused-ignore"])
    source = source_of("model.score", text)
    assert lint_source(source, None, Lint(rules, seconds=60)) == ()
    assert lint_source(source, None, Lint(rules, seconds=0.000001)) == ()
    fine = source_of("model.score", text.replace("and", "or"))
    assert [one.name for one in lint_source(fine, None, Lint(rules, seconds=60))] == ["unused-ignore"]


def test_a_healthy_model_is_linted_without_loading_the_solver(folder: Path) -> None:
    (folder / "model.score").write_text("\n".join(clean(1)), encoding="utf-8")
    script = (
        "import sys; from click.testing import CliRunner; from scorelang.cli import program;"
        "done = CliRunner().invoke(program, ['lint', 'model.score', '--select', 'SL4', '--no-config']);"
        "print(done.exit_code, 'z3' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True, cwd=folder)
    assert done.stdout == "0 False\n"


def test_rules_that_are_left_out_make_no_leads(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def generated(*_: object) -> None:
        raise AssertionError("a lead was made")

    monkeypatch.setattr("scorelang.lint.logic.samples.generated", generated)
    source = source_of("model.score", IMPOSSIBLE)
    rules = tuple(rule for rule in named(["default"]) if rule not in LOGIC)
    assert "never-fires" not in {one.name for one in lint_source(source, None, Lint(rules))}
