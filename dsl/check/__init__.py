"""From syntax nodes to a checked model: names bound, types known, constants folded, every mistake reported."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path

from attrs import define

from scorelang import nodes as n
from scorelang.check import comparisons, logic, occurrences, terms  # noqa: F401  each marks the nodes that it checks
from scorelang.check.declarations import declare_kind, declare_lead, field_definitions, kind_definition
from scorelang.check.events import collect_event_names
from scorelang.check.expressions import expression
from scorelang.check.groups import check_group, check_weights
from scorelang.check.header import Header, check_header
from scorelang.check.kept import is_worth_keeping, keep_checked, recalled
from scorelang.check.lists import check_items
from scorelang.check.names import check_name
from scorelang.check.once import check_score_bounds, check_start_over
from scorelang.check.results import (
    check_gates,
    check_grades,
    check_invariants,
    check_outcomes,
    check_route,
    check_stages,
    declare_results,
)
from scorelang.check.scoring import check_scoring
from scorelang.check.state import Around, EnoughError, State
from scorelang.check.tests import check_tests
from scorelang.diagnostics import Diagnostics
from scorelang.model import CheckedModel, Gate, Group, Invariant, Scoring, TestCase, rules_of
from scorelang.modules import Loader, Module
from scorelang.operators import operators
from scorelang.resolve import Resolver, Scope, Symbol
from scorelang.source import Source, Span, noting
from scorelang.values import Type

# Types are told by at most so many steps from name to name; what is still open then is text.
ROUNDS = 8
# What a file that tests another model may hold.
TEST_STATEMENTS = (n.Use, n.Test, n.Invariant, n.NamedList, n.Define)


def check_source(source: Source, folder: Path | None, found: Diagnostics) -> CheckedModel | None:
    """The checked model of a source, or None when `found` then holds what is wrong.

    `folder` is where its `use` paths begin and may not leave; None for a text that was not read from a file. A source
    that says `use model "…"` gives that model, with the tests of this source beside its own.
    """
    return check_file(source, folder, found)[1]


def check_file(source: Source, folder: Path | None, found: Diagnostics) -> tuple[n.File, CheckedModel | None]:
    """The same, and the nodes of the source itself, as far as it can be read."""
    loader = Loader(found, folder)
    module = loader.load(source, source.name.replace("\\", "/").rpartition("/")[2])
    tested = next((node for node in module.file.statements if _names_model(node)), None)
    resolver = Resolver(loader, found)
    if tested is None:
        return module.file, _check(State(found, loader, resolver, *_scopes(resolver, module)), module, None)
    assert isinstance(tested, n.Use)
    model = module.used.get(tested.path.value)
    if model is None:
        return module.file, None
    further = next((node for node in model.file.statements if _names_model(node)), None)
    if isinstance(further, n.Use):
        found.error(
            source,
            tested.path.span,
            "not-a-model",
            f"`{tested.path.value}` is no model: it only tests `{further.path.value}`",
            "use the model itself",
        )
        return module.file, None
    return module.file, _check(State(found, loader, resolver, *_scopes(resolver, model)), model, module)


def check_once(
    source: Source, folder: Path | None, found: Diagnostics
) -> tuple[Callable[[], n.File], CheckedModel | None]:
    """What gives the nodes of a source, and its checked model.

    What was checked before is read back, if it is long and neither it nor what it uses has changed.
    """
    is_worth_it = is_worth_keeping(source)
    kept = recalled(source, folder) if is_worth_it else None
    if kept is not None:
        return cache(kept.file), kept.model
    read: dict[str, str | None] = {}
    with noting(read):
        file, model = check_file(source, folder, found)
    if model is not None and is_worth_it:
        keep_checked(source, folder, file, model, read)
    return lambda: file, model


def _names_model(node: n.Node) -> bool:
    return isinstance(node, n.Use) and [name.name for name in node.names] == ["model"]


def _scopes(resolver: Resolver, module: Module) -> tuple[Scope, Scope]:
    return resolver.scope_of(module), resolver.scope_of(resolver.loader.common_events())


def _check(state: State, module: Module, tests: Module | None) -> CheckedModel | None:
    checker = _Checker(state, module, _test_scope(state, tests) if tests is not None else None)
    try:
        model = checker.check()
    except EnoughError:
        return None
    return None if state.found.found else model


def _test_scope(state: State, tests: Module) -> Scope:
    """The names of a test file: its own, and all of the model's."""
    scope = state.resolver.scope_of(tests)
    for statement in tests.file.statements:
        if not isinstance(statement, TEST_STATEMENTS):
            start = statement.span.start
            word = tests.source.text[start:].split(maxsplit=1)[0]
            state.found.error(
                tests.source,
                Span(start, start + len(word)),
                "not-a-test",
                "a file that says `use model` only tests that model",
                "this belongs into the model itself",
            )
    for name, symbol in state.main.symbols.items():
        scope.symbols.setdefault(name, symbol)
    return scope


