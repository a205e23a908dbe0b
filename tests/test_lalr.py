"""The loop that parses is Lark's in all but its speed."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import lark
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lark import Lark, LarkError

from scorelang.build import BadText, Build, Twice
from scorelang.diagnostics import Diagnostics
from scorelang.layout import Line, read_layout
from scorelang.parse import INSIDE, STARTS, LineLexer, grammar, node_of, spellings
from scorelang.source import Source, source_of
from scorelang.tables import beginnings, shipped, shipped_lines, tables_of

ROOT = Path(__file__).resolve().parent.parent
MODELS = sorted((*(ROOT / "examples").rglob("*.score"), *(ROOT / "stdlib").glob("*.score")))


@pytest.fixture(scope="module")
def plain() -> Lark:
    """The same grammar in the loop that Lark has."""
    return Lark(
        grammar(),
        parser="lalr",
        lexer="contextual",
        start=list(STARTS),
        maybe_placeholders=False,
        transformer=Build(),
        _plugins={"LexerThread": LineLexer},
    )


def test_the_tables_that_come_with_the_package_are_those_of_the_grammar() -> None:
    written = json.loads((ROOT / "dsl" / "grammar.json").read_text("utf-8").splitlines()[0])[1]
    if not lark.__version__.startswith(f"{written}."):
        pytest.skip(f"the tables are those of Lark {written}")
    assert shipped(grammar()) is not None, "the grammar changed: run `python scripts/make_tables.py`"


def test_tables_of_another_grammar_are_made_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shipped(f"{grammar()}\n// another one") is shipped_lines(f"{grammar()}\n// another one") is None
    monkeypatch.setattr("scorelang.tables.FILE", "no-such-file.json")
    assert shipped(grammar()) is shipped_lines(grammar()) is None


def test_tables_are_written_and_read_without_a_difference(plain: Lark) -> None:
    _, lines, larks = map(json.loads, tables_of(plain).splitlines())
    assert lines["starts"].keys() == set(STARTS)
    data = larks["data"]
    assert data["parser"]["parser"]["start_states"].keys() == set(STARTS)
    assert data["options"]["start"] == list(STARTS)


def test_no_word_begins_with_a_blank(plain: Lark) -> None:
    # So that blanks can be passed over without a look at what may follow.
    tables = json.loads(tables_of(plain).splitlines()[1])
    assert not [
        name for name, pattern, _ in tables["terminals"] if re.match(pattern, " x") and name not in tables["ignored"]
    ]
    assert any(re.match(pattern, " ") for name, pattern, _ in tables["terminals"] if name in tables["ignored"])


def lines_of(lines: list[Line], start: str = "top") -> list[tuple[Line, str]]:
    found = []
    for line in lines:
        found.append((line, start))
        found += lines_of(line.block, INSIDE.get(line.word, start))
    return found


def read(parse: Callable[[str, str], object], text: str, start: str) -> str:
    try:
        return repr(parse(text, start))
    except (BadText, Twice) as error:
        return repr(error)
    except LarkError as error:
        # What could have followed is a set, in no order.
        return "\n".join((type(error).__name__, *sorted(str(error).splitlines())))


def texts_of(source: Source) -> list[tuple[str, str]]:
    lines = lines_of(read_layout(source, Diagnostics()).lines)
    return [(source.text[line.span.start : line.span.end], start) for line, start in lines]


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_every_line_of_a_model_is_read_as_lark_reads_it(path: Path, plain: Lark) -> None:
    for text, start in texts_of(source_of(path.name, path.read_text("utf-8"))):
        assert read(node_of, text, start) == read(plain.parse, text, start)


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
    assert read(node_of, text, "top") == read(plain.parse, text, "top")
    assert "Unexpected" in read(node_of, text, "top")


# Words that are cut short or run on, numbers that are nearly dates, blanks of all kinds, and what is no word at all.
ODD = (
    "a", "attend", "isn", "is_not", "withins", "Director", "größe", '"CEO"', '"a \\"b\\" c"', '"x', "5", "4_999", "1.5",
    "40%", "40 %", "2026-11-21", "2026-11", "2026-11-21T14:30Z", "5days", "[", "]", "(", ")", "|", "+", "-", "*", "/",
    "=", "==", "!=", "<=", "<", ",", ":", ".", " ", "  ", "\t", "\n", "\u00a0", "\u2003", "# x",
    "# x\n", "?", "é", "\\",
)  # fmt: skip


@settings(max_examples=300)
@given(
    pieces=st.lists(st.sampled_from([*ODD, *sorted(set(spellings().values()))]), max_size=9),
    gap=st.sampled_from([" ", "", "\n"]),
    start=st.sampled_from(STARTS),
)
def test_words_in_any_order_are_read_as_lark_reads_them(pieces: list[str], gap: str, start: str, plain: Lark) -> None:
    text = gap.join(pieces)
    assert read(node_of, text, start) == read(plain.parse, text, start)


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        (r"within\b", ("w",)),
        (r"(?:sum|largest)\s+of\b", ("s", "l")),
        (r"==|!=|<", ("=", "!", "<")),
        (r"\|", ("|",)),
        (r"[|\]x]y|\d+", (r"[|\]x]", r"\d")),
        (r"[^\W\d]\w*", (r"[^\W\d]",)),
        (r"[0-9]{4}x", ("[0-9]",)),
        (r"a?b", None),
        (r"a*b", None),
        (r"a{0,2}b", None),
        (r"(?:a|b)?c", None),
        (r"(?i:a)", None),
        (r"(?=a)b", None),
        (r"\ba", None),
        (r".a", None),
        (r"a|", None),
    ],
)
def test_what_a_pattern_begins_with_is_read_off_it_where_it_shows(pattern: str, found: tuple[str, ...] | None) -> None:
    assert beginnings(pattern) == found
