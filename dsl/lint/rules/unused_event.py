"""Events that nothing asks for."""

from __future__ import annotations

from collections.abc import Iterator

from attrs import evolve

from scorelang import model as m
from scorelang import nodes as n
from scorelang.check.walk import query_of
from scorelang.lint.finding import Finding
from scorelang.lint.rule import Rule


class UnusedEvent(Rule):
    """A kind of event that is declared, and that no rule asks for.

    Such events are read for nothing. Often the rule that should count them was forgotten.

    Use it, or delete the declaration. Where a category loses points for silence, every kind that is declared breaks it,
    and this is only an info: an event that is there for that alone may say so, `# lint: ignore[unused-event] breaks
    silence`.
    """

    name = "unused-event"
    code = "SL202"
    bad = "event webinar_seen(name text)\nvisit then +5"
    good = "event webinar_seen(name text)\nwebinar_seen then +5"

    def check(self) -> Iterator[Finding]:
        """Every declared kind that nothing names."""
        subject = self.subject
        silent = subject.others.has_silence or any(group.silence for group in subject.model.groups)
        if subject.may_be_used or subject.is_test_file:
            return
        asked = {query.kind for query in self._queries()}
        for node in subject.each(n.Event):
            if node.name.name not in asked and node.name.name not in subject.said_names:
                message = f"nothing asks for the event `{node.name.name}`"
                if silent:
                    message += ": it only breaks silence"
                found = self.report(node.name.span, message, "delete it, or use it")
                yield evolve(found, severity="info") if silent else found

    def _queries(self) -> Iterator[m.Query]:
        for one in self.subject.expressions:
            query = query_of(one)
            if query is not None:
                yield query
        for rule in self.subject.rules:
            if isinstance(rule, m.Rule) and rule.query is not None:
                yield rule.query
