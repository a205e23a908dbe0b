"""Messages, to the letter: every broken file in tests/errors/*.md gets the message that stands below it."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from attrs import frozen
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import scorelang
from scorelang.diagnostics import Diagnostic, Diagnostics, ModelError, render_all
from scorelang.layout import MAX_BRACKETS, MAX_CHARACTERS, MAX_LINE, MAX_LINES
from scorelang.parse import parse, parser, spellings
from scorelang.source import source_of
from scorelang.syntax_errors import table
from scorelang.syntax_errors.drafts import Draft
from scorelang.syntax_errors.expected import expectation
from scorelang.syntax_errors.explain import SyntaxErrors
from scorelang.syntax_errors.repairs import Repair
from scorelang.syntax_errors.slip import Slip

PAGES = sorted((Path(__file__).parent / "errors").glob("[0-9]*.md"))
BLESS = os.environ.get("SCORELANG_BLESS") == "1"
CASE = re.compile(r"^```score\n(?P<broken>.*?)^```\n(?:\n```text\n(?P<message>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
CODED = re.compile(r"<U\+([0-9A-F]{4,6})>")
WRITTEN = re.compile(r"write: (.*)")

[VALID] = re.findall(r"```score\n(.*?)```", PAGES.pop(0).read_text(encoding="utf-8"), re.DOTALL)


def decoded(text: str) -> str:
    """The text with `<U+200B>` as the character itself."""
    return CODED.sub(lambda match: chr(int(match[1], 16)), text)


def encoded(text: str) -> str:
    """The text with characters that cannot be seen as their codes."""
    return "".join(f"<U+{ord(one):04X}>" if is_unseen(one) else one for one in text)


def is_unseen(one: str) -> bool:
    """Whether a page would not show the character."""
    return one not in " \n" and (one.isspace() or unicodedata.category(one).startswith("C"))


@cache
def diagnostics_of(text: str) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a text, in its order."""
    try:
        scorelang.loads(text, name="broken.score")
    except ModelError as error:
        return error.diagnostics
    return ()


def syntax_of(text: str) -> list[Diagnostic]:
    """What the parser alone says of a text."""
    found = Diagnostics()
    parse(source_of("broken.score", text), found)
    return found.found


@frozen
class Case:
    """A broken file and its message, as a page has them."""

    page: Path
    line: int
    broken: str
    message: str | None

    @property
    def name(self) -> str:
        """`04_conditions:12`."""
        return f"{self.page.stem}:{self.line}"


def cases_of(page: Path) -> list[Case]:
    """The cases of a page in their order."""
    text = page.read_text(encoding="utf-8")
    return [
        Case(page, text.count("\n", 0, match.start()) + 1, decoded(match["broken"]), match["message"])
        for match in CASE.finditer(text)
    ]


CASES = [case for page in PAGES for case in cases_of(page)]
every_case = pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in CASES])


def bless(page: Path) -> None:
    """Write the page anew, with the messages as they are."""

    def with_message(match: re.Match[str]) -> str:
        message = encoded(render_all(diagnostics_of(decoded(match["broken"]))))
        return f"```score\n{match['broken']}```\n\n```text\n{message}\n```\n"

    page.write_text(CASE.sub(with_message, page.read_text(encoding="utf-8")), encoding="utf-8")


@pytest.mark.skipif(not BLESS, reason="messages are only written anew when SCORELANG_BLESS is 1")
@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_messages_are_written_anew(page: Path) -> None:
    bless(page)


def test_there_are_more_than_two_hundred_cases() -> None:
    assert len(CASES) > 200


@pytest.mark.skipif(BLESS, reason="messages are being written anew")
@every_case
def test_a_broken_file_gets_the_message_that_the_page_shows(case: Case) -> None:
    assert encoded(render_all(diagnostics_of(case.broken))) + "\n" == case.message


@every_case
def test_no_message_speaks_of_the_parser_or_to_the_reader(case: Case) -> None:
    message = render_all(diagnostics_of(case.broken))
    said = re.sub(r"`[^`]*`|^ *\d*[│┌├].*$", "", message, flags=re.MULTILINE)
    terminals = {terminal.name for terminal in parser().terminals if len(terminal.name) > 1}
    assert not terminals & set(re.findall(r"[A-Z_]{2,}", said))
    assert not re.search(r"\b(token|terminal|lark|syntax|parse[rd]?|invalid|illegal|you|your|please)\b", said.lower())
    assert not re.search(r"\b[A-Z][a-z]+[A-Z]\w*|__\w+|Traceback", said)


@every_case
def test_a_line_that_a_message_writes_can_be_pasted(case: Case) -> None:
    found = diagnostics_of(case.broken)
    for diagnostic in found:
        written = [match[1] for text in diagnostic.help if (match := WRITTEN.fullmatch(text))]
        if not written:
            continue
        lines = diagnostic.source.text.split("\n")
        typed = lines[diagnostic.line - 1]
        lines[diagnostic.line - 1] = typed[: len(typed) - len(typed.lstrip())] + written[0]
        after = diagnostics_of("\n".join(lines))
        assert diagnostic.code not in [one.code for one in after if one.line == diagnostic.line], render_all(after)


