"""The engines for one record, and what they give: the reference interpreter, and generated Python."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import chain
from typing import TYPE_CHECKING, Any, Literal

from attrs import define, field, fields, frozen

from scorelang import model as m
from scorelang.codegen.raw import Misfit, Unlisted, settled
from scorelang.codegen.slots import Slots, slots_of
from scorelang.interpret import interpret
from scorelang.leads import read_lead
from scorelang.result import Blocked, Fired, ModelInfo, Result, result_of
from scorelang.values import format_instant, from_hundredths

if TYPE_CHECKING:
    from scorelang.codegen.decoder import Decoder
    from scorelang.codegen.engine import Compiled

EngineName = Literal["auto", "python", "reference"]
MOST_KNOWN = 10_000


@frozen(eq=False)
class Reference:
    """The interpreter, which defines what a model means."""

    model: m.CheckedModel

    def score(self, lead: object, events: object, as_of: int, detail: bool) -> Result:
        """Score a lead. Raises `LeadError` for a value that does not fit."""
        facts, problems = read_lead(self.model, lead, events, as_of)
        if problems:
            raise problems[0]
        return result_of(self.model, interpret(self.model, facts))

    def decoder(self) -> Decoder:
        """A decoder of leads from JSON. Needs msgspec."""
        from scorelang.codegen.decoder import decoder_of

        return decoder_of(slots_of(self.model))


@define(eq=False)
class Python:
    """Generated Python, compiled when the first lead is scored."""

    model: m.CheckedModel
    _usual: Way = field(init=False)
    # For leads that `decoder` decodes: the type that they have, and the way in which they are scored.
    _decoded_type: type | None = field(default=None, init=False)
    _decoded: Way | None = field(default=None, init=False)
    _decoder: Decoder | None = field(default=None, init=False)

    def __attrs_post_init__(self) -> None:
        self._usual = Way.of(self.model)

    def score(self, lead: object, events: object, as_of: int, detail: bool) -> Result:
        """Score a lead. Raises `LeadError` for a value that does not fit."""
        way = self._usual
        if type(lead) is self._decoded_type and events is None and self._decoded is not None:
            way, events = self._decoded, lead.s1 or ()  # type: ignore[attr-defined]
        elif type(events) is not list:
            events = settled(lead, events)
        run = way.functions.recording if detail else way.functions.plain
        try:
            outcome = run(lead, events, as_of)
        except (Misfit, TypeError, OverflowError):
            return self._unusual(way, lead, events, as_of)
        return scored(outcome, way.plan, as_of)

    def _unusual(self, way: Way, lead: object, events: object, as_of: int) -> Result:
        """Instants outside the calendar, values that have no hash and the like; and data that does not fit."""
        try:
            return scored(way.functions.exact(lead, events, as_of), way.plan, as_of)
        except Misfit:
            _, problems = read_lead(self.model, lead, events.raw if isinstance(events, Unlisted) else events, as_of)
            raise problems[0] from None

    def decoder(self) -> Decoder:
        """The decoder whose leads are scored without looking names up. Made once; needs msgspec."""
        from scorelang.codegen.decoder import decoder_of

        if self._decoder is None:
            slots = slots_of(self.model)
            decoder = decoder_of(slots)
            if slots is not None:
                self._decoded = Way.of(self.model, slots)
                self._decoded_type = decoder.lead
            self._decoder = decoder
        return self._decoder


@frozen(eq=False)
class Way:
    """A model's functions for leads of one form, and what their results have in common."""

    functions: Compiled
    plan: Plan

    @classmethod
    def of(cls, model: m.CheckedModel, slots: Slots | None = None) -> Way:
        """The way of a model; with `slots` for decoded leads."""
        # It goes through checked models with the tools of the checker, which a program that only imports needs not.
        from scorelang.codegen.engine import compiled

        functions = compiled(model, slots)
        return cls(functions, Plan.of(model, functions))


