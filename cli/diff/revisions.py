"""Models at a revision of git: `git:REV:path`."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from attrs import frozen

from scorelang import nodes as n
from scorelang.api import Model, loads
from scorelang.cli.errors import CommandError
from scorelang.cli.models import load_model
from scorelang.diagnostics import Diagnostics
from scorelang.modules import STANDARD
from scorelang.parse import parse
from scorelang.source import MAX_BYTES, source_of
from scorelang.suggest import closest, listed

GIT = "git:"
_SPELLED = "write `git:REVISION:PATH`, as in `git:main:models/acme.score`"


@frozen
class Revision:
    """A file at a revision: the commit, and the path from the root of the repository."""

    asked: str
    revision: str
    commit: str
    path: PurePosixPath


@contextmanager
def model_at(asked: str) -> Iterator[Model]:
    """The model that a path, `-` or `git:REV:path` names; its files are there as long as the block runs.

    Raises what `load_model` raises, and `CommandError` for a revision or path that git does not have.
    """
    if not asked.startswith(GIT):
        yield load_model(asked)
        return
    found = _revision(asked)
    with TemporaryDirectory(prefix="scorelang-") as folder:
        text = _checked_out(found, Path(folder))
        yield loads(text, name=f"{GIT}{found.revision}:{found.path}", folder=folder)


def is_revision(asked: str) -> bool:
    """Whether a model is asked for that stands in git."""
    return asked.startswith(GIT)


def _revision(asked: str) -> Revision:
    revision, colon, path = asked.removeprefix(GIT).partition(":")
    if not revision or not colon or not path:
        raise CommandError(f"{asked} names no model of git", _SPELLED)
    here = _git("rev-parse", "--show-prefix")
    if here is None:
        raise CommandError(f"{asked}: this folder is in no repository of git", "go to the folder of the models")
    commit = _git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    if commit is None:
        raise CommandError(f"{asked}: git knows no revision `{revision}`", _revisions(revision))
    # As git has it: a path is one from the root, unless it begins with a dot.
    inside = PurePosixPath(path.replace("\\", "/"))
    if path.startswith(("./", "../")):
        inside = _plain(PurePosixPath(here.decode("utf-8", "surrogateescape").strip()) / inside)
    return Revision(asked, revision, commit.decode().strip(), inside)


def _plain(path: PurePosixPath) -> PurePosixPath:
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        elif part != ".":
            parts.append(part)
    return PurePosixPath(*parts)


def _revisions(revision: str) -> str:
    """Which branch or tag may have been meant; a checkout in CI often has only the newest commit."""
    names = (_git("for-each-ref", "--format=%(refname:short)") or b"").decode("utf-8", "replace").split()
    near = closest(revision, names)
    shallow = (_git("rev-parse", "--is-shallow-repository") or b"").strip() == b"true"
    if shallow:
        return f"this checkout is shallow: fetch it first (`git fetch origin {revision}`, or `fetch-depth: 0`)"
    return f"did this mean `{near}`?" if near else f"it has {listed(names, limit=10)}" if names else "it has no branch"


def _checked_out(found: Revision, folder: Path) -> str:
    """The text of the model; what it uses is written into the folder, from the same revision."""
    data = _file(found, found.path)
    if data is None:
        raise CommandError(f"{found.asked}: there is no such file at {found.revision}", _near(found))
    text = _decoded(data, found)
    waiting = [(found.path, text)]
    done = {found.path}
    while waiting:
        path, said = waiting.pop()
        for used in _used(said):
            beside = _plain(path.parent / used)
            if beside in done or not _is_inside(beside, found.path.parent):
                continue
            done.add(beside)
            content = _file(found, beside)
            if content is None:
                continue  # loading the model says so, and where it is asked for
            target = folder / beside.relative_to(found.path.parent)
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(content)
            if beside.suffix == ".score":
                waiting.append((beside, content.decode("utf-8", "replace")))
    return text


def _used(text: str) -> Iterator[PurePosixPath]:
    """The paths of the files that a model names."""
    for statement in parse(source_of("model.score", text), Diagnostics()).statements:
        path = statement.path if isinstance(statement, n.Use | n.NamedList) else None
        if path is not None and not path.value.startswith(STANDARD):
            yield PurePosixPath(path.value.replace("\\", "/"))


def _is_inside(path: PurePosixPath, folder: PurePosixPath) -> bool:
    return not path.is_absolute() and ".." not in path.parts and path.is_relative_to(folder)


def _file(found: Revision, path: PurePosixPath) -> bytes | None:
    """The bytes of a file at the revision; None where there is none, or a folder."""
    return _git("cat-file", "blob", f"{found.commit}:{path}")


def _decoded(data: bytes, found: Revision) -> str:
    if len(data) > MAX_BYTES:
        raise CommandError(f"{found.asked}: it has more than the {MAX_BYTES:,} bytes that a model may have")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        message = f"{found.asked} is not UTF-8 text: byte {error.start + 1} is {data[error.start]:#04x}"
        raise CommandError(message, "save it as UTF-8") from None


def _near(found: Revision) -> str:
    """Which file of the revision may have been meant."""
    listing = _git("ls-tree", "-r", "-z", "--name-only", "--full-tree", found.commit) or b""
    names = [name for name in listing.decode("utf-8", "replace").split("\0") if name.endswith(".score")]
    same = [name for name in names if PurePosixPath(name).name == found.path.name]
    near = same[0] if len(same) == 1 else closest(str(found.path), names)
    if near:
        return f"did this mean `{GIT}{found.revision}:{near}`? Paths are from the root of the repository"
    return f"models there: {listed(names, limit=10)}" if names else "there is no .score file at that revision"


def _git(*arguments: str) -> bytes | None:
    """What git prints; None when it says no. Raises `CommandError` where there is no git."""
    try:
        done = subprocess.run(["git", *arguments], stdin=subprocess.DEVNULL, capture_output=True, check=False)
    except FileNotFoundError:
        raise CommandError("git is not installed, or not on the PATH", "name a file instead of a revision") from None
    return done.stdout if done.returncode == 0 else None
