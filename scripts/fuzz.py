"""Look for texts that crash, hang or confuse the parser, the checker or the formatter.

    python scripts/fuzz.py [--number N] [--seconds S] [--seed SEED] [--only INDEX]

Every input is made from a seed and its number: models of the repository with bytes or words changed, words in any
order, bytes of any kind. Whatever it is, it must be read within `LONGEST` seconds of the processor and either be
refused with a `ModelError`, or be formatted to a text that says the same, with the same comments, and that stays as it
is.
What breaks this is made smaller, shown, and kept in `build/fuzz/`; then the exit code is 1.
"""

from __future__ import annotations

import argparse
import os
import re
import secrets
import signal
import sys
import tempfile
import time
import traceback
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from itertools import islice
from multiprocessing import Pool
from pathlib import Path
from random import Random
from types import FrameType

from attrs import frozen
from rich.console import Console
from rich.progress import Progress

import scorelang
from scorelang.diagnostics import Diagnostics
from scorelang.format import FormatBug
from scorelang.layout import read_layout
from scorelang.parse import parse
from scorelang.source import source_of

ROOT = Path(__file__).resolve().parent.parent
KEPT = ROOT / "build" / "fuzz"
NUMBER = 100_000
LONGEST = 5.0  # seconds of the processor for one input
CHUNK = 50  # inputs that a process takes at once
MOST_LINES = 16  # of a model that is changed; what is wrong with a long one is wrong with a part of it
MOST_TRIES = 400  # to make a finding smaller
LINES = 20  # that say how far it is, where the output is no terminal

FENCE = re.compile(r"^```score[^\n]*\n(.*?)^```$", re.MULTILINE | re.DOTALL)
TOKEN = re.compile(r'"(?:\\.|[^"\\\n])*"|#[^\n]*|\w+|[ \t]+|\n[ \t]*|.', re.DOTALL)


# --- what is changed ------------------------------------------------------------------------------------------------


@cache
def corpus() -> tuple[str, ...]:
    """Every model of the repository, and every block of the specification and of the pages of errors."""
    files = [path for folder in ("examples", "stdlib") for path in sorted((ROOT / folder).rglob("*.score"))]
    pages = [path for folder in ("spec", "errors") for path in sorted((ROOT / "tests" / folder).rglob("*.md"))]
    blocks = [block[1] for page in pages for block in FENCE.finditer(page.read_text("utf-8"))]
    return tuple([path.read_text("utf-8") for path in files] + blocks)


@cache
def vocabulary() -> tuple[str, ...]:
    """Every word, sign, text and comment of the corpus, once."""
    return tuple(sorted({token for text in corpus() for token in TOKEN.findall(text)}))


def input_of(seed: str, index: int) -> bytes:
    """The input of a number."""
    random = Random(f"{seed}:{index}")
    return random.choices((_words_changed, _bytes_changed, _any_words, _any_bytes), (55, 30, 10, 5))[0](random)


def _part(random: Random) -> str:
    """Some lines of one model."""
    lines = random.choice(corpus()).splitlines(keepends=True)
    start = random.randrange(max(1, len(lines) - MOST_LINES + 1)) if random.random() < 0.8 else 0
    return "".join(lines[start : start + random.randint(1, MOST_LINES)])


def _words_changed(random: Random) -> bytes:
    tokens = TOKEN.findall(_part(random)) or [""]
    for _ in range(random.choice((0, 1, 1, 1, 2, 3, 5, 8))):
        random.choice(TOKEN_CHANGES)(random, tokens)
    return "".join(tokens).encode()


def _drop(random: Random, tokens: list[str]) -> None:
    at = random.randrange(len(tokens) + 1)
    del tokens[at : at + random.choice((1, 1, 2, 6))]


def _replace(random: Random, tokens: list[str]) -> None:
    if tokens:
        tokens[random.randrange(len(tokens))] = random.choice(vocabulary())


def _insert(random: Random, tokens: list[str]) -> None:
    tokens.insert(random.randrange(len(tokens) + 1), random.choice(vocabulary()))


def _twice(random: Random, tokens: list[str]) -> None:
    at = random.randrange(len(tokens) + 1)
    tokens[at:at] = tokens[at : at + random.choice((1, 2, 6, 20))]


def _exchange(random: Random, tokens: list[str]) -> None:
    if tokens:
        one, other = random.randrange(len(tokens)), random.randrange(len(tokens))
        tokens[one], tokens[other] = tokens[other], tokens[one]


def _remark(random: Random, tokens: list[str]) -> None:
    remark = random.choice(
        ("# {}", "#{}", "#  {}  ", " # {}", "\n# {}", "\n    # {}\n", "#!{}", "# {}\t\f", "# \u2028{}")
    )
    after = random.choice(("\n", "\n    ", "\n        ", "\n  ", "\r\n", ""))
    tokens.insert(random.randrange(len(tokens) + 1), remark.format(random.randrange(1000)) + after)


