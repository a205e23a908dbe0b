"""`scorelang test --watch`: what is run again when a file is saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from click.testing import CliRunner

from scorelang.cli import program
from scorelang.cli.watching import files_of, watch

MODEL = 'list named from "named.csv"\nif domain(email) in named then +1\ntest "t":\n    expect score 0\n'


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SCORELANG_CACHE", "")
    Path("acme.score").write_text(MODEL)
    Path("named.csv").write_text("acme.example\n")
    Path("acme_test.score").write_text('use model "acme.score"\ntest "u":\n    expect score 0\n')
    Path("other.score").write_text("visit then +1\n")
    return tmp_path


def watched(*saves: Callable[[], object], paths: Sequence[str] = (".",), fails: bool = False) -> list[list[str]]:
    """What is run at first, and after each of the saves; then Ctrl-C is pressed."""
    runs: list[list[str]] = []
    waiting = list(saves)

    def run(paths: Sequence[str]) -> int:
        runs.append([Path(path).as_posix() for path in paths])
        if fails:
            raise OSError(2, "no such file", "acme.score")
        return len(runs)

    def pause() -> None:
        if not waiting:
            raise KeyboardInterrupt
        waiting.pop(0)()

    assert watch(paths, run, pause) == (2 if fails else len(runs))
    return runs


def save(name: str, text: str) -> Callable[[], object]:
    return lambda: Path(name).write_text(text)


@pytest.mark.usefixtures("folder")
class TestWatch:
    def test_a_saved_file_runs_the_models_that_it_is_part_of(self) -> None:
        assert watched(save("other.score", "visit then +20\n")) == [["."], ["other.score"]]
        assert watched(save("acme.score", MODEL + "# more\n")) == [["."], ["acme.score", "acme_test.score"]]
        assert watched(save("named.csv", "b.example\nc.example\n")) == [["."], ["acme.score", "acme_test.score"]]
        assert watched(save("acme_test.score", "# no use\n")) == [["."], ["acme_test.score"]]

    def test_a_new_file_is_run_and_a_removed_one_is_not(self) -> None:
        assert watched(save("new.score", "visit then +3\n")) == [["."], ["new.score"]]
        assert watched(lambda: Path("other.score").unlink()) == [["."]]

    def test_what_was_saved_and_what_was_removed_is_told(self, capsys: pytest.CaptureFixture[str]) -> None:
        watched(save("other.score", "visit then +20\n"), lambda: Path("other.score").unlink())
        told = capsys.readouterr().err
        assert "\nother.score saved\n" in told
        assert "\nother.score removed\n" in told
        assert "watching 4 files; Ctrl-C ends\n" in told

    def test_a_file_in_a_folder_is_told_with_its_path_from_here(self, capsys: pytest.CaptureFixture[str]) -> None:
        Path("inner").mkdir()
        watched(save("inner/new.score", "visit then +3\n"))
        assert f"\n{Path('inner/new.score')} saved\n" in capsys.readouterr().err

    def test_a_list_that_is_removed_runs_the_models_that_read_it(self) -> None:
        assert watched(Path("named.csv").unlink) == [["."], ["acme.score", "acme_test.score"]]

    def test_a_file_that_is_saved_while_tests_run_is_run_again(self) -> None:
        runs: list[Sequence[str]] = []

        def run(paths: Sequence[str]) -> int:
            if not runs:
                Path("other.score").write_text("visit then +20\n")
            runs.append(paths)
            return 0

        def pause() -> None:
            if len(runs) > 1:
                raise KeyboardInterrupt

        watch(["."], run, pause)
        assert runs == [["."], ["other.score"]]

    def test_a_file_that_goes_and_comes_back_is_run_again(self) -> None:
        saves = (Path("other.score").unlink, save("other.score", "visit then +4\n"))
        assert watched(*saves, paths=["other.score"])[-1] == ["other.score"]

    def test_what_no_model_names_is_not_watched(self) -> None:
        assert watched(save("leads.csv", "id\n1\n"), save("notes.md", "x")) == [["."]]

    def test_one_file_can_be_watched(self) -> None:
        saves = (save("other.score", "visit then +9\n"), save("named.csv", "d.example\n"))
        assert watched(*saves, paths=["acme.score"]) == [["acme.score"], ["acme.score"]]

    def test_a_run_that_cannot_be_does_not_end_it(self) -> None:
        assert len(watched(save("other.score", "visit then +29\n"), fails=True)) == 2

    def test_standard_input_cannot_be_watched_and_nothing_is_written_meanwhile(self) -> None:
        for arguments in (["-"], ["--update"], ["--generate", "x.score"]):
            result = CliRunner().invoke(program, ["test", "--watch", *arguments])
            assert result.exit_code == 2

    def test_files_are_found_through_files_even_in_a_circle(self) -> None:
        Path("a.score").write_text('use x from "b.score"\nuse free_mail from "std/email"\n')
        Path("b.score").write_text('use y from "a.score"\nlist z from "lists/z.csv"\n')
        assert {path.name for path in files_of(Path("a.score"))} == {"a.score", "b.score", "z.csv"}
