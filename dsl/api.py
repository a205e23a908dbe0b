"""The Python face of a model: load it, score leads with it."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import field, frozen

from scorelang import model as m
from scorelang.diagnostics import Diagnostics, LeadError, ModelError, ScorelangError
from scorelang.engines import EngineName, Python, Reference, engine_of
from scorelang.leads import read_lead
from scorelang.result import Result
from scorelang.source import MAX_BYTES, Source, read_bytes, source_of
from scorelang.values import EXPECTED, Type, Unfit, Value, coerce, fold, identity

if TYPE_CHECKING:
    from scorelang.analysis.bounds import Bounds
    from scorelang.analysis.prove import Proof
    from scorelang.codegen.decoder import Decoder
    from scorelang.data.results import FiredAs
    from scorelang.explain import Explanation
    from scorelang.rules import RuleInfo
    from scorelang.session.functions import Functions
    from scorelang.session.session import Session

Moment = datetime | date | str
# So many times of scoring are remembered, as what they were given and what that means.
MOST_INSTANTS = 64
Events = Iterable[Any]


class CallError(ScorelangError, ValueError):
    """A call with an argument that it cannot take; the message says which, and what it takes."""


@frozen(repr=False)
class Model:
    """A checked model. Immutable, safe to share between threads, picklable.

    Made by `load` or `loads`. Everything it says of itself is in `checked`, which tools read.
    """

    checked: m.CheckedModel
    engine: EngineName = field(default="auto", eq=False)
    _engine: list[Reference | Python] = field(factory=list, init=False, eq=False)
    _instants: dict[datetime | str, int] = field(factory=dict, init=False, eq=False)
    _stepwise: list[Functions] = field(factory=list, init=False, eq=False)

    def __reduce__(self) -> tuple[object, ...]:
        # Functions do not pickle: they are made again where they are needed.
        return Model, (self.checked, self.engine)

    def __repr__(self) -> str:
        version = "" if self.version is None else f", version {self.version}"
        return f"<Model {self.name or self.checked.source.name}{version}, {self.fingerprint}>"

    @property
    def name(self) -> str | None:
        """What the model is called."""
        return self.checked.name

    @property
    def version(self) -> float | int | str | None:
        """Its version, as the file says it."""
        return self.checked.version

    @property
    def owner(self) -> str | None:
        """Who answers for it."""
        return self.checked.owner

    @property
    def fingerprint(self) -> str:
        """A hash of what the model means to say: 16 hexadecimal digits, the same for the same rules in any layout."""
        return self.checked.fingerprint

    @property
    def categories(self) -> tuple[str, ...]:
        """The names of its categories, in order."""
        return tuple(group.name for group in self.checked.groups if group.word == "category")

    @property
    def stages(self) -> tuple[str, ...]:
        """The names of its stages, rising."""
        return tuple(stage.name for stage in self.checked.stages)

    def score(
        self, lead: object, events: Events | None = None, as_of: Moment | None = None, *, detail: bool = True
    ) -> Result:
        """Score one lead.

        `lead` is a mapping, or an object with attributes; `events` are mappings or objects with `type`, `at` and their
        attributes, and default to the lead's own `events`. `as_of` (default: now) is a datetime, a date or ISO 8601
        text; without an offset it is in the model's time zone. Events after it do not exist yet.

        With `detail=False` the rules that fired are not noted while scoring, which is faster; who reads `fired` all the
        same gets the same, worked out then.

        Raises `LeadError` for a value that does not fit its type, and `CallError` for an `as_of` that is no time.
        """
        return self._scorer().score(lead, events, self.instant(as_of), detail)

    def decoder(self) -> Decoder:
        """A decoder of JSON for this model: `model.score(decoder.decode(line))`, faster than by way of dictionaries.

        One lead is one JSON object, with its events in `events`. `decode` takes bytes or text and raises `LeadError`
        for what is no JSON object. The same decoder serves all threads. Needs msgspec, which is loaded here.
        """
        return self._scorer().decoder()

    def _scorer(self) -> Reference | Python:
        """The engine, made when the first lead is scored."""
        if not self._engine:
            self._engine.append(engine_of(self.checked, self.engine))
        return self._engine[0]

    def explain(self, lead: object, events: Events | None = None, as_of: Moment | None = None) -> Explanation:
        """Score one lead and say why: which rules gave what, why the others did not, what the next stage needs.

        Takes what `score` takes, and raises what it raises.
        """
        from scorelang.explain import explain

        if isinstance(events, Iterator):
            events = tuple(events)  # they are read twice
        facts, problems = read_lead(self.checked, lead, events, self.instant(as_of))
        if problems:
            raise problems[0]
        return explain(self.checked, lead, facts, events)

    def prove(self, *, assume: Iterable[str] = (), timeout: float = 60.0) -> tuple[Proof, ...]:
        """Prove or refute every `never` and `always` of the model for every lead there can be, in their order.

        `assume` are conditions as a `.score` file has them: only leads are looked at for which all are true. `timeout`
        is in seconds, for each; what is not decided by then is `unknown`.

        Raises `CallError` for what is no condition of the model, and for a time limit that is none.
        """
        from scorelang.analysis.prove import proofs

        checked, assumed = self._with(assume, timeout)
        return tuple(proofs(checked, checked.invariants, timeout, assumed))

    def bounds(self, *, given: Iterable[str] = (), timeout: float = 60.0) -> Bounds:
        """What the model can come to at all: the least and greatest of each number, and every stage, grade and route.

        `given` are conditions as for `prove`. `timeout` is in seconds, for all of it; the answer always comes by then,
        or a little later, and says what is not exact. Points are hundredths.

        Raises `CallError` for what is no condition of the model, for a time limit that is none, and where no lead at
        all is as given.
        """
        from scorelang.analysis.bounds import NoLeadError, bounds

        checked, conditions = self._with(given, timeout)
        try:
            return bounds(checked, timeout, conditions)
        except NoLeadError:
            raise CallError("no lead can be as given") from None

    def _with(self, texts: Iterable[str], timeout: float) -> tuple[m.CheckedModel, tuple[m.Expression, ...]]:
        """The model with conditions that are read as if they stood in its file."""
        from scorelang.analysis.assumptions import ConditionError, with_conditions

        texts = [texts] if isinstance(texts, str) else list(texts)
        if not 0 < timeout < math.inf:
            raise CallError(f"timeout is {timeout!r}, which is not a number of seconds above 0")
        if not texts:
            return self.checked, ()
        try:
            return with_conditions(self.checked.source, Path(self.checked.source.name).parent, texts)
        except ConditionError as error:
            raise CallError(str(error)) from None

    @property
    def rules(self) -> tuple[RuleInfo, ...]:
        """Every rule that gives points, in the order of the text."""
        from scorelang.rules import rules_of

        return rules_of(self.checked)

    @overload
    def score_many(
        self,
        leads: Iterable[object],
        events: Mapping[str, Events] | Events | None = None,
        as_of: Moment | None = None,
        *,
        errors: Literal["raise"] = "raise",
    ) -> Iterator[Result]: ...
    @overload
    def score_many(
        self,
        leads: Iterable[object],
        events: Mapping[str, Events] | Events | None = None,
        as_of: Moment | None = None,
        *,
        errors: Literal["return"],
    ) -> Iterator[Result | LeadError]: ...
    def score_many(
        self,
        leads: Iterable[object],
        events: Mapping[str, Events] | Events | None = None,
        as_of: Moment | None = None,
        *,
        errors: Literal["raise", "return"] = "raise",
    ) -> Iterator[Result | LeadError]:
        """Score leads one after the other, lazily, all at the same `as_of`.

        `events` are either a mapping from a lead's identity to its events, or all events together, each with its lead's
        identity in `lead`; default: each lead's own. With `errors="return"` a lead that does not fit gives its
        `LeadError` in its place, instead of ending the run.
        """
        if errors not in ("raise", "return"):
            raise CallError(f'errors is "raise" or "return", not {errors!r}')
        instant = self.instant(as_of)
        return self._score_many(leads, None if events is None else _by_lead(events), instant, errors)

    def _score_many(
        self, leads: Iterable[object], events: Mapping[str, list[Any]] | None, instant: int, errors: str
    ) -> Iterator[Result | LeadError]:
        scorer = self._scorer()
        for lead in leads:
            own = None if events is None else events.get(self._key(lead) or "", [])
            try:
                result: Result | LeadError = scorer.score(lead, own, instant, False)
            except LeadError as error:
                if errors == "raise":
                    raise
                result = error
            yield result

    def session(self, lead: object, events: Events | None = None, as_of: Moment | None = None) -> Session:
        """A session for one lead: its state, which further events and later times take forward with little work.

        Takes what `score` takes, and raises what it raises. Every result of a session is what `score` gives for the
        lead with all events so far.
        """
        from scorelang.session.session import Session

        return Session.of(self, self._steps(), lead, events, self.instant(as_of))

    def resume(self, state: Mapping[str, Any] | bytes | str) -> Session:
        """The session whose `to_dict` or `to_json` gave this state.

        Raises `SessionError` when it is the state of a model with another fingerprint, or none at all.
        """
        from scorelang.session.session import Session

        return Session.loaded(self, self._steps(), state)

    def _steps(self) -> Functions:
        """The functions of sessions, made for the first of them."""
        from scorelang.session.functions import Functions

        if not self._stepwise:
            self._stepwise.append(Functions.of(self.checked))
        return self._stepwise[0]

    def score_table(
        self, leads: Any, events: Any = None, as_of: Moment | None = None, *, fired: FiredAs = "list"
    ) -> Any:
        """Score a table of leads with DuckDB, and give back a table of the same kind: a row a lead, in their order.

        Tables are DuckDB relations, PyArrow tables, Polars or pandas frames, or anything with `__arrow_c_stream__`
        (which gives a PyArrow table); DataFrames of Spark are scored by Spark. `events` is a table with the columns
        `lead`, `type` and `at` besides the events' attributes; without it each lead's own `events` count, where the
        leads have such a column.

        The column `fired` says which rules fired: as a list with their points, with `fired="bitmap"` as a text of
        hexadecimal digits that `fired_of_bitmap` reads back, and with `fired="none"` it is not there.

        Raises `LeadError` for the first lead that does not fit, and `ScorelangError` for what is no table and for a
        model with a rule that has no exact SQL.
        """
        from scorelang.sql.tables import score_table

        return score_table(self.checked, leads, events, self.instant(as_of), fired_as(fired))

    def fired_of_bitmap(self, bitmap: str) -> tuple[str, ...]:
        """The identities of the rules that a bitmap says fired, in the order of the text.

        Raises `CallError` for what is no bitmap of this model's rules.
        """
        from scorelang.data.bitmaps import rules_of_bitmap

        try:
            return rules_of_bitmap(bitmap, tuple(rule.id for rule in m.rules_of(self.checked.ordered)))
        except ValueError as error:
            raise CallError(str(error)) from None

    def _key(self, lead: object) -> str | None:
        """A lead's identity in the form in which its events are found."""
        facts, _ = read_lead(self.checked, lead, (), 0)
        return None if facts.id is None else fold(facts.id)

    def instant(self, as_of: Moment | None) -> int:
        """A time as microseconds since 1970 in UTC; None is now. Raises `CallError` for what is no time."""
        if as_of is None:
            as_of = datetime.now(UTC)
        elif type(as_of) is str or (type(as_of) is datetime and as_of.tzinfo is UTC):
            # Equal ones mean the same; that is not so for datetimes in a zone whose clocks change.
            return self._instants.get(as_of) or self._noted(as_of)
        return self._instant(as_of)

    def _noted(self, as_of: datetime | str) -> int:
        value = self._instant(as_of)
        if len(self._instants) >= MOST_INSTANTS:
            self._instants.clear()
        self._instants[as_of] = value
        return value

    def _instant(self, as_of: Moment) -> int:
        try:
            value: Value = coerce(Type.DATE, as_of, self.checked.zone)
        except Unfit:
            value = None
        if not isinstance(value, int):
            raise CallError(f"as_of is {as_of!r}, which is not {EXPECTED[Type.DATE]}")
        return value