def _space(random: Random, tokens: list[str]) -> None:
    spaces = [at for at, token in enumerate(tokens) if not token.strip()]
    if spaces:
        white = (
            "",
            " ",
            "   ",
            "\t",
            "\n",
            "\n  ",
            "\n    ",
            "\n        ",
            "\r\n",
            "\n\n\n",
            "\xa0",
            "\f",
            "\u3000",
            "\r",
        )
        tokens[random.choice(spaces)] = random.choice(white)


def _nest(random: Random, tokens: list[str]) -> None:
    one, other = sorted((random.randrange(len(tokens) + 1), random.randrange(len(tokens) + 1)))
    left, right = random.choice((("(", ")"), ("[", "]"), ("not (", ")"), ('"', '"')))
    tokens.insert(other, right)
    tokens.insert(one, left * random.choice((1, 1, 2, 60)))


def _letters(random: Random, tokens: list[str]) -> None:
    if tokens:
        at = random.randrange(len(tokens))
        odd = (
            "\x00",
            "\ufeff",
            "\u200b",
            "é",
            "ß",
            "İ",
            "\U0001f600",
            "\u202e",
            "\\",
            '"',
            "٣",
            "\uff11",
            "9" * 30,
            "_",
            ".",
        )
        tokens[at] += random.choice(odd)


TOKEN_CHANGES: Sequence[Callable[[Random, list[str]], None]] = (
    _drop, _replace, _replace, _insert, _twice, _exchange, _remark, _remark, _space, _space, _nest, _letters,
)  # fmt: skip


def _bytes_changed(random: Random) -> bytes:
    data = bytearray(_part(random).encode())
    for _ in range(random.choice((1, 1, 2, 4, 16))):
        at, size = random.randrange(len(data) + 1), random.choice((1, 1, 2, 8, 40))
        match random.randrange(5):
            case 0:
                data[at : at + size] = b""
            case 1:
                data[at:at] = random.randbytes(size)
            case 2:
                data[at : at + 1] = bytes([data[at] ^ 1 << random.randrange(8)]) if at < len(data) else b""
            case 3:
                data[at:at] = data[(start := random.randrange(len(data) + 1)) : start + size]
            case 4:
                data[at:at] = bytes(random.choices(b' \t\n\r"#()[]:,|+-*.<>=0123456789\\', k=size))
    return bytes(data)


def _any_words(random: Random) -> bytes:
    return "".join(f"{random.choice(vocabulary())} " for _ in range(random.randint(1, 60))).encode()


def _any_bytes(random: Random) -> bytes:
    return random.randbytes(random.randint(0, 200))


# --- what must hold -------------------------------------------------------------------------------------------------


class Hang(Exception):  # noqa: N818
    """An input that took too long."""


class Wrong(Exception):  # noqa: N818
    """A formatted text that is not what it should be."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise Hang(f"no end after {LONGEST} s of the processor")


def problem_with(data: bytes) -> tuple[str, str] | None:
    """What an input breaks: its kind, the same for the same bug, and all that is known of it; None for nothing."""
    timed = hasattr(signal, "setitimer")
    try:
        if timed:
            signal.signal(signal.SIGPROF, _stop)
            signal.setitimer(signal.ITIMER_PROF, LONGEST)
        check(data)
    except Exception as error:
        frames = [frame for frame in traceback.extract_tb(error.__traceback__) if frame.filename != __file__]
        place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames and not isinstance(error, Hang) else ""
        told = isinstance(error, Wrong | FormatBug)
        kind = f"{type(error).__name__} {str(error) if told else place}".strip()
        return kind, "".join(traceback.format_exception(error, limit=-6))
    finally:
        if timed:
            signal.setitimer(signal.ITIMER_PROF, 0)
    return None


def check(data: bytes) -> None:
    """Raise what is wrong with how an input is treated."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        _load(data)
        text = data.decode("utf-8", "replace")
    try:
        scorelang.loads(text)
        is_model = True
    except scorelang.ModelError as error:
        str(error)
        is_model = False
    try:
        formatted = scorelang.format_text(text)
    except scorelang.ModelError as error:
        if is_model and not all(one.code.endswith("-too-long") for one in error.diagnostics):
            raise Wrong("a model is not formatted") from None
        return
    said, remarks = read(text)
    again, kept = read(formatted)
    if again != said:
        raise Wrong("the formatted text says something else")
    if kept != remarks:
        raise Wrong("a comment is lost")
    if scorelang.format_text(formatted) != formatted:
        raise Wrong("formatting twice is not formatting once")


def _load(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "model.score")
        path.write_bytes(data)
        try:
            scorelang.load(path)
        except scorelang.ModelError as error:
            str(error)


