"""Messages, to the letter: every broken file in tests/errors/*.md gets the message that stands below it."""

from __future__ import annotations

import os
import re
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from attrs import frozen

import scorelang
from scorelang.diagnostics import Diagnostic, Diagnostics, ModelError, render_all
from scorelang.parse import parse, parser
from scorelang.source import source_of

PAGES = sorted(path for path in (Path(__file__).parent / "errors").glob("*.md") if path.name != "README.md")
BLESS = os.environ.get("SCORELANG_BLESS") == "1"
CASE = re.compile(r"^```score\n(?P<broken>.*?)^```\n(?:\n```text\n(?P<message>.*?)^```\n)?", re.MULTILINE | re.DOTALL)
CODED = re.compile(r"<U\+([0-9A-F]{4,6})>")
WRITTEN = re.compile(r"write: (.*)")


def decoded(text: str) -> str:
    """The text with `<U+200B>` as the character itself."""
    return CODED.sub(lambda match: chr(int(match[1], 16)), text)


def encoded(text: str) -> str:
    """The text with characters that cannot be seen as their codes."""
    return "".join(
        f"<U+{ord(one):04X}>" if one != "\n" and (unicodedata.category(one)[0] == "C" or one.isspace() and one != " ") else one
        for one in text
    )


@cache
def diagnostics_of(text: str) -> tuple[Diagnostic, ...]:
    """Everything that is wrong with a text, in its order."""
    try:
        scorelang.loads(text, name="broken.score")
    except ModelError as error:
        return error.diagnostics
    return ()


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
    assert not re.search(r"\b(token|terminal|lark|syntax|parse|invalid|illegal|you|your|please|oops|sorry)\b", said, re.IGNORECASE)
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
