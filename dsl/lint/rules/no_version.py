"""Models that do not say which version it is."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class NoVersion(Rule):
    """A model that does not say which version it is.

    A result says which version of the model it is from. Without one, last month's scores cannot be told from
    today's.

    Add it to the first line: `model "Inbound", version 1`. A file that only declares names, and so gives no points,
    is passed over. For rules that other models bring in, those may say it.
    """

    name = "no-version"
    code = "SL307"
    bad = 'model "Inbound", owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'
    good = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'

    def check(self) -> Iterator[Finding]:
        """The model, at its first line."""
        subject = self.subject
        if subject.is_library or subject.is_test_file:
            return
        if any(model.version is not None for model in (subject.model, *subject.others.users)):
            return
        yield self.report(subject.head, "this model does not say which version it is", "add `, version 1`")