def read(text: str) -> tuple[object, list[str]]:
    """What a text says, None for one with syntax errors, and the words of its comments in order."""
    source, found = source_of("model.score", text), Diagnostics()
    said = parse(source, found)
    spans = read_layout(source, Diagnostics()).comments
    return None if found.found else said, [source.text[span.start + 1 : span.end].strip() for span in spans]


# --- the run --------------------------------------------------------------------------------------------------------


@frozen
class Finding:
    """An input that breaks something: its number, the kind of bug, what is known of it, and the input made smaller."""

    index: int
    kind: str
    report: str
    data: bytes


def findings_in(task: tuple[str, range]) -> tuple[int, list[Finding]]:
    """How many inputs were tried, and what they broke, of each kind of bug the first."""
    seed, numbers = task
    found: dict[str, Finding] = {}
    for index in numbers:
        data = input_of(seed, index)
        problem = problem_with(data)
        if problem is not None and problem[0] not in found:
            found[problem[0]] = Finding(index, *problem, smaller(data, problem[0]))
    return len(numbers), list(found.values())


def smaller(data: bytes, kind: str) -> bytes:
    """As much of an input as it takes to break the same thing: lines, then words, then bytes are left out."""
    tries = MOST_TRIES if not kind.startswith("Hang") else 10
    for pattern in (rb"[^\n]*\n|[^\n]+", rb"\w+|\W", rb"(?s)."):
        pieces = re.findall(pattern, data)
        size = max(1, len(pieces) // 2)
        while size:
            at = 0
            while at < len(pieces) and tries:
                tries -= 1
                fewer = pieces[:at] + pieces[at + size :]
                found = problem_with(b"".join(fewer))
                if found is not None and found[0] == kind:
                    pieces = fewer
                else:
                    at += size
            size //= 2
        data = b"".join(pieces)
    return data


def tasks(seed: str, number: int, seconds: float | None) -> Iterator[tuple[str, range]]:
    """The numbers of the inputs in chunks, until the time is over."""
    start = time.monotonic()
    for first in range(0, number, CHUNK):
        if seconds is not None and time.monotonic() - start > seconds:
            return
        yield seed, range(first, min(first + CHUNK, number))


def run(seed: str, number: int, seconds: float | None = None) -> tuple[int, dict[str, Finding]]:
    """How many inputs were tried, and of each kind of bug one that shows it."""
    tried, told, found = 0, 0, dict[str, Finding]()
    processes = os.cpu_count() or 1
    console = Console(stderr=True)
    waiting = tasks(seed, number, seconds)
    with Pool(processes) as pool, Progress(console=console, disable=not console.is_terminal) as progress:
        shown = progress.add_task("inputs", total=number)
        # In rounds, for a pool takes up all tasks at once, however long they last.
        while round_ := list(islice(waiting, 2 * processes)):
            for count, some in pool.imap_unordered(findings_in, round_):
                tried += count
                progress.update(shown, completed=tried)
                for finding in (one for one in some if one.kind not in found):
                    found[finding.kind] = finding
                    line = f"{finding.kind} (input {finding.index})"
                    console.print(line, markup=False, soft_wrap=True, style="red")
            # Where there is no bar, a line now and then says that it goes on.
            if not console.is_terminal and tried * LINES // number > told:
                told = tried * LINES // number
                console.print(f"{tried:,} of {number:,} inputs", markup=False, highlight=False, soft_wrap=True)
    return tried, found


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line; return its exit code."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument(
        "--number", type=int, default=NUMBER, metavar="N", help=f"how many inputs (default: {NUMBER:,})"
    )
    parser.add_argument("--seconds", type=float, metavar="S", help="begin no more inputs after so many seconds")
    parser.add_argument("--seed", default=secrets.token_hex(4), help="the seed of an earlier run, to have it again")
    parser.add_argument("--only", type=int, metavar="INDEX", help="show one input, and what it breaks")
    options = parser.parse_args(arguments)
    if options.only is not None:
        data = input_of(options.seed, options.only)
        problem = problem_with(data)
        print(data.decode("utf-8", "backslashreplace"), *(problem or ("nothing is wrong",)), sep="\n")
        return 1 if problem else 0
    start = time.monotonic()
    print(f"seed {options.seed}", flush=True)
    tried, found = run(options.seed, options.number, options.seconds)
    for finding in found.values():
        KEPT.mkdir(parents=True, exist_ok=True)
        path = KEPT / f"{options.seed}-{finding.index}.score"
        path.write_bytes(finding.data)
        print(f"\n{finding.kind}\n{finding.report}--seed {options.seed} --only {finding.index}; made smaller: {path}")
    print(f"{tried:,} inputs in {time.monotonic() - start:.0f} s, {len(found)} kinds of bugs")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
