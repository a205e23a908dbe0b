"""What was found in a file once, kept in the user's cache: it is found out again when anything changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from attrs import evolve, frozen

from scorelang.cache import WORTH, keep, recall
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule
from scorelang.lint.subject import Subject
from scorelang.modules import MAX_LIST_BYTES
from scorelang.source import are_as_noted, source_of

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


def recalled(subject: Subject, rules: Sequence[type[Rule]], around: Sequence[str], seconds: float) -> Kept | None:
    """What these rules found in this very file with as much time; None when it is not known.

    `around` are the paths of the files that may have to do with it.
    """
    kept = recall(KIND, _said(subject, rules, around)) if _is_worth_it(subject) else None
    if not isinstance(kept, Kept) or not are_as_noted(kept.read, MAX_LIST_BYTES):
        return None
    if kept.had is not None and kept.had < seconds * AS_MUCH:
        return None
    undecided = kept.undecided and evolve(kept.undecided, source=subject.source)
    return evolve(
        kept, findings=tuple(evolve(one, source=subject.source) for one in kept.findings), undecided=undecided
    )


def keep_found(subject: Subject, rules: Sequence[type[Rule]], around: Sequence[str], kept: Kept) -> None:
    """Keep what was found for the next time."""
    if _is_worth_it(subject):
        undecided = kept.undecided and evolve(kept.undecided, source=NOWHERE)
        findings = tuple(evolve(one, source=NOWHERE) for one in kept.findings)
        keep(KIND, _said(subject, rules, around), evolve(kept, findings=findings, undecided=undecided))


def _is_worth_it(subject: Subject) -> bool:
    # Data is compared as it is each time.
    return subject.data is None and sum(len(source.text) for source in subject.model.sources) >= WORTH


def _said(subject: Subject, rules: Sequence[type[Rule]], around: Sequence[str]) -> str:
    """All that the findings depend on but what the files around say: the rules, the model, its lists, whose lines."""
    model, folder = subject.model, subject.folder
    texts = [part for source in (subject.source, *model.sources) for part in (source.name, source.text)]
    return "\0".join(
        [*(rule.code for rule in rules), model.fingerprint, str(folder and folder.absolute()), *around, "", *texts]
    )
