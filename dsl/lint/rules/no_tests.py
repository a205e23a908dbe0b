"""Models without tests."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class NoTests(Rule):
    """A model that no test is written for.

    A rule that never fires, or a threshold that is off by one, is seen when sales complains. A test says what should
    come out, and is run with every change.

    Write one: `scorelang test --generate` makes some to begin with. Tests count that stand in the model, or in a file
    that says `use model` of it, in the same folder, the folder above, or a folder `tests` there. A file that only
    declares names, or that others take names from, is passed over; so is a sketch: ten rules at most, no `model`
    line and no `lead:` block.
    """

    name = "no-tests"
    code = "SL305"
    bad = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1'
    good = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'

    def check(self) -> Iterator[Finding]:
        """The model, at its first line."""
        subject = self.subject
        if subject.is_library or subject.is_test_file or subject.is_sketch:
            return
        if not any(model.tests or model.invariants for model in (subject.model, *subject.testers)):
            yield self.report(subject.head, "nothing tests this model", "write a `test`, `never` or `always`")
