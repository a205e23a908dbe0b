"""What editors are answered, as functions on texts."""

from __future__ import annotations

from pathlib import Path

import pytest

from scorelang import model as m
from scorelang.check import check_file
from scorelang.diagnostics import Diagnostics
from scorelang.editor import ranges
from scorelang.editor.completion import complete
from scorelang.editor.fixes import actions
from scorelang.editor.folding import folds
from scorelang.editor.formatting import formatted
from scorelang.editor.grammar import follows, words_of
from scorelang.editor.hints import hints, lenses
from scorelang.editor.hover import hover
from scorelang.editor.keyword_docs import DOCS
from scorelang.editor.navigation import definitions, references
from scorelang.editor.rename import RenameError, rename
from scorelang.editor.resolving import occurrences
from scorelang.editor.session import Session, State
from scorelang.editor.signatures import signature
from scorelang.editor.symbols import found_in_all, symbols
from scorelang.editor.text import Place, Text
from scorelang.editor.tokens import encoded, tokens
from scorelang.keywords import KINDS, Kind, is_word
from scorelang.lint.reading import expressions_of
from scorelang.parse import STARTS, read_line
from scorelang.source import Span
from scorelang.syntax_errors import Stop

ROOT = Path(__file__).parents[1]
EXAMPLES = sorted((ROOT / "examples").rglob("*.score"))

MODEL = """\
use free_mail from "std/email"

lead:
    # What the lead does.
    title  text  # as typed
    email  text
    seats  number

# Somebody saw us speak.
event talk(topic text, minutes number)
list targets = ["CEO", "VP"]
define personal as domain(email) in free_mail
decay slow as losing 10% every 30 days

category Fit, 0 to 40:
    if title in targets then +20
    choose:
        if seats > 100 then +10
        otherwise -5
    each talk where minutes > 30 then +5, slow

persona Buyer:
    if title is "CFO" then +10

require not personal
stage MQL from 20
stage SQL from 30 when talk "pricing"
grade Fit: A from 20, else B
route:
    "call" if stage is at least MQL and Fit.grade is A and persona is Buyer
    "wait" otherwise

test "x":
    given title "CEO", talk "pricing" with minutes 40 2 days ago
    expect stage SQL, Fit 20
    | title | stage |
    | "VP"  | MQL   |
"""


def session_of(text: str, path: Path | None = None) -> tuple[Session, State]:
    session = Session()
    state = session.open(str(path) if path is not None else "untitled:1", text, path)
    return session, state


def checked(text: str) -> tuple[Session, State]:
    session, state = session_of(text)
    session.accept(session.job(state.document.key).run())
    return session, state


def cursor(text: str) -> tuple[str, int]:
    """A text without its `|>`, and where that stood."""
    assert text.count("|>") == 1
    return text.replace("|>", ""), text.index("|>")


def offered(text: str) -> list[str]:
    text, at = cursor(text)
    session, state = session_of(text)
    return [one.label for one in complete(session.workspace, state.document, state.document.place(at))]


def hovered(mark: str) -> str:
    at = MODEL.index(mark.replace("|>", "")) + mark.index("|>")
    session, state = checked(MODEL)
    found = hover(session.workspace, state.document, state.document.place(at), state.model)
    return found.text if found is not None else ""


# --- what names mean ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.name)
def test_names_mean_what_the_checker_takes_them_for(path: Path) -> None:
    session, state = session_of(path.read_text(encoding="utf-8"), path)
    source = state.document.source
    _, model = check_file(source, path.parent, Diagnostics())
    assert model is not None
    meant = {one.span: (one.target.kind, one.target.name) for one in occurrences(session.workspace, state.document)}
    kinds = {m.FieldValue: "field", m.AttributeValue: "attribute", m.Defined: "define"}
    for one in expressions_of(model):
        if one.place.source != source:
            continue
        if isinstance(one, m.FieldValue | m.AttributeValue | m.Defined):
            assert meant[one.place.span] == (kinds[type(one)], one.name)
        elif isinstance(one, m.ResultValue) and one.what == "category":
            assert meant[one.place.span] == ("category", one.name)


def test_every_name_of_a_model_means_something() -> None:
    session, state = session_of(MODEL)
    spans = {one.span for one in occurrences(session.workspace, state.document)}
    for entry in state.document.lines:
        for named in entry.reading.names:
            assert entry.span(named.span) in spans or named.owner == "text", named.name


