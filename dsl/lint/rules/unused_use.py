"""Names that are brought in for nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class UnusedUse(Rule):
    """A name that `use` brings in, and that nothing says.

    The file says that it depends on something, and does not. Whoever changes the other file looks here in vain.

    Take the name out of the `use`. Categories, personas, events and `lead` are of use by being brought in.
    """

    name = "unused-use"
    code = "SL205"
    bad = 'use free_mail, disposable_mail from "std/email"\nif domain(email) in free_mail then -5'
    good = 'use free_mail from "std/email"\nif domain(email) in free_mail then -5'

    def check(self) -> Iterator[Finding]:
        """Every list, define or decay that is brought in and not named again."""
        subject = self.subject
        if subject.others.is_used:
            return
        counting = {group.name for group in subject.model.groups} | set(subject.model.kinds) | {"lead", "model"}
        for use in subject.each(n.Use):
            for name in use.names:
                if name.name not in subject.said_names and name.name not in counting:
                    file = PurePosixPath(use.path.value).name
                    message = f"`{name.name}` is brought in from `{file}` and never used"
                    yield self.report(name.span, message, "take it out, or use it")
