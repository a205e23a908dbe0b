"""What differs between two versions of a model, as data."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePath
from typing import Literal

from attrs import Factory, frozen

from scorelang import model as m

Kind = Literal["added", "removed", "changed", "renamed", "moved"]
What = Literal[
    "model", "score", "category", "persona", "rule", "choice", "gate", "stage", "grade", "route", "field", "event",
    "define", "list",
]  # fmt: skip
# The order in which changes are told: what a model is made of, and then what it reads.
ORDER: tuple[What, ...] = (
    "model", "category", "persona", "rule", "choice", "score", "gate", "stage", "grade", "route", "define", "list",
    "field", "event",
)  # fmt: skip


@frozen
class Aspect:
    """One thing that differs: what it is (`points`), and how it read before and reads after; empty where it is not."""

    what: str
    before: str
    after: str


@frozen
class Spot:
    """A line of a file."""

    path: str
    line: int

    @classmethod
    def of(cls, place: m.Place) -> Spot:
        """Where a place is."""
        return cls(place.source.name, place.line)

    def __str__(self) -> str:
        return f"{PurePath(self.path).name}:{self.line}"


@frozen
class Change:
    """One part of a model that differs.

    `name` is what it is known by in the new version (in the old one when it was removed), `was` the old identity where
    that differs; `text` is how it reads, `group` the category or persona that it stands in. `reaches` names the rules
    and other parts that mean something else through it.
    """

    what: What
    kind: Kind
    name: str
    text: str = ""
    group: str | None = None
    was: str | None = None
    aspects: tuple[Aspect, ...] = ()
    before: Spot | None = None
    after: Spot | None = None
    reaches: tuple[str, ...] = ()


@frozen
class Version:
    """One of the two models: what it is called, and what its file is called."""

    path: str
    name: str | None
    version: float | int | str | None
    fingerprint: str

    @classmethod
    def of(cls, model: m.CheckedModel) -> Version:
        """The version that a model is."""
        return cls(model.source.name, model.name, model.version, model.fingerprint)


@frozen
class Difference:
    """All that differs in meaning between two versions, in the order of `ORDER`.

    `identities` are the new identities of rules and gates by the old ones, where the two are not the same.
    """

    old: Version
    new: Version
    changes: tuple[Change, ...]
    identities: Mapping[str, str] = Factory(dict)

    def renamed(self, *what: What) -> dict[str, str]:
        """The new names of stages, categories or personas by the old ones, where these differ."""
        return {each.was: each.name for each in self.changes if each.what in what and each.was is not None}