# --- completion -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "has", "lacks"),
    [
        ("|>", ["category", "if", "lead", "stage", "visit"], ["then", "within"]),
        ("if a |>", ["is", "mentions", "then", "at least"], ["category", "days"]),
        ("if a men|>", ["mentions"], ["is"]),
        ("if stage is at le|>", ["at least"], ["then"]),
        ("if days si|>", ["days since", "days since last"], ["then"]),
        ("visit within 3 |>", ["days", "weeks"], ["then"]),
        ("visit within 3 days |>", ["then", "and", "at least"], ["days"]),
        ("lead:\n    title |>", ["text", "text list", "number", "date"], ["is"]),
        ("lead:\n    |>", [], ["if", "title"]),
        ("category Fit:\n    if a then +1 |>", ["because"], ["then"]),
        ("category Fit:\n    |>", ["if", "each", "choose", "matrix"], ["given"]),
        ('test "x":\n    |>', ["given", "expect", "as of"], ["if"]),
        ("each |>", ["visit", "webinar"], ["domain"]),
        ("visit where |>", ["path", "seconds"], []),
        ("if sum of purchase.|>", ["amount", "product"], ["grade"]),
        ("if title in |>", ["free_mail"], ["visit"]),
        ("stage MQL from 5\nrequire a for |>", ["MQL"], ["visit"]),
        ('stage MQL from 5\nnever "x": stage is |>', ["MQL"], ["visit"]),
        ('stage MQL from 5\nnever "x": stage in [MQL, |>', ["MQL"], ["visit"]),
        ("category Fit:\n    if a then +1\ngrade |>", ["Fit", "score"], ["a"]),
        ('category Fit:\n    if a then +1\ngrade Fit: A from 4, else B\nnever "x": Fit.|>', ["grade"], ["a"]),
        (
            'category Fit:\n    if a then +1\ngrade Fit: A from 4, else B\nnever "x": Fit.grade is |>',
            ["A", "B"],
            ["Fit"],
        ),
        ("decay slow as losing 5% every 3 days\nvisit then +1, |>", ["slow", "once", "at most", "half_life_month"], []),
        ('use a from "|>"', ["std/email", "std/titles"], []),
        ("use |>", ["free_mail", "is_decision_maker"], ["if"]),
        ('if title is "|>"', [], ["if", "title"]),
        ("# if |>", [], ["if"]),
        ('if a then +1 because "big"\ntest "x":\n    expect fires "|>"', ["big"], ["if"]),
        ('test "x":\n    given visit with |>', ["path", "seconds"], []),
        ('lead:\n    a flag\ntest "x":\n    given a |>', ["yes"], ["a", "visit"]),
        ('stage MQL from 5\nnever "x": stage is |>', ["MQL", "none"], ["visit"]),
        ("category Fit:\n    if a then +1\ncategory New, 0 to |>", ["Fit"], ["score", "a"]),
        ("category Fit:\n    if a then +1\ngrade Fit: A from 1, else |>", [], ["Fit", "a"]),
        ('if title in ["a", |>', ["yes"], ["title", "visit"]),
        ('list names = ["a", |>', [], ["visit", "names"]),
        ("lead keyed by |>:\n    email text", ["email"], ["visit"]),
        ("outcomes:\n    |>", ["won", "accepted"], ["visit"]),
        ("matrix by a and b:\n    | |>", ["otherwise"], ["a", "visit"]),
        ('list us = ["a"]\nmatrix by a and b:\n    | in |>', ["us"], ["a"]),
        ('if a then +1\ntest "x":\n    given a yes\n    | |>', ["a", "score", "stage"], ["visit"]),
        ('if a then +1\nstage MQL from 1\ntest "x":\n    | a | stage |\n    | yes | |>', ["MQL", "none"], ["a"]),
        ('if a then +1\nstage MQL from 1\ntest "x":\n    | a | stage |\n    | |>', ["yes"], ["a", "MQL"]),
    ],
)
def test_completion_offers_what_can_follow_and_nothing_else(text: str, has: list[str], lacks: list[str]) -> None:
    labels = offered(text)
    assert set(has) <= set(labels), labels
    assert not set(lacks) & set(labels)


def test_every_keyword_of_the_grammar_can_be_completed() -> None:
    assert {terminal for terminal in KINDS if is_word(terminal) and not words_of(terminal)} == set()


def test_a_name_of_the_standard_library_joins_the_use_line_of_its_file() -> None:
    text, at = cursor('use free_mail from "std/email"\nif domain(email) in dis|>\n')
    session, state = session_of(text)
    found = complete(session.workspace, state.document, state.document.place(at))
    item = next(one for one in found if one.label == "disposable_mail")
    assert [(edit.span, edit.text) for edit in item.also] == [(Span(13, 13), ", disposable_mail")]


