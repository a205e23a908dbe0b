"""Findings as the XML that continuous integration reads as JUnit's: a suite a file, a failed case a finding."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from xml.etree import ElementTree

from scorelang.lint.finding import Finding
from scorelang.testing.as_data import sayable


def as_junit(files: Mapping[str, Sequence[Finding]], undecided: Mapping[str, Finding] | None = None) -> str:
    """The findings of every file, by its name; a file without any is one case that passed.

    What was left undecided of a file is a case that was skipped.
    """
    root = ElementTree.Element("testsuites", name="scorelang lint")
    for name, findings in files.items():
        root.append(_suite(name, findings, (undecided or {}).get(name)))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'


def _suite(name: str, findings: Sequence[Finding], undecided: Finding | None) -> ElementTree.Element:
    errors = sum(finding.is_error_of_model for finding in findings)
    suite = ElementTree.Element(
        "testsuite",
        name=sayable(name),
        tests=str(max(1, len(findings)) + (undecided is not None)),
        failures=str(len(findings) - errors),
        errors=str(errors),
        skipped=str(int(undecided is not None)),
        time="0",
    )
    for finding in findings:
        case = _case(suite, name, f"{finding.name}:{finding.line}:{finding.column}", finding.line)
        what = "error" if finding.is_error_of_model else "failure"
        ElementTree.SubElement(case, what, message=sayable(finding.message)).text = sayable(finding.render())
    if not findings:
        _case(suite, name, "lint", 1)
    if undecided is not None:
        skipped = _case(suite, name, undecided.name, 1)
        ElementTree.SubElement(skipped, "skipped", message=sayable(undecided.message))
    return suite


def _case(suite: ElementTree.Element, name: str, title: str, line: int) -> ElementTree.Element:
    return ElementTree.SubElement(
        suite,
        "testcase",
        classname=sayable(name),
        name=sayable(title),
        file=sayable(name),
        line=str(line),
        time="0",
    )
