"""Reading a lead and its events: the lines that turn raw data into locals.

The usual Python types of a value are read in line; all others, and what does not fit, by a function of the run time. A
value that no rule needs is only looked at for whether it fits.
"""

from __future__ import annotations

from attrs import define

from scorelang.codegen.events import Shared
from scorelang.codegen.rows import look_up
from scorelang.codegen.slots import Slots
from scorelang.codegen.writer import Writer
from scorelang.model import FieldDefinition
from scorelang.values import EXPECTED, Type


def reader_of(shared: Shared, definition: FieldDefinition, event: str | None) -> str:
    """The name of the function that reads any raw value of a field."""
    return shared.constants.made(
        "reader", definition.type.value, definition.missing, shared.model.timezone, definition.name,
        EXPECTED[definition.type], event,
    )  # fmt: skip


@define
class Reading:
    """Writes the lines that read.

    With `exact` every value is read by its function, whatever it is. With `slots` a lead and its events are structs.
    """

    shared: Shared
    exact: bool = False
    slots: Slots | None = None

    def lead(self, writer: Writer, needed: frozenset[str]) -> None:
        """The lines that read the lead's identity and fields, of which rules need those in `needed`."""
        model = self.shared.model
        if self.slots is None:
            writer.line("if type(lead) is not dict: lead = Adapted(lead, 'lead')")
        key = next((field for field in model.fields if field.name == model.key), FieldDefinition(model.key, Type.TEXT))
        self._get(writer, key, "id", "lead")
        name = self.shared.constants.name(key.name)
        writer.line(f"if type(id) is not str and id is not None: id = identified(id, {name})")
        for definition in model.fields:
            local = self.shared.field(definition.name).text
            self._get(writer, definition, local, "lead")
            self._field(writer, definition, local, used=definition.name in needed)

    def event(self, writer: Writer, *, dated: bool) -> None:
        """The lines that read an event's kind and time; they leave the loop's turn for one that does not count.

        With `dated` the time is read as a datetime in UTC, else as microseconds.
        """
        model, constants = self.shared.model, self.shared.constants
        kinds = {kind: index for index, kind in enumerate(model.kinds)}
        # A kind under another spelling (white space around it) and what is none at all are left to the function.
        slow = constants.made("kind_reader", kinds)
        if self.slots is None:
            writer.line("if type(event) is not dict: event = Adapted(event, 'event')")
        writer.line(f"kind = {self._at('event', 'type')}")
        writer.line(f"number = {'None' if self.exact else f'{constants.name(kinds)}.get(kind)'}")
        with writer.block("if number is None:"):
            writer.line(f"number = {slow}(kind)")
            writer.line("if number < 0: continue")
        if not kinds:
            return
        instant = constants.made("instant_reader", model.timezone, EXPECTED[Type.DATE], tuple(kinds))
        moment = constants.made("moment_reader", model.timezone, EXPECTED[Type.DATE], tuple(kinds))
        writer.line(f"at = {self._at('event', 'at')}")
        if dated:
            writer.line(f"if type(at) is not datetime or at.tzinfo is not UTC: at = {moment}(at, number)")
        else:
            writer.line(f"at = {instant}(at, number)")
        writer.line("if at > upto: continue")

    def attribute(
        self, writer: Writer, definition: FieldDefinition, local: str, kind: str, *, used: bool, cases: dict[str, int]
    ) -> None:
        """The lines that read an attribute of an event.

        `cases` are the texts for which the local `case` then holds a number, and 0 for all others.
        """
        self._get(writer, definition, local, "event")
        if used and definition.type.is_text:
            self._remembered(writer, definition, local, kind, cases)
        else:
            self._value(writer, definition, local, kind, used=used)

    def _field(self, writer: Writer, definition: FieldDefinition, local: str, *, used: bool) -> None:
        table = self.shared.tables.get(definition.name)
        if table is not None and definition.type.is_text:
            look_up(self.shared, writer, table, exact=self.exact)
        elif used and definition.type is Type.PAGE:
            self._remembered(writer, definition, local, None, {})
        else:
            self._value(writer, definition, local, None, used=used)
            if table is not None:
                look_up(self.shared, writer, table, exact=self.exact)

    def _get(self, writer: Writer, definition: FieldDefinition, local: str, owner: str) -> None:
        """The lines that look a field up under its own name, else under that of its column."""
        if definition.column is None:
            writer.line(f"{local} = {self._at(owner, definition.name)}")
            return
        absent = "ABSENT" if self.slots is None else "UNSET"
        writer.line(f"{local} = {self._at(owner, definition.name, absent)}")
        writer.line(f"if {local} is {absent}: {local} = {self._at(owner, definition.column)}")

    def _at(self, owner: str, name: str, default: str = "") -> str:
        """The text of what stands under a name."""
        if self.slots is None:
            return f"{owner}.get({self.shared.constants.name(name)}{', ' + default if default else ''})"
        slot = (self.slots.lead if owner == "lead" else self.slots.event)[name]
        unset = name in self._unset(owner) and not default
        return f"({owner}.{slot} if {owner}.{slot} is not UNSET else None)" if unset else f"{owner}.{slot}"

    def _unset(self, owner: str) -> frozenset[str]:
        assert self.slots is not None
        return self.slots.lead_unset if owner == "lead" else self.slots.event_unset

    def _value(self, writer: Writer, definition: FieldDefinition, local: str, event: str | None, *, used: bool) -> None:
        slow = f"{local} = {reader_of(self.shared, definition, event)}({local})"
        missing = self.shared.constants.name(definition.missing) if definition.missing else None
        if self.exact:
            lines = [f"if {local} is not None: {slow}"]
        elif used:
            lines = _read(definition.type, local, slow, missing)
        else:
            lines = _check(definition.type, local, slow)
        for line in lines:
            writer.line(line)

    def _remembered(
        self, writer: Writer, definition: FieldDefinition, local: str, event: str | None, cases: dict[str, int]
    ) -> None:
        """The lines that read a text that comes again and again: its folded form is remembered, and its case."""
        memories = self.shared.memories
        key = (event, definition.name)
        at = list(memories).index(key) if key in memories else len(memories)
        row = self.shared.constants.made("case_row", cases) if cases else "itself"
        read = reader_of(self.shared, definition, event)
        memories[key] = f"seen_{at}, find_{at} = remembering({row}, {read})"
        found = f"find_{at}({local})" if self.exact else f"seen_{at}.get({local}) or find_{at}({local})"
        writer.line(f"{local},{' case' if cases else ''} = {found}")


