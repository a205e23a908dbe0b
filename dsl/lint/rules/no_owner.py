"""Models that do not say who answers for it."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class NoOwner(Rule):
    """A model that does not say who answers for it.

    Nobody knows whom to ask when a score looks wrong, or who may change a rule.

    Add it to the first line: `model "Inbound", owner "ops@acme.example"`. A file that only declares names, and so
    gives no points, is passed over. For rules that other models bring in, those may say it.
    """

    name = "no-owner"
    code = "SL306"
    bad = 'model "Inbound", version 1\nif a then +1\nnever "below 0": score < 0'
    good = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'

    def check(self) -> Iterator[Finding]:
        """The model, at its first line."""
        subject = self.subject
        if subject.is_library or subject.is_test_file:
            return
        if any((model.owner or "").strip() for model in (subject.model, *subject.others.users)):
            return
        yield self.report(
            subject.head, "this model does not say who answers for it", 'add `, owner "ops@acme.example"`'
        )
