"""Output files: whole on success, untouched on failure."""

import errno
import gzip
import os
import stat
from pathlib import Path

import pytest

from scorelang.data import DataError, open_output, open_text_output


def refused(path: Path | str) -> DataError:
    with pytest.raises(DataError) as caught, open_output(str(path)) as out:
        out.write(b"x")
    return caught.value


def test_a_file_appears_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with open_output(str(path)) as out:
        out.write(b"half")
        out.flush()
        assert not path.exists()
    assert path.read_bytes() == b"half"
    assert os.listdir(tmp_path) == ["results.csv"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, SystemExit, BrokenPipeError, GeneratorExit])
def test_after_any_exception_the_file_is_as_it_was(tmp_path: Path, error: type[BaseException]) -> None:
    path = tmp_path / "results.csv"
    path.write_bytes(b"before")

    def write_half() -> None:
        with open_output(str(path)) as out:
            out.write(b"half")
            raise error

    with pytest.raises(error):
        write_half()
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["results.csv"]


def test_text_is_utf8_with_the_line_ends_it_has(tmp_path: Path) -> None:
    path = tmp_path / "model.score"
    with open_text_output(str(path)) as out:
        print("é", file=out)
        out.write("b\r\n")
    assert path.read_bytes() == "é\nb\r\n".encode()


@pytest.mark.parametrize("path", [None, "-"])
def test_no_path_is_standard_output_which_stays_open(
    capfdbinary: pytest.CaptureFixture[bytes], path: str | None
) -> None:
    with open_output(path) as out:
        out.write(b"\xff")
    with open_text_output(path) as text:
        text.write("é")
    assert capfdbinary.readouterr().out == b"\xff\xc3\xa9"


def test_a_name_in_gz_is_packed_and_equal_contents_are_equal_files(tmp_path: Path) -> None:
    for name in ("a.csv.gz", "b.csv.gz"):
        with open_output(str(tmp_path / name)) as out:
            out.write(b"id\n")
    assert gzip.decompress((tmp_path / "a.csv.gz").read_bytes()) == b"id\n"
    assert (tmp_path / "a.csv.gz").read_bytes() == (tmp_path / "b.csv.gz").read_bytes()


def test_a_new_file_has_the_usual_permissions_and_an_old_one_keeps_its_own(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    (tmp_path / "old").write_bytes(b"")
    (tmp_path / "old").chmod(0o640)
    for name in ("new", "old"):
        with open_output(str(tmp_path / name)) as out:
            out.write(b"x")
    modes = {name: stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("plain", "new", "old")}
    assert modes["new"] == modes["plain"]
    assert modes["old"] == 0o640


def test_through_a_link_the_file_it_leads_to_is_replaced(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "folder" / "real").write_bytes(b"before")
    (tmp_path / "link").symlink_to(Path("folder") / "real")
    with open_output(str(tmp_path / "link")) as out:
        out.write(b"after")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "folder" / "real").read_bytes() == b"after"


def test_a_device_is_written_and_not_replaced() -> None:
    with open_output(os.devnull) as out:
        out.write(b"x")
    assert stat.S_ISCHR(os.stat(os.devnull).st_mode)


def test_a_relative_path_is_in_the_working_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    with open_output("out.csv") as out:
        out.write(b"x")
    assert (tmp_path / "out.csv").read_bytes() == b"x"


def test_a_folder_is_not_a_file(tmp_path: Path) -> None:
    assert refused(tmp_path).message == "this is a folder, not a file"


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "no" / "out.csv").message == f"there is no folder {tmp_path / 'no'}"


def test_a_file_for_a_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert refused(tmp_path / "file" / "out.csv").message == "it cannot be written: not a directory"


def test_a_name_with_a_nul_is_no_name() -> None:
    assert refused("a\0b").message == "this is not the name of a file"


def test_a_folder_without_permission_is_an_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> int:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES))

    monkeypatch.setattr(os, "open", refuse)
    assert refused(tmp_path / "out.csv").message == "there is no permission to write it"


def test_a_file_that_may_not_be_written_is_not_replaced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "out.csv").write_bytes(b"before")
    monkeypatch.setattr(os, "access", lambda *_: False)
    assert refused(tmp_path / "out.csv").message == "there is no permission to write it"
    assert (tmp_path / "out.csv").read_bytes() == b"before"


def test_a_file_that_nobody_may_write_is_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "model.score").write_bytes(b"before")
    (tmp_path / "model.score").chmod(0o444)
    assert refused(tmp_path / "model.score").message == "there is no permission to write it"
    assert (tmp_path / "model.score").read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["model.score"]


def test_a_full_disk_is_an_error_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="no space left on device"), open_output(str(tmp_path / "out.csv")):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert os.listdir(tmp_path) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="this system has no device that is always full")
def test_a_full_device_is_an_error() -> None:
    assert "no space left" in refused("/dev/full").message


def test_other_errors_of_the_block_are_passed_on(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError), open_output(str(tmp_path / "out.csv")):
        (tmp_path / "missing").read_bytes()