@frozen(eq=False)
class Plan:
    """What a model's results have in common, and how an outcome becomes their fields."""

    # The functions that work out again which rules fired, where outcomes do not say so.
    compiled: Compiled | None
    info: ModelInfo
    categories: tuple[str, ...]
    grades: tuple[str, ...]
    gates: tuple[m.Gate, ...]
    # By a rule's number: its identity, and the persona that it counts for alone.
    rules: tuple[tuple[str, str | None], ...]
    personas: bool
    # The same rule mostly gives the same points, and what says so does not change: all results share it.
    known: dict[tuple[int, int], Fired] = field(factory=dict)

    @classmethod
    def of(cls, model: m.CheckedModel, functions: Compiled | None) -> Plan:
        """The plan of a model's results."""
        personas = {group.name for group in model.groups if group.word == "persona"}
        return cls(
            functions,
            ModelInfo(model.name, model.version, model.fingerprint),
            tuple(group.name for group in model.groups if group.word == "category"),
            tuple(grade.what for grade in model.grades),
            model.gates,
            tuple((rule.id, rule.group if rule.group in personas else None) for rule in m.rules_of(model.ordered)),
            bool(personas),
        )

    def fired(self, noted: list[Sequence[tuple[int, int]]], persona: str | None) -> tuple[Fired, ...]:
        """The rules that count, in the order of the model."""
        counted = sorted(chain.from_iterable(noted))
        if self.personas:
            counted = [pair for pair in counted if self.rules[pair[0]][1] in (None, persona)]
        known = self.known
        return tuple([known.get(pair) or self._fired(pair) for pair in counted])

    def _fired(self, pair: tuple[int, int]) -> Fired:
        fired = Fired(self.rules[pair[0]][0], from_hundredths(pair[1]))
        if len(self.known) >= MOST_KNOWN:
            self.known.clear()
        self.known[pair] = fired
        return fired


class Scored(Result):
    """A result whose fields are worked out when they are first read; otherwise it is a `Result` like any other."""

    __slots__ = ("_instant", "_outcome", "_plan")

    _instant: int
    _outcome: tuple[Any, ...]
    _plan: Plan

    def __getattr__(self, name: str) -> Any:
        """Work out a field that was not read before; Python asks for it here while its slot is empty."""
        work_out = _WORK_OUT.get(name)
        if work_out is None:
            raise AttributeError(f"a result has no field {name!r}", name=name, obj=self)
        value = work_out(self)
        object.__setattr__(self, name, value)
        return value

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Result):
            return NotImplemented
        return _all_of(self) == _all_of(other)

    def __hash__(self) -> int:
        return hash(_all_of(self))

    def __repr__(self) -> str:
        return repr(Result(*_all_of(self)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Result, _all_of(self)

    def _fired(self) -> tuple[Fired, ...]:
        more, compiled = self._outcome[8], self._plan.compiled
        noted = compiled.again(more) if isinstance(more, tuple) and compiled is not None else more
        return self._plan.fired(noted, self._outcome[2])

    def _blocked(self) -> tuple[Blocked, ...]:
        gates = self._plan.gates
        return tuple(
            Blocked(gates[at].id, gates[at].reason or gates[at].condition.place.text, was)
            for at, was in self._outcome[4]
        )

    def _categories(self) -> dict[str, float]:
        return dict(zip(self._plan.categories, map(from_hundredths, self._outcome[6]), strict=True))


_FIELDS = tuple(attribute.name for attribute in fields(Result))


def _all_of(result: Result) -> tuple[Any, ...]:
    return tuple(getattr(result, name) for name in _FIELDS)


_WORK_OUT: dict[str, Callable[[Any], Any]] = {
    "categories": Scored._categories,
    "grades": lambda result: dict(zip(result._plan.grades, result._outcome[7], strict=True)),
    "blocked_by": Scored._blocked,
    "fired": Scored._fired,
    "as_of": lambda result: format_instant(result._instant),
}

# These take no longer to work out than to look up.
_CHEAP: dict[str, Callable[[Any], Any]] = {
    "id": lambda result: (result._outcome[0] or "").strip() or None,
    "score": lambda result: result._outcome[1] / 100,
    "persona": lambda result: result._outcome[2],
    "stage": lambda result: result._outcome[3],
    "qualified": lambda result: not result._outcome[4],
    "route": lambda result: result._outcome[5],
    "model": lambda result: result._plan.info,
}
for _name, _read in _CHEAP.items():
    setattr(Scored, _name, property(_read))

# Writing the slots themselves is several times faster than calling `__init__`, and no one else holds the result yet.
_new = object.__new__
_set_outcome = Scored._outcome.__set__  # type: ignore[attr-defined]
_set_plan = Scored._plan.__set__  # type: ignore[attr-defined]
_set_instant = Scored._instant.__set__  # type: ignore[attr-defined]


def scored(outcome: tuple[Any, ...], plan: Plan, as_of: int) -> Result:
    """The result of what a generated function gave."""
    result = _new(Scored)
    _set_outcome(result, outcome)
    _set_plan(result, plan)
    _set_instant(result, as_of)
    return result


def engine_of(model: m.CheckedModel, name: EngineName) -> Reference | Python:
    """The engine of that name; `auto` is generated Python."""
    return Reference(model) if name == "reference" else Python(model)
