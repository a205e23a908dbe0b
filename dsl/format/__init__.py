"""The one way to write a model: its layout and spelling, with every comment and nothing said differently.

| step | from → to | where |
|---|---|---|
| entries | text → lines, comments and empty lines | `entries.py` |
| words | line → tree of its words, each in its one spelling | `tree.py`, `words.py`, `respell.py` |
| shape | tree → words and places where the line may break | `shape.py`, `parts.py` |
| rows | line that does not fit → rows | `wrap.py` |
| columns | rules, fields, routes, tables → text in columns | `columns.py` |
| whole | all of it, and whether it says the same | `whole.py` |
"""

from __future__ import annotations

from scorelang.cache import WORTH, keep, recall
from scorelang.source import source_of

__all__ = ["FormatBug", "format_text"]

# What is kept in the user's cache of a text that is in the one layout: that it is.
KIND = "formatted"


class FormatBug(Exception):  # noqa: N818
    """A formatted text that does not say what the text said: a bug of ours, met before it could do harm."""


def format_text(text: str, *, name: str = "model.score") -> str:
    """The text of a `.score` file in its one layout, with line feeds as line ends and without a byte-order mark.

    Formatting it again changes nothing. Every comment is kept, in its order. Raises `ModelError`, in which the file is
    called `name`, for a text with syntax errors; whether its names are declared does not matter.
    """
    source = source_of(name, text)
    is_worth_it = len(source.text) >= WORTH
    if is_worth_it and recall(KIND, source.text) is True:
        return source.text
    # The parser is not loaded for a text that is known to be in its layout.
    from scorelang.format.whole import formatted

    done = formatted(source)
    if is_worth_it and done.text == source.text:
        keep(KIND, source.text, True)
    return done.text
