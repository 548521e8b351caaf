"""An archive may hold `../../etc/cron.d/job`, and unpacking it writes there.

Links inside the archive do the same, and device files or set-uid bits come along.
Since Python 3.12 a filter refuses all of it; 3.14 makes it the default.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator

from prodwright.kit import (
    Example,
    Flow,
    Hazard,
    Mended,
    Mending,
    Rewrite,
    Severity,
    Site,
    Source,
    argument,
    cst,
    keyword,
)

EXAMPLES = (
    Example(
        bad="""
            import tarfile


            def unpack(path, target):
                with tarfile.open(path) as archive:
                    archive.extractall(target)  # flagged
        """,
        good="""
            import tarfile


            def unpack(path, target):
                with tarfile.open(path) as archive:
                    archive.extractall(target, filter="data")
        """,
    ),
)

_EXTRACTING = frozenset(
    f"{owner}.{method}"
    for owner in ("tarfile.open", "tarfile.TarFile", "tarfile.TarFile.open")
    for method in ("extractall",)
)


def check(source: Source) -> Iterator[Site]:
    if not source.imports("tarfile"):
        return
    for call in source.calls_to(_EXTRACTING):
        if keyword(call, "filter") is not None:
            continue
        if not _is_guarded(source, call):
            message = "the archive decides where its files are written"
            yield Site(node=call, message=message)


def _is_guarded(source: Source, call: ast.Call) -> bool:
    """Members that were looked at, options that may hold the filter."""
    if any(each.arg in (None, "members") for each in call.keywords):
        return True
    if len(call.args) > 1:
        return True
    function = source.function_of(call)
    names = ast.walk(function) if function is not None else iter(())
    return any(
        (isinstance(node, ast.Attribute) and node.attr in _GUARDS)
        or (isinstance(node, ast.keyword) and node.arg == "filter")
        for node in names
    )


_GUARDS = frozenset({"data_filter", "extraction_filter", "is_relative_to"})


def mend(node: cst.Call, mending: Mending) -> Mended | None:
    if node.args and isinstance(node.args[-1].comma, cst.Comma):
        return None
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    before = [*node.args[:-1]]
    before += [each.with_changes(comma=comma) for each in node.args[-1:]]
    return Mended(node.with_changes(args=[*before, argument("filter", '"data"')]))


REPAIR = Rewrite(
    summary='Unpack with `filter="data"`',
    at="Call",
    mend=mend,
    safe=True,
)

HAZARD = Hazard(
    title="Keep archives inside their folder",
    practice="distrust-external-data",
    severity=Severity.HIGH,
    check=check,
    flow=Flow("archive", says="decides where files are written"),
    repair=REPAIR,
    examples=EXAMPLES,
    references=("CWE-22", "PEP 706", "ASVS 5 5.3.2"),
)