# --- looking --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("mark", "says"),
    [
        ("if |>title in", ["title  text", "What the lead does.", "as typed", "field of the lead"]),
        ("each |>talk where", ["event talk(topic text, minutes number)", "Somebody saw us speak."]),
        ("where |>minutes", ["attribute of the event `talk`"]),
        ("in |>targets", ["2 values: `CEO`, `VP`"]),
        ("in |>free_mail\n", ["values:", "from `std/email`"]),
        ("|>Fit, 0", ["It stays within 0 to 40."]),
        ("stage |>MQL", ["From 20 points on"]),
        ("|>domain(", ["domain"]),
        ("title |>in", ["in"]),
        ("|>stage is at", ["The last stage that holds"]),
        ("|>personal\nstage", ["define personal as domain(email) in free_mail", "with a name: a flag"]),
        (", |>slow", ["losing 10% every 30 days"]),
        ("|>if title in", ["rule `title-in-targets`", "0 to 20"]),
    ],
)
def test_hover_says_what_is_known(mark: str, says: list[str]) -> None:
    text = hovered(mark)
    for each in says:
        assert each in text


def test_every_keyword_has_documentation_with_a_line_that_reads_as_the_language_and_has_it() -> None:
    told = {Kind.STATEMENT, Kind.CONDITION, Kind.EVENT}
    assert {terminal for terminal, kind in KINDS.items() if kind in told} <= set(DOCS)
    for terminal, doc in DOCS.items():
        read = [place for place in STARTS if not isinstance(read_line(doc.example, place), Stop)]
        assert read, doc.example
        assert any(_words_of(doc.example, place) & {terminal} for place in read), terminal


def _words_of(line: str, place: str) -> set[str]:
    found = follows(line, place)
    return {kind for kind, _ in found.before} if found is not None else set()


def test_a_word_of_the_language_says_what_it_is_for_and_one_in_quotes_nothing() -> None:
    text = 'each visit "is in here" then +5, losing 50% every 3 days because "in it"\n'
    session, state = checked(text)
    for mark, says in (("losing", "After every whole period"), ("each", "once for every"), ("every", "period")):
        found = hover(session.workspace, state.document, Place(0, text.index(mark)), state.model)
        assert found is not None
        assert says in found.text
    each = hover(session.workspace, state.document, Place(0, 1), state.model)
    assert each is not None
    assert each.text.startswith("rule `in-it`: adds at least 0 points")
    for mark in ("is in", "in here", "in it"):
        assert hover(session.workspace, state.document, Place(0, text.index(mark)), state.model) is None


def test_a_field_that_no_line_declares_has_the_type_of_its_use() -> None:
    session, state = checked("if employees > 5 then +1\n")
    found = hover(session.workspace, state.document, Place(0, 5), state.model)
    assert found is not None
    assert "employees number" in found.text
    assert "no line declares it" in found.text


def test_signatures_follow_the_attribute_that_is_typed() -> None:
    for text, active in (('talk "p|>', 0), ("each talk where minutes > |>", 1), ("if domain(|>", 0)):
        whole, at = cursor(MODEL + text)
        session, state = session_of(whole)
        found = signature(session.workspace, state.document, state.document.place(at))
        assert found is not None
        assert found.active == active
    session, state = session_of("if title is ")
    assert signature(session.workspace, state.document, Place(0, 12)) is None


def test_the_tree_has_rules_by_their_reasons_and_tests_by_their_names() -> None:
    _, state = session_of(MODEL)
    tree = {one.name: one for one in symbols(state.document)}
    assert [one.name for one in tree["Fit"].inner][:2] == ["if title in targets then +20", "choose"]
    assert {"personal", "MQL", "x", "Buyer"} <= set(tree)


def test_blocks_and_runs_of_comments_fold() -> None:
    _, state = session_of("# a\n# b\ncategory Fit:\n    if a then +1\n    if b then +2\n")
    assert folds(state.document) == [(0, 1, "comment"), (2, 4, "region")]


def test_colours_cover_names_by_what_they_mean_in_the_clients_units() -> None:
    session, state = session_of('if 😀 is "x" then +1\nif title is "😀" and seats > 1 then +1\n')
    found = tokens(session.workspace, state.document)
    numbers = encoded(state.document, found, "utf-16")
    line = column = 0
    places = []
    for at in range(0, len(numbers), 5):
        line, column = (line + numbers[at], numbers[at + 1]) if numbers[at] else (line, column + numbers[at + 1])
        places.append((line, column))
    assert (1, 21) in places  # seats, behind a character that takes two units


