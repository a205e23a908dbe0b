"""Reports for programs: JSON, and the XML that continuous integration reads as JUnit's."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from xml.etree import ElementTree

from scorelang.diagnostics import Diagnostic
from scorelang.testing.as_text import in_brief, render
from scorelang.testing.coverage import Covered
from scorelang.testing.coverage_text import as_dict
from scorelang.testing.mutate import Mutation
from scorelang.testing.suite import FileReport

# What XML 1.0 cannot hold.
_UNSAYABLE = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def as_json(
    files: Sequence[FileReport],
    covered: Sequence[Covered] | None = None,
    mutations: Sequence[Mutation] | None = None,
) -> str:
    """All reports as one JSON object: the counts, a list of files with their tests and diagnostics, what they reach.

    `covered` and `mutations` are None where nobody asked for them.
    """
    reports = [report for file in files for report in file.reports]
    passed = sum(report.passed for report in reports)
    return json.dumps(
        {
            "passed": passed,
            "failed": len(reports) - passed,
            "wrong": sum(bool(file.wrong) for file in files),
            "files": [
                {
                    "path": file.path,
                    "tests": [report.to_dict() for report in file.reports],
                    "wrong": [one if isinstance(one, str) else one.to_dict() for one in file.wrong],
                }
                for file in files
            ],
            "coverage": None if covered is None else [as_dict(one) for one in covered],
            "mutation": None if mutations is None else [one.to_dict() for one in mutations],
        },
        indent=2,
        ensure_ascii=False,
    )


def as_junit(files: Sequence[FileReport]) -> str:
    """All reports as JUnit's XML: a suite a file, a case a test; a file that is wrong is an error of its suite."""
    root = ElementTree.Element("testsuites", name="scorelang")
    for file in files:
        if file.reports or file.wrong:
            root.append(_suite(file))
    for count in ("tests", "failures", "errors"):
        root.set(count, str(sum(int(suite.get(count, "0")) for suite in root)))
    root.set("time", f"{sum(report.seconds for file in files for report in file.reports):.6f}")
    ElementTree.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ElementTree.tostring(root, encoding="unicode")}'


def _suite(file: FileReport) -> ElementTree.Element:
    failed = [report for report in file.reports if not report.passed]
    suite = ElementTree.Element(
        "testsuite",
        name=sayable(file.path),
        tests=str(len(file.reports) + bool(file.wrong)),
        failures=str(len(failed)),
        errors=str(int(bool(file.wrong))),
        skipped="0",
        time=f"{sum(report.seconds for report in file.reports):.6f}",
    )
    for report in file.reports:
        case = ElementTree.SubElement(
            suite,
            "testcase",
            classname=sayable(file.path),
            name=sayable(report.item.title),
            file=sayable(report.item.where.path),
            line=str(report.item.where.line),
            time=f"{report.seconds:.6f}",
        )
        if not report.passed:
            failure = ElementTree.SubElement(case, "failure", message=sayable(in_brief(report)))
            failure.text = sayable(render(report))
    if file.wrong:
        add_wrong(suite, file.path, file.wrong)
    return suite


def add_wrong(suite: ElementTree.Element, path: str, wrong: Sequence[Diagnostic | str]) -> None:
    """Add a case to the suite of a file that is wrong, which says why."""
    case = ElementTree.SubElement(suite, "testcase", classname=sayable(path), name="load", time="0.000000")
    told = [one if isinstance(one, str) else one.render() for one in wrong]
    error = ElementTree.SubElement(case, "error", message="this file is not a model")
    error.text = sayable("\n\n".join(told))


def sayable(text: str) -> str:
    """The text with a replacement character for each that XML 1.0 cannot hold."""
    return _UNSAYABLE.sub("\ufffd", text)
