"""The Python face of a model: load it, score leads with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from attrs import frozen

from scorelang import model as m
from scorelang.diagnostics import Diagnostics, LeadError, ModelError, ScorelangError
from scorelang.interpret import interpret
from scorelang.leads import read_lead
from scorelang.result import Result, result_of
from scorelang.source import MAX_BYTES, Source, read_bytes, source_of
from scorelang.values import EXPECTED, Type, Unfit, Value, coerce, fold, identity

if TYPE_CHECKING:
    from scorelang.explain import Explanation
    from scorelang.rules import RuleInfo

Moment = datetime | date | str
Events = Iterable[Any]


class CallError(ScorelangError, ValueError):
    """A call with an argument that it cannot take; the message says which, and what it takes."""


@frozen(repr=False)
class Model:
    """A checked model. Immutable, safe to share between threads, picklable.

    Made by `load` or `loads`. Everything it says of itself is in `checked`, which tools read.
    """

    checked: m.CheckedModel

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

    def score(self, lead: object, events: Events | None = None, as_of: Moment | None = None) -> Result:
        """Score one lead.

        `lead` is a mapping, or an object with attributes; `events` are mappings or objects with `type`, `at` and their
        attributes, and default to the lead's own `events`. `as_of` (default: now) is a datetime, a date or ISO 8601
        text; without an offset it is in the model's time zone. Events after it do not exist yet.

        Raises `LeadError` for a value that does not fit its type, and `CallError` for an `as_of` that is no time.
        """
        facts, problems = read_lead(self.checked, lead, events, self.instant(as_of))
        if problems:
            raise problems[0]
        return result_of(self.checked, interpret(self.checked, facts))

    def explain(self, lead: object, events: Events | None = None, as_of: Moment | None = None) -> Explanation:
        """Score one lead and say why: which rules gave what, why the others did not, what the next stage needs.

        Takes what `score` takes, and raises what it raises.
        """
        from scorelang.explain import explain

        facts, problems = read_lead(self.checked, lead, events, self.instant(as_of))
        if problems:
            raise problems[0]
        return explain(self.checked, lead, facts)

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
        for lead in leads:
            own = None if events is None else events.get(self._key(lead) or "", [])
            facts, problems = read_lead(self.checked, lead, own, instant)
            if problems and errors == "raise":
                raise problems[0]
            yield problems[0] if problems else result_of(self.checked, interpret(self.checked, facts))

    def _key(self, lead: object) -> str | None:
        """A lead's identity in the form in which its events are found."""
        facts, _ = read_lead(self.checked, lead, (), 0)
        return None if facts.id is None else fold(facts.id)

    def instant(self, as_of: Moment | None) -> int:
        """A time as microseconds since 1970 in UTC; None is now. Raises `CallError` for what is no time."""
        if as_of is None:
            as_of = datetime.now(UTC)
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
            grouped.setdefault(fold(str(key).strip()), []).extend(some)
        return grouped
    for event in events:
        raw = event.get("lead") if isinstance(event, Mapping) else getattr(event, "lead", None)
        try:
            key = identity(raw)
        except Unfit:
            key = None
        if key is None:
            raise LeadError(None, "lead", raw, "the identity of the event's lead", event="event")
        grouped.setdefault(fold(key), []).append(event)
    return grouped


def check_text(source: Source, folder: Path | None) -> Model:
    """The model of a source; raises `ModelError` with every mistake in it."""
    # The grammar and its library are loaded when a text is parsed, not when scorelang is imported.
    from scorelang.check import check_source

    found = Diagnostics()
    checked = check_source(source, folder, found)
    found.raise_if_any()
    assert checked is not None
    return Model(checked)


def loads(text: str, *, name: str = "model.score", folder: str | Path | None = None) -> Model:
    """The model that a text says.

    `name` is what messages call it; `folder` is where its `use` and `list … from` paths begin (without it, only the
    standard library can be used). Raises `ModelError` with every mistake in the text, `CallError` for what is no text.
    """
    if not isinstance(text, str):
        raise CallError(f"loads takes the text of a model, not {type(text).__name__}")
    return check_text(source_of(name, text), None if folder is None else Path(folder))


def load(path: str | Path) -> Model:
    """The model in a file; its `use` and `list … from` paths begin in the file's folder.

    Raises `ModelError` with every mistake in it, and `OSError` when the file cannot be read.
    """
    return check_text(read_source(path), Path(path).parent)


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
