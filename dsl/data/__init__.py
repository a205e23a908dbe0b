"""Data: reading leads and events from files, writing results and rejects, and drafting a lead from what is there."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scorelang.data.errors import DataError
    from scorelang.data.events import Event, EventIndex, plain_identity, read_events
    from scorelang.data.inference import InferredField, infer_lead
    from scorelang.data.outputs import open_output, open_text_output
    from scorelang.data.reading import FORMATS, format_of, read_records
    from scorelang.data.records import BadRecord, Record, Records
    from scorelang.data.rejects import Reject, RejectsWriter
    from scorelang.data.results import Columns, write_results

__all__ = [
    "FORMATS",
    "BadRecord",
    "Columns",
    "DataError",
    "Event",
    "EventIndex",
    "InferredField",
    "Record",
    "Records",
    "Reject",
    "RejectsWriter",
    "format_of",
    "infer_lead",
    "open_output",
    "open_text_output",
    "plain_identity",
    "read_events",
    "read_records",
    "write_results",
]

# Where each of them is: whoever only writes a text needs no reader of leads.
_PLACES = {
    "errors": ("DataError",),
    "events": ("Event", "EventIndex", "plain_identity", "read_events"),
    "inference": ("InferredField", "infer_lead"),
    "outputs": ("open_output", "open_text_output"),
    "reading": ("FORMATS", "format_of", "read_records"),
    "records": ("BadRecord", "Record", "Records"),
    "rejects": ("Reject", "RejectsWriter"),
    "results": ("Columns", "write_results"),
}


def __getattr__(name: str) -> object:
    """A class or function of the package, loaded when it is first asked for."""
    for place, names in _PLACES.items():
        if name in names:
            return getattr(import_module(f"{__name__}.{place}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
