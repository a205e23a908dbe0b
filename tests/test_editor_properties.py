"""Whatever is typed, the session stays whole, and ends with what a fresh check says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scorelang.editor import document
from scorelang.editor.completion import complete
from scorelang.editor.document import Document
from scorelang.editor.folding import folds
from scorelang.editor.hints import hints, lenses
from scorelang.editor.hover import hover
from scorelang.editor.navigation import definitions, highlights
from scorelang.editor.problems import check
from scorelang.editor.session import Session, State
from scorelang.editor.signatures import signature
from scorelang.editor.symbols import symbols
from scorelang.editor.text import Place, Text, Units
from scorelang.editor.tokens import encoded, tokens
from scorelang.source import Span

BASE = """\
use free_mail from "std/email"
lead:
    title text
    seats number
event talk(topic text, minutes number)
list targets = ["CEO", "VP"]
category Fit, 0 to 40:
    if title in targets then +20
    choose:
        if seats > 100 then +10
        otherwise -5
    each talk where minutes > 30 then +5
stage MQL from 20
grade Fit: A from 20, else B
route:
    "call" if Fit.grade is A
    "wait" otherwise
test "x":
    given title "CEO"
    expect stage MQL
"""
PIECES = [
    "", "\n", "    ", "\t", '"', "#", ":", ",", "(", ")", "[", "]", "|", " then +", "if ", "title", "talk", "Fit.grade",
    "category X:\n", "    if seats > 1 then +1\n", "use a from \"b.score\"\n", "😀", "e\u0301", "\r\n", "\ufeff",
    "\x0c", "\u2028", "\ud800", "stage", " is at least ", "where ", "-5", "2026-01-01", "\\", "test \"x\":\n    given",
]  # fmt: skip
UNITS: tuple[Units, ...] = ("utf-8", "utf-16", "utf-32")
edits = st.lists(
    st.tuples(st.integers(0, 25), st.integers(0, 45), st.integers(0, 2), st.integers(0, 12), st.sampled_from(PIECES)),
    max_size=6,
)


def asked(session: Session, state: State, place: Place) -> None:
    """Everything that an editor asks at a place."""
    workspace, document = session.workspace, state.document
    complete(workspace, document, place)
    hover(workspace, document, place, state.model)
    signature(workspace, document, place)
    definitions(workspace, document, place)
    highlights(workspace, document, place)
    symbols(document)
    folds(document)
    lenses(document, state.model_now, None)
    hints(workspace, document, Span(0, len(document.source.text)), state.model_now)
    found = tokens(workspace, document)
    for units in UNITS:
        numbers = encoded(document, found, units)
        assert all(number >= 0 for number in numbers)


@settings(max_examples=30)
@given(edits, st.sampled_from(UNITS))
def test_random_edits_end_in_the_problems_of_a_fresh_check(
    made: list[tuple[int, int, int, int, str]], units: Units
) -> None:
    session = Session()
    state = session.open("untitled:x", BASE, None)
    for line, column, more, length, text in made:
        start, end = Place(line, column), Place(line + more, column + length if not more else length)
        state = session.change("untitled:x", [((start, end), text)], units)
        asked(session, state, state.document.text.from_client(end, units))
    accepted = session.accept(session.job("untitled:x").run())
    assert accepted is state
    fresh = check(Document("untitled:x", Text(state.document.text.raw)), {})
    assert state.problems == fresh.problems
    assert (state.model is None) <= (fresh.summary is None)
    assert_laid_out(state.document)


def assert_laid_out(document: Document) -> None:
    """Fail unless a document, with all it took over from the versions before it, is what it is by itself."""
    again = Document(document.key, Text(document.text.raw))
    assert document.layout == again.layout
    assert [(entry.node, entry.place) for entry in document.lines] == [(each.node, each.place) for each in again.lines]


WORDS = ["a", " ", "  ", "1", "-", "then", " then +1", "model", "if", "is ", "x is y", ", ", ".", "=", "over", "lead"]
SIGNS = [":", "|", "#", "(", '"', "\\"]
typed = st.lists(st.tuples(st.integers(0, 500), st.integers(0, 3), st.sampled_from([*WORDS, *SIGNS])), max_size=5)
HEADS = [
    "",
    "lead\n    a text\n",
    "(a\n b\n)\n",
    "# c\n",
    "matrix by a and b:\n  | 1 | 2\n  | 3 | 4 |\n",
    "/* a\nb */\n",
]


@settings(max_examples=100)
@given(typed, st.sampled_from(HEADS))
def test_lines_that_are_moved_by_an_edit_are_those_of_a_new_layout(made: list[tuple[int, int, str]], more: str) -> None:
    document = Document("x", Text(more + BASE))
    for at, length, text in made:
        assert isinstance(document.lines, tuple)  # read, so that the next version can take them over
        raw = document.text.raw
        at = min(at, len(raw))
        document = Document("x", Text(raw[:at] + text + raw[at + length :]), before=document)
        assert_laid_out(document)


@settings(max_examples=150)
@given(st.text("a😀é\r\n\ufeff\u2028", max_size=12), st.data(), st.sampled_from(UNITS))
def test_an_edit_does_to_the_text_what_the_protocol_says(text: str, data: st.DataObject, units: Units) -> None:
    codec = {"utf-8": "utf-8", "utf-16": "utf-16-le", "utf-32": "utf-32-le"}[units]
    size = {"utf-8": 1, "utf-16": 2, "utf-32": 4}[units]

    def place(at: int) -> Place:
        before = re.split(r"\r\n|\r|\n", text[:at])
        return Place(len(before) - 1, len(before[-1].encode(codec)) // size)

    # Between the two halves of a line end there is no place.
    places = [at for at in range(len(text) + 1) if text[at - 1 : at + 1] != "\r\n"]
    start, end = sorted((data.draw(st.sampled_from(places)), data.draw(st.sampled_from(places))))
    changed = Text(text).changed(place(start), place(end), "X", units)
    assert changed.raw == text[:start] + "X" + text[end:]


@pytest.mark.parametrize("at", range(0, len(BASE), 45))
def test_a_model_that_is_cut_off_anywhere_is_answered(at: int) -> None:
    session = Session()
    state = session.open("untitled:x", BASE[:at], None)
    asked(session, state, state.document.place(at))
    session.accept(session.job("untitled:x").run())
    asked(session, state, state.document.place(at))


def test_a_keystroke_reads_one_line_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    session = Session()
    rules = "".join(f'    if title is "{number}" then +1\n' for number in range(300))
    state = session.open("untitled:x", f"category Fit:\n{rules}", None)
    assert len(state.document.lines) == 301
    reads: list[str] = []
    plain = document.read
    monkeypatch.setattr(document, "read", lambda text, place: reads.append(text) or plain(text, place))
    state = session.change("untitled:x", [((Place(150, 20), Place(150, 20)), "x")], "utf-16")
    assert len(state.document.lines) == 301
    assert reads == ['if title is "149x" then +1']


def test_unsaved_texts_of_other_files_count(tmp_path: Path) -> None:
    session = Session()
    (tmp_path / "a.score").write_text('list xs = ["a"]\n', encoding="utf-8")
    main = str((tmp_path / "m.score").resolve())
    session.open(main, 'use ys from "a.score"\nif title in ys then +1\n', Path(main))
    assert "unknown-name" in [one.code for one in session.job(main).run().problems]
    other = str((tmp_path / "a.score").resolve())
    session.open(other, 'list ys = ["a"]\n', Path(other))
    assert session.users_of(other) == [main]
    assert "unknown-name" not in [one.code for one in session.job(main).run().problems]


def test_a_file_is_used_by_way_of_files_that_are_not_open_and_in_lines_that_cannot_be_read(tmp_path: Path) -> None:
    session = Session()
    texts = {
        "deep.score": 'list xs = ["a"]\n',
        "between.score": 'use xs from "deep.score"\ndefine x as title in xs\n',
        "above.score": 'use x from "between.score"\nif x then +1\n',
        "broken.score": 'stage MQL use xs from "deep.score"\n',
        "other.score": "if a then +1\n",
    }
    keys = {name: str((tmp_path / name).resolve()) for name in texts}
    for name, text in texts.items():
        (tmp_path / name).write_text(text, encoding="utf-8")
        if name != "between.score":
            session.open(keys[name], text, tmp_path / name)
    assert session.users_of(keys["deep.score"]) == [keys["above.score"], keys["broken.score"]]
    assert session.users_of(keys["other.score"]) == []