def _by_lead(events: Mapping[str, Events] | Events) -> dict[str, list[Any]]:
    """Events by their lead's folded identity. Raises `LeadError` for an event without one."""
    grouped: dict[str, list[Any]] = {}
    if isinstance(events, Mapping):
        for key, some in events.items():
            grouped.setdefault(_lead_of(key), []).extend(some)
        return grouped
    for event in events:
        raw = event.get("lead") if isinstance(event, Mapping) else getattr(event, "lead", None)
        grouped.setdefault(_lead_of(raw), []).append(event)
    return grouped


def _lead_of(raw: object) -> str:
    """The folded identity of the lead that an event names. Raises `LeadError` for what is none."""
    try:
        key = identity(raw)
    except Unfit:
        key = None
    if key is None:
        raise LeadError(None, "lead", raw, "the identity of the event's lead", event="event")
    return fold(key)


def check_text(source: Source, folder: Path | None, engine: EngineName = "auto") -> Model:
    """The model of a source; raises `ModelError` with every mistake in it."""
    # The grammar and its library are loaded when a text is parsed, not when scorelang is imported.
    from scorelang.check import check_once

    found = Diagnostics()
    _, checked = check_once(source, folder, found)
    found.raise_if_any()
    assert checked is not None
    return Model(checked, _engine_name(engine))


