"""The text of a function as it grows, and the constants that it refers to.

Nothing that a model says enters the text: names are made here, and texts, lists and tables are constants by reference.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from typing import Any

from attrs import Factory, define, frozen

INDENT = "    "
# CPython refuses brackets nested 200 deep; what is deeper than this is put in a local of its own.
DEEPEST = 40
# Longer chains of `elif`, and of sums, are nested too deeply for CPython's compiler.
LONGEST_CHAIN = 30


@frozen
class Made:
    """A constant that a helper of the run time makes: `helper(*arguments)`."""

    helper: str
    arguments: tuple[Any, ...]


@define
class Constants:
    """Every constant by its name; equal ones have one name."""

    by_name: dict[str, Any] = Factory(dict)
    names: dict[Any, str] = Factory(dict)

    def name(self, value: Any, kind: str = "k") -> str:
        """The name of a constant."""
        key = (kind, type(value).__name__, repr(value) if isinstance(value, tuple | float) else value)
        try:
            known = self.names.get(key)
        except TypeError:
            key, known = (kind, "", id(value)), None
        if known is None:
            known = self.names[key] = f"{kind}{len(self.by_name)}"
            self.by_name[known] = value
        return known

    def made(self, helper: str, *arguments: Any) -> str:
        """The name of a constant that a helper makes."""
        return self.name(Made(helper, arguments), "h")


@define
class Writer:
    """Lines of Python, and which locals already hold what."""

    prefix: str
    numbers: count[int] = Factory(lambda: count(1))
    depth: int = 0
    lines: list[str] = Factory(list)
    known: list[dict[Any, str]] = Factory(lambda: [{}])

    def line(self, text: str) -> None:
        """Add a line."""
        self.lines.append(INDENT * self.depth + text)

    @contextmanager
    def block(self, head: str) -> Iterator[None]:
        """An indented block; what is worked out in it is not known after it."""
        self.line(head)
        self.depth += 1
        self.known.append({})
        start = len(self.lines)
        yield
        if len(self.lines) == start:
            self.line("pass")
        self.known.pop()
        self.depth -= 1

    def fresh(self) -> str:
        """A new local."""
        return f"{self.prefix}{next(self.numbers)}"

    def inner(self) -> Writer:
        """Lines to put inside a block here later; what is known here is known there."""
        return Writer(self.prefix, self.numbers, known=[*self.known, {}])

    def add(self, inner: Writer) -> None:
        """Add the lines of another writer."""
        for line in inner.lines or ["pass"]:
            self.line(line)

    def recall(self, key: Any) -> str | None:
        """The local that holds what the key stands for, if one does here."""
        return next((scope[key] for scope in self.known if key in scope), None)

    def remember(self, key: Any, name: str) -> str:
        """Note which local holds what the key stands for."""
        self.known[-1][key] = name
        return name

    def temporary(self, text: str) -> str:
        """A local with the value of an expression, worked out once."""
        return self.recall(text) or self._assign(text)

    def _assign(self, text: str) -> str:
        name = self.fresh()
        self.line(f"{name} = {text}")
        return self.remember(text, name)

    def sum_of(self, names: list[str]) -> str:
        """The text of the sum of locals."""
        return self.chain_of(names[0], [f"+ {name}" for name in names[1:]]) if names else "0"

    def chain_of(self, first: str, terms: list[str]) -> str:
        """The text of arithmetic from left to right; each term begins with its sign. Long ones are done in steps."""
        for start in range(0, len(terms), LONGEST_CHAIN):
            first = " ".join([first, *terms[start : start + LONGEST_CHAIN]])
            if len(terms) > LONGEST_CHAIN:
                first = self.temporary(first)
        return first

    def shallow(self, text: str) -> str:
        """The expression, or a local with its value where its brackets are nested too deeply."""
        return self.temporary(text) if nesting(text) > DEEPEST else text

    def choose(self, cases: list[tuple[str, list[str]]], otherwise: list[str]) -> None:
        """The lines of the first case whose condition holds."""
        if len(cases) <= LONGEST_CHAIN:
            for at, (condition, lines) in enumerate(cases):
                self._lines(f"{'elif' if at else 'if'} {condition}:", lines)
            if otherwise and cases:
                self._lines("else:", otherwise)
            elif otherwise:
                for line in otherwise:
                    self.line(line)
            return
        with self.block("for _ in ONCE:"):
            for condition, lines in cases:
                self._lines(f"if {condition}:", [*lines, "break"])
            for line in otherwise:
                self.line(line)

    def _lines(self, head: str, lines: list[str]) -> None:
        with self.block(head):
            for line in lines:
                self.line(line)


def nesting(text: str) -> int:
    """How deep the brackets of an expression are nested."""
    deepest = depth = 0
    for character in text:
        if character in "([{":
            depth += 1
            deepest = max(deepest, depth)
        elif character in ")]}":
            depth -= 1
    return deepest
