"""The language server as an editor meets it: a process, and a person who types."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import Future
from pathlib import Path

import pytest
from lsprotocol import types as t
from pygls.exceptions import JsonRpcException

from .lsp_client import PATIENCE, Editor, ident

MODEL = """\
model "Acme", version 1, owner "ops@acme.example"

lead:
    title      text
    employees  number

list targets = ["CEO", "VP"]

category Fit, 0 to 25:
    if title in targets then +20 because "buyer"
    if employees >= 100 then +10 because "large"

stage MQL from 25

test "a buyer":
    given title "CEO", employees 200
    expect score 25, stage MQL

test "nobody":
    given employees 1
    expect score 1
"""


@pytest.fixture(scope="module")
def editor() -> Iterator[Editor]:
    """An editor that all tests of this module share, as people keep theirs open."""
    started = Editor()
    yield started
    assert started.close() == 0
    assert not [line for line in started.logged if "bug" in line]


@pytest.fixture
def model(editor: Editor, tmp_path: Path) -> str:
    path = tmp_path / "acme.score"
    path.write_text(MODEL, encoding="utf-8")
    uri = editor.open(path)
    editor.settled(uri)
    return uri


def _fine(codes: list[str]) -> bool:
    return not codes


def test_a_model_that_is_fine_has_no_problems(editor: Editor, model: str) -> None:
    assert editor.problems(model, _fine) == []


def test_a_rule_that_is_typed_letter_by_letter_ends_without_problems_and_is_in_the_tree(
    editor: Editor, model: str
) -> None:
    at = editor.text[model].index("\nstage")
    rule = '    if title mentions "chief" then +5 because "chief"\n'
    half = editor.type(model, at, rule[:20])
    assert editor.problems(model, lambda codes: len(codes) > 0)
    editor.type(model, half, rule[20:])
    editor.edit(model, "expect score 25", 'expect score 25, not fires "chief"')
    editor.problems(model, lambda codes: "points-no-test-pins" in codes or not codes)
    tree = editor.run(editor.client.text_document_document_symbol_async(t.DocumentSymbolParams(ident(model))))
    assert tree is not None
    fit = next(one for one in tree if one.name == "Fit")
    assert isinstance(fit, t.DocumentSymbol)
    assert [one.name for one in fit.children or ()] == ["buyer", "large", "chief"]


def test_an_error_is_told_and_is_gone_when_it_is_undone(editor: Editor, model: str) -> None:
    editor.edit(model, "title in targets", "titel in targets")
    assert editor.problems(model, lambda codes: "unknown-name" in codes)
    editor.edit(model, "titel in targets", "title in targets")
    editor.problems(model, _fine)


def test_a_line_that_cannot_be_read_hides_nothing_of_what_is_around_it(editor: Editor, model: str) -> None:
    editor.edit(model, "if employees >= 100 then", "if employees >= then")
    editor.edit(model, "title in targets", "titel in targets")
    editor.problems(model, lambda codes: len(codes) == 2 and "unknown-name" in codes)
    tree = editor.run(editor.client.text_document_document_symbol_async(t.DocumentSymbolParams(ident(model))))
    assert tree is not None
    assert {"Fit", "MQL", "a buyer"} <= {one.name for one in tree}
    assert "employees" in editor.labels(model, editor.at(model, "given |title"))


def test_what_is_saved_broken_is_told_until_it_is_mended(editor: Editor, model: str) -> None:
    editor.edit(model, "stage MQL from 25", "stage MQL form 25")
    editor.save(model)
    editor.problems(model, lambda codes: len(codes) > 0)
    editor.edit(model, "form", "from")
    editor.save(model)
    editor.problems(model, _fine)


def test_two_open_files_count_as_they_are_not_as_they_were_saved(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "lists.score").write_text('list targets = ["CEO"]\n', encoding="utf-8")
    (tmp_path / "main.score").write_text(
        'model "M", version 1, owner "o@acme.example"\nuse targets from "lists.score"\n\n'
        'if title in targets then +20 because "buyer"\n\ntest "a buyer":\n    given title "CEO"\n    expect score 20\n',
        encoding="utf-8",
    )
    main, lists = editor.open(tmp_path / "main.score"), editor.open(tmp_path / "lists.score")
    editor.problems(main, _fine)
    editor.edit(lists, "targets", "wanted")
    assert editor.problems(main, lambda codes: "unknown-name" in codes)
    editor.edit(main, "use targets from", "use wanted from")
    editor.edit(main, "title in targets", "title in wanted")
    editor.problems(main, _fine)
    editor.shut(lists)
    # The file on the disk still has the old name, and counts now.
    assert editor.problems(main, lambda codes: "unknown-name" in codes)


def test_an_error_in_a_file_that_is_used_is_told_at_its_use(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "lists.score").write_text("list targets = [\n", encoding="utf-8")
    main = editor.open(tmp_path / "main.score", 'use targets from "lists.score"\nif title in targets then +20\n')
    editor.problems(main, lambda codes: "error-in-used-file" in codes)
    diagnostic = editor.published[main].diagnostics[0]
    assert diagnostic.range.start.line == 0
    assert diagnostic.related_information
    assert diagnostic.related_information[0].location.uri.endswith("lists.score")


def test_renaming_changes_every_place_and_keeps_the_column_of_the_data(editor: Editor, model: str) -> None:
    where = editor.at(model, "if |title in")
    edit = editor.run(editor.client.text_document_rename_async(t.RenameParams(ident(model), where, "job")))
    assert edit is not None
    assert edit.changes is not None
    after = editor.applied(model, list(edit.changes[model]))
    assert '    job      text from "title"\n' in after
    assert "if job in targets" in after
    assert 'given job "CEO"' in after
    assert "title" not in after.replace('"title"', "")


def test_renaming_is_refused_where_the_name_has_a_meaning_already(editor: Editor, model: str) -> None:
    where = editor.at(model, "if |title in")
    with pytest.raises(JsonRpcException, match="employees"):
        editor.run(editor.client.text_document_rename_async(t.RenameParams(ident(model), where, "employees")))


def test_an_event_cannot_be_renamed_because_the_data_calls_it_so(editor: Editor, tmp_path: Path) -> None:
    uri = editor.open(tmp_path / "events.score", 'visit "/pricing" then +10\n')
    where = editor.at(uri, "|visit")
    with pytest.raises(JsonRpcException, match="what the data calls"):
        editor.run(editor.client.text_document_prepare_rename_async(t.PrepareRenameParams(ident(uri), where)))


def test_positions_are_counted_as_utf_16_does_it(editor: Editor, tmp_path: Path) -> None:
    text = 'model "Ünïcode 😀e\u0301", version 1, owner "o@x.example"\nif titel is "😀😀" and titel is "x" then +5\n'
    uri = editor.open(tmp_path / "wide.score", text + "lead:\n    title text\n")
    editor.problems(uri, lambda codes: codes.count("unknown-name") == 2)
    last = [one for one in editor.published[uri].diagnostics if one.code == "unknown-name"][-1]
    assert last.range == t.Range(editor.at(uri, '" and |titel is "x"'), editor.at(uri, '" and titel| is "x"'))
    editor.edit(uri, ' and titel is "x"', ' and title is "x"')
    editor.problems(uri, lambda codes: codes.count("unknown-name") == 1)


def test_a_client_that_counts_in_bytes_or_characters_gets_its_way(tmp_path: Path) -> None:
    for encoding, column in (("utf-8", 15), ("utf-32", 11)):
        started = Editor(encoding)
        try:
            assert started.capabilities.position_encoding == encoding
            uri = started.open(tmp_path / f"{encoding}.score", 'lead:\n    title text\nif "é😀" is titel then +5\n')
            started.problems(uri, lambda codes: len(codes) > 0)
            wrong = [one for one in started.published[uri].diagnostics if one.range.start.line == 2]
            assert column in {one.range.start.character for one in wrong}
        finally:
            started.close()


def test_completion_brings_in_what_the_standard_library_has(editor: Editor, model: str) -> None:
    at = editor.text[model].index("\nstage")
    editor.type(model, at, "    if domain(title) in free_m")
    where = editor.at(model, "in free_m|")
    found = editor.run(editor.client.text_document_completion_async(t.CompletionParams(ident(model), where)))
    assert isinstance(found, t.CompletionList)
    item = next(item for item in found.items if item.label == "free_mail")
    assert item.additional_text_edits
    assert isinstance(item.text_edit, t.TextEdit)
    after = editor.applied(model, [item.text_edit, *item.additional_text_edits])
    assert 'owner "ops@acme.example"\nuse free_mail from "std/email"\n' in after
    assert "in free_mail\n" in after


def test_hover_and_signatures_tell_what_things_are(editor: Editor, model: str) -> None:
    where = editor.at(model, "|Fit, 0 to 25")
    found = editor.run(editor.client.text_document_hover_async(t.HoverParams(ident(model), where)))
    assert found is not None
    assert isinstance(found.contents, t.MarkupContent)
    assert "stays within 0 to 25" in found.contents.value
    editor.type(model, editor.text[model].index("\nstage"), '    visit "/pr')
    help_ = editor.run(
        editor.client.text_document_signature_help_async(
            t.SignatureHelpParams(ident(model), editor.at(model, 'visit "/pr|'))
        )
    )
    assert help_ is not None
    assert help_.signatures[0].label == "visit(path page, seconds number)"
    assert help_.active_parameter == 0


def test_definition_leads_to_the_standard_library_and_references_to_other_files(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "m.score").write_text('use free_mail from "std/email"\nstage Hot from 5\n', encoding="utf-8")
    tests = editor.open(
        tmp_path / "m_test.score", 'use model "m.score"\ntest "x":\n    given a 1\n    expect stage Hot\n'
    )
    main = editor.open(tmp_path / "m.score")
    where = editor.at(main, "use |free_mail")
    found = editor.run(editor.client.text_document_definition_async(t.DefinitionParams(ident(main), where)))
    assert isinstance(found, list | tuple)
    assert str(found[0].uri).endswith("email.score")
    params = t.ReferenceParams(t.ReferenceContext(True), ident(main), editor.at(main, "stage |Hot"))
    places = editor.run(editor.client.text_document_references_async(params))
    assert places is not None
    assert {place.uri for place in places} == {main, tests}


def test_formatting_the_whole_and_a_range_gives_what_fmt_gives(editor: Editor, tmp_path: Path) -> None:
    text = 'if title is "a"   then +1\n\nif  title is "b"  then +2\n'
    uri = editor.open(tmp_path / "f.score", text)
    options = t.FormattingOptions(4, True)
    params = t.DocumentFormattingParams(ident(uri), options)
    whole = editor.run(editor.client.text_document_formatting_async(params))
    assert editor.applied(uri, list(whole or ())) == 'if title is "a" then +1\n\nif title is "b" then +2\n'
    line = t.Range(t.Position(2, 0), t.Position(2, 5))
    part = editor.run(
        editor.client.text_document_range_formatting_async(t.DocumentRangeFormattingParams(ident(uri), line, options))
    )
    assert editor.applied(uri, list(part or ())) == 'if title is "a"   then +1\n\nif title is "b" then +2\n'


def test_lines_at_the_end_and_a_byte_order_mark_are_formatted_in_place(editor: Editor, tmp_path: Path) -> None:
    for number, (text, after) in enumerate(
        [
            ("if  a then +1\nif  b then +2", "if a then +1\nif b then +2\n"),
            ("\ufeffif  a then +1\r\n  \r\n\r\n", "\ufeffif a then +1\r\n"),
        ]
    ):
        uri = editor.open(tmp_path / f"end{number}.score", text)
        params = t.DocumentFormattingParams(ident(uri), t.FormattingOptions(4, True))
        edits = editor.run(editor.client.text_document_formatting_async(params))
        assert editor.applied(uri, list(edits or ())) == after


def test_problems_are_told_of_the_address_as_the_client_spells_it(editor: Editor, tmp_path: Path) -> None:
    uri = f"{tmp_path.as_uri()}/a+(b).score"
    editor.open_as(uri, "if (\n")
    assert editor.problems(uri, bool)


def test_a_test_of_a_text_that_was_never_saved_is_run(editor: Editor) -> None:
    uri = "untitled:Untitled-1"
    editor.open_as(uri, 'if a > 1 then +5\n\ntest "five":\n    given a 2\n    expect score 5\n')
    params = t.ExecuteCommandParams("scorelang.runTest", arguments=[uri, "five"])
    assert editor.run(editor.client.workspace_execute_command_async(params)) == "passed: five"


def test_a_saved_file_is_asked_what_no_lead_can_be_though_the_disk_tells_of_it_too(
    editor: Editor, tmp_path: Path
) -> None:
    path = tmp_path / "saved.score"
    path.write_text("if a > 10 then +5\n", encoding="utf-8")
    uri = editor.open(path)
    editor.settled(uri)
    editor.edit(uri, "a > 10", "a > 10 and a < 5")
    editor.save(uri)
    editor.watched(uri)
    assert "never-fires" in editor.problems(uri, lambda codes: "never-fires" in codes)


def test_a_slip_in_a_name_is_mended_by_its_quick_fix(editor: Editor, model: str) -> None:
    editor.edit(model, "title in targets", "titel in targets")
    editor.problems(model, lambda codes: "unknown-name" in codes)
    where = editor.at(model, "if |titel")
    params = t.CodeActionParams(ident(model), t.Range(where, where), t.CodeActionContext([]))
    actions = editor.run(editor.client.text_document_code_action_async(params))
    fix = next(one for one in actions or () if isinstance(one, t.CodeAction) and "title" in one.title)
    assert fix.edit is not None
    assert fix.edit.changes is not None
    assert "if title in targets" in editor.applied(model, list(fix.edit.changes[model]))


def test_lenses_run_tests_and_the_tests_of_a_file_are_listed(editor: Editor, model: str) -> None:
    lenses = editor.run(editor.client.text_document_code_lens_async(t.CodeLensParams(ident(model))))
    titles = [lens.command.title for lens in lenses or () if lens.command is not None]
    # "within" until the exact range is worked out, which a small model is quick in.
    assert titles[0] in ("score: within 0 to 25", "score: 0 to 25")
    assert titles[1:] == ["run this test", "run this test"]
    tests = editor.ask("scorelang/tests", {"textDocument": {"uri": model}})
    assert [one["name"] for one in tests] == ["a buyer", "nobody"]
    run = "scorelang.runTest"
    done = [
        editor.run(editor.client.workspace_execute_command_async(t.ExecuteCommandParams(run, arguments=[model, name])))
        for name in ("a buyer", "nobody")
    ]
    assert done[0] == "passed: a buyer"
    assert "FAILED" in str(done[1])
    assert "expected" in str(done[1])


def test_hints_and_colours_are_of_the_names_meaning(editor: Editor, model: str) -> None:
    everything = t.Range(t.Position(0, 0), t.Position(99, 0))
    hints = editor.run(editor.client.text_document_inlay_hint_async(t.InlayHintParams(ident(model), everything)))
    assert [str(hint.label) for hint in hints or ()] == ["so far 0 to 20", "so far 0 to 30"]
    colours = editor.run(editor.client.text_document_semantic_tokens_full_async(t.SemanticTokensParams(ident(model))))
    assert colours is not None
    assert len(colours.data) % 5 == 0
    assert len(colours.data) > 200


def test_without_pygls_the_command_says_what_to_install() -> None:
    code = (
        "import sys; sys.modules['pygls'] = None; sys.argv = ['scorelang', 'lsp']; import scorelang.cli as c; c.main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, stdin=subprocess.DEVNULL)
    assert done.returncode == 2
    assert "pip install 'scorelang[lsp]'" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_server_ends_when_its_client_is_gone() -> None:
    command = [sys.executable, "-m", "scorelang.cli", "lsp"]
    done = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    assert (done.returncode, done.stdout) == (0, b"")


def test_a_message_that_is_no_message_does_not_end_the_server(editor: Editor, model: str) -> None:
    server = editor.client._server
    assert server is not None
    assert server.stdin is not None
    body = json.dumps({"jsonrpc": "2.0", "method": "textDocument/didChange", "params": {"textDocument": 5}})
    server.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    editor.edit(model, "from 25", "from 24")
    editor.edit(model, "from 24", "from 25")
    editor.problems(model, _fine)


def test_a_request_of_ours_without_a_document_is_refused(editor: Editor) -> None:
    for params in ({}, None, [1], {"textDocument": 5}):
        with pytest.raises(JsonRpcException, match="scorelang/tests takes") as raised:
            editor.ask("scorelang/tests", params)
        assert raised.value.code == t.ErrorCodes.InvalidParams


def test_a_request_that_cannot_be_read_is_answered(editor: Editor) -> None:
    server = editor.client._server
    assert server is not None
    assert server.stdin is not None
    answer: Future[object] = Future()
    editor.client.protocol._request_futures["raw"] = answer
    body = json.dumps({"jsonrpc": "2.0", "id": "raw", "method": "textDocument/hover", "params": {"textDocument": 5}})
    server.stdin.write(f"Content-Length: {len(body)}\r\n\r\n{body}".encode())
    with pytest.raises(JsonRpcException) as raised:
        answer.result(PATIENCE)
    assert raised.value.code == t.ErrorCodes.InvalidParams


ADDRESSES = ["file:///a%00b.score", "file:///%FF.score", "file:", "", "untitled:", "git:/x.score?a"]


@pytest.mark.parametrize("uri", ADDRESSES)
def test_any_address_is_a_document(editor: Editor, uri: str) -> None:
    editor.open_as(uri, "if a > then +1\n")
    assert editor.problems(uri, bool)
    editor.edit(uri, "a > then", "a > 1 then")
    editor.problems(uri, lambda codes: "unfinished-line" not in codes)
    editor.shut(uri)


def test_two_addresses_of_one_file_are_two_texts(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "a.score").write_text("if a > 1 then +1\n", encoding="utf-8")
    try:
        (tmp_path / "link.score").symlink_to(tmp_path / "a.score")
    except OSError:
        pytest.skip("no links can be made here")
    first, second = editor.open(tmp_path / "a.score"), editor.open(tmp_path / "link.score")
    editor.edit(second, "then", "or b > 2 then")
    editor.edit(first, "a > 1", "a > 12")
    for uri, rule in ((first, "if a > 12 then +1"), (second, "if a > 1 or b > 2 then +1")):
        tree = editor.run(editor.client.text_document_document_symbol_async(t.DocumentSymbolParams(ident(uri))))
        assert [one.name for one in tree or ()] == [rule]
        editor.settled(uri)
    editor.shut(second)
    editor.shut(first)


def test_a_text_that_was_never_saved_is_told_to_be_saved_where_it_uses_a_file(editor: Editor) -> None:
    editor.open_as("untitled:use", 'use xs from "lists.score"\nif title in xs then +1\n')
    editor.problems("untitled:use", lambda codes: "no-folder" in codes)
    assert "save it first" in editor.published["untitled:use"].diagnostics[0].message
    editor.shut("untitled:use")


def test_what_no_lead_can_be_is_asked_again_when_a_file_that_is_used_changes(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "who.score").write_text("define big as seats > 10\n", encoding="utf-8")
    (tmp_path / "main.score").write_text('use big from "who.score"\nif big and seats < 20 then +5\n', encoding="utf-8")
    main, who = editor.open(tmp_path / "main.score"), editor.open(tmp_path / "who.score")
    editor.settled(main)
    editor.edit(who, "seats > 10", "seats > 30")
    assert "never-fires" in editor.problems(main, lambda codes: "never-fires" in codes)
    editor.edit(who, "seats > 30", "seats > 10")
    assert "never-fires" not in editor.problems(main, lambda codes: "never-fires" not in codes)


def test_a_search_for_names_goes_through_the_folders_that_are_open(editor: Editor, tmp_path: Path) -> None:
    (tmp_path / "a" / "b").mkdir(parents=True)
    (tmp_path / "a" / "b" / "c.score").write_text('list weird_name = ["a"]\n', encoding="utf-8")
    folder = t.WorkspaceFolder(tmp_path.as_uri(), "models")
    found: list[list[str]] = []
    for event in (t.WorkspaceFoldersChangeEvent([folder], []), t.WorkspaceFoldersChangeEvent([], [folder])):
        editor.change_folders(event)
        symbols = editor.run(editor.client.workspace_symbol_async(t.WorkspaceSymbolParams("weird")))
        found.append([one.name for one in symbols or ()])
    assert found == [["weird_name"], []]