def _engine_name(engine: str) -> EngineName:
    names: tuple[EngineName, ...] = ("auto", "python", "reference")
    for name in names:
        if engine == name:
            return name
    raise CallError(f'engine is "auto", "python" or "reference", not {engine!r}')


def fired_as(said: str) -> FiredAs:
    """How results say which rules fired. Raises `CallError` for what is none of the ways."""
    ways: tuple[FiredAs, ...] = ("list", "bitmap", "none")
    for way in ways:
        if said == way:
            return way
    raise CallError(f'fired is "list", "bitmap" or "none", not {said!r}')


def loads(
    text: str, *, name: str = "model.score", folder: str | Path | None = None, engine: EngineName = "auto"
) -> Model:
    """The model that a text says.

    `name` is what messages call it; `folder` is where its `use` and `list … from` paths begin (without it, only the
    standard library can be used). `engine` is what scores: `python` (generated code; `auto` means it) or `reference`
    (the interpreter that defines the language; slower, and equal in every result).

    Raises `ModelError` with every mistake in the text, `CallError` for what is no text or no engine.
    """
    if not isinstance(text, str):
        raise CallError(f"loads takes the text of a model, not {type(text).__name__}")
    return check_text(source_of(name, text), None if folder is None else Path(folder), engine)


def load(path: str | Path, *, engine: EngineName = "auto") -> Model:
    """The model in a file; its `use` and `list … from` paths begin in the file's folder.

    `engine` is as for `loads`. Raises `ModelError` with every mistake in it, `OSError` when the file cannot be read.
    """
    return check_text(read_source(path), Path(path).parent, engine)


def read_source(path: str | Path) -> Source:
    """The text of a file. Raises `OSError` when it cannot be read, `ModelError` when it is not UTF-8."""
    data = read_bytes(path, MAX_BYTES)
    try:
        return source_of(str(path), data.decode("utf-8"))
    except UnicodeDecodeError as error:
        found = Diagnostics()
        _not_utf_8(str(path), data, error.start, found)
        raise ModelError(found.found) from None


def _not_utf_8(path: str, data: bytes, at: int, found: Diagnostics) -> None:
    from scorelang.source import Span

    readable = source_of(path, data.decode("utf-8", "replace"))
    first = readable.text.find("\ufffd")
    shown = f"byte {at + 1} is {data[at]:#04x}"
    found.error(
        readable,
        Span(first, first + 1),
        "not-utf-8",
        "this file is not UTF-8 text",
        shown,
        help=("save it as UTF-8: editors offer it under `Save as` or `Encoding`",),
    )


__all__ = ["CallError", "Model", "load", "loads", "read_source"]
