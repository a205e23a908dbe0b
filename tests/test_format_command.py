"""`scorelang fmt`: which files it writes, what it shows, and how it ends."""

from __future__ import annotations

import os
import stat
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from scorelang.cli import console, formatting, program

ROUGH = 'if title in ["CEO","VP"] then +10\nvisit "/careers" then - 5 #no\n'
FINE = 'if title in ["CEO", "VP"] then +10\nvisit "/careers"          then -5  # no\n'
WRONG = "if a thn +1\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one model to format and one that is fine, which is the current one."""
    (tmp_path / "rough.score").write_text(ROUGH, encoding="utf-8")
    (tmp_path / "fine.score").write_text(FINE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def fmt(*arguments: str, input: str | bytes | None = None) -> Result:
    return CliRunner().invoke(program, ["fmt", *arguments], input=input)


def test_the_models_of_a_folder_are_written_anew_where_that_changes_them(folder: Path) -> None:
    before = (folder / "fine.score").stat()
    (folder / "below").mkdir()
    (folder / "below" / "other.score").write_text(ROUGH, encoding="utf-8")
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "hidden.score").write_text(ROUGH, encoding="utf-8")
    (folder / "notes.txt").write_text(ROUGH, encoding="utf-8")
    result = fmt()
    assert result.exit_code == 0
    assert result.stderr == "below/other.score: formatted\nrough.score: formatted\n2 of 3 files changed\n".replace(
        "/", os.sep
    )
    assert (folder / "rough.score").read_text("utf-8") == FINE
    assert (folder / "below" / "other.score").read_text("utf-8") == FINE
    assert (folder / ".hidden" / "hidden.score").read_text("utf-8") == ROUGH
    assert (folder / "notes.txt").read_text("utf-8") == ROUGH
    assert (folder / "fine.score").stat().st_mtime_ns == before.st_mtime_ns
    assert sorted(path.name for path in folder.iterdir()) == [
        ".hidden", "below", "fine.score", "notes.txt", "rough.score",
    ]  # fmt: skip


def test_a_file_with_another_ending_is_formatted_when_it_is_named(folder: Path) -> None:
    (folder / "model.txt").write_text(ROUGH, encoding="utf-8")
    assert fmt("model.txt").exit_code == 0
    assert (folder / "model.txt").read_text("utf-8") == FINE


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_permissions_and_links_stay(folder: Path) -> None:
    (folder / "rough.score").chmod(0o640)
    (folder / "link.score").symlink_to("rough.score")
    assert fmt("link.score").exit_code == 0
    assert (folder / "link.score").is_symlink()
    assert (folder / "rough.score").read_text("utf-8") == FINE
    assert stat.S_IMODE((folder / "rough.score").stat().st_mode) == 0o640


def test_check_lists_the_files_that_would_change_and_writes_none(folder: Path) -> None:
    result = fmt("--check", ".")
    assert (result.exit_code, result.stdout, result.stderr) == (1, "rough.score\n", "1 of 2 files would change\n")
    assert (folder / "rough.score").read_text("utf-8") == ROUGH
    assert fmt("--check", "fine.score").exit_code == 0


def test_diff_shows_what_would_change_and_writes_nothing(folder: Path) -> None:
    result = fmt("--diff")
    assert (result.exit_code, result.stderr) == (0, "1 of 2 files would change\n")
    assert result.stdout == (
        "--- rough.score\n+++ rough.score\n@@ -1,2 +1,2 @@\n"
        '-if title in ["CEO","VP"] then +10\n-visit "/careers" then - 5 #no\n'
        '+if title in ["CEO", "VP"] then +10\n+visit "/careers"          then -5  # no\n'
    )
    assert (folder / "rough.score").read_text("utf-8") == ROUGH
    both = fmt("--diff", "--check")
    assert (both.exit_code, both.stdout) == (1, result.stdout)


def test_a_diff_says_where_the_last_line_has_no_end(folder: Path) -> None:
    (folder / "rough.score").write_text("if a then +1", encoding="utf-8")
    assert fmt("--diff").stdout.endswith("-if a then +1\n\\ No newline at end of file\n+if a then +1\n")


