"""From syntax nodes to a checked model: names bound, types known, constants folded, every mistake reported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar
from zoneinfo import ZoneInfoNotFoundError

from attrs import define

from scorelang import nodes as n
from scorelang.check.declarations import declare_kind, declare_lead, field_definitions, kind_definition
from scorelang.check.events import check_query, collect_event_names
from scorelang.check.expressions import condition, expression
from scorelang.check.lists import check_items
from scorelang.check.literals import hundredths
from scorelang.check.names import check_name
from scorelang.check.results import check_gates, check_grades, check_invariants, check_route, check_stages, declare_results
from scorelang.check.scoring import check_group, check_scoring, check_weights
from scorelang.check.state import Around, State
from scorelang.check.tests import check_tests
from scorelang.diagnostics import Diagnostics
from scorelang.model import CheckedModel, Group, Query, Scoring, rules_of
from scorelang.modules import Loader, Module
from scorelang.operators import operators
from scorelang.resolve import Resolver, Symbol
from scorelang.source import Source, Span
from scorelang.values import Type, zone_of

# Types are told by at most so many steps from name to name; what is still open then is text.
ROUNDS = 8

One = TypeVar("One", bound=n.Node)


def check_source(source: Source, folder: Path | None, found: Diagnostics) -> CheckedModel | None:
    """The checked model of a source, or None when `found` then holds what is wrong.

    `folder` is where its `use` paths begin and may not leave; None for a text that was not read from a file.
    """
    loader = Loader(found, folder)
    module = loader.load(source, source.name.replace("\\", "/").rpartition("/")[2])
    resolver = Resolver(loader, found)
    main, common = resolver.scope_of(module), resolver.scope_of(loader.common_events())
    state = State(found, loader, resolver, main, common)
    return _Model(state, module).check()


@define
class _Model:
    """Goes through the statements of the main file, and those of categories that it brings in."""

    state: State
    module: Module

    def check(self) -> CheckedModel | None:
        state = self.state
        around = Around(state.main, "rule")
        header = self._header(around)
        declare_lead(state, around)
        self._declare_names(around)
        if not state.declared_fields:
            state.inferring = True
            for _ in range(ROUNDS):
                state.changed = False
                self._pass(around)
                if not state.changed:
                    break
            state.inferring = False
        model = self._pass(around)
        return None if state.found.found else model(header)

    def _all(self, kind: type[One]) -> list[One]:
        return [statement for statement in self.module.file.statements if isinstance(statement, kind)]

    def _declare_names(self, around: Around) -> None:
        state = self.state
        for symbol in self._groups():
            assert isinstance(symbol.node, n.Category)
            if symbol.what == "persona":
                state.personas.append(symbol.node.name.name)
            else:
                state.categories[symbol.node.name.name] = symbol.node
        declare_results(state, self.module.file, around)
        for module in state.loader.modules.values():
            state.event_names |= collect_event_names(module.file)

    def _groups(self) -> Iterator[Symbol]:
        """Categories and personas, in the order in which they stand or are brought in."""
        scope = self.state.main
        symbols = {id(symbol): symbol for symbol in (*scope.symbols.values(), *scope.personas.values())}
        brought = {id(symbol) for symbol in scope.brought}
        own = [symbol for key, symbol in symbols.items() if symbol.what in ("category", "persona") and key not in brought]
        yield from (symbol for symbol in scope.brought if symbol.what in ("category", "persona"))
        yield from sorted(own, key=lambda symbol: symbol.span.start)

    def _pass(self, around: Around) -> Callable[[dict[str, n.Text | n.Number]], CheckedModel]:
        """One run over all statements; gives what makes the model once the header is known."""
        state, file, scope = self.state, self.module.file, self.state.main
        state.defines, state.lists, state.ids, state.depths = {}, {}, {}, {}
        state.kinds = state.kinds if state.inferring or not state.declared_fields else {}
        self._check_kinds()
        start_over = self._start_over(around)
        for module_scope in (state.main,):
            for symbol in module_scope.symbols.values():
                if symbol.what == "define":
                    check_name(state, Around(scope, "test"), symbol.node.name, None, expression)
        self._read_lists(around)
        groups: list[Group] = []
        for symbol in self._groups():
            assert isinstance(symbol.node, n.Category)
            groups.append(check_group(state, Around(symbol.scope, "rule"), symbol.node, groups))
        rules = tuple(statement for statement in file.statements if isinstance(statement, n.RuleNode))
        scoring = check_scoring(state, around, None, rules)
        if not state.inferring:
            check_weights(state, around, groups, scoring)
        least, most = self._score_bounds(around)
        gates = check_gates(state, scope, file)
        stages = check_stages(state, scope, file)
        grades = check_grades(state, scope, file)
        route = check_route(state, scope, file)
        invariants = check_invariants(state, scope, file)
        reasons = _reasons(groups, scoring) | {gate.id: gate.id for gate in gates}
        reasons |= {gate.reason: gate.id for gate in gates if gate.reason}
        tests = check_tests(state, scope, file, reasons)

        def make(header: dict[str, n.Text | n.Number]) -> CheckedModel:
            key = scope.lead.key.name if scope.lead is not None and scope.lead.key is not None else "id"
            kinds = {name: kind_definition(kind) for name, kind in state.kinds.items() if name in state.named_kinds}
            return CheckedModel(
                source=self.module.source,
                name=_header_text(header, "name"),
                version=_version(header.get("version")),
                owner=_header_text(header, "owner"),
                timezone=state.zone_name,
                key=key,
                declared=state.declared_fields,
                fields=field_definitions(state.fields),
                kinds=kinds,
                start_over=start_over,
                groups=tuple(groups),
                scoring=scoring,
                least=least,
                most=most,
                gates=gates,
                stages=stages,
                grades=grades,
                route=route,
                invariants=invariants,
                tests=tests,
                fingerprint=_fingerprint(state),
                sources=tuple(module.source for module in state.loader.modules.values()),
            )

        return make

    def _check_kinds(self) -> None:
        """The kinds that the model declares or brings in: they are named even where no rule asks for them."""
        for symbol in self.state.main.symbols.values():
            if symbol.what == "event":
                name = symbol.node.name.name
                self.state.named_kinds.add(name)
                if name not in self.state.kinds:
                    self.state.kinds[name] = declare_kind(self.state, symbol)

    def _read_lists(self, around: Around) -> None:
        """Lists that no rule uses are read too, where there is a folder to read from: a missing file is an error."""
        state = self.state
        if state.inferring:
            return
        for symbol in state.main.symbols.values():
            node = symbol.node
            if isinstance(node, n.NamedList):
                if node.items is not None:
                    check_items(state, around, operators()["in"], _type_of_list(node.items), node.name)
                elif state.loader.folder is not None or symbol.scope.module.is_standard:
                    check_items(state, around, operators()["in"], Type.TEXT, node.name)

    def _start_over(self, around: Around) -> Query | None:
        nodes = self._all(n.StartOver)
        for extra in nodes[1:]:
            self.state.error(around, extra.span, "declared-twice", "a model starts over after one thing only", "there is one above")
        return check_query(self.state, around, nodes[0].events, condition) if nodes else None

    def _score_bounds(self, around: Around) -> tuple[int | None, int | None]:
        nodes = self._all(n.ScoreBounds)
        for extra in nodes[1:]:
            self.state.error(around, extra.span, "declared-twice", "the score's bounds are given twice", "one line gives both")
        limits: dict[str, int | None] = {}
        for bound in nodes[0].bounds if nodes else ():
            assert isinstance(bound.limit, n.Number)
            limits[bound.how] = hundredths(self.state, around, bound.limit)
        least, most = limits.get("at least"), limits.get("at most")
        if least is not None and most is not None and least > most:
            self.state.error(around, nodes[0].span, "ends-before-start", "the least score is more than the most", "the smaller number stands first")
        return least, most

    # --- header

    def _header(self, around: Around) -> dict[str, n.Text | n.Number]:
        """What `model "…", version …` says, by word; `name` is the text after `model`."""
        said: dict[str, n.Text | n.Number] = {}
        for header in self._all(n.Header):
            if header.name is not None:
                self._say(around, said, "name", header.name, header.span)
            for word, value in header.items:
                self._say(around, said, word.name, value, word.span)
        zone = said.get("timezone")
        if zone is not None:
            self._set_zone(around, zone)
        for node in self._all(n.Lead):
            if not node.fields:
                self.state.error(
                    around, Span(node.span.start, node.span.start + 4), "empty-block", "this `lead:` block has no fields",
                    "indent lines like `title text` below it",
                )  # fmt: skip
        return said

    def _say(self, around: Around, said: dict[str, n.Text | n.Number], word: str, value: n.Text | n.Number, span: Span) -> None:
        if word in said:
            self.state.error(around, span, "declared-twice", f"the model's {word} is given twice", "once is enough")
        said[word] = value

    def _set_zone(self, around: Around, zone: n.Text | n.Number) -> None:
        name = zone.value if isinstance(zone, n.Text) else zone.text
        try:
            zone_of(name)
            self.state.zone_name = name
        except (ZoneInfoNotFoundError, ValueError, OSError):
            self.state.error(
                around, zone.span, "unknown-timezone", f"there is no time zone `{name}`", "a name such as `Europe/Berlin` or `UTC`"
            )


def _type_of_list(items: n.ListOf) -> Type:
    return Type.NUMBER if items.items and isinstance(items.items[0], n.Number) else Type.TEXT


def _reasons(groups: list[Group], scoring: tuple[Scoring, ...]) -> dict[str, str]:
    """The identities of rules, by identity and by reason."""
    reasons: dict[str, str] = {}
    for rule in rules_of((*groups, *scoring)):
        reasons[rule.id] = rule.id
        if rule.reason:
            reasons.setdefault(rule.reason, rule.id)
    return reasons


def _header_text(header: dict[str, n.Text | n.Number], word: str) -> str | None:
    value = header.get(word)
    return None if value is None else value.value if isinstance(value, n.Text) else value.text


def _version(value: n.Text | n.Number | None) -> float | int | str | None:
    if isinstance(value, n.Number):
        return int(value.value) if value.value.is_integer() else value.value
    return None if value is None else value.value


def _fingerprint(state: State) -> str:
    """A hash of what the files say, not of how they are laid out or tested; 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path, module in sorted(state.loader.modules.items()):
        said = [repr(node) for node in module.file.statements if not isinstance(node, n.Test | n.Invariant)]
        digest.update("\n".join([path if module is not state.main.module else "", *said]).encode("utf-8", "surrogatepass"))
    for key in sorted(repr(texts) for texts in state.list_texts.values()):
        digest.update(key.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
