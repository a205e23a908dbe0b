"""Fields that nothing reads."""

from __future__ import annotations

from collections.abc import Iterator

from scorelang import nodes as n
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class UnusedField(Rule):
    """A field of the `lead:` block that nothing reads.

    The data has to bring it, and every value has to fit its type, for nothing. Often the rule that should read it
    was forgotten.

    Use it, or take it out of the block. A value that a test gives is no use, and an attribute of an event that is
    called the same is another thing. Tests in other files count, and files that take the block from this one. The
    field by which leads are keyed and `id` are read without being named.
    """

    name = "unused-field"
    code = "SL201"
    bad = "lead:\n    title text\n    employees number\nif employees > 200 then +10"
    good = 'lead:\n    title text\n    employees number\nif employees > 200 or title is "CEO" then +10'

    def check(self) -> Iterator[Finding]:
        """Every field of the block that neither the file nor what it brings in reads."""
        subject = self.subject
        if subject.may_be_used or subject.is_test_file:
            return
        for lead in subject.each(n.Lead):
            key = lead.key.name if lead.key is not None else "id"
            for node in lead.fields:
                name = node.name.name
                if name not in (key, "id") and name not in subject.read_fields:
                    yield self.report(node.name.span, f"nothing reads the field `{name}`", "delete it, or use it")
