"""Published data sets, from the folder that SCORELANG_DATA names, read as they are."""

import os
import time
import tracemalloc
from pathlib import Path

import pytest

from scorelang.data import InferredField, Record, infer_lead, read_events, read_records

FOLDER = Path(os.environ.get("SCORELANG_DATA", ""))
SETS = {
    "uci_bank_marketing/bank-additional-full.csv": (41_188, 21),
    "uci_online_shoppers/online_shoppers_intention.csv": (12_330, 18),
    "oulad/assessments.csv": (206, 6),
    "oulad/courses.csv": (22, 3),
    "oulad/studentAssessment.csv": (173_912, 5),
    "oulad/studentInfo.csv": (32_593, 12),
    "oulad/studentRegistration.csv": (32_593, 5),
}


def real(name: str) -> str:
    if "SCORELANG_DATA" not in os.environ:
        pytest.skip("SCORELANG_DATA names no folder of data sets")
    if not (FOLDER / name).exists():
        pytest.skip(f"SCORELANG_DATA has no {name}")
    return str(FOLDER / name)


@pytest.mark.parametrize("name", SETS)
def test_every_row_of_a_published_file_is_a_record(name: str) -> None:
    with read_records(real(name)) as records:
        width = len(records.columns or ())
        found = [isinstance(record, Record) for record in records]
    assert (len(found), width) == SETS[name]
    assert all(found)


def test_the_bank_streams_within_two_seconds_and_a_megabyte() -> None:
    path = real("uci_bank_marketing/bank-additional-full.csv")
    start = time.process_time()
    with read_records(path) as records:
        last = None
        for record in records:
            last = record
    assert time.process_time() - start < 2
    assert isinstance(last, Record)
    assert (last.line, last.values["job"], last.values["nr.employed"]) == (41_189, "retired", "4963.6")
    tracemalloc.start()
    with read_records(path) as records:
        for _ in zip(range(10_000), records, strict=False):
            pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1 << 20


def fields(name: str) -> dict[str, InferredField]:
    with read_records(real(name)) as records:
        return {field.name: field for field in infer_lead(records, limit=None)}


def test_the_fields_of_the_bank_are_drafted_as_its_documentation_has_them() -> None:
    bank = fields("uci_bank_marketing/bank-additional-full.csv")
    assert {name for name, field in bank.items() if field.type == "flag"} == {"default", "housing", "loan", "y"}
    assert {name for name, field in bank.items() if field.missing_values == ("unknown",)} == {
        *("job", "marital", "education", "default", "housing", "loan"),
    }
    pdays = bank["pdays"]
    assert (pdays.type, pdays.missing_values, pdays.low, pdays.high) == ("number", ("999",), 0, 27)
    assert bank["emp_var_rate"].column == "emp.var.rate"
    assert bank["cons_conf_idx"].missing_values == ()


def test_the_fields_of_the_sessions_are_drafted() -> None:
    shop = fields("uci_online_shoppers/online_shoppers_intention.csv")
    assert {name for name, field in shop.items() if field.type == "flag"} == {"weekend", "revenue"}
    assert {name for name, field in shop.items() if field.type == "text"} == {"month", "visitor_type"}
    assert all(field.missing == 0 for field in shop.values())


def test_the_fields_of_the_students_are_drafted() -> None:
    students = fields("oulad/studentInfo.csv")
    assert (students["id_student"].type, students["disability"].type) == ("text", "flag")
    assert students["imd_band"].missing_values == ("?",)
    registration = fields("oulad/studentRegistration.csv")["date_registration"]
    assert (registration.type, registration.missing_values) == ("number", ("?",))


def test_submissions_are_read_as_events_of_students(tmp_path: Path) -> None:
    source = Path(real("oulad/studentAssessment.csv"))
    path = tmp_path / "events.csv"
    lines = source.read_text().splitlines()
    path.write_text("\n".join(["lead,type,at,is_banked,score", *lines[1:2001]]))
    events = read_events([str(path)])
    assert events.count == 2000
    assert events.bad == ()
