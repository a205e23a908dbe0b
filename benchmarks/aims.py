"""What was aimed at before anything was built, beside what the other benchmarks found.

    python benchmarks/aims.py --page docs/performance.md

Measures nothing: it reads the tables that the page and one_record.md have, and writes a table of its own.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tables import found, put, table

ROOT = Path(__file__).resolve().parent.parent
ONE_RECORD = ROOT / "benchmarks" / "one_record.md"
PAGE = ROOT / "docs" / "performance.md"
LIST, WITHOUT = "scorelang", "scorelang, no list of fired rules"
WITH_LIST = "with the list of fired rules"


@dataclass(frozen=True)
class Aim:
    """What was asked for, a limit; `measured` are the figures that have to keep to it, `least` whether from above.

    `told` is how the figures are written. Without figures it is not measured yet.
    """

    what: str
    limit: float
    measured: tuple[float, ...]
    told: str = "{:.2f} ×"
    least: bool = False

    @property
    def reached(self) -> bool:
        """Whether all figures keep to the limit."""
        return all(one >= self.limit if self.least else one <= self.limit for one in self.measured)

    def row(self) -> list[str]:
        """A line of the table."""
        limit = f"{'≥' if self.least else '≤'} {self.told.format(self.limit)}"
        if not self.measured:
            return [self.what, limit, "–", "not measured"]
        low, high = min(self.measured), max(self.measured)
        figures = self.told.format(low) + ("" if low == high else f" to {self.told.format(high)}")
        short = self.limit / low if self.least else high / self.limit
        return [self.what, limit, figures, "yes" if self.reached else f"no, by {short - 1:.0%}"]


def number(cell: str) -> float:
    """The last number of a cell."""
    return float(re.findall(r"[\d.,]*\d", cell)[-1].replace(",", ""))


# --- one lead -------------------------------------------------------------------------------------------------------


def of_one_lead(page: Path, one_record: Path) -> Iterator[Aim]:
    """Against Python by hand, and against the other engines."""
    [rows] = found(one_record, "one-record")
    by_name = {row["workload"]: row for row in rows}

    def hand(what: str, work: str, column: str, limit: float) -> Aim:
        return Aim(what, limit, (number(by_name[work][column]),))

    yield hand("40 rules, × Python by hand", "40 attribute rules", "function", 1.10)
    yield hand("200 rules, × Python by hand", "200 attribute rules", "function", 0.80)
    yield hand("40 rules, with those that fired, × Python by hand", "40 attribute rules", "and rules that fired", 1.25)
    yield hand("20 + 20 rules and 30 events, × Python by hand", "20 + 20 rules, 30 events", "function", 1.05)
    _, score, function, lines = found(page, "peers")
    for way, rows in (("the generated function", function), ("`score(…, detail=False)`", score)):
        peers = {row[""]: row for row in rows if "scorelang" not in row[""] and "by hand" not in row[""]}
        for title, names, limit in (
            ("every other engine", list(peers), 1.5),
            ("zen-engine", ["zen-engine"], 5),
            ("CEL in C++ or Rust", ["cel-expr-python", "common-expression-language"], 9),
            ("rule-engine", ["rule-engine"], 200),
        ):
            times = [number(cell) for name in names for head, cell in peers[name].items() if head and cell != "–"]
            yield Aim(f"{title}, × {way}", limit, tuple(times), "{:,.1f} ×", least=True)
    [datalogic] = [row for row in lines if row[""] == "datalogic-py"]
    times = [number(cell) for head, cell in datalogic.items() if head]
    yield Aim("datalogic-py from a line of JSON, × `score`", 1.4, tuple(times), least=True)


# --- sets -----------------------------------------------------------------------------------------------------------


def of_sets(page: Path) -> Iterator[Aim]:
    """Against SQL by hand, Polars, DataFusion and the floor; memory, planning and growth."""
    [small], [large], [plans] = (found(page, name) for name in ("sets", "sets-large", "planning"))
    cpu = {(row["rules"], row[""]): number(row["of the processor"]) for row in small}

    def ratios(what: str, limit: float, rules: str, other: str, *, least: bool = False) -> Iterator[Aim]:
        """One aim without the list of fired rules, and one with it; `least`: the other takes so many times as long."""
        for way, more in ((WITHOUT, ""), (LIST, f", {WITH_LIST}")):
            known = (rules, other) in cpu
            ratio = cpu[rules, way] / cpu[rules, other] if known else 0.0
            yield Aim(what + more, limit, (1 / ratio if least else ratio,) if known else (), least=least)

    yield from ratios("60 rules, × SQL by hand", 0.70, "60", "DuckDB by hand")
    yield from ratios("200 rules, × SQL by hand", 0.45, "200", "DuckDB by hand")
    yield from ratios("60 rules, × the floor", 2.0, "60", "floor")
    for peer in ("Polars", "DataFusion"):
        yield from ratios(f"60 rules, {peer} × scorelang", 1.5, "60", f"{peer} by hand", least=True)
    memory = {row[""]: number(row["most memory, MiB"]) for row in large if row["rules"] == "60"}
    for way, more in ((WITHOUT, ""), (LIST, f", {WITH_LIST}")):
        yield Aim(f"60 rules, 5 M leads and 50 M events{more}", 2048, (memory[way],), "{:,.0f} MiB")
    planned = {row["rules"]: row for row in plans}
    making, planning = "SQL made of the model, s", "planned by DuckDB, s"
    yield Aim("60 rules, SQL made of the model", 50, (number(planned["60"][making]) * 1000,), "{:.0f} ms")
    both = number(planned["1,000"][making]) + number(planned["1,000"][planning])
    yield Aim("1,000 rules, SQL made and planned", 2.5, (both,), "{:.2f} s")
    growth = cpu["1,000", WITHOUT] / cpu["60", WITHOUT] / (1000 / 60)
    yield Aim("from 60 to 1,000 rules, × in proportion", 1.3, (growth,))


def exponents(page: Path) -> Iterator[Aim]:
    """Whether time grows in proportion to leads and to events; a tenth more is still called so."""
    said = page.read_text(encoding="utf-8")
    for what in ("leads", "events"):
        exponent = said.partition(f"<!-- end of growth-{what} -->")[0].rpartition("Exponent:")[2]
        yield Aim(f"growth with {what}, exponent", 1.1, (number(exponent),), "{:.2f}")


def shown(page: Path, one_record: Path) -> str:
    """The tables."""
    head = ["", "aimed at", "measured", "reached"]
    return "\n\n".join([
        "One lead:", table(head, [aim.row() for aim in of_one_lead(page, one_record)]),
        "Sets of leads; those without a note say nothing of which rules fired, as the SQL by hand:",
        table(head, [aim.row() for aim in (*of_sets(page), *exponents(page))]),
    ])  # fmt: skip


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--page", type=Path, help="also put the tables into this page, at its mark `aims`")
    options = parser.parse_args()
    text = shown(options.page or PAGE, ONE_RECORD)
    print(text)
    if options.page:
        put(options.page, "aims", text)


if __name__ == "__main__":
    main()
