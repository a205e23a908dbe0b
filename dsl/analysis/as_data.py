"""Proofs for programs: JSON, and the XML that continuous integration reads as JUnit's."""

from __future__ import annotations

import json
from collections.abc import Sequence
from xml.etree import ElementTree

from attrs import frozen

from scorelang.analysis.as_text import in_brief, styled
from scorelang.analysis.prove import Proof
from scorelang.diagnostics import Diagnostic
from scorelang.testing.as_data import add_wrong, sayable


@frozen
class FileProofs:
    """What came of one file: its proofs, or why there are none (`wrong`: its diagnostics, or one message)."""

    path: str
    proofs: Sequence[Proof] = ()
    wrong: tuple[Diagnostic | str, ...] = ()


def as_json(files: Sequence[FileProofs], assumed: Sequence[str], limit: float) -> str:
    """All proofs as one JSON object: counts, what was assumed, the limit in seconds, and a list of files."""
    every = [proof for file in files for proof in file.proofs]
    counts = {
        decision: sum(proof.decision == decision for proof in every) for decision in ("proved", "refuted", "unknown")
    }
    listed = [
        {
            "path": file.path,
            "proofs": [proof.to_dict() for proof in file.proofs],
            "wrong": [one if isinstance(one, str) else one.to_dict() for one in file.wrong],
        }
        for file in files
    ]
    told = {
        **counts,
        "wrong": sum(bool(file.wrong) for file in files),
        "assumed": list(assumed),
        "limit": limit,
        "files": listed,
    }
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_junit(files: Sequence[FileProofs], limit: float) -> str:
    """All proofs as JUnit's XML: a suite a file, a case an invariant; what is not proved is a failure."""
    root = ElementTree.Element("testsuites", name="scorelang prove")
    for file in files:
        root.append(_suite(file, limit))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(proof.seconds for file in files for proof in file.proofs):.6f}")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'


def _suite(file: FileProofs, limit: float) -> ElementTree.Element:
    suite = ElementTree.Element(
        "testsuite",
        name=sayable(file.path),
        tests=str(len(file.proofs) + bool(file.wrong)),
        failures=str(sum(not proof.passed for proof in file.proofs)),
        errors=str(int(bool(file.wrong))),
        skipped="0",
        time=f"{sum(proof.seconds for proof in file.proofs):.6f}",
    )
    for proof in file.proofs:
        invariant = proof.invariant
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=sayable(file.path),
            name=sayable(f"{invariant.word}: {invariant.name}"),
            file=sayable(invariant.place.source.name),
            line=str(invariant.place.line),
            time=f"{proof.seconds:.6f}",
        )
        if not proof.passed:
            failure = ElementTree.SubElement(case, "failure", message=sayable(in_brief(proof, limit)))
            failure.text = sayable("".join(text for text, _ in styled(proof)))
    if file.wrong:
        add_wrong(suite, file.path, file.wrong)
    return suite