@define
class _Checker:
    """Goes through the statements of the main file, and those of categories that it brings in."""

    state: State
    module: Module
    tests: Scope | None

    def check(self) -> CheckedModel:
        state = self.state
        around = Around(state.main, "rule")
        header = check_header(state, around, self.module.file)
        declare_lead(state, around)
        self._declare_names(around)
        if not state.declared_fields:
            self._infer(around, header)
        return self._pass(around, header)

    def _infer(self, around: Around, header: Header) -> None:
        """Collect the types of undeclared names until no use tells more."""
        state = self.state
        state.inferring = True
        for _ in range(ROUNDS):
            state.changed = state.unsure = state.unknown = False
            self._pass(around, header)
            # Where all types were told before they were asked for, another pass would tell the same.
            if not state.unsure and not (state.changed and state.unknown):
                break
            state.guessing = not state.changed
        state.inferring = False
        state.settle()
        # What is wrong with a declaration is told when it is read again.
        state.kinds = {name: kind for name, kind in state.kinds.items() if kind.open}

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
            state.event_names |= collect_event_names(module.file.statements, of_tests=False)

    def _groups(self) -> Iterator[Symbol]:
        """Categories and personas: first those from other files, then in the order of the text."""
        scope = self.state.main
        symbols = [*scope.symbols.values(), *scope.personas.values()]
        groups = [symbol for symbol in symbols if symbol.what in ("category", "persona")]
        yield from (symbol for symbol in groups if symbol.scope is not scope)
        yield from sorted((symbol for symbol in groups if symbol.scope is scope), key=lambda symbol: symbol.span.start)

    def _pass(self, around: Around, header: Header) -> CheckedModel:
        """One run over all statements."""
        state, file, scope = self.state, self.module.file, self.state.main
        state.defines, state.lists, state.ids, state.depths = {}, {}, {}, {}
        self._check_declared(around)
        groups, scoring = self._scoring(around)
        least, most = check_score_bounds(state, around, file)
        gates = check_gates(state, scope, file)
        stages = check_stages(state, scope, file)
        grades = check_grades(state, scope, file)
        route = check_route(state, scope, file)
        start_over = check_start_over(state, around, file)
        # Before the tests are read: what only they name is no part of the model.
        fields = field_definitions(state.fields)
        kinds = {name: kind_definition(kind) for name, kind in state.kinds.items() if name in state.named_kinds}
        tests, invariants = ((), ()) if state.inferring else self._tests(_reasons(groups, scoring, gates))
        return CheckedModel(
            source=self.module.source,
            name=header.text("name"),
            version=header.version,
            owner=header.text("owner"),
            timezone=state.zone_name,
            key=scope.lead.key.name if scope.lead is not None and scope.lead.key is not None else "id",
            declared=state.declared_fields,
            fields=fields,
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
            # Hashing is as slow as checking, and what is only inferred is thrown away.
            fingerprint="" if state.inferring else _fingerprint(state),
            sources=tuple(module.source for module in state.loader.modules.values()),
            outcomes=check_outcomes(state, around, file),
        )

    def _check_declared(self, around: Around) -> None:
        """Declarations that no rule may use: kinds of event, defines, lists."""
        for symbol in self.state.main.symbols.values():
            match symbol.node:
                case n.Event(name=name):
                    self.state.named_kinds.add(name.name)
                    if name.name not in self.state.kinds:
                        self.state.kinds[name.name] = declare_kind(self.state, symbol)
                case n.Define(name=name):
                    check_name(self.state, Around(self.state.main, "test"), name, Type.ANYTHING, expression)
                case n.NamedList() if not self.state.inferring:
                    self._check_list(around, symbol, symbol.node)

    def _check_list(self, around: Around, symbol: Symbol, node: n.NamedList) -> None:
        """A file is read even where no rule uses the list, if there is a folder to read from: it may be missing."""
        if node.items is not None:
            check_items(self.state, around, operators()["in"], _type_of_list(node.items), node.name)
        elif self.state.loader.folder is not None or symbol.scope.module.is_standard:
            check_items(self.state, around, operators()["in"], Type.TEXT, node.name)

    def _scoring(self, around: Around) -> tuple[list[Group], tuple[Scoring, ...]]:
        """Groups and loose rules, in the order of the text, so that identities are numbered in that order."""
        groups: list[Group] = []
        loose: list[Scoring] = []
        waiting = {id(symbol.node): symbol for symbol in self._groups()}
        for symbol in self._groups():
            if symbol.scope is not self.state.main:
                groups.append(self._group(symbol, groups))
        for statement in self.module.file.statements:
            if id(statement) in waiting:
                groups.append(self._group(waiting[id(statement)], groups))
            elif isinstance(statement, n.RuleNode):
                loose.extend(check_scoring(self.state, around, None, (statement,)))
        check_weights(self.state, around, groups, tuple(loose))
        return groups, tuple(loose)

    def _group(self, symbol: Symbol, above: list[Group]) -> Group:
        assert isinstance(symbol.node, n.Category)
        return check_group(self.state, Around(symbol.scope, "rule"), symbol.node, above)

    def _tests(self, reasons: dict[str, str]) -> tuple[tuple[TestCase, ...], tuple[Invariant, ...]]:
        """The tests and invariants of the model, and of the file that tests it."""
        state = self.state
        state.testing = True
        tests: tuple[TestCase, ...] = ()
        invariants: tuple[Invariant, ...] = ()
        for scope in (self.state.main, *([self.tests] if self.tests is not None else [])):
            names = collect_event_names(scope.module.file.statements, of_tests=True)
            state.event_names |= names - set(state.fields)
            tests += check_tests(state, scope, scope.module.file, reasons)
            invariants += check_invariants(state, scope, scope.module.file)
        state.testing = False
        return tests, invariants


