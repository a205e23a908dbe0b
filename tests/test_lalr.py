"""The loop that parses is Lark's in all but its speed."""

from __future__ import annotations

from pathlib import Path

import pytest
from lark import Lark, LarkError

from scorelang.diagnostics import Diagnostics
from scorelang.layout import Line, read_layout
from scorelang.parse import INSIDE, LineLexer, parser
from scorelang.source import Source, source_of

ROOT = Path(__file__).resolve().parent.parent
MODELS = sorted((*(ROOT / "examples").rglob("*.score"), *(ROOT / "stdlib").glob("*.score")))


@pytest.fixture(scope="module")
def plain() -> Lark:
    """The same grammar in the loop that Lark has."""
    ours = parser()
    return Lark(
        ours.source_grammar,
        parser="lalr",
        lexer="contextual",
        start=list(ours.options.start),
        maybe_placeholders=False,
        transformer=ours.options.transformer,
        _plugins={"LexerThread": LineLexer},
    )


def lines_of(lines: list[Line], start: str = "top") -> list[tuple[Line, str]]:
    found = []
    for line in lines:
        found.append((line, start))
        found += lines_of(line.block, INSIDE.get(line.word, start))
    return found


def read(lark: Lark, text: str, start: str) -> str:
    try:
        return repr(lark.parse(text, start=start))
    except LarkError as error:
        # What could have followed is a set, in no order.
        return "\n".join((type(error).__name__, *sorted(str(error).splitlines())))


def texts_of(source: Source) -> list[tuple[str, str]]:
    lines = lines_of(read_layout(source, Diagnostics()).lines)
    return [(source.text[line.span.start : line.span.end], start) for line, start in lines]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_every_line_of_a_model_is_read_as_lark_reads_it(path: Path, plain: Lark) -> None:
    for text, start in texts_of(source_of(path.name, path.read_text("utf-8"))):
        assert read(parser(), text, start) == read(plain, text, start)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "if",
        "if a",
        "if a then",
        "if a then +",
        "if a then +1 because",
        "if a ? b",
        'visit "x',
        "1 if",
        "}",
        "if a and",
    ],
)
def test_a_line_that_cannot_be_read_is_refused_with_the_words_of_lark(text: str, plain: Lark) -> None:
    assert read(parser(), text, "top") == read(plain, text, "top")
    assert "Unexpected" in read(parser(), text, "top")
