"""What was found in a file once, kept in the user's cache: it is found out again when anything changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from attrs import evolve, frozen

from scorelang.cache import WORTH, keep, recall
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.model import CheckedModel
from scorelang.modules import MAX_LIST_BYTES
from scorelang.source import Source, are_as_noted, source_of

KIND = "linted"
NOWHERE = source_of("", "")
# Questions that were left open for lack of time are asked again where there is clearly more of it.
AS_MUCH = 0.9


@frozen
class Kept:
    """What the rules found in a file, and the digests of the files around it that they read, by path.

    `undecided` is what was left open; `had` the seconds there were, where that was for lack of time.
    """

    read: Mapping[str, str | None]
    findings: tuple[Finding, ...]
    undecided: Finding | None
    had: float | None


def recalled(said: str, source: Source, seconds: float) -> Kept | None:
    """What was found in this very file with as much time; None when it is not known. `said` is from `said_of`."""
    kept = recall(KIND, said)
    if not isinstance(kept, Kept) or not are_as_noted(kept.read, MAX_LIST_BYTES):
        return None
    if kept.had is not None and kept.had < seconds * AS_MUCH:
        return None
    undecided = kept.undecided and evolve(kept.undecided, source=source)
    return evolve(kept, findings=tuple(evolve(one, source=source) for one in kept.findings), undecided=undecided)


def keep_found(said: str, model: CheckedModel, kept: Kept) -> None:
    """Keep what was found in a file of a model for the next time; of a short one, it is soon found again."""
    if sum(len(source.text) for source in model.sources) >= WORTH:
        undecided = kept.undecided and evolve(kept.undecided, source=NOWHERE)
        findings = tuple(evolve(one, source=NOWHERE) for one in kept.findings)
        keep(KIND, said, evolve(kept, findings=findings, undecided=undecided))


def said_of(source: Source, folder: Path | None, rules: Sequence[type[Rule]], around: Sequence[str]) -> str:
    """All that findings depend on but what other files say: the rules, the text, and `around`, which others there are.

    `folder` is where the file's `use` paths begin.
    """
    codes = (rule.code for rule in rules)
    return "\0".join([*codes, str(folder and folder.absolute()), *around, "", source.name, source.text])


def with_model(said: str, model: CheckedModel) -> str:
    """The same, where it is not known what was read for the model: its lists are in its fingerprint."""
    texts = (part for source in model.sources for part in (source.name, source.text))
    return "\0".join([said, model.fingerprint, *texts])
