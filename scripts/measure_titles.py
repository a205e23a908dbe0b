"""How often `stdlib/titles.score` tells a rank and a function, on the titles of the package find-job-titles.

    python scripts/measure_titles.py                      the shares
    python scripts/measure_titles.py --sample ranks 200   200 titles that got a rank, to read by hand
    python scripts/measure_titles.py --sample no-rank 200 (or functions, no-function)

The sample is drawn with a fixed seed, so that two readers read the same one.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import re
import sys
from collections import Counter
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path
from types import CodeType

from attrs import frozen

from scorelang.values import fold, mentions

ROOT = Path(__file__).resolve().parent.parent
TITLES = ROOT / "stdlib" / "titles.score"
SEED = 1
RANKS = ("c_level", "vp_level", "director_level", "manager_level", "senior_level", "entry_level")
KINDS = ("ranks", "no-rank", "functions", "no-function")
ROLES = ("decision_maker", "influencer", "recommender")
# The functions are the lists from this one to the end of the file.
FIRST_FUNCTION = "marketing"

LIST = re.compile(r"^list (\w+) = (\[.*?\])", re.MULTILINE | re.DOTALL)
DEFINE = re.compile(r"^define (\w+) as (.*(?:\n[ ]+.*)*)", re.MULTILINE)
MENTIONS = re.compile(r"title mentions (\w+)")
WORD = re.compile(r"[^\W_]+")


@frozen
class WordList:
    """A list's folded phrases by their first word, so that a title is held against few of them."""

    by_word: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, phrases: Iterable[str]) -> WordList:
        """Index the phrases, each a text with at least one letter or digit."""
        by_word: dict[str, tuple[str, ...]] = {}
        for phrase in map(fold, phrases):
            word = WORD.findall(phrase)[0]
            by_word[word] = (*by_word.get(word, ()), phrase)
        return cls(by_word)

    def is_mentioned(self, title: str, words: list[str]) -> bool:
        """Whether the folded title of these words mentions one of the phrases, as the language's `mentions` does."""
        return any(mentions(title, phrase) for word in words for phrase in self.by_word.get(word, ()))


@frozen
class Told:
    """What a title tells: rank and buying role (at most one each, or the conditions are wrong), and functions."""

    ranks: tuple[str, ...]
    roles: tuple[str, ...]
    functions: tuple[str, ...]


@frozen
class Titles:
    """The lists and conditions of `titles.score`."""

    lists: Mapping[str, WordList]
    defines: Mapping[str, CodeType]

    @property
    def functions(self) -> tuple[str, ...]:
        """The names of the function lists."""
        names = tuple(self.lists)
        return names[names.index(FIRST_FUNCTION) :]

    def tell(self, title: str) -> Told:
        """What the lists and conditions say of a title."""
        asked = _Asked(self, title)
        return Told(
            tuple(rank for rank in RANKS if asked[f"is_{rank}"]),
            tuple(role for role in ROLES if asked[f"is_{role}"]),
            tuple(name for name in self.functions if asked[name]),
        )


class _Asked(dict[str, bool]):
    """The lists and conditions on one title, each worked out when its name is first asked for."""

    def __init__(self, titles: Titles, title: str) -> None:
        self.titles = titles
        self.title = fold(title)
        self.words = WORD.findall(self.title)

    def __missing__(self, name: str) -> bool:
        known = self.titles.lists.get(name)
        if known is None:
            held = bool(eval(self.titles.defines[name], {}, self))
        else:
            held = known.is_mentioned(self.title, self.words)
        self[name] = held
        return held


def read_titles(path: Path = TITLES) -> Titles:
    """Read the lists and conditions out of a `.score` file that holds nothing else.

    A list is JSON but for its name; a condition of `title mentions LIST`, `and`, `or`, `not` and brackets reads in
    Python as it does in the language, binding included, when the title is known.
    """
    text = path.read_text(encoding="utf-8")
    lists = {name: WordList.of(json.loads(items)) for name, items in LIST.findall(text)}
    defines = {
        name: compile("(" + MENTIONS.sub(r"\1", condition) + ")", str(path), "eval")
        for name, condition in DEFINE.findall(text)
    }
    return Titles(lists, defines)


def measured_titles() -> list[str]:
    """The distinct titles of find-job-titles without regard to case, sorted.

    The package's own code is not run: it needs a module that newer versions of setuptools no longer have.
    Raises `PackageNotFoundError` when the package is not installed.
    """
    packed = Path(str(distribution("find-job-titles").locate_file("find_job_titles/data/titles_combined.txt.gz")))
    lines = gzip.decompress(packed.read_bytes()).decode("utf-8").splitlines()
    return sorted({line.strip().lower(): line.strip() for line in sorted(lines)}.values())


@frozen
class Shares:
    """What the lists say of many titles: how many, the parts (0 to 1) that get something, and the counts of each."""

    titles: int
    ranked: float
    functional: float
    either: float
    ranks: Counter[str]
    roles: Counter[str]
    functions: Counter[str]


def measure(known: Titles, titles: list[str]) -> Shares:
    """The shares of the titles that get a rank, a function, and either."""
    told = [known.tell(title) for title in titles]
    return Shares(
        len(titles),
        sum(bool(one.ranks) for one in told) / len(titles),
        sum(bool(one.functions) for one in told) / len(titles),
        sum(bool(one.ranks or one.functions) for one in told) / len(titles),
        Counter(name for one in told for name in one.ranks),
        Counter(name for one in told for name in one.roles),
        Counter(name for one in told for name in one.functions),
    )


def sample(known: Titles, titles: list[str], kind: str, size: int) -> list[str]:
    """Titles to read by hand, one a line with what they got; `kind` is one of KINDS."""
    found = [(title, known.tell(title)) for title in titles]
    names = [(title, told.ranks if "rank" in kind else told.functions) for title, told in found]
    chosen = [pair for pair in names if bool(pair[1]) is not kind.startswith("no-")]
    drawn = random.Random(SEED).sample(chosen, min(size, len(chosen)))
    return [f"{title}: {', '.join(got)}" if got else title for title, got in drawn]


def _print_shares(shares: Shares) -> None:
    print(f"{shares.titles:,} titles")
    print(f"{shares.ranked:.1%} get a rank, {shares.functional:.1%} a function, {shares.either:.1%} either")
    for what, counts in (("rank", shares.ranks), ("buying role", shares.roles), ("function", shares.functions)):
        print(f"by {what}: " + ", ".join(f"{name} {count:,}" for name, count in counts.most_common()))


def main() -> None:
    """Print the shares, or a sample."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    kinds = ", ".join(KINDS)
    parser.add_argument("--sample", nargs=2, metavar=("KIND", "SIZE"), help=f"print titles to read; KIND: {kinds}")
    asked = parser.parse_args().sample
    if asked and (asked[0] not in KINDS or not asked[1].isdigit()):
        parser.error(f"--sample takes a KIND ({kinds}) and a SIZE (a whole number)")
    try:
        titles = measured_titles()
    except PackageNotFoundError:
        sys.exit("find-job-titles is not installed: pip install find-job-titles==0.7.0")
    if asked:
        print("\n".join(sample(read_titles(), titles, asked[0], int(asked[1]))))
    else:
        _print_shares(measure(read_titles(), titles))


if __name__ == "__main__":
    main()
