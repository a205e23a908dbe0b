"""What the benchmarks stand on: the rules that peers are given, the slopes, and the pages that figures are put into."""

from __future__ import annotations

import math
import operator
import re
import sys
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "performance.md"
OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "==": operator.eq,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "in": lambda one, several: one in several,
    "known": lambda one, _: one is not None,
}


@pytest.fixture(autouse=True)
def _benchmarks_can_be_imported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))


def total(rules: list[Any], lead: dict[str, Any]) -> int:
    """The points of rules, in the plainest way."""
    points = 0
    for rule in rules:
        records = lead.get(rule.kind, []) if rule.kind else [lead]
        fitting = sum(
            all(OPERATORS[test.op](record[test.field], test.value) for test in rule.tests) for record in records
        )
        if rule.gives == "each":
            points += min(fitting * rule.points, 1000)
        elif fitting >= rule.at_least if rule.at_least else not fitting:
            points += rule.points
    return points


@pytest.mark.parametrize("at", range(5))
def test_the_rules_that_peers_are_given_are_those_of_the_function_by_hand(at: int) -> None:
    workloads, peer_rules = import_module("one_record_workloads"), import_module("peer_rules")
    work = workloads.workloads()[at]
    rules, by_hand = peer_rules.rules_of(work), work.function()
    assert len(rules) == int(work.name.split()[0]) + (20 if "+" in work.name else 0)
    for lead, events in list(zip(work.leads, work.events, strict=True))[:50]:
        prepared = peer_rules.prepared(lead, events, workloads.AS_OF)
        assert total(rules, prepared) == by_hand(lead, events, workloads.AS_OF)


def test_a_rule_is_said_in_the_words_of_each_language() -> None:
    peer_rules, text, data = (import_module(name) for name in ("peer_rules", "peer_expressions", "peer_data"))
    test = peer_rules.Test
    big = peer_rules.Rule((test("size", "known"), test("size", ">", 5), test("funded", "==", True)), 100)
    often = peer_rules.Rule((test("path", "==", "/a"), test("age", "<=", 60)), 200, "visit", at_least=3)
    each = peer_rules.Rule((test("age", "<=", 60),), 50, "visit", "each")
    assert text.CEL.truth(big) == "size != null && size > 5 && funded != null && funded == true"
    assert text.CEL.sum([big, often]).count("?") == 2
    assert text.ZEN.truth(often) == 'count(visit, #.path == "/a" and #.age <= 60) >= 3'
    assert text.RULE_ENGINE.number(each) == '$min([[e for e in visit if e["age"] <= 60].length * 50, 1000])'
    assert data.Qubit().truth(big) == {
        "and": [
            {"!==": [{"var": "size"}, None]},
            {">": [{"var": "size"}, 5]},
            {"===": [{"var": "funded"}, True]},
        ]
    }


def test_an_engine_that_cannot_count_events_says_so() -> None:
    peer_rules, data = import_module("peer_rules"), import_module("peer_data")
    rule = peer_rules.Rule((), 100, "visit")
    with pytest.raises(peer_rules.CannotSayError, match="nothing counts events"):
        data.BusinessRules().apart([rule])


def test_peers_are_pinned_to_the_versions_that_are_measured() -> None:
    text, data = import_module("peer_expressions"), import_module("peer_data")
    pinned = re.findall(r"^([\w-]+)==", (ROOT / "benchmarks" / "peers.txt").read_text(encoding="utf-8"), re.MULTILINE)
    packages = {engine.package for module in (text, data) for engine in vars(module).values()
                if getattr(engine, "package", None)}  # fmt: skip
    assert packages | {"datafusion", "polars"} == set(pinned)


def test_the_exponent_of_what_grows_in_proportion_is_one_and_of_a_square_two() -> None:
    growth = import_module("growth")
    sizes = (10, 1_000, 2_000, 4_000)
    assert growth.exponent(sizes, [1.0, *(1 + size * 0.5 for size in sizes[1:])]) == pytest.approx(1)
    assert growth.exponent(sizes, [1.0, *(1 + size**2 * 0.1 for size in sizes[1:])]) == pytest.approx(2)
    assert math.isnan(growth.exponent(sizes, [1.0, 0.9, 1.1, 1.2]))


def test_without_an_exponent_nothing_is_worked_out_from_it() -> None:
    growth, processes = import_module("growth"), import_module("processes")
    took = {str(size): processes.Took(1, seconds, 100) for size, seconds in ((10, 60), (1_000, 59), (2_000, 61))}
    text = growth.shown("spark", took)
    assert text.endswith("No exponent: a later run took no longer than the first.")
    assert "nan" not in text