def test_a_diff_is_coloured_on_a_terminal_and_cannot_move_its_cursor(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(formatting, "is_terminal", lambda stream: True)
    monkeypatch.setattr(console, "wants_colour", lambda stream: True)
    (folder / "rough.score").write_text("if a  then +1 # \x1b[2J\n", encoding="utf-8")
    shown = CliRunner().invoke(program, ["fmt", "--diff"], color=True).stdout
    assert "\x1b[32m+if a then +1  #  [2J\x1b[0m" in shown
    assert "\x1b[31m-if a  then +1 #  [2J\x1b[0m" in shown
    assert "\x1b[2J" not in shown


def test_standard_input_goes_to_standard_output(folder: Path) -> None:
    result = fmt("-", input=ROUGH)
    assert (result.exit_code, result.stdout, result.stderr) == (0, FINE, "")
    assert fmt("-", input=FINE).stdout == FINE
    assert (fmt("-", "--check", input=ROUGH).exit_code, fmt("-", "--check", input=FINE).exit_code) == (1, 0)
    assert fmt("-", "--check", input=ROUGH).stdout == "standard input\n"
    assert fmt("-", "--diff", input=ROUGH).stdout.startswith("--- standard input\n")
    both = fmt("-", "rough.score", input=ROUGH)
    assert (both.exit_code, (folder / "rough.score").read_text("utf-8")) == (2, ROUGH)


def test_line_ends_stay_as_they_are_and_a_byte_order_mark_goes(folder: Path) -> None:
    path = folder / "rough.score"
    path.write_bytes(b"\xef\xbb\xbfif a  then +1\r\n\r\nif b then +1")
    assert fmt("rough.score").exit_code == 0
    assert path.read_bytes() == b"if a then +1\r\n\r\nif b then +1\r\n"
    assert fmt("--check", "rough.score").exit_code == 0
    path.write_bytes(b"if a then +1\nif b then +1\r\n")
    assert fmt("rough.score").exit_code == 0
    assert path.read_bytes() == b"if a then +1\nif b then +1\n"


def test_a_file_with_errors_is_left_alone_and_the_others_are_formatted(folder: Path) -> None:
    (folder / "a.score").write_text(WRONG, encoding="utf-8")
    (folder / "b.score").write_bytes(b"if a then +1\n# caf\xe9\n")
    result = fmt("nowhere.score", ".")
    assert result.exit_code == 2
    assert "nowhere.score: there is no such file" in result.stderr
    assert "error[missing-then]" in result.stderr
    assert "a.score: 1 error\n" in result.stderr
    assert "error[not-utf-8]: this file is not UTF-8 text\n  ┌─ b.score:2:6\n" in result.stderr
    assert result.stderr.endswith("1 of 5 files changed\n")
    assert (folder / "a.score").read_text("utf-8") == WRONG
    assert (folder / "rough.score").read_text("utf-8") == FINE


def test_a_folder_without_models_is_an_error(folder: Path) -> None:
    (folder / "empty").mkdir()
    result = fmt("empty")
    assert (result.exit_code, result.stdout) == (2, "")
    assert "empty: there is no .score file in this folder" in result.stderr


@pytest.mark.parametrize("instead", ["if b then +1\n", "if title thn\n", ROUGH.replace(" #no", "")])
def test_a_file_that_would_say_something_else_is_a_bug_of_ours_and_not_written(
    folder: Path, monkeypatch: pytest.MonkeyPatch, instead: str
) -> None:
    monkeypatch.setattr("scorelang.format.whole._text", lambda source, typed: instead)
    result = fmt("rough.score")
    assert result.exit_code == 3
    assert "rough.score would not say the same when formatted" in result.stderr
    assert "this is a bug of scorelang" in result.stderr
    assert (folder / "rough.score").read_text("utf-8") == ROUGH


def test_the_examples_and_the_standard_library_are_laid_out_as_all_models_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).resolve().parent.parent)
    result = fmt("--check", "examples", "stdlib")
    assert (result.exit_code, result.stdout) == (0, ""), result.output
