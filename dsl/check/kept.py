"""Checked models of long files, kept in the user's cache: what was checked once is read back in a tenth of the time."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from attrs import frozen

from scorelang import nodes as n
from scorelang.cache import WORTH, keep, recall
from scorelang.model import CheckedModel
from scorelang.modules import MAX_LIST_BYTES
from scorelang.source import Source, are_as_noted

KIND = "checked"


@frozen
class Kept:
    """A model without mistakes, the nodes of its file, and the digests of the other files it was made from, by path."""

    read: Mapping[str, str | None]
    file: n.File
    model: CheckedModel


def recalled(source: Source, folder: Path | None) -> Kept | None:
    """What was kept of this very text, if all that it uses is as it was."""
    kept = recall(KIND, _said(source, folder))
    if not isinstance(kept, Kept) or not are_as_noted(kept.read, MAX_LIST_BYTES):
        return None
    return kept


def keep_checked(source: Source, folder: Path | None, kept: Kept) -> None:
    """Keep a model for the next time."""
    keep(KIND, _said(source, folder), kept)


def is_worth_keeping(source: Source) -> bool:
    """Whether reading a model back is quicker than checking it again."""
    return len(source.text) >= WORTH


def _said(source: Source, folder: Path | None) -> str:
    return "\0".join((source.name, str(folder.absolute()) if folder is not None else "", source.text))
