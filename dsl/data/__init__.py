"""Data: reading leads and events from files, writing results and rejects, and drafting a lead from what is there."""

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
