"""Bring the public data of the examples `bank` and `shop` into their folders `data/`, which git ignores.

From the folder that the environment variable SCORELANG_DATA names, which holds `uci_bank_marketing/` and
`uci_online_shoppers/`; without it, from the UCI Machine Learning Repository (about 1.3 MB). Each file is checked
against the SHA-256 recorded here, so that the numbers in the READMEs are of the very same rows.

    python examples/fetch_data.py [bank] [shop]
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import sys
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

HERE = Path(__file__).resolve().parent
SITE = "https://archive.ics.uci.edu"
LARGEST = 64 << 20  # bytes; the zip files are about 1 MB
PATIENCE = 60  # seconds without an answer


class DataSet(NamedTuple):
    """One file: its name, its folder in SCORELANG_DATA, where UCI has the zip file that holds it, and its digests."""

    name: str
    folder: str
    zip_path: str
    sha256: tuple[str, ...]


DATA_SETS = {
    "bank": DataSet(
        "bank-additional-full.csv",
        "uci_bank_marketing",
        "/static/public/222/bank+marketing.zip",
        ("74adfc578bf77a7ff4bb1ba4a9f8709d9e3c6907342959c2c8416847e0afb4d8",),
    ),
    "shop": DataSet(
        "online_shoppers_intention.csv",
        "uci_online_shoppers",
        "/static/public/468/online+shoppers+purchasing+intention+dataset.zip",
        (
            "b3055ee355f59134d851d32641183cb4a8b45def7124d2f50442a042f358e0d9",
            # The same rows without the line end of the last one, as some copies are.
            "ed94c9c95b15c20333f0539e69e06f4139ba9dd42cc8634f624c1595e02601f9",
        ),
    ),
}


class FetchError(Exception):
    """Data that could not be had, or is not what was recorded; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Fetch what is asked for; 0 when all of it is there."""
    parser = argparse.ArgumentParser(description="Fetch the public data of the examples.")
    parser.add_argument("examples", nargs="*", metavar="EXAMPLE", help="bank, shop (default: both)")
    parser.add_argument("--site", default=SITE, help=f"where to download from (default: {SITE})")
    parser.add_argument("--to", type=Path, default=HERE, metavar="FOLDER", help="the folder of the examples")
    given = parser.parse_args(arguments)
    unknown = [name for name in given.examples if name not in DATA_SETS]
    if unknown:
        parser.error(f"there is no data for {', '.join(unknown)}; choose from {', '.join(DATA_SETS)}")
    try:
        for name in given.examples or DATA_SETS:
            print(fetch(DATA_SETS[name], given.to / name / "data", site=given.site, environment=os.environ))
    except FetchError as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


def fetch(data: DataSet, folder: Path, *, site: str, environment: Mapping[str, str]) -> str:
    """Put a file into a folder, unless it is there, and say where it came from. Raises `FetchError`."""
    target = folder / data.name
    if target.exists():
        checked(data, target.read_bytes(), str(target))
        return f"{target} is there already"
    found = local_copy(data, environment)
    content, source = found if found else downloaded(data, site)
    checked(data, content, source)
    folder.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return f"{target} from {source}"


def local_copy(data: DataSet, environment: Mapping[str, str]) -> tuple[bytes, str] | None:
    """The content and the path of the file in SCORELANG_DATA; None when that is not set."""
    folder = environment.get("SCORELANG_DATA")
    if not folder:
        return None
    path = Path(folder) / data.folder / data.name
    try:
        return path.read_bytes(), str(path)
    except OSError as error:
        hint = "unset SCORELANG_DATA to download it instead"
        raise FetchError(f"SCORELANG_DATA is {folder}, but {path} cannot be read ({error.strerror}); {hint}") from None


def downloaded(data: DataSet, site: str) -> tuple[bytes, str]:
    """The content of the file from UCI's zip file, and the address of that."""
    address = site.rstrip("/") + data.zip_path
    try:
        with urlopen(address, timeout=PATIENCE) as answer:
            archive = answer.read(LARGEST)
    except (URLError, OSError) as error:
        reason = getattr(error, "reason", error)
        hint = f"is there a network? or set SCORELANG_DATA to a folder that holds {data.folder}/{data.name}"
        raise FetchError(f"{address} cannot be downloaded ({reason}); {hint}") from None
    try:
        content = next(members(archive, data.name), None)
    except zipfile.BadZipFile:
        raise FetchError(f"{address} is not a zip file; has the site changed?") from None
    if content is None:
        raise FetchError(f"{address} holds no {data.name}; has the site changed?")
    return content, address


def members(archive: bytes, name: str) -> Iterator[bytes]:
    """The files of a name in a zip file and in the zip files in it: UCI has zip files in zip files."""
    with zipfile.ZipFile(io.BytesIO(archive)) as zipped:
        for member in zipped.infolist():
            if member.filename.endswith(".zip"):
                yield from members(zipped.read(member), name)
            elif member.filename.rpartition("/")[2] == name and member.file_size <= LARGEST:
                yield zipped.read(member)


def checked(data: DataSet, content: bytes, source: str) -> None:
    """Raise `FetchError` for a file that is not the recorded one."""
    digest = hashlib.sha256(content).hexdigest()
    if digest not in data.sha256:
        raise FetchError(
            f"{source} holds another {data.name} than the examples were measured on:"
            f" its SHA-256 is {digest}, not {' or '.join(data.sha256)}"
        )


if __name__ == "__main__":
    sys.exit(main())
