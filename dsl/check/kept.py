"""Checked models of long files, kept in the user's cache: what was checked once is read back in a tenth of the time."""

from __future__ import annotations

import contextlib
import pickle
from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from scorelang import nodes as n
from scorelang.cache import WORTH, keep, pickled, recall
from scorelang.model import CheckedModel
from scorelang.modules import MAX_LIST_BYTES
from scorelang.source import Source, are_as_noted

KIND = "checked"


@frozen
class Kept:
    """A model without mistakes, the nodes of its file, and the digests of the other files it was made from, by path.

    The nodes are pickled by themselves: who scores leads has no use for them.
    """

    read: Mapping[str, str | None]
    nodes: bytes
    model: CheckedModel

    def file(self) -> n.File:
        """The nodes of the file."""
        file = pickle.loads(self.nodes)
        assert isinstance(file, n.File)
        return file


def recalled(source: Source, folder: Path | None) -> Kept | None:
    """What was kept of this very text, if all that it uses is as it was."""
    kept = recall(KIND, _said(source, folder))
    if not isinstance(kept, Kept) or not are_as_noted(kept.read, MAX_LIST_BYTES):
        return None
    return kept


def keep_checked(
    source: Source, folder: Path | None, file: n.File, model: CheckedModel, read: Mapping[str, str | None]
) -> None:
    """Keep a model for the next time, with the nodes of its file, and the digests of the other files, by path."""
    with contextlib.suppress(pickle.PicklingError, RecursionError):
        keep(KIND, _said(source, folder), Kept(read, pickled(file), model))


def is_worth_keeping(source: Source) -> bool:
    """Whether reading a model back is quicker than checking it again."""
    return len(source.text) >= WORTH


def _said(source: Source, folder: Path | None) -> str:
    return "\0".join((source.name, str(folder.absolute()) if folder is not None else "", source.text))