def _type_of_list(items: n.ListOf) -> Type:
    kinds = {n.Number: Type.NUMBER, n.Date: Type.DATE, n.Flag: Type.FLAG}
    return kinds.get(type(items.items[0]), Type.TEXT) if items.items else Type.TEXT


def _reasons(groups: list[Group], scoring: tuple[Scoring, ...], gates: tuple[Gate, ...]) -> dict[str, str]:
    """The identities of rules and gates, by identity and by reason."""
    reasons: dict[str, str] = {}
    for one in (*rules_of((*groups, *scoring)), *gates):
        reasons[one.id] = one.id
        if one.reason:
            reasons.setdefault(one.reason, one.id)
    return reasons


# Statements that no score depends on.
UNSCORED = (n.Test, n.Invariant, n.Outcomes)


def _fingerprint(state: State) -> str:
    """A hash of what the files say of scores, not of how they are laid out, tested or judged; 16 hexadecimal digits."""
    digest = hashlib.sha256()
    for path, module in sorted(state.loader.modules.items()):
        said = [repr(node) for node in module.file.statements if not isinstance(node, UNSCORED)]
        named = path if module is not state.main.module else ""
        digest.update("\n".join([named, *said]).encode("utf-8", "surrogatepass"))
    for texts in sorted(repr(texts) for texts in state.list_texts.values()):
        digest.update(texts.encode("utf-8", "surrogatepass"))
    return digest.hexdigest()[:16]
