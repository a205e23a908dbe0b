"""What holds of the formatter for every model: of the repository, of the specification, generated, laid out anyhow."""

from __future__ import annotations

import re
from functools import cache
from itertools import pairwise
from pathlib import Path
from random import Random

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scorelang.check import check_source
from scorelang.diagnostics import Diagnostics, ModelError
from scorelang.format import format_text
from scorelang.format.entries import Entry, entries
from scorelang.format.tree import tree_of, words_of
from scorelang.layout import read_layout
from scorelang.model import CheckedModel, rules_of
from scorelang.nodes import File
from scorelang.parse import parse, parse_typed
from scorelang.source import source_of

from .generators import examples
from .generators.layout import laid_out_again, spoiled
from .generators.models import ModelText, models

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^```score[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FOLDERS = ("examples", "stdlib", "tests", "docs", "benchmarks", ".github")


def read(text: str) -> File | None:
    """What a text says; None for one with syntax errors."""
    found = Diagnostics()
    file = parse(source_of("model.score", text), found)
    return None if found.found else file


def comments(text: str) -> list[str]:
    """The words of every comment, in order."""
    source = source_of("model.score", text)
    spans = read_layout(source, Diagnostics()).comments
    return [source.text[span.start + 1 : span.end].strip() for span in spans]


def corpus() -> list[tuple[str, str]]:
    """Every model of the repository, by its place: files, and blocks of pages."""
    files, pages = (
        [path for folder in FOLDERS for path in sorted((ROOT / folder).rglob(name))] for name in ("*.score", "*.md")
    )
    found = [(str(path.relative_to(ROOT)), path.read_text("utf-8")) for path in files]
    for page in [*sorted(ROOT.glob("*.md")), *pages]:
        text = page.read_text("utf-8")
        found += [
            (f"{page.relative_to(ROOT)}:{text.count(chr(10), 0, block.start()) + 1}", block[1])
            for block in FENCE.finditer(text)
        ]
    return [(place, text) for place, text in found if read(text) is not None]


CORPUS = corpus()
# Long word lists make a run slow and try nothing new.
SHORT = [text for _, text in CORPUS if len(text) < 12_000]

SEEDS = st.integers(0, 2**32)


# --- any layout -----------------------------------------------------------------------------------------------------


@cache
def lines_of(text: str) -> tuple[tuple[Entry, tuple[str, ...]], ...]:
    """The lines of a model without its comments, each with its words."""
    source = source_of("model.score", text)
    typed = parse_typed(source, Diagnostics())
    found = [entry for entry in entries(source, typed.layout) if entry.line]
    return tuple((entry, tuple(map(str, words_of(tree_of(typed.steps[entry.span.start]))))) for entry in found)


class Layouter:
    """Lays the words of a model out anyhow.

    `remarks` puts comments at any border of words; an `even` layout has nothing between its lines.
    """

    def __init__(self, random: Random, *, remarks: bool, even: bool = False) -> None:
        self.random = random
        self.remarks = remarks
        self.even = even
        self.count = 0
        self.step = random.choice((1, 2, 3, 4, 8))
        self.white = random.choice("  \t")

    def text(self, model: str) -> str:
        rows = []
        for entry, words in lines_of(model):
            rows += self.between(entry.depth)
            rows.append(self.line(entry, words))
        return "\n".join([*rows, *self.between(0)]) + self.random.choice(("", "\n", "\n\n"))

    def remark(self) -> str:
        self.count += 1
        return self.random.choice(("# {}", "#{}", "#  {}  ", "#!{}", "# lint: ignore[x] {}")).format(self.count)

    def between(self, depth: int) -> list[str]:
        """Empty lines, and comments with lines of their own."""
        rows = []
        while not self.even and self.random.random() < 0.2:
            indent = self.random.choice((depth, depth + 1, 0)) * self.step
            rows.append(self.white * indent + self.remark() if self.remarks and self.random.random() < 0.7 else "")
        return rows

    def line(self, entry: Entry, words: tuple[str, ...]) -> str:
        # A row of a table cannot go on below.
        chance = 0 if words[0] == "|" else self.random.choice((0, 0, 0.05, 0.3))
        text, indent = words[0], self.white * (entry.depth * self.step)
        for before, word in pairwise(words):
            text += self.gap(before, word, indent, chance) + word
        if self.remarks and self.random.random() < 0.2:
            text += self.random.choice(("", " ", "   ")) + self.remark()
        return indent + text

    def gap(self, before: str, after: str, indent: str, chance: float) -> str:
        if self.random.random() < chance:
            remark = " " + self.remark() if self.remarks and self.random.random() < 0.5 else ""
            own = f"\n{indent}{self.remark()}" if self.remarks and self.random.random() < 0.2 else ""
            deeper = self.white * (self.step + self.random.randint(1, 3))
            return f"{remark}{own}\n{indent}{deeper}"
        tight = before in "([." or after in "()]:,."
        return "" if tight and before != "," and self.random.random() < 0.7 else " " * self.random.choice((1, 1, 1, 2))


def straight(model: str) -> str:
    """A model in a plain layout, without comments and empty lines."""
    return Layouter(Random(0), remarks=False, even=True).text(model)


def is_formatted(text: str) -> None:
    """Assert that a text, once formatted, says the same with the same comments, and stays as it then is."""
    formatted = format_text(text)
    assert read(formatted) == read(text)
    assert comments(formatted) == comments(text)
    assert format_text(formatted) == formatted


@pytest.mark.parametrize("text", [pytest.param(text, id=place) for place, text in CORPUS])
def test_a_model_of_the_repository_says_the_same_when_formatted_and_stays_as_it_then_is(text: str) -> None:
    is_formatted(text)


@examples(80)
@given(st.sampled_from(SHORT), SEEDS)
def test_how_a_model_was_laid_out_does_not_matter(text: str, seed: int) -> None:
    crooked = Layouter(Random(seed), remarks=False, even=True).text(text)
    assume(read(crooked) == read(text) == read(straight(text)))
    assert format_text(crooked) == format_text(straight(text))


@examples(80)
@given(st.sampled_from(SHORT), SEEDS)
def test_comments_between_any_words_are_kept_in_their_order(text: str, seed: int) -> None:
    crooked = Layouter(Random(seed), remarks=True).text(text)
    assume(read(crooked) == read(text))
    is_formatted(crooked)


# --- any model ------------------------------------------------------------------------------------------------------


@examples(25)
@given(models(), SEEDS)
def test_a_generated_model_says_the_same_when_formatted_and_stays_as_it_then_is(written: ModelText, seed: int) -> None:
    assume(read(written.text) is not None)
    is_formatted(written.text)
    crooked = Layouter(Random(seed), remarks=True).text(written.text)
    assume(read(crooked) == read(written.text))
    is_formatted(crooked)


@examples(20)
@given(models())
def test_formatting_keeps_the_fingerprint_of_a_model_and_the_identities_of_its_rules(written: ModelText) -> None:
    model, formatted = written.load(), written.load(format_text(written.text))
    assert formatted.fingerprint == model.fingerprint
    assert identities(formatted.checked) == identities(model.checked)


def identities(model: CheckedModel) -> list[str]:
    """What the rules and gates of a model are known by, in the order of the file."""
    return [one.id for one in (*rules_of((*model.groups, *model.scoring)), *model.gates)]


@examples(60)
@given(st.sampled_from(SHORT), SEEDS)
def test_no_identity_depends_on_how_a_model_was_laid_out(text: str, seed: int) -> None:
    crooked = Layouter(Random(seed), remarks=False, even=True).text(text)
    assume(read(crooked) == read(text))
    models = [
        check_source(source_of("model.score", one), None, Diagnostics()) for one in (crooked, format_text(crooked))
    ]
    laid_out, formatted = (identities(model) if model is not None else [] for model in models)
    assert formatted == laid_out


@examples(25)
@given(st.data())
def test_a_generated_model_may_be_laid_out_anyhow(data: st.DataObject) -> None:
    written = data.draw(models())
    text = data.draw(laid_out_again(written))
    assume(read(text) is not None)
    is_formatted(text)


@examples(150)
@given(st.data())
def test_a_spoiled_text_is_formatted_well_or_not_at_all(data: st.DataObject) -> None:
    lines = data.draw(st.sampled_from(SHORT)).splitlines(keepends=True)
    start = data.draw(st.integers(0, max(len(lines) - 1, 0)))
    text = data.draw(spoiled("".join(lines[start : start + 12])))
    try:
        format_text(text)
    except ModelError:
        return
    is_formatted(text)
