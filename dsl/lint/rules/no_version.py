"""Models that do not say which version it is."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class NoVersion(Rule):
    """A model that does not say which version it is.

    A result says which version of the model it is from. Without one, last month's scores cannot be told from today's.

    Add it to the first line: `model "Inbound", version 1`. A file that only declares names, or that others
    take names from, is passed over; so is a sketch: ten rules at most, no `model` line and
    no `lead:` block.
    """

    name = "no-version"
    code = "SL307"
    bad = 'model "Inbound", owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'
    good = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'

    def check(self) -> Iterator[Finding]:
        """The model, at its first line."""
        subject = self.subject
        if subject.is_library or subject.is_test_file or subject.is_sketch or subject.model.version is not None:
            return
        yield self.report(subject.head, "this model does not say which version it is", "add `, version 1`")