def test_every_row_of_the_table_of_slips_is_shown_in_a_page(monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[tuple[Slip, Repair]] = []
    noted: list[tuple[str, str, Draft]] = []
    make, note = table._repair, SyntaxErrors._note

    def making(row: Slip, *rest: Any) -> Repair:
        offered.append((row, make(row, *rest)))
        return offered[-1][1]

    def noting(self: SyntaxErrors, repair: Repair, last: Repair | None) -> None:
        noted.append((repair.code, repair.message, repair.draft))
        note(self, repair, last)

    monkeypatch.setattr(table, "_repair", making)
    monkeypatch.setattr(SyntaxErrors, "_note", noting)
    for case in CASES:
        parse(source_of("broken.score", case.broken), Diagnostics())
    shown = {row.pattern for row, repair in offered if (repair.code, repair.message, repair.draft) in noted}
    assert [row for row in table.SLIPS if row.pattern not in shown] == []


def test_every_terminal_is_told_in_words() -> None:
    terminals = [terminal.name for terminal in parser().terminals if not terminal.name.startswith("__")]
    words = [expectation([name], spellings()) for name in terminals]
    assert [text for text in words if not text or re.search(r"[A-Z]{2,}", text)] == []


# --- what is right stays right


@pytest.mark.parametrize("text", [VALID, "\ufeff" + VALID, VALID.replace("\n", "\r\n"), VALID.replace("    ", "\t")])
def test_a_whole_file_is_read_without_a_word(text: str) -> None:
    assert syntax_of(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "visit within 1 day then +10",
        "visit within 5 day then +10",
        'if title != "CEO" then +10',
        'if title == "CEO" then +10',
        'if title is "isn’t empty && “quoted” // text" then +10  # else if => 10%',
        'if empty is "empty" then +10',
        "if days > 5 and from > 3 then +10",
        'if size > length("abc") and domain("a@b.example") is "b.example" then +10',
        'if title mentions "x" and (a or b) then +10 because "then +10 pts"',
    ],
)
def test_what_only_looks_like_a_slip_is_none(line: str) -> None:
    assert syntax_of(line) == []


def test_a_name_that_is_declared_is_no_slip() -> None:
    assert syntax_of('list blank = ["a"]\nif title is blank then +10') == []
    assert [one.code for one in syntax_of("if title is blank then +10")] == ["known-or-missing"]


def test_columns_are_right_in_a_file_with_windows_line_ends_and_a_byte_order_mark() -> None:
    [found] = syntax_of("\ufeffif a then +1\r\nif b then 5 points\r\n")
    assert (found.line, found.column) == (2, 13)


# --- limits


def codes_of(text: str) -> list[str]:
    return [found.code for found in syntax_of(text)]


