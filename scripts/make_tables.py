"""Write the tables of the parser that come with the package, after a change of the grammar or of an operator's word.

    python scripts/make_tables.py

Without it everything works as before, but for half a second that the first text takes until the tables are in the
user's cache. A test fails.
"""

from __future__ import annotations

from pathlib import Path

from scorelang.parse import built
from scorelang.tables import FILE, tables_of

PLACE = Path(__file__).resolve().parent.parent / "dsl" / FILE


def main() -> None:
    """Make the tables anew, and write them."""
    PLACE.write_text(tables_of(built(cache=False)), encoding="utf-8")


if __name__ == "__main__":
    main()
