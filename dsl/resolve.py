"""What every name of a module was declared as, in it or in the modules that it uses."""

from __future__ import annotations

from typing import Literal

from attrs import Factory, define, frozen

from scorelang import nodes as n
from scorelang.diagnostics import Diagnostics, Note
from scorelang.modules import Loader, Module
from scorelang.source import Span
from scorelang.suggest import closest, listed

What = Literal["list", "define", "event", "decay", "category", "persona"]
# The words for what is worked out, which no field, list, define or category may be called.
RESULTS = ("score", "stage", "persona", "qualified", "route")

DECLARING: dict[type[n.Node], What] = {
    n.NamedList: "list", n.Define: "define", n.Event: "event", n.Decay: "decay", n.Category: "category",
}  # fmt: skip


@frozen(eq=False)
class Symbol:
    """A declared name: what it is, the statement that declares it, and the scope of the module that statement is in."""

    what: What
    node: n.NamedList | n.Define | n.Event | n.Decay | n.Category
    scope: Scope

    @property
    def span(self) -> Span:
        """Where the name stands in its declaration."""
        return self.node.name.span

    @property
    def note(self) -> Note:
        """Points at the declaration."""
        return Note(
            self.scope.module.source, self.span, f"declared here as {'an' if self.what == 'event' else 'a'} {self.what}"
        )


@define(eq=False)
class Scope:
    """The names of one module; personas have a namespace of their own, since only `persona is …` names them."""

    module: Module
    symbols: dict[str, Symbol] = Factory(dict)
    personas: dict[str, Symbol] = Factory(dict)
    lead: n.Lead | None = None
    lead_module: Module | None = None
    lost: set[str] = Factory(set)


@define
class Resolver:
    """Makes the scope of every module, once each."""

    loader: Loader
    found: Diagnostics
    scopes: dict[str, Scope] = Factory(dict)

    def scope_of(self, module: Module) -> Scope:
        """The scope of a module; names that are declared twice go to the diagnostics."""
        known = self.scopes.get(module.path)
        if known is not None:
            return known
        scope = self.scopes[module.path] = Scope(module)
        for statement in module.file.statements:
            if isinstance(statement, n.Use):
                self._bring(scope, statement)
            elif isinstance(statement, n.Lead):
                self._set_lead(scope, statement, module)
            elif type(statement) in DECLARING:
                self._declare(scope, statement)
        return scope

    def _declare(self, scope: Scope, node: n.Node) -> None:
        assert isinstance(node, n.NamedList | n.Define | n.Event | n.Decay | n.Category)
        what = node.word if isinstance(node, n.Category) else DECLARING[type(node)]
        self._add(scope, Symbol(what, node, scope), node.name)

    def _add(self, scope: Scope, symbol: Symbol, name: n.Name) -> None:
        names = scope.personas if symbol.what == "persona" else scope.symbols
        source = scope.module.source
        if name.name in RESULTS or name.name == "none":
            self.found.error(
                source,
                name.span,
                "reserved-name",
                f"`{name.name}` cannot be the name of a {symbol.what}",
                "the model's own result is called that" if name.name in RESULTS else "`none` means that there is none",
            )
            return
        first = names.get(name.name)
        if first is symbol:
            return
        if first is not None:
            self.found.error(
                source,
                name.span,
                "declared-twice",
                f"`{name.name}` is declared twice",
                "give one of them another name",
                notes=(first.note,),
            )
            return
        names[name.name] = symbol

    def _set_lead(self, scope: Scope, lead: n.Lead, module: Module) -> None:
        if scope.lead is not None:
            self.found.error(
                scope.module.source,
                Span(lead.span.start, lead.span.start + 4),
                "declared-twice",
                "the fields of the lead are declared twice",
                "one `lead:` block holds all of them",
            )
            return
        scope.lead, scope.lead_module = lead, module

    def _bring(self, scope: Scope, use: n.Use) -> None:
        text = scope.module.source.text[use.span.start : use.span.end]
        if len(use.names) == 1 and use.names[0].name != "model" and " from " not in f" {' '.join(text.split())} ":
            message = f"`use {use.names[0].name}` does not say what it is from"
            hint = f"write `use {use.names[0].name} from {scope.module.source.slice(use.path.span)}`"
            self.found.error(scope.module.source, use.path.span, "missing-from", message, "", help=(hint,))
            return
        module = scope.module.used.get(use.path.value)
        if module is None:
            # The file could not be read, which was said: a use of its names must not be one error more each.
            scope.lost.update(name.name for name in use.names)
            return
        other = self.scope_of(module)
        for name in use.names:
            if name.name == "model":
                continue
            if name.name == "lead" and other.lead is not None and other.lead_module is not None:
                self._set_lead(scope, other.lead, other.lead_module)
                continue
            symbol = other.symbols.get(name.name) or other.personas.get(name.name)
            if symbol is None:
                self._not_there(scope, use, name, other)
                scope.lost.add(name.name)
                continue
            self._add(scope, symbol, name)

    def _not_there(self, scope: Scope, use: n.Use, name: n.Name, other: Scope) -> None:
        has = [*other.symbols, *other.personas, *(["lead"] if other.lead else [])]
        near = closest(name.name, has)
        self.found.error(
            scope.module.source,
            name.span,
            "unknown-name",
            f"`{use.path.value}` has no `{name.name}`",
            f"did this mean `{near}`?" if near else "",
            help=(f"it has {listed(has, limit=12)}" if has else "it declares nothing",),
        )
