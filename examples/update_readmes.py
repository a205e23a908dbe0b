"""Run every command of the READMEs of the examples, and write what it prints below it. The tests only compare.

Commands stand in the blocks ```console (`$ command`, and what it prints) and ```sh (a command a line, whose output is
not shown). They run in the order of their README in a copy of the examples, with the width of a page.

    python examples/update_readmes.py [EXAMPLE]…
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
BLOCK = re.compile(r"^```(console|sh)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHOWN = re.compile(r"^\$ (.*)\n((?:(?!\$ ).*\n)*)", re.MULTILINE)


class Command(NamedTuple):
    """A command of a README, the text that is shown below it (None where none is), and where that text stands."""

    text: str
    shown: str | None
    span: tuple[int, int]


def commands(readme: str) -> Iterator[Command]:
    """The commands of a README in their order."""
    for block in BLOCK.finditer(readme):
        if block[1] == "sh":
            yield from (Command(line, None, block.span(2)) for line in block[2].splitlines() if line.strip())
            continue
        for found in SHOWN.finditer(readme, block.start(2), block.end(2)):
            yield Command(found[1], found[2], found.span(2))


def output(command: str, folder: Path) -> str:
    """What a command prints, standard error last. Raises `CalledProcessError` when it fails."""
    words = shlex.split(command)
    # The `python` and `scorelang` of this environment, wherever the search path leads.
    found = shutil.which(words[0], path=os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))
    plain = {**os.environ, "COLUMNS": "100", "NO_COLOR": "1", "PYTHONUTF8": "1"}
    done = subprocess.run(
        [found or words[0], *words[1:]], cwd=folder, env=plain, capture_output=True, text=True, encoding="utf-8"
    )
    if done.returncode:
        print(done.stdout, done.stderr, sep="\n")
        raise subprocess.CalledProcessError(done.returncode, command)
    return done.stdout + done.stderr


def is_as_shown(shown: str, got: str) -> bool:
    """Whether a text is what a README shows, where `…` stands for any text: within a line, or alone for whole lines."""
    parts = re.split(r"(^…\n|…)", shown.rstrip() + "\n", flags=re.MULTILINE)
    any_text = {"…\n": r"(?:.*\n)*", "…": r".*"}
    pattern = "".join(any_text.get(part) or re.escape(part) for part in parts)
    return re.fullmatch(pattern, trimmed(got)) is not None


def trimmed(text: str) -> str:
    """The text without spaces at the ends of its lines and empty lines at its end."""
    return "\n".join(line.rstrip() for line in text.splitlines()).rstrip() + "\n"


def copy_of_examples(folder: Path) -> Path:
    """A copy of the examples to run commands beside, without the data that was fetched."""
    shutil.copytree(HERE, folder / "examples", ignore=shutil.ignore_patterns("data", "__pycache__"))
    return folder


class ShownInPartsError(Exception):
    """A command no longer prints what a README shows of it in parts, which only a person can choose anew."""


def updated(readme: str, folder: Path) -> str:
    """The README with what its commands print now. Raises `ShownInPartsError` where `…` stands in what they printed."""
    pieces, end = [], 0
    for command in commands(readme):
        got = output(command.text, folder)
        if command.shown is None or (command.shown.strip() and is_as_shown(command.shown, got)):
            continue
        if "…" in command.shown:
            raise ShownInPartsError(f"delete what is shown below `{command.text}`, or choose from this:\n{got}")
        pieces += [readme[end : command.span[0]], trimmed(got)]
        end = command.span[1]
    return "".join([*pieces, readme[end:]])


def main(names: Sequence[str]) -> None:
    """Write the READMEs of some examples, or of all, anew."""
    for name in names or sorted(path.parent.name for path in HERE.glob("*/README.md")):
        path = HERE / name / "README.md"
        with tempfile.TemporaryDirectory() as folder:
            try:
                text = updated(path.read_text(encoding="utf-8"), copy_of_examples(Path(folder)))
            except ShownInPartsError as error:
                sys.exit(f"{path}: {error}")
        path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