def test_a_billion_events_take_what_the_axis_says_of_them() -> None:
    growth, processes = import_module("growth"), import_module("processes")
    both = {str(size): processes.Took(0, 2 + size / 1e6, 100 + size / 1e5) for size in (0, 1_000_000, 2_000_000)}
    text = growth.billion(both)
    assert "| hours of one core " in text
    assert f"{1002 / 3600:.2f}" in text
    assert f"{(100 + 1e4) / 1024:.0f}" in text


def test_a_command_is_measured_and_one_that_fails_is_an_error() -> None:
    processes = import_module("processes")
    took = processes.ran([sys.executable, "-c", "sum(range(1_000_000))"])
    assert took.seconds > 0
    assert took.cpu > 0
    assert took.memory > 1
    # What the benchmark itself holds does not count.
    held = bytearray(200 * 2**20)
    assert processes.ran([sys.executable, "-S", "-c", "pass"]).memory < len(held) / 2**20 / 2
    with pytest.raises(RuntimeError, match="ended with 3:\nno such thing"):
        processes.ran([sys.executable, "-c", "import sys; print('no such thing'); sys.exit(3)"])


def test_figures_go_between_the_marks_of_a_page_and_leave_the_rest(tmp_path: Path) -> None:
    tables, page = import_module("tables"), tmp_path / "page.md"
    page.write_text("before\n<!-- peers: made by peers.py -->\nold\n<!-- end of peers -->\nafter\n", encoding="utf-8")
    for figures in ("new", "newer"):
        tables.put(page, "peers", f"{figures}\n")
        assert page.read_text(encoding="utf-8") == (
            f"before\n<!-- peers: made by peers.py -->\n{figures}\n<!-- end of peers -->\nafter\n"
        )
    with pytest.raises(ValueError, match="has no place for sets"):
        tables.put(page, "sets", "new")


def test_a_table_has_columns_of_one_width() -> None:
    tables = import_module("tables")
    assert tables.table(["", "seconds"], [["floor", "1.00"]]) == "\n".join(
        ("|       | seconds |", "|-------|---------|", "| floor | 1.00    |")
    )


def test_the_page_has_a_place_for_every_benchmark_that_writes_into_it() -> None:
    growth = import_module("growth")
    marked = set(re.findall(r"<!-- ([\w-]+): written by benchmarks/\w+\.py -->", PAGE.read_text(encoding="utf-8")))
    others = {"peers", "sets", "sets-large", "planning", "outcomes", "aims", "startup"}
    assert marked == others | {f"growth-{axis}" for axis in growth.AXES}


def test_what_was_aimed_at_stands_beside_the_figures_that_the_page_has() -> None:
    aims = import_module("aims")
    assert aims.shown(PAGE, aims.ONE_RECORD) in PAGE.read_text(encoding="utf-8"), "run benchmarks/aims.py --page"


def test_an_aim_that_is_missed_says_by_how_much() -> None:
    aim = import_module("aims").Aim
    assert aim("memory", 2048, (1024.0,), "{:,.0f} MiB").row() == ["memory", "≤ 2,048 MiB", "1,024 MiB", "yes"]
    assert aim("time", 0.5, (0.75,)).row() == ["time", "≤ 0.50 ×", "0.75 ×", "no, by 50%"]
    assert aim("peers", 3, (2.0, 6.0), least=True).row() == ["peers", "≥ 3.00 ×", "2.00 × to 6.00 ×", "no, by 50%"]


def test_the_tables_of_a_page_are_read_back(tmp_path: Path) -> None:
    tables, page = import_module("tables"), tmp_path / "page.md"
    page.write_text("| a |\n<!-- x: made -->\nold\n<!-- end of x -->\n", encoding="utf-8")
    made = [tables.table(["", "seconds"], [["floor", "1.00"], ["scorelang", "2.00"]]), tables.table(["n"], [["1"]])]
    tables.put(page, "x", "\n\n".join(made))
    one, other = tables.found(page, "x")
    assert one == [{"": "floor", "seconds": "1.00"}, {"": "scorelang", "seconds": "2.00"}]
    assert other == [{"n": "1"}]


def test_polars_is_asked_for_what_the_sql_by_hand_says() -> None:
    pytest.importorskip("polars", reason="polars is not installed: benchmarks/peers.txt has it")
    sets, polars = import_module("sets"), import_module("sets_polars")
    for _, sql, _, where in sets.rules_of(60):
        for condition in (sql, where) if where else (sql,):
            assert polars.condition(condition) is not None
    with pytest.raises(ValueError, match="no expression of Polars"):
        polars.condition("title SIMILAR TO 'a'")