def _check(type_: Type, local: str, slow: str) -> list[str]:
    """The lines that look whether a value fits."""
    if type_.is_text or type_ is Type.TEXT_LIST:
        return [f"if type({local}) is not str and {local} is not None: {slow}"]
    if type_ is Type.NUMBER:
        return [f"if type({local}) is not int and type({local}) is not float and {local} is not None: {slow}"]
    if type_ is Type.FLAG:
        return [f"if {local} is not None and {local} is not True and {local} is not False: {slow}"]
    return [f"if {local} is not None: {slow}"]


def _read(type_: Type, local: str, slow: str, missing: str | None) -> list[str]:
    """The lines that read a value."""
    drop = [f"    if {local} in {missing}: {local} = None"] if missing else []
    match type_:
        case Type.TEXT:
            folded = f"({local}.strip().lower() if {local}.isascii() else fold({local}.strip())) or None"
            return [f"if type({local}) is str:", f"    {local} = {folded}", *drop, f"elif {local} is not None: {slow}"]
        case Type.NUMBER:
            # Adding 0.0 makes a double of a whole number; one past all doubles raises `OverflowError`.
            return [
                f"if type({local}) is int:", f"    {local} += 0.0", *drop,
                f"elif type({local}) is float:", f"    if {local} - {local} != 0.0: {local} = None", *drop,
                f"elif {local} is not None: {slow}",
            ]  # fmt: skip
        case Type.FLAG if not missing:
            return [f"if {local} is not True and {local} is not False and {local} is not None: {slow}"]
    return [f"if {local} is not None: {slow}"]
