"""What a change could hide behind: code out of sight, and code that decides results."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import PurePosixPath

from prodwright.adapters.files import is_passed_over
from prodwright.analysis import Project, Source
from prodwright.core.finding import Finding, Severity
from prodwright.gate.candidate import Candidate
from prodwright.gate.permission import allowed

# Through these a plugin decides which tests run and what becomes of them.
# Source: pytest, "Hooks" in its API reference.
_DECIDING = frozenset(
    {
        "pytest_collect_directory",
        "pytest_collect_file",
        "pytest_collection",
        "pytest_collection_modifyitems",
        "pytest_cmdline_main",
        "pytest_deselected",
        "pytest_ignore_collect",
        "pytest_itemcollected",
        "pytest_make_collect_report",
        "pytest_pycollect_makeitem",
        "pytest_pycollect_makemodule",
        "pytest_pyfunc_call",
        "pytest_report_teststatus",
        "pytest_runtest_call",
        "pytest_runtest_logreport",
        "pytest_runtest_makereport",
        "pytest_runtest_protocol",
        "pytest_runtest_setup",
        "pytest_runtestloop",
        "pytest_sessionfinish",
        "pytest_unconfigure",
    }
)
_NARROWING = frozenset(
    {"__test__", "collect_ignore", "collect_ignore_glob", "pytest_plugins"}
)
_EVERYWHERE = frozenset({"sitecustomize.py", "usercustomize.py"})


def tampering(candidate: Candidate) -> Iterator[Finding]:
    """Yield a finding for each way in which the change evades being judged."""
    known = [candidate.before, *([candidate.pledged] if candidate.pledged else [])]
    for hidden in (*_out_of_sight(candidate), *_said_to_be_generated(candidate)):
        yield _finding(*hidden)
    for message, path, line in _deciding(known, candidate.after):
        why = candidate.permission.typed(path)
        yield allowed(_finding(message, path, line), why)


def _finding(message: str, path: str, line: int) -> Finding:
    return Finding(
        path=path,
        line=line,
        column=1,
        end_line=line,
        hazard="test-weakened",
        practice="unit-tests",
        severity=Severity.HIGH,
        message=message,
        stage="integrity",
        fingerprint=f"tampering {path} {message}",
    )


def _out_of_sight(candidate: Candidate) -> Iterator[tuple[str, str, int]]:
    for path in candidate.changed:
        place = PurePosixPath(path)
        if not (candidate.tree / path).exists():
            continue
        if place.name in _EVERYWHERE or place.suffix == ".pth":
            yield "it runs whenever any Python starts here", path, 1
        if place.suffix == ".py" and is_passed_over(candidate.tree, path):
            yield "it lies in a folder that nothing judges", path, 1
        if place.suffix == ".py" and (candidate.tree / path).is_symlink():
            yield "it is a link, which nothing judges", path, 1


def _deciding(known: list[Project], after: Project) -> Iterator[tuple[str, str, int]]:
    """Compare with each: a hook that came after the tests were red is new, too."""
    there = [
        {(source.path, name) for source in each.sources for name, _ in _hooks(source)}
        for each in known
    ]
    for source in after.sources:
        for name, line in _hooks(source):
            if not all((source.path, name) in each for each in there):
                yield f"{name} decides which tests count", source.path, line


def _hooks(source: Source) -> Iterator[tuple[str, int]]:
    for function in source.functions():
        if function.name in _DECIDING:
            yield function.name, function.lineno
    for name in source.nodes(ast.Name):
        if name.id in _NARROWING and isinstance(name.ctx, ast.Store):
            yield name.id, name.lineno


def _said_to_be_generated(candidate: Candidate) -> Iterator[tuple[str, str, int]]:
    before = {each.path for each in candidate.before.sources if each.is_generated}
    for source in candidate.after.sources:
        if source.is_generated and source.path not in before:
            yield "it says that a tool generated it, so less is judged", source.path, 1