def test_hints_tell_sizes_of_lists_and_points_so_far() -> None:
    session, state = checked(MODEL)
    found = hints(session.workspace, state.document, Span(0, len(MODEL)), state.model_now)
    texts = [one.text for one in found]
    assert texts[0].endswith(" values")
    assert texts[1:] == ["so far 0 to 20", "so far -5 to 30", "so far at least -5"]


def test_lenses_tell_the_scores_range_and_run_tests() -> None:
    _, state = checked(MODEL)
    titles = [one.title for one in lenses(state.document, state.model_now, None)]
    assert titles == ["score: within 0 to 50", "run this test"]


def test_the_score_that_leads_reach_is_found_out_where_there_is_time() -> None:
    session, state = checked("if employees > 5 then +10\nif employees < 5 then -3\n")
    model = state.model_now
    assert model is not None
    assert ranges.shown(model.score) == "-3 to 10"
    exact = session.job("untitled:1").exact()
    assert exact == "score: -3 to 10"
    both = checked("if employees > 5 then +10\nif employees > 1 then -3\n")[0]
    assert both.job("untitled:1").exact() == "score: -3 to 7"
    state = session.accept_exact(state.document, exact) or state
    assert lenses(state.document, model, state.exact)[0].title == "score: -3 to 10"


# --- going and renaming ---------------------------------------------------------------------------------------------


def test_definition_and_references_find_every_place() -> None:
    session, state = session_of(MODEL)
    at = state.document.place(MODEL.index("MQL and"))
    assert [MODEL[spot.span.start : spot.span.end] for spot in definitions(session.workspace, state.document, at)] == [
        "MQL"
    ]
    places = references(session.workspace, state.document, at)
    assert len(places) == MODEL.count("MQL") == 3


def renamed(text: str, mark: str, new: str) -> str:
    session, state = session_of(text)
    at = text.index(mark.replace("|>", "")) + mark.index("|>")
    edits = rename(session.workspace, state.document, state.document.place(at), new)
    for edit in sorted(edits[state.document.key][1], key=lambda edit: edit.span.start, reverse=True):
        text = text[: edit.span.start] + edit.text + text[edit.span.end :]
    return text


def test_a_name_is_renamed_in_every_file_of_the_editors_folder(tmp_path: Path) -> None:
    deep = tmp_path / "shared" / "lists" / "targets.score"
    deep.parent.mkdir(parents=True)
    skipped = tmp_path / "node_modules" / "x" / "copy.score"
    skipped.parent.mkdir(parents=True)
    user = 'use targets from "shared/lists/targets.score"\nif title in targets then +1\n'
    for path, text in ((deep, 'list targets = ["a"]\n'), (tmp_path / "main.score", user), (skipped, user)):
        path.write_text(text, encoding="utf-8")
    session = Session()
    session.workspace.folders = (tmp_path,)
    assert [one.document.path for one in found_in_all(session.workspace, "tgts")] == [deep]
    state = session.open(str(deep.resolve()), deep.read_text(encoding="utf-8"), deep)
    edits = rename(session.workspace, state.document, Place(0, 6), "wanted")
    assert {(document.path, len(some)) for document, some in edits.values()} == {
        (deep, 1), ((tmp_path / "main.score").resolve(), 2),
    }  # fmt: skip


def test_a_stage_is_renamed_in_tables_of_tests_too() -> None:
    after = renamed(MODEL, "stage |>MQL", "Warm")
    assert "MQL" not in after
    assert '| "VP"  | Warm   |' in after
    assert check_file(session_of(after)[1].document.source, None, Diagnostics())[1] is not None


def test_a_category_may_get_a_name_of_several_words_and_is_quoted_then() -> None:
    after = renamed(MODEL, "|>Fit, 0", "Company fit")
    assert 'category "Company fit", 0 to 40:' in after
    assert '"Company fit".grade is A' in after
    assert 'grade "Company fit": A' in after


