"""Models without tests."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class NoTests(Rule):
    """A model that no test is written for.

    A rule that never fires, or a threshold that is off by one, is seen when sales complains. A test says what
    should come out, and is run with every change.

    Write one: `scorelang test --generate` makes some to begin with. Tests count that stand in the model, or in a
    file that says `use model` of it, in the same folder, the folder above, or a folder `tests` there; so do the
    tests of the models that bring its rules in. A file that only declares names, and so gives no points, is passed
    over.
    """

    name = "no-tests"
    code = "SL305"
    bad = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1'
    good = 'model "Inbound", version 1, owner "ops@acme.example"\nif a then +1\nnever "below 0": score < 0'

    def check(self) -> Iterator[Finding]:
        """The model, at its first line."""
        subject = self.subject
        if subject.is_library or subject.is_test_file:
            return
        models = (subject.model, *subject.others.testers, *subject.others.users)
        if not any(model.tests or model.invariants for model in models):
            yield self.report(subject.head, "nothing tests this model", "write a `test`, `never` or `always`")
