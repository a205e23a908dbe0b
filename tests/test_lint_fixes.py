"""What holds of linting and mending for every model: of the corpus, generated, and with traps put in."""

from __future__ import annotations

import time
from functools import cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics
from scorelang.layout import read_layout
from scorelang.lint import Finding, Lint, all_rules, lint_source, named
from scorelang.lint.fixing import edited, fix_source
from scorelang.lint.ignores import COMMENT
from scorelang.lint.meaning import same_meaning
from scorelang.model import CheckedModel
from scorelang.source import Source, source_of

from .generators import examples
from .generators.models import ModelText, models

ROOT = Path(__file__).resolve().parent.parent
# What is true of every lead has no fix, and takes time to find out: tests/test_lint_logic.py is about that.
ALL = Lint(rules=named(["all"])).without_logic
TRAPS = (
    ('"', '" '), ('["', '["VP", "vp", "'), (" is ", " like "), (" mentions ", " contains "),
    ('"\n', '"  # lint: ignore[zero-points, no-tests] why\n'), ("e", "\u0435"),
    ("\n", "  # lint: ignore[unused-list]\n"),
    (' in ["', ' in ["CEO", "VP", "'), ('"', '"\u200b'),
)  # fmt: skip


def checked(source: Source, folder: Path | None = None) -> CheckedModel | None:
    return check_source(source, folder, Diagnostics())


def comments(source: Source) -> list[str]:
    """The words of every comment that is not the linter's own."""
    spans = read_layout(source, Diagnostics()).comments
    found = (source.text[span.start : span.end].strip() for span in spans)
    return [text for text in found if not COMMENT.match(text)]


def written(model: ModelText, folder: Path) -> Path:
    for name, text in model.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    return folder


def trapped(text: str, seed: int) -> str:
    """The text with some traps put in, at random places."""
    random = Random(seed)
    for _ in range(random.randint(1, 6)):
        old, new = random.choice(TRAPS)
        places = [at for at in range(len(text)) if text.startswith(old, at)]
        if places:
            at = random.choice(places)
            text = text[:at] + new + text[at + len(old) :]
    return text


def mends(source: Source, folder: Path | None) -> None:
    """Every fix of a model leaves a model, the safe ones the same, and no comment changes."""
    before = checked(source, folder)
    if before is None:
        return
    for one in lint_source(source, folder, ALL):
        assert 0 <= one.span.start <= one.span.end <= len(source.text)
        if one.fix is not None and one.fix.safe:
            after = checked(source_of(source.name, edited(source.text, one.fix.edits)), folder)
            assert after is not None, one
            assert same_meaning(before, after), one
    for unsafe in (False, True):
        done = fix_source(source, folder, ALL, unsafe=unsafe)
        after = checked(done.source, folder)
        assert after is not None
        assert unsafe or same_meaning(before, after)
        assert comments(done.source) == comments(source)
        assert not any(mendable(one, unsafe) for one in done.findings) or unsafe


def mendable(one: Finding, unsafe: bool) -> bool:
    return one.fix is not None and (unsafe or one.fix.safe)


@cache
def corpus() -> list[Path]:
    folders = ("examples", "stdlib")
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.score"))]


@pytest.mark.parametrize("path", corpus(), ids=lambda path: path.stem)
def test_models_of_the_repository_can_be_linted_and_mended(path: Path) -> None:
    if path.stat().st_size < 12_000:
        mends(source_of(path.name, path.read_text(encoding="utf-8")), path.parent)


@pytest.mark.parametrize("rule", all_rules().values(), ids=lambda rule: rule.name)
def test_the_fixes_of_a_rules_example_mend_it(rule: type) -> None:
    mends(source_of("model.score", rule.bad), None)  # type: ignore[attr-defined]


@examples(20)
@given(model=models())
def test_linting_takes_every_generated_model_and_mends_it(
    tmp_path_factory: pytest.TempPathFactory, model: ModelText
) -> None:
    folder = written(model, tmp_path_factory.mktemp("model"))
    mends(source_of("model.score", model.text), folder)


@examples(30)
@given(model=models(), seed=st.integers(0, 2**32))
def test_linting_takes_every_generated_model_with_traps_in_it_and_mends_it(
    tmp_path_factory: pytest.TempPathFactory, model: ModelText, seed: int
) -> None:
    folder = written(model, tmp_path_factory.mktemp("model"))
    mends(source_of("model.score", trapped(model.text, seed)), folder)


def test_a_fix_that_would_break_the_model_is_left_out_and_the_others_are_applied() -> None:
    text = 'list a = ["CEO", "ceo"]\nif t\u0456tle in a then +1 because "x"\nif title > 3 then +1 because "y"\n'
    source = source_of("model.score", text)
    done = fix_source(source, None, Lint(rules=named(["SL1"])), unsafe=True)
    assert done.count == 1
    assert done.source.text == text.replace(', "ceo"', "")


def test_meaning_is_compared_without_places_and_case() -> None:
    def model(text: str) -> CheckedModel:
        found = checked(source_of("model.score", text))
        assert found is not None
        return found

    once = model('each visit then +1, once a day\nif title is "a" then +1')
    assert same_meaning(once, model('# longer\n\neach visit   then +1, once a day\nif title is "a" then +1'))
    one = model('if title in ["A", "b"] then +1 because "x"')
    assert same_meaning(one, model('\n# c\nif title in ["B", "a", "A"]\n    then +1 because "x"'))
    assert not same_meaning(one, model('if title in ["A", "b"] then +2 because "x"'))
    assert not same_meaning(one, model('if title in ["A", "b"] then +1 because "y"'))
    assert not same_meaning(one, model('if title in ["A", "b"] then +1'))


def big_model() -> str:
    lines = [
        'model "Big", version 1, owner "ops@acme.example"',
        "lead:",
        *(f"    {name}" for name in ("title text", "industry text", "employees number", "a flag", "b flag", "c flag")),
    ]
    for number in range(1_000):
        test = (
            f'title contains "word{number}"', f'title in ["a{number}", "b"] and employees > {number}',
            f'industry is "x{number}" or a', f"(a or (b and not c)) and employees < {number}",
        )[number % 4]  # fmt: skip
        lines += [f"category C{number // 100}:"] * (number % 100 == 0)
        lines.append(f'    if {test} then +{number % 50 + 1} because "rule {number}"')
    for number in range(10):
        lines.append(f'test "test {number}":\n    given employees {number * 100}, a yes\n    expect score >= 0')
    return "\n".join(lines) + "\n"


def test_linting_a_model_of_a_thousand_rules_takes_no_longer_than_checking_it_twice_more() -> None:
    # A ratio, because nobody knows how busy the machine is; docs/lint.md has no promise in seconds. The rules that
    # prove what they say have a limit of time instead.
    source = source_of("big.score", big_model())
    checked(source)

    def took(run: object) -> float:
        started = time.process_time()
        assert callable(run)
        run()
        return time.process_time() - started

    checking = min(took(lambda: checked(source)) for _ in range(3))
    linting = min(took(lambda: lint_source(source, None, Lint().without_logic)) for _ in range(3))
    assert linting < 3 * checking