@pytest.mark.parametrize(
    ("mark", "new", "why"),
    [
        ("if |>title in", "email", "a meaning already|would be wrong"),
        ("if |>title in", "score", "a meaning already|would be wrong"),
        ("if |>title in", "two words", "no name"),
        ("where |>minutes", "topic", "a meaning already|would be wrong"),
        ("|>talk where", "speech", "what the data calls"),
        ("|>domain(", "host", "word of the language"),
        ("in |>free_mail\n", "own", "standard library"),
        ("define |>personal", "targets", "a meaning already|would be wrong"),
    ],
)
def test_a_rename_that_would_change_what_is_meant_is_refused(mark: str, new: str, why: str) -> None:
    with pytest.raises(RenameError, match=why):
        renamed(MODEL, mark, new)


@pytest.mark.parametrize(("mark", "new"), [("grade Fit: |>A", "C"), ("stage |>MQL", "SQL")])
def test_a_rename_to_a_name_that_is_taken_is_refused_in_a_file_with_errors_too(mark: str, new: str) -> None:
    text = (
        "category Fit, 0 to 40:\n    if a then +2\ngrade Fit: A from 20, else C\nstage MQL from 1\nstage SQL from 2\n"
    )
    with pytest.raises(RenameError, match="declared twice"):
        renamed(text + "if broken (\n", mark, new)


def test_an_opened_file_of_the_standard_library_is_not_changed() -> None:
    path = ROOT / "stdlib" / "email.score"
    session = Session()
    document = session.open(str(path.resolve()), path.read_text(encoding="utf-8"), path).document
    at = document.place(document.source.text.index("list free_mail") + len("list "))
    with pytest.raises(RenameError, match="of the standard library"):
        rename(session.workspace, document, at, "own")


def test_a_renamed_attribute_goes_on_being_read_from_its_column() -> None:
    after = renamed(MODEL, "where |>minutes", "length_of_it")
    assert 'length_of_it number from "minutes")' in after
    assert "with length_of_it 40" in after
    assert "where length_of_it > 30" in after


# --- mending --------------------------------------------------------------------------------------------------------


def test_only_lines_that_change_are_formatted() -> None:
    _, state = session_of("if a  then +1\nif b then +2\n\nif c  then +3\n")
    assert [(edit.start, edit.end) for edit in formatted(state.document)] == [(0, 1), (3, 4)]
    assert [(edit.start, edit.end) for edit in formatted(state.document, 2, 3)] == [(3, 4)]


def test_a_range_changes_no_other_line() -> None:
    _, state = session_of("".join(f"if  a{number}  then +1\n" for number in range(5)))
    assert [(edit.start, edit.end) for edit in formatted(state.document, 2, 3)] == [(2, 3), (3, 4)]


def test_the_scores_range_is_not_told_of_a_text_whose_used_files_changed() -> None:
    session, state = checked("if a > 1 then +1\n")
    assert session.accept_exact(state.document, "score: 0 to 1") is state
    session.accept(session.job(state.document.key).run())
    assert state.exact is None


def test_quick_fixes_mend_slips_bring_in_lists_and_let_findings_be() -> None:
    session, state = checked('lead:\n    title text\nif titel is "x" then +1\nif title in free_mail then +1\n')
    titles = [one.title for one in actions(session.workspace, state.document, state.problems)]
    assert "Change to `title`" in titles
    assert 'Bring in `free_mail` from "std/email"' in titles
    session, state = checked('if title like "VP" then +10\n')
    found = actions(session.workspace, state.document, state.problems)
    assert "Let `glob-without-star` be here" in [one.title for one in found]
    mended = next(one for one in found if one.problem is not None and one.problem.fix is not None)
    assert mended.edits[0].text in ('"VP*"', "is", "*", 'is "VP"')


# --- texts ----------------------------------------------------------------------------------------------------------


def test_line_ends_byte_order_marks_and_wide_characters_keep_their_places() -> None:
    text = Text("\ufeffa😀b\r\ne\u0301c\rd\n")
    assert text.lines == ["\ufeffa😀b", "e\u0301c", "d", ""]
    assert text.to_client(Place(0, 2), "utf-16") == Place(0, 4)
    assert text.from_client(Place(0, 4), "utf-16") == Place(0, 2)
    assert text.from_client(Place(0, 3), "utf-16") == Place(0, 1)  # inside the emoji
    assert text.to_client(Place(1, 2), "utf-8") == Place(1, 3)
    assert text.changed(Place(1, 2), Place(2, 1), "x", "utf-16").raw == "\ufeffa😀b\r\ne\u0301x\n"
    assert text.from_client(Place(99, 5), "utf-16") == Place(3, 0)


def test_a_form_feed_is_no_end_of_a_line() -> None:
    assert Text("a\x0cb\u2028c\nd").lines == ["a\x0cb\u2028c", "d"]
