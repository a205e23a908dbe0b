"""Proofs for programs: JSON, and the XML that continuous integration reads as JUnit's."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from scorelang.analysis.as_text import in_brief, styled
from scorelang.analysis.prove import Proof
from scorelang.testing.as_data import sayable

Proofs = Mapping[str, Sequence[Proof]]


def as_json(files: Proofs, assumed: Sequence[str], limit: float) -> str:
    """All proofs as one JSON object: counts, what was assumed, the limit in seconds, and a list of files."""
    every = [proof for proofs in files.values() for proof in proofs]
    counts = {
        decision: sum(proof.decision == decision for proof in every) for decision in ("proved", "refuted", "unknown")
    }
    listed = [{"path": path, "proofs": [proof.to_dict() for proof in proofs]} for path, proofs in files.items()]
    told = {**counts, "assumed": list(assumed), "limit": limit, "files": listed}
    return json.dumps(told, indent=2, ensure_ascii=False)


def as_junit(files: Proofs, limit: float) -> str:
    """All proofs as JUnit's XML: a suite a file, a case an invariant; what is not proved is a failure."""
    root = ElementTree.Element("testsuites", name="scorelang prove")
    for path, proofs in files.items():
        root.append(_suite(path, proofs, limit))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(proof.seconds for proofs in files.values() for proof in proofs):.6f}")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'


def _suite(path: str, proofs: Sequence[Proof], limit: float) -> ElementTree.Element:
    suite = ElementTree.Element(
        "testsuite",
        name=sayable(path),
        tests=str(len(proofs)),
        failures=str(sum(not proof.passed for proof in proofs)),
        errors="0",
        skipped="0",
        time=f"{sum(proof.seconds for proof in proofs):.6f}",
    )
    for proof in proofs:
        invariant = proof.invariant
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=sayable(path),
            name=sayable(f"{invariant.word}: {invariant.name}"),
            file=sayable(invariant.place.source.name),
            line=str(invariant.place.line),
            time=f"{proof.seconds:.6f}",
        )
        if not proof.passed:
            failure = ElementTree.SubElement(case, "failure", message=sayable(in_brief(proof, limit)))
            failure.text = sayable("".join(text for text, _ in styled(proof)))
    return suite
