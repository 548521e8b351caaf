"""Findings as JUnit XML: one test case per finding, for CI dashboards."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree.ElementTree import Element, SubElement, tostring

from prodwright.core.finding import Finding
from prodwright.core.printing import printable


def junit_xml(findings: Sequence[Finding], files: int) -> bytes:
    """Return the XML document; a clean review is one passed case."""
    count = str(len(findings))
    suite = Element("testsuite", name="prodwright", failures=count, errors="0")
    suite.set("tests", str(max(len(findings), 1)))
    for finding in findings:
        _add_case(suite, finding)
    if not findings:
        name = f"no hazard in {files} files"
        SubElement(suite, "testcase", classname="prodwright", name=name)
    suites = Element("testsuites")
    suites.append(suite)
    content: bytes = tostring(suites, encoding="utf-8", xml_declaration=True)
    return content


def _add_case(suite: Element, finding: Finding) -> None:
    place = f"{printable(finding.path)}:{finding.line}"
    case = SubElement(suite, "testcase", classname=finding.hazard, name=place)
    failure = SubElement(case, "failure", type=finding.severity.label)
    failure.set("message", printable(finding.message))
    failure.text = printable(f"{place}: {finding.message}\n{finding.excerpt}")