def test_a_file_has_a_longest_length() -> None:
    line = "#" * 99 + "\n"
    assert codes_of(line * (MAX_CHARACTERS // 100)) == []
    assert codes_of(line * (MAX_CHARACTERS // 100) + "#") == ["file-too-long"]
    assert codes_of("\n" * (MAX_LINES - 1)) == []
    assert codes_of("\n" * MAX_LINES) == ["file-too-long"]


@pytest.mark.parametrize("block", ["", "category Fit:\n    "])
def test_a_line_has_a_longest_length_in_a_block_too(block: str) -> None:
    long = f'{block}if title in ["{"x" * MAX_LINE}"] then +10'
    assert "line-too-long" in codes_of(long)


def test_brackets_nest_only_so_deep() -> None:
    def nested(depth: int) -> str:
        return f"if {'not (' * depth}a{')' * depth} then +1\nif b then +1"

    assert codes_of(nested(MAX_BRACKETS)) == []
    assert codes_of(nested(MAX_BRACKETS + 1)) == ["nesting-too-deep"]


def test_blocks_nest_only_so_deep() -> None:
    deep = "".join(f"{' ' * depth}choose:\n" for depth in range(1200))
    assert "nesting-too-deep" in codes_of(deep)


def test_a_file_full_of_slips_is_explained_in_part() -> None:
    assert codes_of("if a 1\n" * 1000) == ["missing-then"] * 100 + ["too-many-errors"]


def many(number: int, line: str, start: str = "") -> str:
    """So many lines, each with its number in it."""
    return start + "".join(line.format(at) + "\n" for at in range(number))


FIELDS = many(1_500, "    field_{} text", "lead:\n")
WRONG = {
    "unknown names": many(1_500, "if nam_{0} > {0} then +1", FIELDS),
    "unknown events": many(1_500, "each fielt_{} then +1", FIELDS),
    "unknown lists": many(1_500, "if field_1 in lst_{} then +1", FIELDS),
    "wrong types": many(1_500, "if field_{0} > {0} then +1", FIELDS),
    "unknown stages": many(1_500, "require field_1 is known for st_{}", FIELDS),
    "the same name": FIELDS + "".join(FIELDS.split("\n", 1)[1] for _ in range(2)),
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in WRONG.items()])
def test_a_model_full_of_errors_is_refused_about_as_fast_as_one_without_is_read(
    text: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The one without is read each time, not recalled.
    monkeypatch.setenv("SCORELANG_CACHE", "")
    lines = text.count("\n")
    started = process_time()
    scorelang.loads(many(lines, "if field_{0} is known then +1"))
    right = process_time() - started
    started = process_time()
    with pytest.raises(ModelError) as raised:
        scorelang.loads(text)
    assert process_time() - started < 3 * right
    assert 200 <= len(raised.value.diagnostics) <= 202
    assert "too-many-errors" in [found.code for found in raised.value.diagnostics]


def test_of_very_many_errors_the_first_are_shown_and_how_many_more_there_are() -> None:
    [found] = syntax_of("if a then 5 points")
    shown = render_all([found] * 2_345)
    assert shown.count("error[") == 500
    assert shown.endswith("\n\nand 1,845 more")


HOSTILE = {
    "brackets": "(" * 2_000_000,
    "quotes": '"' * 2_000_000,
    "quotes on lines": '"\n' * 90_000,
    "nots": "not " * 500_000,
    "a long sum": f"if {'a+' * 20_000}a > 1 then +1",
    "a long condition": f"if {'a and ' * 10_000}a then +1",
    "many nots": f"if {'not ' * 10_000}a then +1",
    "words": "a " * 9_000,
    "keywords": "if then because or " * 1_000,
    "commas": f"require {'a, ' * 5_000}b",
    "escapes": '"' + "\\d" * 9_000 + '"',
    "one quote too few": "if a in [" + '"x", ' * 2_000 + '"x] then +1',
    "invisible": "a\u200b" * 9_000,
    "bars": "| " * 9_000,
    "tables": "| a | b |\n" * 50_000,
    "comments": "/* \n" * 90_000,
    "staircase": "".join(f"{' ' * depth}if a then +1\n" for depth in range(1_000)),
    "white space": f"if a{' ' * 700}1\n" * 120,
    "digits": f"{'1' * 700}\n" * 120,
    "surrogates": 'if a is "\ud800" then +1',
    "zeros": "\x00" * 90_000,
}


@pytest.mark.parametrize("text", [pytest.param(text, id=name) for name, text in HOSTILE.items()])
def test_no_file_keeps_the_parser_busy(text: str) -> None:
    started = process_time()
    found = syntax_of(text)
    assert process_time() - started < 20
    assert len(found) <= 150
    assert all(len(line) < 400 for line in render_all(found).splitlines())


# --- whatever is typed

PIECE = re.compile(r'"[^"\n]*"|\w+|\s+|.')
FILES = [VALID, *(case.broken for case in CASES)]
PIECES = sorted({piece for text in FILES for piece in PIECE.findall(text)} | set("“”{}\\\x00\u200b\t()[]"))


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A file with some of its pieces left out, put in or changed."""
    pieces = PIECE.findall(draw(st.sampled_from(FILES)))
    for _ in range(draw(st.integers(1, 6))):
        at = draw(st.integers(0, max(0, len(pieces) - 1)))
        change = draw(st.sampled_from(("out", "in", "other", "again")))
        if change == "again":
            pieces[at:at] = pieces[at : at + 5]
        else:
            new = [] if change == "out" else [draw(st.sampled_from(PIECES))]
            pieces[at : at + (change != "in")] = new
    return "".join(pieces)


@settings(max_examples=150, suppress_health_check=list(HealthCheck))
@given(
    st.one_of(
        st.binary(max_size=300).map(lambda data: data.decode("utf-8", "replace")),
        st.text(max_size=200),
        st.lists(st.sampled_from(PIECES), max_size=40).map("".join),
        mutated(),
    )
)
def test_whatever_is_typed_is_read_or_explained(text: str) -> None:
    found = Diagnostics()
    source = source_of("broken.score", text)
    parse(source, found)
    for one in found.found:
        assert 0 <= one.span.start <= one.span.end <= len(source.text) + 1
        assert one.code
        assert one.message
    render_all(found.found)


@pytest.mark.parametrize("line", ['expect "ti', 'expect a, "ti', 'expect title is "a", "ti'])
def test_the_place_of_what_was_mended_at_the_end_of_a_file_is_in_the_file(line: str) -> None:
    with pytest.raises(scorelang.ModelError) as caught:
        scorelang.loads(f'if title is "a" then +1\ntest "t":\n    {line}')
    for found in caught.value.diagnostics:
        assert found.span.end <= len(found.source.text)


def test_a_long_comment_inside_a_line_does_not_hold_its_explanation_up() -> None:
    started = process_time()
    dashes = "-" * 400
    syntax_of(f'category B #{dashes}\n    "x" losing 50% every #{dashes}\n    10 days of silence:\n    if a then +1')
    assert process_time() - started < 20
